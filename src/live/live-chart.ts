import type { Markup } from '../chart/markup.ts';
import { memoryChart, type MemoryChart, type Panel, type Series } from '../chart/memory-chart.ts';
import { everyNth, type Ink, type PlotPoint } from '../chart/plot.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import type { LiveSample } from '../page/live.ts';
import type { Mark } from '../run/mark.ts';
import { formatBytes, formatCount } from '../verdict/format.ts';

const titles: Readonly<Record<Condition, string>> = {
  'as-written': 'As written',
  'debug-off': 'Debug flags off',
  'gc-disabled': 'Collector disabled',
};

/** How many points of a line are drawn. */
const maxPoints = 200;

/** The marks of each run so far. */
export type Marks = Readonly<Partial<Record<Condition, readonly Mark[]>>>;

/**
 * Draws what memory has grown by under each condition, over the lines of the post. The process of a browser is not a process of the
 * sample's own: as written that is the WebAssembly heap, and else what Python holds, as then its bytes are counted.
 */
export function drawChart({ sample, recorded }: LiveSample, id: string, marks: Marks, ink: Ink): { wide: Markup; narrow: Markup } {
  const byWork =
    sample.axis !== undefined &&
    conditions.every((condition) => {
      const own = marks[condition] ?? [];
      return recorded.lines[condition].some(([, , work]) => work > 0) && (own.length === 0 || own.some(({ work }) => work >= 0));
    });
  const panels = conditions.map((condition): Panel => {
    const line = recorded.lines[condition];
    // Before and after the work there is no count of it.
    const post = line
      .filter(([, , work]) => !byWork || work >= 0)
      .map(([atMs, bytes, work]): PlotPoint => [byWork ? work : atMs, bytes - (line[0]?.[1] ?? 0)]);
    const here = ownLine(marks[condition] ?? [], condition, byWork);
    const series = [seriesOf('the post', post, 'quiet'), ...(here.length > 1 ? [seriesOf('here', here, ink)] : [])];
    return {
      title: titles[condition],
      subtitle: condition === 'as-written' ? 'here: the WebAssembly heap' : 'here: what Python holds',
      series,
      judged: [],
      strip: { text: '', full: [], young: [] },
    };
  });
  const max = Math.max(1, ...panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([x]) => x))));
  const said = panels.map(({ title, series }) => `${title}: ${series.map(({ name, label }) => `${name} ${label}`).join(', ')}.`);
  const chart: MemoryChart = {
    id,
    title: 'What memory grows by, in the post and here',
    description: said.join(' '),
    panels,
    x: {
      label: byWork ? `work done (${sample.axis})` : 'milliseconds from the first statement',
      max,
      format: (value) => (value >= 10_000 ? `${formatCount(value / 1000)}k` : formatCount(value)),
    },
  };
  return { wide: memoryChart(chart, 'wide'), narrow: memoryChart(chart, 'narrow') };
}

function seriesOf(name: string, points: readonly PlotPoint[], ink: Ink): Series {
  const most = points.reduce((high, [, bytes]) => Math.max(high, bytes), 0);
  return { name, points, label: most === 0 ? 'no growth' : `+${formatBytes(most)}`, note: '', ink };
}

function ownLine(marks: readonly Mark[], condition: Condition, byWork: boolean): readonly PlotPoint[] {
  const during = marks.filter(({ kind, work }) => kind !== 'left' && kind !== 'trimmed' && (!byWork || work >= 0));
  const sizeOf = (mark: Mark) => (condition === 'as-written' ? mark.rssBytes : mark.held);
  const [first] = marks;
  if (first === undefined) return [];
  return everyNth(during, maxPoints).map((mark) => [
    byWork ? mark.work : mark.atMs - first.atMs,
    Math.max(0, sizeOf(mark) - sizeOf(first)),
  ]);
}
