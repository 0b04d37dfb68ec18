import { readFileSync } from 'node:fs';
import type { Capture, Point, RunRecord } from '../capture/capture.ts';
import { childBytesAt } from '../capture/children.ts';
import { measureGrowth } from '../capture/growth.ts';
import { minGrowth } from '../capture/tolerance.ts';
import { clockChart, type ClockChart } from '../chart/clock-chart.ts';
import { html, type Markup } from '../chart/markup.ts';
import { memoryChart, type MemoryChart, type Panel, type Rounds, type Series, type Strip } from '../chart/memory-chart.ts';
import { pauseText, type Ink, type PlotPoint } from '../chart/plot.ts';
import { spark } from '../chart/spark.ts';
import { standalone } from '../chart/standalone.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { endWords } from '../experiment/end.ts';
import { isOutsidePython, type Sample, type VerdictName } from '../experiment/sample.ts';
import { maxInChart } from '../post/figures/figure.ts';
import { describeRounds } from '../verdict/evidence.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { setsFlags } from '../verdict/sentences.ts';
import { conditionPhrases, judge } from '../verdict/verdict.ts';
import { runtimeName } from './runtime-name.ts';
import { verdictInks } from './verdict-inks.ts';

/** A sample and the record of it that a page shows. */
export interface MeasuredSample {
  readonly sample: Sample;
  readonly capture: Capture;
}

const panelTitles: Readonly<Record<Condition, readonly [title: string, subtitle: string]>> = {
  'as-written': ['As written', 'as a reader would run it'],
  'debug-off': ['Debug flags off', 'gc.set_debug does nothing'],
  'gc-disabled': ['Collector disabled', 'nothing frees cycles'],
};

/** A file published beside a post's page, such as a chart's CSV. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

/** A figure with its title, `finding`, and the files that it links to. */
export interface MemoryFigure {
  readonly markup: Markup;
  readonly finding: string;
  readonly files: readonly PageFile[];
  /** The chart as an SVG document, for the post's card. */
  readonly card: string;
}

/** The style sheet of charts. */
const rules = readFileSync(new URL('../chart/chart.css', import.meta.url), 'utf8');

/** The memory of samples on the same runtime, one panel for each condition. `id` is unique in the page, and `post` its title. */
export function memoryFigure(measured: readonly MeasuredSample[], id: string, post: string, hasCard = false): MemoryFigure {
  const byWork = isByWork(measured);
  const [first] = measured as [MeasuredSample];
  const finding = findingOf(measured);
  const chart: MemoryChart = {
    id,
    title: finding,
    description: describe(measured),
    panels: mergePanels(conditions.map((condition) => readPanel(measured, condition, byWork))),
    x: axisOf(measured, byWork),
  };
  const name = `memory-${measured.map(({ sample }) => sample.name).join('-')}`;
  const wide = memoryChart(chart, 'wide');
  const files = [
    {
      name: `${name}.svg`,
      text: standalone(wide, rules, { title: finding, source: `“${post}”, ${runtimeNames(measured)}, ${first.capture.capturedAt}` }),
    },
    { name: `${name}.csv`, text: pointsTable(measured) },
  ];
  const heading = html`<h3 class="figure-title">${finding}</h3>`;
  const charts = drawCharts(measured, byWork, chart, wide);
  const caption = html`<figcaption>${captionOf(measured, chart)}</figcaption>`;
  const data = html`${dataTable(measured)}${downloadLinks(name, hasCard)}`;
  const markup = html`<figure class="figure memory">${heading}${charts}${data}${caption}</figure>${clockFigure(measured, id)}`;
  return { markup, finding, files, card: standalone(memoryChart(chart, 'card'), rules) };
}

/** The condition beside the run as written that shows what a verdict is about. */
const telling: Readonly<Partial<Record<VerdictName, Condition>>> = { 'debug-artifact': 'debug-off', cycles: 'gc-disabled' };

/** The chart for the top of a post: its first samples as written, and the condition that tells; no more than two panels. */
export function leadFigure(measured: readonly MeasuredSample[]): Markup | undefined {
  const shown = measured.slice(0, maxInChart);
  const [first] = shown;
  if (first === undefined) return undefined;
  const byWork = isByWork(shown);
  const { name } = judge(first.capture, first.sample);
  const one: Condition = isOutsidePython(name) ? 'debug-off' : 'as-written';
  const other = telling[name];
  const panels = [one, ...(other === undefined ? [] : [other])].map((condition) => readPanel(shown, condition, byWork));
  const chart: MemoryChart = {
    id: 'lead',
    title: findingOf(shown),
    description: describe(shown),
    panels,
    x: axisOf(shown, byWork),
  };
  return html`<figure class="figure memory lead-chart">${drawCharts(shown, byWork, chart, memoryChart(chart, 'lead'))}</figure>`;
}

function describe(measured: readonly MeasuredSample[]): string {
  return measured.map(({ sample, capture }) => `${sample.name}: ${judge(capture, sample).sentence}`).join(' ');
}

/** A chart in its wide and its narrow form, with what the script that reads values needs. */
function drawCharts(measured: readonly MeasuredSample[], byWork: boolean, chart: MemoryChart, wide: Markup): Markup {
  const unit = byWork ? (measured[0]?.sample.axis?.split('.').at(-1) ?? '') : 'ms';
  const data = html`data-unit="${unit}" data-lines="${linesOf(measured, byWork, chart.x.max)}"`;
  return html`<div class="charts" ${data}>${wide}${memoryChart(chart, 'narrow')}</div>`;
}

function isByWork(measured: readonly MeasuredSample[]): boolean {
  return measured.every(({ sample, capture }) => sample.axis !== undefined && lastWork(capture) > 0);
}

function axisOf(measured: readonly MeasuredSample[], byWork: boolean): MemoryChart['x'] {
  const max = Math.max(...measured.map(({ capture }) => (byWork ? lastWork(capture) : longestMs(capture))));
  return byWork ? { label: `work done (${measured[0]?.sample.axis})`, max, format: formatWork } : clockAxis(max);
}

/** The most places of a run that a page keeps. */
const maxLines = 120;

/** For each sample, which line ran from when on as written, as JSON: `0:4 17:18`, per mille of the axis and line. */
function linesOf(measured: readonly MeasuredSample[], byWork: boolean, max: number): string {
  const all = measured.map(({ sample, capture }) => {
    const run = capture.conditions['as-written'];
    let last: number | undefined;
    const places = run.points.flatMap(([atMs, , , , , work, , , , place]) => {
      const line = place === null ? undefined : run.places[place]?.at(-1);
      if (line === undefined || line === last || (byWork && (work ?? -1) < 0)) return [];
      last = line;
      return [`${Math.round(((byWork ? (work ?? 0) : atMs) / (max || 1)) * 1000)}:${line}`];
    });
    return [sample.name, places.filter((_, index) => index % Math.ceil(places.length / maxLines) === 0).join(' ')] as const;
  });
  return JSON.stringify(Object.fromEntries(all.filter(([, places]) => places !== '')));
}

/** Draws panels that look the same once, under the titles of all. */
function mergePanels(panels: readonly Panel[]): readonly Panel[] {
  const merged: { readonly panel: Panel; readonly titles: string[] }[] = [];
  for (const panel of panels) {
    const same = merged.find((each) => looksLike(each.panel, panel));
    if (same === undefined) merged.push({ panel, titles: [panel.title] });
    else same.titles.push(panel.title);
  }
  return merged.map(({ panel: drawn, titles }) => {
    if (titles.length === 1) return drawn;
    const panel = { ...drawn, rounds: panels.find(({ title, rounds }) => titles.includes(title) && rounds !== undefined)?.rounds };
    const [title = '', ...others] = titles;
    const rest = others.map((each) => each.toLowerCase()).join(', ');
    // Short enough for a phone.
    return titles.length === panels.length
      ? {
          ...panel,
          title: 'In all three conditions',
          subtitle: `as written, ${rest.startsWith('debug') ? 'flags off' : 'full collections'}, collector disabled`,
        }
      : { ...panel, title, subtitle: `the same ${rest.startsWith('with') ? '' : 'with the '}${rest}` };
  });
}

/** How far apart two lines may be, of the largest size in both, to look like one. */
const sameShare = 0.03;

function looksLike(one: Panel, other: Panel): boolean {
  if (one.series.length !== other.series.length || one.judged.length !== other.judged.length) return false;
  // Full collections are drawn below a panel.
  if (one.strip.full.length + other.strip.full.length > 0) return false;
  const largest = Math.max(...[...one.series, ...other.series].flatMap(({ points }) => points.map(([, bytes]) => bytes)));
  return one.series.every(({ points }, index) => {
    const compared = other.series[index]?.points ?? [];
    const end = Math.max(points.at(-1)?.[0] ?? 0, compared.at(-1)?.[0] ?? 0);
    return Array.from({ length: 41 }, (_, step) => (end * step) / 40).every(
      (x) => Math.abs(valueAt(points, x) - valueAt(compared, x)) <= largest * sameShare,
    );
  });
}

/** The value of a line at some x: that of the last point before it. */
function valueAt(points: readonly PlotPoint[], x: number): number {
  return (points.findLast(([at]) => at <= x) ?? points[0])?.[1] ?? 0;
}

function anySetsFlags(measured: readonly MeasuredSample[]): boolean {
  return measured.some(({ capture }) => setsFlags(capture));
}

function captionOf(measured: readonly MeasuredSample[], { panels }: MemoryChart): string {
  const [{ capture }] = measured as [MeasuredSample];
  const quantity = capture.memory === 'resident set size' ? 'Resident set size' : 'WebAssembly heap, which only grows';
  const scale = measured.length > 1 ? ' All panels share one scale.' : '';
  const columns = panels.some(({ rounds }) => rounds !== undefined)
    ? ' Columns below a plot: what each round of the verdict added, in equal parts of CPU time.'
    : '';
  const bars = panels.some(({ judged }) => judged.length > 0)
    ? ' The bars at the foot mark the work that a verdict is about, where that is not all of the run.'
    : '';
  return (
    `${quantity}, ${runtimeNames(measured)}, one run for each condition.${scale} ` +
    `${anySetsFlags(measured) ? 'With the debug flags off, full' : 'Full'} collections are added in one run, ` +
    `to see what is still referenced.${columns}${bars}`
  );
}

function downloadLinks(name: string, hasCard: boolean): Markup {
  const csv = html`<a href="${name}.csv" download>CSV</a>`;
  const json = html`<a href="data.json" download>JSON</a>`;
  const svg = html`<a href="${name}.svg" download>SVG</a>`;
  // The first chart of a post is also drawn on its card.
  const png = hasCard ? html` · <a href="card.png" download>PNG</a>` : undefined;
  return html`<p class="downloads">Download: ${csv} · ${json} · ${svg}${png}</p>`;
}

/** Full collections that take less than this share of a run are not worth a figure. */
const minPauseShare = 0.1;

/** Memory over wall time, with the full collections of the first sample shaded; undefined if they take little of the time. */
function clockFigure(measured: readonly MeasuredSample[], id: string): Markup | undefined {
  const [first] = measured as [MeasuredSample];
  const run = first.capture.conditions['as-written'];
  const { full, elapsedMs, collected, counts } = run.collections;
  const length = run.points.at(-1)?.[0] ?? 0;
  const fullMs = full.reduce((sum, [, , pause]) => sum + pause, 0);
  // A record keeps a limited number of full collections: if it lacks some, their total time is unknown.
  if (full.length < 2 || full.length < counts[2] || fullMs < length * minPauseShare) return undefined;
  const share = Math.round((fullMs / length) * 100);
  const freed =
    run.garbage >= collected
      ? 'They freed nothing: what they found is kept in gc.garbage.'
      : `All collections together found ${formatCount(collected)} objects, in ${formatDuration(elapsedMs)}.`;
  const title = `${full.length} full collections take ${share} % of the time${run.garbage >= collected ? ', and free nothing' : ''}`;
  const max = Math.max(...measured.map(({ capture }) => capture.conditions['as-written'].wallMs));
  const time = `${formatDuration(fullMs)} of ${formatDuration(length)}`;
  const count = counts.reduce((sum, each) => sum + each, 0);
  const all = count === full.length ? '' : ` All ${formatCount(count)} collections take ${Math.round((elapsedMs / length) * 100)} %.`;
  const longest = pauseText(Math.max(...full.map(([, , pause]) => pause)));
  const chart: ClockChart = {
    id: `${id}-clock`,
    title,
    description: `${title}: ${time} as “${first.sample.name}” is written, the longest ${longest}.`,
    subtitle: `Shaded: ${full.length} full collections of “${first.sample.name}”, ${time}.${all} ${freed}`,
    series: measured.map(({ sample, capture }) => {
      const run = capture.conditions['as-written'];
      const points = overTime(run);
      return {
        name: sample.name,
        points,
        label: endLabel(run, points),
        note: `${formatDuration(run.wallMs)} in all`,
        ink: inkOf({ sample, capture }),
        endMs: run.wallMs,
      };
    }),
    pauses: full.map(([atMs, , pause]) => [atMs, pause] as const),
    x: clockAxis(max),
  };
  const heading = html`<h3 class="figure-title">${title}</h3>`;
  const charts = html`<div class="charts">${clockChart(chart, 'wide')}${clockChart(chart, 'narrow')}</div>`;
  const text = 'Memory over wall time, as written; the runs start together. Dotted: the interpreter shuts down.';
  const caption = html`<figcaption>${text}</figcaption>`;
  return html`<figure class="figure memory clock">${heading}${charts}${caption}</figure>`;
}

/** The memory of a run over wall time, child processes included, up to the program's end: [ms, bytes]. */
export function overTime(run: RunRecord): readonly PlotPoint[] {
  return moments(run).map(({ atMs, bytes }) => [atMs, bytes] as const);
}

/** The moments of a run up to the program's end; bytes include child processes, work is -1 where it is not counted. */
function moments({ points, children }: RunRecord): readonly { readonly atMs: number; readonly bytes: number; readonly work: number }[] {
  const own = points
    .filter(([, , , , , , , kind]) => kind !== 'X' && kind !== 'T')
    .map(([atMs, , rssBytes, , , work]) => ({ atMs, rssBytes, work: work ?? -1 }));
  const end = own.at(-1)?.atMs ?? 0;
  const between = (children?.points ?? []).flatMap(([atMs]) => {
    const last = own.findLast((moment) => moment.atMs <= atMs);
    return last === undefined || atMs > end ? [] : [{ ...last, atMs }];
  });
  const all = between.length === 0 ? own : [...own, ...between].toSorted((a, b) => a.atMs - b.atMs);
  return all.map(({ atMs, rssBytes, work }) => ({ atMs, work, bytes: rssBytes + childBytesAt(children, atMs) }));
}

/** A small chart of a post's samples as written, or without a collector if the first one's garbage is in cycles, which it says. */
export function sparkLine(measured: readonly MeasuredSample[]): Markup | undefined {
  if (measured.length === 0) return undefined;
  const [first] = measured as [MeasuredSample];
  const condition = judge(first.capture, first.sample).name === 'cycles' ? 'gc-disabled' : 'as-written';
  const names = measured
    .slice(0, maxInChart)
    .map(({ sample }) => sample.name)
    .join(' and ');
  const label = `Memory over time of ${names}, ${conditionPhrases[condition]}`;
  const line = spark(
    label,
    measured.slice(0, maxInChart).map((item) => ({ points: overTime(item.capture.conditions[condition]), ink: inkOf(item) })),
  );
  const peak = formatBytes(first.capture.conditions[condition].peakRssBytes);
  const note = condition === 'as-written' ? undefined : html`<small>${peak} ${conditionPhrases[condition]}</small>`;
  return html`<div class="spark-box">${line}${note}</div>`;
}

/** The horizontal axis of wall time, up to a number of milliseconds. */
const clockAxis = (max: number) => ({
  label: 'wall time since the first statement',
  max,
  format: (value: number) => (max < 2000 ? `${value} ms` : `${value / 1000} s`),
});
const formatWork = (value: number) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value));

/** All moments of all runs as CSV, one row each; with the run that counts every byte, where there is one. */
function pointsTable(measured: readonly MeasuredSample[]): string {
  const rows = measured.flatMap(({ sample, capture }) =>
    ([...conditions, 'traced'] as const).flatMap((condition) =>
      (capture.conditions[condition]?.points ?? []).map(([atMs, cpuMs, rssBytes, held, garbage, work, , , , , inUse]) => {
        const own = capture.held === 'traced bytes' || condition === 'traced' ? [null, held] : [held, null];
        const values = [sample.name, condition, atMs, cpuMs, rssBytes, ...own, inUse, garbage, work === -1 ? null : work];
        return values.map((value) => value ?? '').join(',');
      }),
    ),
  );
  const head = 'sample,condition,wall_ms,cpu_ms,memory_bytes,allocated_blocks,traced_bytes,c_in_use_bytes,gc_garbage,work';
  return `${[head, ...rows].join('\n')}\n`;
}

/** The Pythons of some runs: one name, or one for each sample where they are not the same. */
export function runtimeNames(measured: readonly MeasuredSample[]): string {
  const names = measured.map(({ capture }) => runtimeName(capture));
  if (new Set(names).size === 1) return names[0] as string;
  return measured.map(({ sample }, index) => `“${sample.name}” on ${names[index]}`).join(', ');
}

/** Whether the process grows where Python's own memory does: in one that was larger before, what comes finds room. */
function processGrows({ sample, capture }: MeasuredSample): boolean {
  const judged = judge(capture, sample).stretches.filter((each) => each.judged);
  return capture.memory !== 'resident set size' || judged.length === 0 || judged.some(({ measured }) => measured.offRss.growth.rise > 0);
}

/** The title of a memory chart, from the verdict on its first sample. */
function findingOf(measured: readonly MeasuredSample[]): string {
  const [first, last] = [measured[0], measured.at(-1)] as [MeasuredSample, MeasuredSample];
  const peak = ({ capture }: MeasuredSample, condition: Condition = 'as-written') =>
    formatBytes(capture.conditions[condition].peakRssBytes);
  const others = first === last ? '' : `, “${last.sample.name}” ${peak(last)}`;
  const leak = measured.find(({ sample, capture }) => ['leak', 'native-leak'].includes(judge(capture, sample).name));
  const isFlat = measured.every(({ capture }) => conditions.every((condition) => trend(capture, condition) === 'flat'));
  // The chart has the memory of processes that it started, too, and no verdict is about that.
  const isFamily = measured.some(({ capture }) => conditions.some((condition) => capture.conditions[condition].children !== undefined));
  const course = isFamily
    ? 'Its first process does not go on growing'
    : isFlat
      ? 'Flat in all three conditions'
      : 'It does not go on growing';
  const peaks = isFamily ? 'with all that it starts peaks at' : 'peaks at';
  const end = formatBytes(first.capture.conditions['as-written'].endRssBytes);
  switch (judge(first.capture, first.sample).name) {
    case 'debug-artifact':
      return `The leak is the instrument: ${peak(first)} with the debug flags, ${peak(first, 'debug-off')} without`;
    case 'leak':
      if (!processGrows(first))
        return `Python’s own memory grows within a process that does not: “${first.sample.name}” ends at ${end}${others}`;
      return `Memory grows and stays referenced: “${first.sample.name}” reaches ${peak(first)}${others}`;
    case 'native-leak':
      return `The process grows, Python’s own memory does not: “${first.sample.name}” reaches ${peak(first)}${others}`;
    case 'retained':
      return `Freed, but kept by the process: “${first.sample.name}” peaks at ${peak(first)} and ends at ${end}${others}`;
    case 'cycles':
      return `Only the collector frees it: ${peak(first)} with it, ${peak(first, 'gc-disabled')} without`;
    case 'no-leak':
      if (leak !== undefined) return `“${first.sample.name}” stops at ${peak(first)}, “${leak.sample.name}” goes on to ${peak(leak)}`;
      return `${course}: “${first.sample.name}” ${peaks} ${peak(first)}${others}`;
    case 'unclear':
      return `“${first.sample.name}” peaks at ${peak(first)}; why is unclear`;
  }
}

function readPanel(measured: readonly MeasuredSample[], condition: Condition, byWork: boolean): Panel {
  const [first] = measured as [MeasuredSample];
  // Flags that no sample sets need not be mentioned.
  const isPlain = condition === 'debug-off' && !anySetsFlags(measured);
  const [title, subtitle] = isPlain ? (['With full collections', 'added from time to time'] as const) : panelTitles[condition];
  return {
    title,
    subtitle,
    series: [
      ...measured.map((item) => readSeries(item, condition, byWork)),
      ...readInUse(first, condition, byWork),
      ...readOwn(first, condition, byWork),
    ],
    judged: measured
      .map((item, series) => ({ series, spans: readJudged(item, condition, byWork) }))
      .filter(({ spans }) => spans.length > 0),
    rounds: readRounds(measured, condition, byWork),
    strip: readStrip(first, condition, byWork, measured.length > 1),
  };
}

/**
 * The rounds that a verdict rests on, in the panel of their condition: of the first sample that grows, or else of the first one.
 * Undefined if it neither grows nor fills up.
 */
function readRounds(measured: readonly MeasuredSample[], condition: Condition, byWork: boolean): Rounds | undefined {
  const isBad = ({ sample, capture }: MeasuredSample) => verdictInks[judge(capture, sample).name] === 'bad';
  const item = measured.find(isBad) ?? (measured[0] as MeasuredSample);
  const { sample, capture } = item;
  const verdict = judge(capture, sample);
  const deciding = verdict.evidence.find(({ decided }) => decided);
  // The verdict may be about several stretches; evidence is of the first one.
  if (deciding === undefined || verdict.stretches.filter(({ judged }) => judged).length !== 1) return undefined;
  if (deciding.condition !== condition || deciding.growth.borders.length < 2) return undefined;
  const { growth, unit } = deciding;
  // What comes and goes has no course to show.
  if (!growth.grows && !growth.fades && growth.stops !== 'plateau') return undefined;
  const most = Math.max(1, ...growth.rounds);
  const { points } = capture.conditions[condition];
  const place = (border: number | undefined) => placeOf(points[border ?? 0], byWork);
  return {
    ink: inkOf(item),
    label: `${sample.name}: ${unit} that stay, by round`,
    text: describeRounds(growth, unit),
    columns: growth.rounds.map((round, index) => [place(growth.borders[index]), place(growth.borders[index + 1]), round / most] as const),
  };
}

/** Where a point of a run stands on the x axis. */
function placeOf(point: Point | undefined, byWork: boolean): number {
  return byWork ? Math.max(0, point?.[5] ?? 0) : (point?.[0] ?? 0);
}

/** Bars that would leave out less than this share of a run are not drawn: they look like all of it. */
const minLeftOutShare = 0.05;

/** The parts of a run that the verdict is about, as [from, to] on the x axis; empty if that is all of it. */
function readJudged({ sample, capture }: MeasuredSample, condition: Condition, byWork: boolean): readonly PlotPoint[] {
  const { points } = capture.conditions[condition];
  const place = (index: number) => placeOf(points[index], byWork);
  const spans = judge(capture, sample).stretches.flatMap(({ judged, measured: { byCondition } }) => {
    const stretch = byCondition[condition];
    return !judged || stretch === undefined ? [] : [[place(stretch.from), place(stretch.to)] as const];
  });
  const end = Math.max(...points.map((_, index) => place(index)));
  return spans.reduce((sum, [from, to]) => sum + to - from, 0) >= end * (1 - minLeftOutShare) ? [] : spans;
}

/** What the C library had in use, as a series of its own, if the verdict rests on it. */
function readInUse({ sample, capture }: MeasuredSample, condition: Condition, byWork: boolean): readonly Series[] {
  const { name } = judge(capture, sample);
  if (condition !== 'debug-off' || !isOutsidePython(name)) return [];
  const points = capture.conditions[condition].points.flatMap(([atMs, , , , , work, , kind, , , inUse]) =>
    inUse === null || kind === 'X' || kind === 'T' ? [] : [[byWork ? Math.max(0, work ?? 0) : atMs, inUse] as const],
  );
  const last = points.at(-1);
  if (last === undefined) return [];
  return [{ name: 'in use', points, label: formatBytes(last[1]), note: 'by the C library', ink: 'quiet', part: 'in-use' }];
}

/** What Python itself had asked for, as a series of its own, if the process tells another story: from the run that counts every byte. */
function readOwn({ sample, capture }: MeasuredSample, condition: Condition, byWork: boolean): readonly Series[] {
  const { name } = judge(capture, sample);
  const { traced } = capture.conditions;
  // That run is slower: only the work that was done is the same in both.
  if (condition !== 'debug-off' || traced === undefined || !byWork || !isOutsidePython(name)) return [];
  const points = traced.points.flatMap(([, , , held, , work, , kind]) =>
    held === null || work === null || work < 0 || kind === 'X' || kind === 'T' ? [] : [[work, held] as const],
  );
  const last = points.at(-1);
  if (last === undefined) return [];
  return [{ name: 'by Python', points, label: formatBytes(last[1]), note: '', ink: 'quiet', part: 'own' }];
}

function readSeries({ sample, capture }: MeasuredSample, condition: Condition, byWork: boolean): Series {
  const run = capture.conditions[condition];
  const points: (readonly [number, number])[] = [];
  let work = 0;
  for (const { atMs, bytes, work: count } of moments(run)) {
    work = Math.max(work, count);
    points.push([byWork ? work : atMs, bytes]);
  }
  const end = points.at(-1)?.[1] ?? 0;
  const endsLower = judge(capture, sample).name === 'retained' || end < run.peakRssBytes * clearlyLower;
  const label = endsLower ? formatBytes(end) : endLabel(run, points);
  const note = () => {
    if (endsLower) return `of ${formatBytes(run.peakRssBytes)} at most`;
    if (byWork && run.children !== undefined) return 'with all that it starts';
    if (!byWork) return run.limit === null ? totalTime(run) : `${endWords(run)} after ${formatDuration(run.wallMs)}`;
    // How much, in each step, is the verdict's to say: the process may grow by more than what is kept.
    return trend(capture, condition);
  };
  const full = byWork && trend(capture, condition) === 'levels off' ? levelFrom(points) : undefined;
  const moment = full === undefined ? undefined : { x: full, text: `level from ${formatCount(full)} on` };
  return { name: sample.name, points, label, note: note(), ink: inkOf({ sample, capture }), moment };
}

/** The colour of a sample's runs: that of its verdict. */
export function inkOf({ sample, capture }: MeasuredSample): Ink {
  return verdictInks[judge(capture, sample).name];
}

/** From which x on a line stays near its largest value, if that is not near an end of it. */
function levelFrom(points: readonly PlotPoint[]): number | undefined {
  const [start, most, end] = [points[0]?.[1] ?? 0, Math.max(...points.map(([, bytes]) => bytes)), points.at(-1)?.[0] ?? 0];
  const [x = 0] = points.find(([, bytes]) => bytes >= start + (most - start) * 0.99) ?? [];
  return x > end * 0.1 && x < end * 0.8 && most - start > maxFlatBytes * 4 ? x : undefined;
}

/** A line that ends below this share of its peak is named by its end. */
const clearlyLower = 0.9;

/** The label at the end of a line: the peak, called so if the line ends lower. */
function endLabel({ peakRssBytes }: RunRecord, points: readonly PlotPoint[]): string {
  const peak = formatBytes(peakRssBytes);
  return formatBytes(points.at(-1)?.[1] ?? 0) === peak ? peak : `peak ${peak}`;
}

/** The time of the whole run, with the interpreter's start and end: longer than the line shows. */
function totalTime({ wallMs }: RunRecord): string {
  return `${formatDuration(wallMs)} with its start and end`;
}

/** A rise up to this is flat: the interpreter itself needs as much. */
const maxFlatBytes = 1_000_000;

/** Whether a run grows to its end by the verdict's measure, has grown and stopped, or stays flat. */
function trend(capture: Capture, condition: Condition): 'grows' | 'levels off' | 'flat' {
  const { points } = capture.conditions[condition];
  const rose = (points.findLast(([, , , , , , , kind]) => kind !== 'X' && kind !== 'T')?.[2] ?? 0) - (points[0]?.[2] ?? 0);
  if (rose < maxFlatBytes) return 'flat';
  const quantities = [
    ['held', minGrowth[capture.held]],
    ['rss', minGrowth.rss],
    ['garbage', minGrowth.garbage],
  ] as const;
  return quantities.some(([quantity, min]) => measureGrowth(points, quantity, min).grows) ? 'grows' : 'levels off';
}

/** Collections that free fewer objects than this have done nothing worth telling. */
const minFreed = 1000;

function readStrip({ sample, capture }: MeasuredSample, condition: Condition, byWork: boolean, several: boolean): Strip {
  const { collections, points, garbage } = capture.conditions[condition];
  const [young, middle, full] = collections.counts;
  const prefix = several ? `${sample.name}: ` : '';
  if (condition === 'gc-disabled') return { text: `${prefix}no collection`, full: [], young: [] };
  const youngAt: number[] = [];
  let count = 0;
  for (const [atMs, , , , , work, soFar] of points) {
    if (soFar === null || soFar <= count) continue;
    count = soFar;
    youngAt.push(byWork ? Math.max(0, work ?? 0) : atMs);
  }
  const pauses = collections.full.reduce((sum, [, , pause]) => sum + pause, 0);
  const recorded = collections.full.length;
  const time = recorded < full ? `first ${formatCount(recorded)} shown` : `${pauseText(pauses)}${full === 1 ? '' : ' in all'}`;
  // Some are added in one condition.
  const own = condition === 'debug-off' ? ' of its own' : '';
  // With DEBUG_SAVEALL they free nothing.
  const isFreed = own === '' && collections.collected >= minFreed && garbage < collections.collected;
  const freed = isFreed ? `, ${formatCount(collections.collected)} objects freed` : '';
  const all = young + middle + full;
  const text =
    full > 0
      ? `${formatCount(full)} full ${full === 1 ? 'collection' : 'collections'}, ${time}`
      : `${all === 0 ? 'no' : formatCount(all)} ${all <= 1 ? 'collection' : 'collections'}${own}${freed}`;
  const fullAt = collections.full.map(([atMs, work, pause]) => [byWork ? Math.max(0, work) : atMs, pause] as const);
  return { text: prefix + text, young: youngAt, full: fullAt };
}

function dataTable(measured: readonly MeasuredSample[]): Markup {
  const rows = measured.flatMap(({ sample, capture }) =>
    conditions.map((condition) => {
      const run: RunRecord = capture.conditions[condition];
      const [young, middle, full] = run.collections.counts;
      const cells = [
        condition,
        formatBytes(run.peakRssBytes),
        formatBytes(run.endRssBytes),
        formatDuration(run.wallMs),
        `${formatCount(young + middle)} + ${formatCount(full)}`,
        formatCount(run.collections.collected),
      ];
      return html`<tr><th scope="row">${sample.name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
    }),
  );
  const names = ['sample', 'condition', 'peak', 'end', 'time', 'collections, young + full', 'objects found unreachable'];
  const heads = names.map((name) => html`<th scope="col">${name}</th>`);
  const table = html`<table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
  const region = html`<div class="scroll" tabindex="0" role="region" aria-label="The numbers of the chart">${table}</div>`;
  return html`<details class="data"><summary>The numbers</summary>${region}</details>`;
}

/** The highest count of work seen in any condition; -1 if the sample does not count its work. */
export function lastWork(capture: Capture): number {
  return Math.max(...conditions.flatMap((condition) => capture.conditions[condition].points.map(([, , , , , work]) => work ?? -1)));
}

/** The wall time of the longest run, in milliseconds. */
function longestMs(capture: Capture): number {
  return Math.max(...conditions.map((condition) => capture.conditions[condition].points.at(-1)?.[0] ?? 0));
}
