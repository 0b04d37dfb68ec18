import { html, type Markup } from '../chart/markup.ts';
import { isOutsidePython } from '../experiment/sample.ts';
import type { regionKinds, Regions } from '../run/marks.ts';
import { formatBytes, formatCount } from '../verdict/format.ts';
import { setsFlags } from '../verdict/sentences.ts';
import { judge } from '../verdict/verdict.ts';
import type { MeasuredSample } from './memory.ts';

type Kind = (typeof regionKinds)[number];

/** What each kind of mapping is, in the order of the table. */
const words: Readonly<Record<Kind, string>> = {
  heap: 'malloc’s heap',
  python: 'Python’s own arenas',
  anonymous: 'other memory without a file: Python’s own arenas, and malloc’s further arenas and large blocks',
  shared: 'shared memory',
  files: 'programs and libraries',
  stack: 'the stack',
};

/** A row with less than this at every moment says nothing. */
const minBytes = 1e6;
/** The most arenas that are listed. */
const maxArenas = 4;

/**
 * Where the memory of a process is, by region (proc_pid_smaps(5)) and by malloc's arenas (malloc_info(3)), folded away: of a
 * sample whose process keeps what Python does not; undefined for others, and where it was not recorded.
 */
export function regionsTable({ sample, capture }: MeasuredSample): Markup | undefined {
  const { regions } = capture.conditions['debug-off'];
  if (regions === undefined || !isOutsidePython(judge(capture, sample).name)) return undefined;
  const { start, end, trimmed } = regions;
  const row = (label: string, sizes: readonly (number | undefined)[]) => {
    const cells = sizes.map((bytes) => html`<td>${bytes === undefined ? '' : formatBytes(bytes)}</td>`);
    return html`<tr><th scope="row">${label}</th>${cells}</tr>`;
  };
  const rows = (Object.keys(words) as Kind[])
    .map((kind) => [words[kind], [start, end, trimmed].map((sizes) => sizes && (sizes[kind] ?? 0))] as const)
    .filter(([, sizes]) => sizes.some((bytes) => (bytes ?? 0) >= minBytes))
    .map(([label, sizes]) => row(label, trimmed === undefined ? sizes.slice(0, 2) : sizes));
  const moments = ['at the first statement', 'at the end', ...(trimmed === undefined ? [] : ['after malloc_trim()'])];
  const head = html`<thead><tr>${['resident', ...moments].map((moment) => html`<th scope="col">${moment}</th>`)}</tr></thead>`;
  const table = html`<table class="counts">${head}<tbody>${rows}</tbody></table>`;
  const region = html`<div class="scroll" tabindex="0" role="region" aria-label="The memory of ${sample.name}">${table}</div>`;
  const source = `${setsFlags(capture) ? 'With the debug flags off, from' : 'From'} /proc/self/smaps and malloc_info().`;
  return html`<details><summary>Where the memory of the process is</summary>${region}<p>${describeArenas(regions)}${source}</p></details>`;
}

/** What malloc had in use at the end, and what it kept, by arena. */
function describeArenas({ arenas = [], mapped = 0 }: Regions): string {
  if (arenas.length === 0) return '';
  const listed = arenas.toSorted(([one], [other]) => other - one).slice(0, maxArenas);
  const told = listed.map(([system, inUse]) => `${formatBytes(inUse)} in use and ${formatBytes(system - inUse)} free`);
  const rest = arenas.length > listed.length ? `, and ${formatCount(arenas.length - listed.length)} smaller ones` : '';
  const what = arenas.length === 1 ? 'its one arena had' : 'its arenas, largest first, had';
  const blocks = mapped < minBytes ? '' : ` Blocks too large for an arena are mappings of their own: ${formatBytes(mapped)}.`;
  return `At the end, of what malloc had from the system, ${what} ${told.join('; ')}${rest}.${blocks} `;
}
