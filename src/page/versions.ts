import type { Capture } from '../capture/capture.ts';
import { minorOf } from '../capture/freshness.ts';
import { html, type Markup } from '../chart/markup.ts';
import { spark } from '../chart/spark.ts';
import type { Sample } from '../experiment/sample.ts';
import { total } from '../gclog/counts.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { judge } from '../verdict/verdict.ts';
import { lastWork, overTime } from './memory.ts';
import { verdictWords } from './verdict.ts';

/** The same sample on every Python that it has a fresh record of, WebAssembly apart: its memory is of another kind. */
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
    const largest = Math.max(...group.map(({ conditions }) => conditions['as-written'].peakRssBytes));
    return [
      html`<tbody><tr><th class="group" colspan="9" scope="rowgroup">${name}</th></tr>${group.toSorted((a, b) => minorOf(a.runtime) - minorOf(b.runtime)).map((capture) => row(sample, capture, largest))}</tbody>`,
    ];
  });
  const unit = sample.axis === undefined ? undefined : html`<th scope="col">objects per iteration</th>`;
  return html`<figure class="figure versions"><h3 class="figure-title">${title}</h3><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr><th scope="col">Python</th><th scope="col">verdict</th><th scope="col">as written</th><th scope="col">peak</th><th scope="col">flags off</th>${unit}<th scope="col">gc lines</th><th scope="col">collections</th><th scope="col">time</th></tr></thead>${bodies}</table></div><figcaption>Charts: memory over time as written, those of one kind on one scale. Objects: what the program’s own collections found. Lines: what the collector printed while the program ran.</figcaption></figure>`;
}

function row(sample: Sample, capture: Capture, largest: number): Markup {
  const { 'as-written': written, 'debug-off': off } = capture.conditions;
  const { name } = judge(capture, sample);
  const work = lastWork(capture) + 1;
  const { counts, collected } = written.collections;
  const objects = sample.axis === undefined ? undefined : html`<td>${work > 0 ? (collected / work).toFixed(1) : ''}</td>`;
  const line = spark(`Memory over time on ${capture.python}`, [overTime(written)], largest);
  return html`<tr><th scope="row">${capture.python}</th><td class="verdict-${name}"><span class="badge">${verdictWords[name]}</span></td><td>${line}</td><td>${formatBytes(written.peakRssBytes)}</td><td>${formatBytes(off.peakRssBytes)}</td>${objects}<td>${formatCount(total(written.log.runTypes))}</td><td>${formatCount(counts.reduce((sum, count) => sum + count, 0))}</td><td>${formatDuration(written.wallMs)}</td></tr>`;
}
