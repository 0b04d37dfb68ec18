import { scaleLinear } from 'd3-scale';
import { dotsOf, placeLabels } from './labels.ts';
import { html, type Markup } from './markup.ts';
import { areaPath, drawAxis, drawGrid, drawing, fixed, linePath, pauseText, type Named, type PlotPoint, type Scales } from './plot.ts';

/** One run in a panel: its memory over the x axis, and what stands at its end. */
export interface Series {
  readonly name: string;
  readonly points: readonly PlotPoint[];
  readonly label: string;
  readonly note: string;
  /** What is no run of its own, but a part of the run before it, by the name of its class. */
  readonly part?: 'in-use' | undefined;
}

/** The stretches of a run that its verdict is about: from and to on the x axis. */
export interface Judged {
  readonly series: number;
  readonly spans: readonly PlotPoint[];
}

/** Collections below a panel, of one of its runs. */
export interface Strip {
  readonly text: string;
  /** Full collections: [x, pauseMs]. */
  readonly needles: readonly PlotPoint[];
  /** Where young collections were. */
  readonly ticks: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly series: readonly Series[];
  readonly judged: readonly Judged[];
  readonly strip: Strip;
  /** What stands in the empty part of a panel whose lines are low, a line each. */
  readonly remark: readonly string[];
}

export interface MemoryChart extends Named {
  readonly panels: readonly Panel[];
  readonly x: { readonly label: string; readonly max: number; readonly format: (value: number) => string };
}

interface Frame {
  readonly width: number;
  readonly columns: number;
  readonly left: number;
  readonly right: number;
  readonly gap: number;
  readonly headHeight: number;
  readonly plotHeight: number;
  /** Whether memory is drawn alone, without what explains it: for a picture that is seen small. */
  readonly bare?: boolean;
}

const frames = {
  wide: { width: 960, columns: 3, left: 58, right: 10, gap: 26, headHeight: 46, plotHeight: 250 },
  narrow: { width: 360, columns: 1, left: 58, right: 10, gap: 0, headHeight: 46, plotHeight: 190 },
  card: { width: 800, columns: 3, left: 58, right: 8, gap: 24, headHeight: 30, plotHeight: 270, bare: true },
} as const satisfies Record<string, Frame>;

const stripHeight = 74;
const footHeight = 44;

/** The chart in one width, or for a card. Sizes are in pixels of the frame's width; every panel says its own scale for scripts. */
export function memoryChart(chart: MemoryChart, name: keyof typeof frames): Markup {
  const given: Frame = frames[name];
  const columns = Math.min(given.columns, chart.panels.length);
  const frame = { ...given, columns };
  const rows = Math.ceil(chart.panels.length / columns);
  const panelHeight = frame.headHeight + frame.plotHeight + (frame.bare ? 2 : stripHeight + footHeight);
  const panelWidth = (frame.width - frame.left - frame.right - frame.gap * (columns - 1)) / columns;
  const largest = Math.max(1, ...chart.panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([, bytes]) => bytes))));
  // Room for the label above the highest line.
  const y = scaleLinear([0, largest * 1.14], [frame.plotHeight, 0]).nice(5);
  const exact = scaleLinear([0, chart.x.max || 1], [0, panelWidth]);
  const nice = exact.copy().nice(4);
  // A loop to 100,000 was last seen at 99,940: the axis ends where the loop does.
  const x = (nice.domain()[1] ?? 0) < chart.x.max * 1.02 ? nice : exact;
  const longest = Math.max(1, ...chart.panels.flatMap(({ strip }) => strip.needles.map(([, pause]) => pause)));
  const panels = chart.panels.map((panel, index) => {
    const left = frame.left + (index % columns) * (panelWidth + frame.gap);
    const top = Math.floor(index / columns) * panelHeight;
    const space = {
      x,
      y,
      width: panelWidth,
      height: frame.plotHeight,
      head: frame.headHeight,
      bare: frame.bare ?? false,
      labels: index % columns === 0,
      longest,
      chart,
    };
    return html`<g class="panel" transform="translate(${fixed(left)} ${top})">${drawPanel(panel, space)}</g>`;
  });
  return drawing(name, chart, frame.width, rows * panelHeight, html`${panels}`);
}

interface Space extends Scales {
  readonly width: number;
  readonly height: number;
  readonly head: number;
  readonly bare: boolean;
  readonly labels: boolean;
  readonly longest: number;
  readonly chart: MemoryChart;
}

function drawPanel(panel: Panel, space: Space): Markup {
  const { x, y, width, height, head, labels, bare } = space;
  const [maxX, maxY] = [x.domain()[1] ?? 0, y.domain()[1] ?? 0];
  const subtitle = bare ? undefined : html`<text class="panel-subtitle" x="0" y="34">${panel.subtitle}</text>`;
  const strip = bare ? undefined : html`<g transform="translate(0 ${head + height + 8})">${drawStrip(panel.strip, space)}</g>`;
  return html`<text class="panel-title" x="0" y="16">${panel.title}</text>${subtitle}<g class="plot" data-box="${fixed(width)} ${height} ${maxX} ${maxY}" transform="translate(0 ${head})">${drawGrid(space, width, labels)}${bare ? undefined : drawJudged(panel, space)}${bare ? undefined : drawRemark(panel, space)}${panel.series.map((series, index) => drawSeries(series, index, panel.series.filter(({ part }) => part === undefined).length, space))}${drawLabels(panel.series, space)}</g>${strip}`;
}

/** Bars at the foot of the plot, one row for each run: what its verdict is about. */
function drawJudged({ judged }: Panel, { x, height }: Space): Markup {
  const row = (index: number) => height - 4 - index * 6;
  return html`${judged.flatMap(({ series, spans }, index) => spans.map(([from, to]) => html`<line class="judged series-${series}" x1="${fixed(x(from))}" x2="${fixed(Math.max(x(from) + 2, x(to)))}" y1="${row(index)}" y2="${row(index)}"/>`))}`;
}

/** In the middle, where nothing is near. */
function drawRemark({ remark, series }: Panel, { y, width, height }: Space): Markup | undefined {
  const highest = Math.min(...series.flatMap(({ points }) => points.map(([, bytes]) => y(bytes))));
  if (highest < height * 0.75 || series.length > 2) return undefined;
  return html`${remark.map((text, index) => html`<text class="remark" x="${fixed(width / 2)}" y="${fixed(height * 0.3 + index * 19)}" text-anchor="middle">${text}</text>`)}`;
}

function drawSeries({ name, points, part }: Series, index: number, count: number, { x, y }: Space): Markup | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  // Between two looks that are far apart nobody knows.
  if (part !== undefined)
    return html`<g class="series ${part}" data-name="${name}">${points.map(([at, bytes]) => html`<circle class="look" cx="${fixed(x(at))}" cy="${fixed(y(bytes))}" r="1.5"/>`)}</g>`;
  // A line that another is drawn over is wider, so that both are seen where they lie on each other.
  const under = index < count - 1 ? ' under' : '';
  const path = linePath(points, { x, y });
  return html`<g class="series series-${index}${under}" data-name="${name}">${index === 0 ? html`<path class="area" d="${areaPath(path, points, { x, y })}"/>` : undefined}<path class="line" d="${path}"/><circle cx="${fixed(x(last[0]))}" cy="${fixed(y(last[1]))}" r="4"/></g>`;
}

/** What a label covers, roughly, in pixels: a line of its name and its value, and one of its note. */
const [valueHeight, noteHeight, valueLetter, noteLetter] = [17, 17, 8.8, 7];

/** Labels stand near the ends of their lines, where they cover no other label, and as little of any line as can be. */
function drawLabels(series: readonly Series[], { x, y, width, height, bare }: Space): readonly Markup[] {
  const dots = series.flatMap(({ points, part }) =>
    dotsOf(
      points.map(([at, bytes]) => [x(at), y(bytes)] as const),
      part === undefined,
    ),
  );
  const labels = series.flatMap((item, index) =>
    item.points.slice(-1).map(([at, bytes]) => {
      const value = `${item.name} ${item.label}`;
      const size = {
        width: Math.max(value.length * valueLetter, bare ? 0 : item.note.length * noteLetter),
        height: bare ? valueHeight : valueHeight + noteHeight,
      };
      return { item, index, value, at: [x(at), y(bytes)] as const, ...size };
    }),
  );
  return placeLabels(labels, { left: 0, right: width, top: 0, bottom: height - 8 }, dots).map(
    ([
      {
        item,
        index,
        value,
        at: [end],
      },
      box,
    ]) => {
      // Its text is flush with the panel's side that it touches, or with the side that is nearer to its line's end.
      const isLeft = box.left === 0 || (box.right < width && Math.abs(box.left - end) <= Math.abs(box.right - end));
      const [anchor, place] = isLeft ? ['start', box.left] : ['end', box.right];
      const note = bare
        ? undefined
        : html`<text class="note" x="${fixed(place)}" y="${fixed(box.bottom - 4)}" text-anchor="${anchor}">${item.note}</text>`;
      return html`<g class="label ${item.part ?? `series-${index}`}"><text class="value" x="${fixed(place)}" y="${fixed(box.top + valueHeight - 3)}" text-anchor="${anchor}">${value}</text>${note}</g>`;
    },
  );
}

function drawStrip({ text, needles, ticks }: Strip, { x, width, longest, chart }: Space): Markup {
  const base = stripHeight - 8;
  const height = (pause: number) => Math.max(3, (pause / longest) * (base - 38));
  const most = needles.reduce<PlotPoint | undefined>(
    (high, needle) => (high === undefined || needle[1] > high[1] ? needle : high),
    undefined,
  );
  return html`<text class="strip-text" x="0" y="12">${text}</text><g class="gc">${ticks.map((tick) => html`<line class="young" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="${base - 4}" y2="${base}"/>`)}${needles.map(([at, pause]) => html`<line class="full" x1="${fixed(x(at))}" x2="${fixed(x(at))}" y1="${fixed(base - height(pause))}" y2="${base}"/><circle cx="${fixed(x(at))}" cy="${fixed(base - height(pause))}" r="2.5"/>`)}${most === undefined ? undefined : html`<text class="pause" text-anchor="end" x="${fixed(Math.min(width, Math.max(54, x(most[0]) + 20)))}" y="${fixed(Math.max(30, base - height(most[1]) - 7))}">${pauseText(most[1])}</text>`}</g>${drawAxis(x, base, width, chart.x.label, chart.x.format)}`;
}
