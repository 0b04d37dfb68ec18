import type { Capture } from '../capture/capture.ts';
import { minorOf } from '../capture/freshness.ts';
import { html, type Markup } from '../chart/markup.ts';
import { spark } from '../chart/spark.ts';
import type { Sample } from '../experiment/sample.ts';
import { verdictWords } from '../experiment/sample.ts';
import { total } from '../gclog/counts.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { setsFlags } from '../verdict/sentences.ts';
import { judge } from '../verdict/verdict.ts';
import { inkOf, lastWork, overTime } from './memory.ts';

/** A table of one sample on all Pythons with a fresh record; WebAssembly is a group of its own, as its memory only grows. */
export function versionsFigure(sample: Sample, captures: readonly Capture[]): Markup {
  const groups = [
    ['CPython', captures.filter(({ runtime }) => runtime.startsWith('cpython'))],
    ['CPython compiled to WebAssembly (Pyodide): its heap only grows', captures.filter(({ runtime }) => runtime.startsWith('pyodide'))],
  ] as const;
  const verdicts = new Set(captures.map((capture) => judge(capture, sample).name));
  const title =
    captures.length === 1
      ? `“${sample.name}” on one Python so far`
      : verdicts.size === 1
        ? `“${sample.name}” on ${captures.length} Pythons: the same verdict`
        : `“${sample.name}” on ${captures.length} Pythons: ${verdicts.size} verdicts`;
  const columns = columnsOf(sample, captures);
  const bodies = groups.flatMap(([name, group]) => {
    if (group.length === 0) return [];
    const maxBytes = Math.max(...group.map(({ conditions }) => conditions['as-written'].peakRssBytes));
    const sorted = group.toSorted((a, b) => minorOf(a.runtime) - minorOf(b.runtime));
    const heading = html`<tr><th class="group" colspan="${columns.length + 3}" scope="rowgroup">${name}</th></tr>`;
    return [html`<tbody>${heading}${sorted.map((capture) => row(sample, capture, columns, maxBytes))}</tbody>`];
  });
  const heads = html`${['Python', 'verdict', 'as written'].map((head) => html`<th scope="col">${head}</th>`)}${columns.map(
    ({ head }) => html`<th scope="col" class="number">${head}</th>`,
  )}`;
  const heading = html`<h3 class="figure-title">${title}</h3>`;
  const table = html`<table><thead><tr>${heads}</tr></thead>${bodies}</table>`;
  const region = html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">${table}</div>`;
  const caption =
    'Charts: memory over time as written, those of one kind on one scale. Objects: what the program’s own collections found. ' +
    'Lines: what the collector printed while the program ran.';
  return html`<figure class="figure versions">${heading}${region}<figcaption>${caption}</figcaption></figure>`;
}

/** A column of numbers. */
interface Column {
  readonly head: string;
  readonly text: (capture: Capture) => string;
}

/** The columns of numbers; those of the collector that are the same on all Pythons tell nothing, and are left out. */
function columnsOf(sample: Sample, captures: readonly Capture[]): readonly Column[] {
  const written = ({ conditions }: Capture) => conditions['as-written'];
  const all: readonly Column[] = [
    {
      head: 'objects per iteration',
      text: (capture) => {
        const work = lastWork(capture) + 1;
        return work > 0 ? (written(capture).collections.collected / work).toFixed(1) : '';
      },
    },
    { head: 'gc lines', text: (capture) => formatCount(total(written(capture).log.runTypes)) },
    { head: 'collections', text: (capture) => formatCount(written(capture).collections.counts.reduce((sum, count) => sum + count, 0)) },
  ];
  const ofCollector = sample.axis === undefined ? all.slice(1) : all;
  return [
    { head: 'peak', text: (capture) => formatBytes(written(capture).peakRssBytes) },
    {
      head: captures.some(setsFlags) ? 'flags off' : 'fully collected',
      text: (capture) => formatBytes(capture.conditions['debug-off'].peakRssBytes),
    },
    ...ofCollector.filter(({ text }) => captures.length === 1 || new Set(captures.map(text)).size > 1),
    { head: 'time', text: (capture) => formatDuration(written(capture).wallMs) },
  ];
}

function row(sample: Sample, capture: Capture, columns: readonly Column[], maxBytes: number): Markup {
  const { name } = judge(capture, sample);
  const points = overTime(capture.conditions['as-written']);
  const line = spark(`Memory over time on ${capture.python}`, [{ points, ink: inkOf({ sample, capture }) }], maxBytes);
  const cells = columns.map(({ text }) => html`<td class="number">${text(capture)}</td>`);
  const verdict = html`<td class="verdict-${name}"><span class="badge">${verdictWords[name]}</span></td>`;
  return html`<tr><th scope="row">${capture.python}</th>${verdict}<td>${line}</td>${cells}</tr>`;
}
