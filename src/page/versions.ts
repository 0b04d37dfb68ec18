import type { Capture } from '../capture/capture.ts';
import { minorOf } from '../capture/freshness.ts';
import { html, type Markup } from '../chart/markup.ts';
import { spark } from '../chart/spark.ts';
import type { Sample } from '../experiment/sample.ts';
import { verdictWords } from '../experiment/sample.ts';
import { total } from '../gclog/counts.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
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
  const bodies = groups.flatMap(([name, group]) => {
    if (group.length === 0) return [];
    const maxBytes = Math.max(...group.map(({ conditions }) => conditions['as-written'].peakRssBytes));
    const sorted = group.toSorted((a, b) => minorOf(a.runtime) - minorOf(b.runtime));
    const heading = html`<tr><th class="group" colspan="9" scope="rowgroup">${name}</th></tr>`;
    return [html`<tbody>${heading}${sorted.map((capture) => row(sample, capture, maxBytes))}</tbody>`];
  });
  const heads = [
    'Python',
    'verdict',
    'as written',
    'peak',
    'flags off',
    ...(sample.axis === undefined ? [] : ['objects per iteration']),
    'gc lines',
    'collections',
    'time',
  ].map((head) => html`<th scope="col">${head}</th>`);
  const heading = html`<h3 class="figure-title">${title}</h3>`;
  const table = html`<table><thead><tr>${heads}</tr></thead>${bodies}</table>`;
  const region = html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">${table}</div>`;
  const caption =
    'Charts: memory over time as written, those of one kind on one scale. Objects: what the program’s own collections found. ' +
    'Lines: what the collector printed while the program ran.';
  return html`<figure class="figure versions">${heading}${region}<figcaption>${caption}</figcaption></figure>`;
}

function row(sample: Sample, capture: Capture, maxBytes: number): Markup {
  const { 'as-written': written, 'debug-off': off } = capture.conditions;
  const { name } = judge(capture, sample);
  const work = lastWork(capture) + 1;
  const { counts, collected } = written.collections;
  const cells = [
    spark(`Memory over time on ${capture.python}`, [{ points: overTime(written), ink: inkOf({ sample, capture }) }], maxBytes),
    formatBytes(written.peakRssBytes),
    formatBytes(off.peakRssBytes),
    ...(sample.axis === undefined ? [] : [work > 0 ? (collected / work).toFixed(1) : '']),
    formatCount(total(written.log.runTypes)),
    formatCount(counts.reduce((sum, count) => sum + count, 0)),
    formatDuration(written.wallMs),
  ].map((cell) => html`<td>${cell}</td>`);
  const verdict = html`<td class="verdict-${name}"><span class="badge">${verdictWords[name]}</span></td>`;
  return html`<tr><th scope="row">${capture.python}</th>${verdict}${cells}</tr>`;
}
