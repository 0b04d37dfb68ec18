import { readFileSync } from 'node:fs';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { childBytesAt } from '../capture/children.ts';
import { measureGrowth } from '../capture/growth.ts';
import { minGrowth } from '../capture/tolerance.ts';
import { clockChart, type ClockChart } from '../chart/clock-chart.ts';
import { html, type Markup } from '../chart/markup.ts';
import { memoryChart, type MemoryChart, type Panel, type Series, type Strip } from '../chart/memory-chart.ts';
import { pauseText, type PlotPoint } from '../chart/plot.ts';
import { spark } from '../chart/spark.ts';
import { standalone } from '../chart/standalone.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { endWords } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { mostInChart } from '../post/figures/figure.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { conditionPhrases, judge } from '../verdict/verdict.ts';

/** A sample and the record that a page shows of it. */
export interface Measured {
  readonly sample: Sample;
  readonly capture: Capture;
}

const panelTitles: Readonly<Record<Condition, readonly [title: string, subtitle: string]>> = {
  'as-written': ['As written', 'as a reader would run it'],
  'debug-off': ['Debug flags off', 'gc.set_debug does nothing'],
  'gc-disabled': ['Collector disabled', 'nothing frees cycles'],
};

/** A file that stands beside a post. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

/** A figure, its finding, and the files that it links to. */
export interface MemoryFigure {
  readonly markup: Markup;
  readonly finding: string;
  readonly files: readonly PageFile[];
  /** The chart for a post's card, an SVG document. */
  readonly card: string;
}

const rules = readFileSync(new URL('../chart/chart.css', import.meta.url), 'utf8');

/** The memory of some samples, one panel for each condition; all are of one runtime. */
export function memoryFigure(measured: readonly Measured[], id: string): MemoryFigure {
  const byWork = measured.every(({ sample, capture }) => sample.axis !== undefined && lastWork(capture) > 0);
  const max = Math.max(...measured.map(({ capture }) => (byWork ? lastWork(capture) : longestMs(capture))));
  const [first] = measured as [Measured];
  const finding = findingOf(measured);
  const chart: MemoryChart = {
    id,
    title: finding,
    description: measured.map(({ sample, capture }) => `${sample.name}: ${judge(capture, sample).sentence}`).join(' '),
    panels: conditions.map((condition) => readPanel(measured, condition, byWork)),
    x: byWork
      ? { label: `work done (${first.sample.axis})`, max, format: formatWork }
      : { label: clockLabel, max, format: clockFormat(max) },
  };
  const { capture } = first;
  const caption = `${capture.memory === 'resident set size' ? 'Resident set size' : 'WebAssembly heap, which only grows'}, ${runtimeName(capture)}, one run for each condition.${measured.length > 1 ? ' All panels share one scale.' : ''} With the debug flags off, Leaklog also collects in full from time to time, to see what is still referenced.${chart.panels.some(({ judged }) => judged.length > 0) ? ' The bars at the foot mark the work that a verdict is about, where that is not all of the run.' : ''}`;
  const name = `memory-${measured.map(({ sample }) => sample.name).join('-')}`;
  const wide = memoryChart(chart, 'wide');
  const files = [
    { name: `${name}.svg`, text: standalone(wide, rules) },
    { name: `${name}.csv`, text: pointsTable(measured) },
  ];
  const links = html`<p class="downloads">Download: <a href="${name}.csv" download>CSV</a> · <a href="data.json" download>JSON</a> · <a href="${name}.svg" download>SVG</a></p>`;
  const markup = html`<figure class="figure memory"><h3 class="figure-title">${finding}</h3><div class="charts" data-unit="${byWork ? first.sample.axis : 'at ms'}">${wide}${memoryChart(chart, 'narrow')}</div><figcaption>${caption}</figcaption>${dataTable(measured)}${links}</figure>${clockFigure(measured, id)}`;
  return { markup, finding, files, card: standalone(memoryChart(chart, 'card'), rules) };
}

/** Collections that take less than this share of a run are no finding. */
const leastPauseShare = 0.1;

/** What the full collections of the first sample cost, against the clock; nothing where they cost little. */
function clockFigure(measured: readonly Measured[], id: string): Markup | undefined {
  const [first] = measured as [Measured];
  const run = first.capture.conditions['as-written'];
  const { full, elapsedMs, collected, counts } = run.collections;
  const length = run.points.at(-1)?.[0] ?? 0;
  const fullMs = full.reduce((sum, [, , pause]) => sum + pause, 0);
  // How long those took that a record does not tell of, nobody knows.
  if (full.length < 2 || full.length < counts[2] || fullMs < length * leastPauseShare) return undefined;
  const share = Math.round((fullMs / length) * 100);
  const freed =
    run.garbage >= collected
      ? 'They freed nothing: what they found is kept in gc.garbage.'
      : `All collections together found ${formatCount(collected)} objects, in ${formatDuration(elapsedMs)}.`;
  const title = `${full.length} full collections take ${share} % of the time${run.garbage >= collected ? ', and free nothing' : ''}`;
  const max = Math.max(...measured.map(({ capture }) => capture.conditions['as-written'].points.at(-1)?.[0] ?? 0));
  const chart: ClockChart = {
    id: `${id}-clock`,
    title,
    description: `${title}: ${formatDuration(fullMs)} of ${formatDuration(length)} as “${first.sample.name}” is written, the longest ${pauseText(Math.max(...full.map(([, , pause]) => pause)))}.`,
    subtitle: `Shaded: ${full.length} full collections of “${first.sample.name}”, ${formatDuration(fullMs)} of ${formatDuration(length)}. ${freed}`,
    series: measured.map(({ sample, capture }) => {
      const run = capture.conditions['as-written'];
      const points = overTime(run);
      return { name: sample.name, points, label: endLabel(run, points), note: wholeTime(run) };
    }),
    pauses: full.map(([atMs, , pause]) => [atMs, pause] as const),
    x: { label: clockLabel, max, format: clockFormat(max) },
  };
  return html`<figure class="figure memory clock"><h3 class="figure-title">${title}</h3><div class="charts">${clockChart(chart, 'wide')}${clockChart(chart, 'narrow')}</div><figcaption>As written, all runs on one clock.</figcaption></figure>`;
}

/** The memory of a run over wall time, up to the program's end, with that of the processes it started: [ms, bytes]. */
export function overTime(run: RunRecord): readonly PlotPoint[] {
  return moments(run).map(({ atMs, bytes }) => [atMs, bytes] as const);
}

/** The moments of a run up to the program's end, with what the processes had that it started. */
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

/** The shape of a post at a glance: its samples as they are written, or, where only the collector frees, without it. */
export function sparkLine(measured: readonly Measured[]): Markup | undefined {
  if (measured.length === 0) return undefined;
  const [first] = measured as [Measured];
  const condition = judge(first.capture, first.sample).name === 'cycles' ? 'gc-disabled' : 'as-written';
  const names = measured
    .slice(0, mostInChart)
    .map(({ sample }) => sample.name)
    .join(' and ');
  const label = `Memory over time of ${names}, ${conditionPhrases[condition]}`;
  return spark(
    label,
    measured.slice(0, mostInChart).map(({ capture }) => overTime(capture.conditions[condition])),
  );
}

const clockLabel = 'wall time since the first statement';
const clockFormat = (max: number) => (value: number) => (max < 2000 ? `${value} ms` : `${value / 1000} s`);
const formatWork = (value: number) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value));

/** Every moment of every run, a row each. */
function pointsTable(measured: readonly Measured[]): string {
  const rows = measured.flatMap(({ sample, capture }) =>
    conditions.flatMap((condition) =>
      capture.conditions[condition].points.map(([atMs, cpuMs, rssBytes, held, garbage, work]) =>
        [sample.name, condition, atMs, cpuMs, rssBytes, held, garbage, work === -1 ? null : work].map((value) => value ?? '').join(','),
      ),
    ),
  );
  const held = measured[0]?.capture.held === 'traced bytes' ? 'traced_bytes' : 'allocated_blocks';
  return `${[`sample,condition,wall_ms,cpu_ms,memory_bytes,${held},gc_garbage,work`, ...rows].join('\n')}\n`;
}

/** `CPython 3.11.7 on linux-x64`, and how it collects where that is not by generations. */
export function runtimeName({ runtime, python, platform, collector }: Capture): string {
  const name = runtime.startsWith('pyodide') ? `Pyodide ${python} (WebAssembly)` : `CPython ${python} on ${platform}`;
  return `${name}${collectorWords[collector]}`;
}

const collectorWords: Readonly<Record<Capture['collector'], string>> = {
  generational: '',
  incremental: ', with the incremental collector',
  'free-threaded': ', free-threaded',
};

/** The finding of a chart, from the verdict of its first sample. */
function findingOf(measured: readonly Measured[]): string {
  const [first, last] = [measured[0], measured.at(-1)] as [Measured, Measured];
  const peak = ({ capture }: Measured, condition: Condition = 'as-written') => formatBytes(capture.conditions[condition].peakRssBytes);
  const others = first === last ? '' : `, “${last.sample.name}” ${peak(last)}`;
  const leak = measured.find(({ sample, capture }) => ['leak', 'native-leak'].includes(judge(capture, sample).name));
  const flat = measured.every(({ capture }) => conditions.every((condition) => trend(capture, condition) === 'flat'));
  switch (judge(first.capture, first.sample).name) {
    case 'debug-artifact':
      return `The leak is the instrument: ${peak(first)} with the debug flags, ${peak(first, 'debug-off')} without`;
    case 'leak':
      return `Memory grows and stays referenced: “${first.sample.name}” reaches ${peak(first)}${others}`;
    case 'native-leak':
      return `The process grows, Python’s own memory does not: “${first.sample.name}” reaches ${peak(first)}${others}`;
    case 'retained':
      return `Freed, but kept by the process: “${first.sample.name}” peaks at ${peak(first)} and ends at ${formatBytes(first.capture.conditions['as-written'].endRssBytes)}${others}`;
    case 'cycles':
      return `Only the collector frees it: ${peak(first)} with it, ${peak(first, 'gc-disabled')} without`;
    case 'no-leak':
      if (leak !== undefined) return `“${first.sample.name}” stops at ${peak(first)}, “${leak.sample.name}” goes on to ${peak(leak)}`;
      return `${flat ? 'Flat in all three conditions' : 'It does not go on growing'}: “${first.sample.name}” peaks at ${peak(first)}${others}`;
    case 'unclear':
      return `“${first.sample.name}” peaks at ${peak(first)}; why is unclear`;
  }
}

function readPanel(measured: readonly Measured[], condition: Condition, byWork: boolean): Panel {
  const [title, subtitle] = panelTitles[condition];
  const [first] = measured as [Measured];
  return {
    title,
    subtitle,
    series: [...measured.map((item) => readSeries(item, condition, byWork)), ...readInUse(first, condition, byWork)],
    judged: measured
      .map((item, series) => ({ series, spans: readJudged(item, condition, byWork) }))
      .filter(({ spans }) => spans.length > 0),
    strip: readStrip(first, condition, byWork, measured.length > 1),
    remark: condition === 'gc-disabled' ? [] : readRemark(first, condition),
  };
}

/** A stretch that leaves out less than this of a run is all of it to the eye. */
const leastLeftOut = 0.05;

/** Where a run was judged, on the x axis; nothing where that is all of it. */
function readJudged({ sample, capture }: Measured, condition: Condition, byWork: boolean): readonly PlotPoint[] {
  const { points } = capture.conditions[condition];
  const place = (index: number) => (byWork ? Math.max(0, points[index]?.[5] ?? 0) : (points[index]?.[0] ?? 0));
  const spans = judge(capture, sample).stretches.flatMap(({ judged, measured: { twins } }) => {
    const twin = twins[condition];
    return !judged || twin === undefined ? [] : [[place(twin.from), place(twin.to)] as const];
  });
  const end = Math.max(...points.map((_, index) => place(index)));
  return spans.reduce((sum, [from, to]) => sum + to - from, 0) >= end * (1 - leastLeftOut) ? [] : spans;
}

/** What the C library had in use, where that is what a verdict rests on. */
function readInUse({ sample, capture }: Measured, condition: Condition, byWork: boolean): readonly Series[] {
  const { name } = judge(capture, sample);
  if (condition !== 'debug-off' || (name !== 'retained' && name !== 'native-leak')) return [];
  const points = capture.conditions[condition].points.flatMap(([atMs, , , , , work, , kind, , , inUse]) =>
    inUse === null || kind === 'X' || kind === 'T' ? [] : [[byWork ? Math.max(0, work ?? 0) : atMs, inUse] as const],
  );
  const last = points.at(-1);
  return last === undefined ? [] : [{ name: 'in use', points, label: formatBytes(last[1]), note: 'by the C library', part: 'in-use' }];
}

/** What the collector did while memory stayed low. */
function readRemark({ capture }: Measured, condition: Condition): readonly string[] {
  const { counts, collected } = capture.conditions[condition].collections;
  if (collected < 1000) return [];
  return [`its own ${formatCount(counts.reduce((sum, count) => sum + count, 0))} collections`, `freed ${formatCount(collected)} objects`];
}

function readSeries({ sample, capture }: Measured, condition: Condition, byWork: boolean): Series {
  const run = capture.conditions[condition];
  const points: (readonly [number, number])[] = [];
  let work = 0;
  for (const { atMs, bytes, work: count } of moments(run)) {
    work = Math.max(work, count);
    points.push([byWork ? work : atMs, bytes]);
  }
  const [start, end] = [points[0]?.[1] ?? 0, points.at(-1)?.[1] ?? 0];
  const towards = trend(capture, condition);
  const isKept = judge(capture, sample).name === 'retained';
  const label = isKept ? formatBytes(end) : endLabel(run, points);
  return {
    name: sample.name,
    points,
    label,
    note: isKept
      ? `of ${formatBytes(run.peakRssBytes)} at most`
      : byWork
        ? towards === 'grows' && work > 0
          ? `+${formatBytes((end - start) / work)} per iteration`
          : towards
        : run.limit === null
          ? wholeTime(run)
          : `${endWords(run)} after ${formatDuration(run.wallMs)}`,
  };
}

/** What stands at the end of a line: its peak, said to be one where the line ends lower. */
function endLabel({ peakRssBytes }: RunRecord, points: readonly PlotPoint[]): string {
  const peak = formatBytes(peakRssBytes);
  return formatBytes(points.at(-1)?.[1] ?? 0) === peak ? peak : `peak ${peak}`;
}

/** A line is of the program alone: its start and its shutdown take time, too. */
function wholeTime({ wallMs }: RunRecord): string {
  return `${formatDuration(wallMs)} in all`;
}

/** What a unit of work costs as written; undefined where the sample does not count its work. */
export function paceOf({ sample, capture }: Measured): string | undefined {
  const work = lastWork(capture);
  if (sample.axis === undefined || work <= 0) return undefined;
  return readSeries({ sample, capture }, 'as-written', true).note;
}

/** So much more than at the start is still flat: an interpreter needs it for itself. */
const flatBytes = 1_000_000;

/** Whether a run grows to its end by the verdict's measure, has grown and stopped, or has done neither. */
function trend(capture: Capture, condition: Condition): 'grows' | 'levels off' | 'flat' {
  const { points } = capture.conditions[condition];
  const rose = (points.findLast(([, , , , , , , kind]) => kind !== 'X' && kind !== 'T')?.[2] ?? 0) - (points[0]?.[2] ?? 0);
  if (rose < flatBytes) return 'flat';
  const grows = [
    ['held', minGrowth[capture.held]],
    ['rss', minGrowth.rss],
    ['garbage', minGrowth.garbage],
  ] as const;
  return grows.some(([quantity, least]) => measureGrowth(points, quantity, least).grows) ? 'grows' : 'levels off';
}

function readStrip({ sample, capture }: Measured, condition: Condition, byWork: boolean, several: boolean): Strip {
  const { collections, points } = capture.conditions[condition];
  const [young, middle, full] = collections.counts;
  const of = several ? `${sample.name}: ` : '';
  if (condition === 'gc-disabled') return { text: `${of}no collection`, needles: [], ticks: [] };
  const ticks: number[] = [];
  let count = 0;
  for (const [atMs, , , , , work, soFar] of points) {
    if (soFar === null || soFar <= count) continue;
    count = soFar;
    ticks.push(byWork ? Math.max(0, work ?? 0) : atMs);
  }
  const pauses = collections.full.reduce((sum, [, , pause]) => sum + pause, 0);
  const told = collections.full.length;
  const time = told < full ? `first ${formatCount(told)} shown` : `${pauseText(pauses)}${full === 1 ? '' : ' in all'}`;
  const fullText = full === 0 ? 'no full collection' : `${formatCount(full)} full ${full === 1 ? 'collection' : 'collections'}, ${time}`;
  const own = condition === 'debug-off' ? ' of its own' : '';
  const text = young + middle + full === 0 ? `${of}no collection${own}` : `${of}${fullText}${full === 0 ? own : ''}`;
  return { text, ticks, needles: collections.full.map(([atMs, work, pause]) => [byWork ? Math.max(0, work) : atMs, pause] as const) };
}

function dataTable(measured: readonly Measured[]): Markup {
  const rows = measured.flatMap(({ sample, capture }) =>
    conditions.map((condition) => {
      const run: RunRecord = capture.conditions[condition];
      const [young, middle, full] = run.collections.counts;
      return html`<tr><th scope="row">${sample.name}</th><td>${condition}</td><td>${formatBytes(run.peakRssBytes)}</td><td>${formatBytes(run.endRssBytes)}</td><td>${formatDuration(run.wallMs)}</td><td>${formatCount(young + middle)} + ${formatCount(full)}</td><td>${formatCount(run.collections.collected)}</td></tr>`;
    }),
  );
  return html`<details class="data"><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="The numbers of the chart"><table><thead><tr><th scope="col">sample</th><th scope="col">condition</th><th scope="col">peak</th><th scope="col">end</th><th scope="col">time</th><th scope="col">collections, young + full</th><th scope="col">objects found unreachable</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

/** How far a sample was seen to count its work, in whichever condition; -1 where it does not. */
export function lastWork(capture: Capture): number {
  return Math.max(...conditions.flatMap((condition) => capture.conditions[condition].points.map(([, , , , , work]) => work ?? -1)));
}

function longestMs(capture: Capture): number {
  return Math.max(...conditions.map((condition) => capture.conditions[condition].points.at(-1)?.[0] ?? 0));
}
