import type { Capture, RunRecord } from '../capture/capture.ts';
import { html, type Markup } from '../chart/markup.ts';
import { memoryChart, type MemoryChart, type Panel, type Series, type Strip } from '../chart/memory-chart.ts';
import type { Sample } from '../post/sample.ts';
import { conditions, type Condition } from '../post/value.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { judge } from '../verdict/verdict.ts';

/** A sample and the record that a page shows of it. */
export interface Measured {
  readonly sample: Sample;
  readonly capture: Capture;
}

const panelTitles: Readonly<Record<Condition, readonly [title: string, subtitle: string]>> = {
  'as-written': ['As written', 'what a reader sees on running it'],
  'debug-off': ['Debug flags off', 'what the program itself keeps'],
  'gc-disabled': ['Collector disabled', 'what only the collector frees'],
};

/** The memory of some samples, one panel for each condition; all are of one runtime. */
export function memoryFigure(measured: readonly Measured[], id: string): Markup {
  const [first] = measured;
  if (first === undefined) return html``;
  const byWork = measured.every(({ sample, capture }) => sample.axis !== undefined && lastWork(capture) > 0);
  const max = Math.max(...measured.map(({ capture }) => (byWork ? lastWork(capture) : longestMs(capture))));
  const chart: MemoryChart = {
    id,
    title: findingOf(measured),
    description: measured.map(({ sample, capture }) => `${sample.name}: ${judge(capture, sample.exit).sentence}`).join(' '),
    panels: conditions.map((condition) => readPanel(measured, condition, byWork)),
    x: byWork
      ? { label: `work done (${first.sample.axis})`, max, format: (value) => (value >= 1000 ? `${value / 1000}k` : String(value)) }
      : { label: 'wall time since the first statement', max, format: (value) => (max < 2000 ? `${value} ms` : `${value / 1000} s`) },
  };
  const { capture } = first;
  const caption = `${capture.memory === 'resident set size' ? 'Resident set size' : 'WebAssembly heap, which only grows'}, ${runtimeName(capture)}, one run for each condition.`;
  return html`<figure class="figure memory"><h3 class="figure-title">${chart.title}</h3><div class="charts">${memoryChart(chart)}</div><figcaption>${caption} ${measured.length > 1 ? 'All panels share one scale.' : ''}</figcaption>${dataTable(measured)}</figure>`;
}

/** `CPython 3.11.7 on linux-x64`. */
export function runtimeName({ runtime, python, platform }: Capture): string {
  return runtime.startsWith('pyodide') ? `Pyodide ${python} (WebAssembly)` : `CPython ${python} on ${platform}`;
}

/** The finding of a chart, from the verdict of its first sample. */
function findingOf(measured: readonly Measured[]): string {
  const [first, last] = [measured[0], measured.at(-1)] as [Measured, Measured];
  const peak = ({ capture }: Measured, condition: Condition = 'as-written') => formatBytes(capture.conditions[condition].peakRssBytes);
  const others = first === last ? '' : `, “${last.sample.name}” ${peak(last)}`;
  switch (judge(first.capture, first.sample.exit).name) {
    case 'debug-artifact':
      return `The leak is the instrument: ${peak(first)} with the debug flags, ${peak(first, 'debug-off')} without`;
    case 'leak':
      return `Memory grows and stays referenced: “${first.sample.name}” ends at ${peak(first)}${others}`;
    case 'native-leak':
      return `The process grows, Python’s own memory does not: “${first.sample.name}” ends at ${peak(first)}${others}`;
    case 'cycles':
      return `Only the collector frees it: ${peak(first)} with it, ${peak(first, 'gc-disabled')} without`;
    case 'no-leak':
      return `Flat in all three conditions: “${first.sample.name}” peaks at ${peak(first)}${others}`;
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
    series: measured.map((item) => readSeries(item, condition, byWork)),
    strip: readStrip(first, condition, byWork, measured.length > 1),
  };
}

function readSeries({ sample, capture }: Measured, condition: Condition, byWork: boolean): Series {
  const run = capture.conditions[condition];
  const points: (readonly [number, number])[] = [];
  let work = 0;
  for (const [atMs, , rssBytes, , , count, , kind] of run.points) {
    if (kind === 'X') continue;
    work = Math.max(work, count ?? -1);
    points.push([byWork ? work : atMs, rssBytes]);
  }
  const [start, end] = [points[0]?.[1] ?? 0, points.at(-1)?.[1] ?? 0];
  return { name: sample.name, points, label: formatBytes(run.peakRssBytes), note: byWork ? pace(end - start, work) : run.limit === null ? formatDuration(run.wallMs) : `ended at its limit of ${run.limit}` };
}

/** How much a unit of work costs; under a page in all is flat noise. */
function pace(bytes: number, work: number): string {
  if (work === 0 || Math.abs(bytes) < 1_000_000 || bytes / work < 1) return 'flat';
  return `+${formatBytes(bytes / work)} per iteration`;
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
  const text = `${of}${formatCount(full)} full and ${formatCount(young + middle)} young collections`;
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

function lastWork(capture: Capture): number {
  return Math.max(...conditions.flatMap((condition) => capture.conditions[condition].points.map(([, , , , , work]) => work ?? -1)));
}

function longestMs(capture: Capture): number {
  return Math.max(...conditions.map((condition) => capture.conditions[condition].points.at(-1)?.[0] ?? 0));
}
