import type { Capture, LogRecord } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { html, type Markup } from '../chart/markup.ts';
import { total, type TypeCounts } from '../gclog/counts.ts';
import { fold, type Row } from '../gclog/fold.ts';
import { eachLine, linesAt, readTemplates, type Log } from '../gclog/log.ts';
import { decodeText } from '../gclog/line.ts';
import type { Sample } from '../post/sample.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';

/** What a log figure needs: the sample, its record, and the address of the page with the whole log. */
export interface LogSource {
  readonly sample: Sample;
  readonly capture: Capture;
  readonly href: string;
}

/** So many lines of a phase stand in a post before the rest is folded away, and so many in all. */
const openLines = 14;
const closedLines = 48;
const lastLines = 4;

/** The log of a sample as written, for its post: its first lines and its last, the rest folded away, the shutdown apart. */
export function logFigure({ sample, capture, href }: LogSource): Markup {
  const run = capture.conditions['as-written'];
  const log = decodeLog(run.log);
  const view = { sample: sample.name, href };
  const links = html`<span class="actions"><a href="${href}">Whole log</a> <a href="${href}log.txt.gz" download>Raw text</a></span>`;
  return html`<figure class="figure log"><figcaption><b>${sample.title}</b> <span>${summary(capture)}</span> ${links}</figcaption><pre class="command"><code>$ ${capture.command}</code></pre>${typeBar(run.log, `${href}types/`)}${phase(log, 0, log.runLines, view, 'run')}${phase(log, log.runLines, log.lines.length, view, 'shutdown')}</figure>`;
}

/** A log as the pages about it read it: decoded and folded once. */
export interface FoldedLog {
  readonly capture: Capture;
  readonly log: Log;
  readonly run: readonly Row[];
  readonly shutdown: readonly Row[];
}

export function foldLog(capture: Capture): FoldedLog {
  const log = decodeLog(capture.conditions['as-written'].log);
  return { capture, log, run: fold(log.lines, 0, log.runLines), shutdown: fold(log.lines, log.runLines, log.lines.length) };
}

/** The whole log of a sample: every line, or a fold that says which lines it stands for. */
export function wholeLog({ capture, log, run, shutdown }: FoldedLog, title: string): Markup {
  const rest = log.lines.length - log.runLines;
  const record = capture.conditions['as-written'].log;
  const draw = (rows: readonly Row[]) => drawRows(log, rows, { sample: title });
  return html`<div class="figure log whole" data-lines="log.txt.gz"><p class="log-summary"><b>${title}</b> ${summary(capture)} · <a href="log.txt.gz" download>Raw text, gzipped</a></p>${typeBar(record, 'types/')}<h2 id="run">While the program ran: ${lineCount(log.runLines)}</h2>${draw(run)}${rest === 0 ? undefined : html`<h2 id="shutdown">Interpreter shutdown: ${lineCount(rest)}</h2><p>Written after the program had ended: the interpreter takes itself apart.</p>${draw(shutdown)}`}</div>`;
}

/** The lines of a whole log that tell of objects of one type, each with its place in the whole log. */
export function typeLog({ log, run, shutdown }: FoldedLog, type: string, href: string): Markup {
  const templates = new Set(readTemplates(log).flatMap((line, index) => (line.type === 'object' && line.typeName === type ? [index] : [])));
  const only = (index: number) => templates.has(log.lines[index] as number);
  const [first, second] = [run, shutdown].map((rows) => rows.filter(({ from, period }) => Array.from({ length: period }, (_, at) => from + at).some(only)));
  const draw = (rows: readonly Row[] | undefined) => (rows === undefined || rows.length === 0 ? html`<p class="log-note">None.</p>` : drawRows(log, rows, { sample: type, href, only }));
  return html`<div class="figure log whole"><h2 id="run">While the program ran</h2>${draw(first)}<h2 id="shutdown">Interpreter shutdown</h2>${draw(second)}</div>`;
}

/** The types that a log tells of, the most common first: the name, how many objects, and an address of letters. */
export function logTypes(types: TypeCounts): readonly { readonly name: string; readonly count: number; readonly slug: string }[] {
  const taken = new Set<string>();
  return Object.entries(types).map(([name, count]) => {
    const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '') || 'type';
    let slug = plain;
    // Some file systems do not tell Context from context.
    for (let twin = 2; taken.has(slug.toLowerCase()); twin += 1) slug = `${plain}-${twin}`;
    taken.add(slug.toLowerCase());
    return { name, count, slug };
  });
}

/** The log as text, addresses as object names: UTF-8 where the program wrote it, its very bytes elsewhere. */
export function logText(capture: Capture): Uint8Array {
  const log = decodeLog(capture.conditions['as-written'].log);
  const parts: string[] = [];
  eachLine(log, 0, log.lines.length, (text) => parts.push(text));
  return Buffer.from(parts.join('\n') + (log.open ? '' : '\n'), 'latin1');
}

function summary(capture: Capture): string {
  const run = capture.conditions['as-written'];
  const end = run.limit !== null ? `ended at its limit of ${run.limit}` : run.signal !== null ? `killed by ${run.signal}` : `exit ${run.exit}`;
  return `${lineCount(run.log.lines)} · ${formatBytes(run.log.bytes)} · ${end} · ${formatDuration(run.wallMs)}`;
}

function lineCount(lines: number): string {
  return lines === 0 ? 'no lines' : lines === 1 ? '1 line' : `${formatCount(lines)} lines`;
}

function phase(log: Log, from: number, to: number, { sample, href }: { readonly sample: string; readonly href: string }, name: 'run' | 'shutdown'): Markup | undefined {
  const count = to - from;
  if (count === 0) return name === 'run' ? html`<p class="log-note">The program printed nothing while it ran.</p>` : undefined;
  const rows = fold(log.lines, from, to);
  if (name === 'shutdown') {
    const { shown, rest } = take(rows, closedLines);
    return html`<details class="phase"><summary>Interpreter shutdown: ${lineCount(count)} after the program had ended</summary>${drawRows(log, shown, { sample, href })}${more(rest, href)}</details>`;
  }
  const { shown, rest } = take(rows, openLines);
  if (rest.length === 0) return drawRows(log, shown, { sample, href });
  const next = take(rest, closedLines);
  const hidden = next.rest.length === 0 ? 0 : Math.min(lastLines, to - (next.rest[0] as Row).from);
  const last = hidden === 0 ? undefined : drawRows(log, [{ from: to - hidden, period: hidden, times: 1 }], { sample, href, anchor: (index) => anchorIn(rows, index) });
  return html`${drawRows(log, shown, { sample, href })}<details class="phase"><summary>${lineCount(to - (rest[0] as Row).from - hidden)} more while the program ran</summary>${drawRows(log, next.shown, { sample, href })}${more(next.rest, href)}</details>${last}`;
}

/** The line whose anchor on the page of the whole log is nearest: one that is folded away is found at its fold. */
function anchorIn(rows: readonly Row[], index: number): number {
  const row = rows.find(({ from, period, times }) => index < from + period * times);
  return row === undefined ? index : Math.min(index, row.from + row.period);
}

function more(rest: readonly Row[], href: string): Markup | undefined {
  const [first, last] = [rest[0], rest.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const end = last.from + last.period * last.times;
  return html`<p class="log-note">Lines ${formatCount(first.from + 1)} to ${formatCount(end)} are in <a href="${href}#L${first.from + 1}">the whole log</a>.</p>`;
}

/** The first rows that show up to so many lines; a long row that does not fold is cut. */
function take(rows: readonly Row[], most: number): { readonly shown: readonly Row[]; readonly rest: readonly Row[] } {
  const shown: Row[] = [];
  let room = most;
  for (const [index, row] of rows.entries()) {
    if (row.period <= room) {
      shown.push(row);
      room -= row.period;
      continue;
    }
    if (row.times > 1 || room < 4) return { shown, rest: rows.slice(index) };
    const head = { from: row.from, period: room, times: 1 };
    const tail = { from: row.from + room, period: row.period - room, times: 1 };
    return { shown: [...shown, head], rest: [tail, ...rows.slice(index + 1)] };
  }
  return { shown, rest: [] };
}

interface View {
  readonly sample: string;
  readonly href?: string;
  readonly only?: (index: number) => boolean;
  /** The line whose anchor on the page of the whole log stands for another. */
  readonly anchor?: (index: number) => number;
}

/**
 * Rows of lines. On the page of the whole log (no `href`) each has an anchor, and folds open; elsewhere numbers link there.
 * Lines that are not wanted (`only`) are left out.
 */
function drawRows(log: Log, rows: readonly Row[], { sample, href, only = () => true, anchor = (index) => index }: View): Markup {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const groups = rows.map(({ from, period }) => Array.from({ length: period }, (_, index) => from + index).filter(only));
  const indexes = groups.flat();
  const texts = linesAt(log, indexes);
  let next = 0;
  const line = (index: number) => {
    const number = index + 1;
    const place = href === undefined ? html` id="L${number}" href="#L${number}"` : html` href="${href}#L${anchor(index) + 1}"`;
    return html`<div class="line"><a${place} tabindex="-1">${formatCount(number)}</a><code>${drawLine(texts[next++] ?? '')}</code></div>`;
  };
  const drawn = rows.map(({ from, period, times }, index) => {
    const group = groups[index] as readonly number[];
    return html`${group.map(line)}${times > 1 ? drawFold(href, from + period, period, times - 1, group.length) : undefined}`;
  });
  return html`<div class="lines" tabindex="0" role="region" aria-label="Lines ${first.from + 1} to ${last.from + last.period * last.times} of ${sample}">${drawn}</div>`;
}

/** What stands for repeated lines, `shown` of every `period`. On the page of the whole log a script fills it in. */
function drawFold(href: string | undefined, from: number, period: number, times: number, shown: number): Markup {
  const [first, last] = [from + 1, from + period * times];
  const group = shown < period ? `the same ${shown} of ${period} lines` : period === 1 ? 'the same line' : `the same ${period} lines`;
  const range = `${formatCount(first)}–${formatCount(last)}`;
  const text = html`<span>↻ ${group}, ${formatCount(times)} more ${times === 1 ? 'time' : 'times'}</span> <small>only the addresses differ</small>`;
  if (href !== undefined) return html`<div class="fold"><a href="${href}#L${first}">${range}</a>${text}</div>`;
  return html`<details class="fold" id="L${first}" data-to="${last}"><summary><b>${range}</b>${text}</summary><p class="log-note">With JavaScript these lines open here; they are in the <a href="log.txt.gz" download>raw text</a>.</p></details>`;
}

/** A line longer than this is cut in a page; the record has all of it. */
const longestLine = 2000;

function drawLine(bytes: string): Markup {
  const text = decodeText(bytes.slice(0, longestLine).replace(/\r$/, ''));
  const cut = bytes.length > longestLine ? html`<small>… ${formatCount(bytes.length - longestLine)} bytes more</small>` : undefined;
  const object = /^gc: (un)?collectable <(.*) (#\d+)>$/s.exec(text);
  if (object) return html`gc: <b class="${object[1] === undefined ? 'collectable' : 'uncollectable'}">${object[1] ?? ''}collectable</b> &lt;<i>${object[2]}</i> <s>${object[3]}</s>&gt;`;
  return html`${text}${cut}`;
}

/** The object types of a log as a bar, the five most common apart. */
function typeBar({ types, runTypes }: LogRecord, href: string): Markup | undefined {
  const sum = total(types);
  const when = total(runTypes) === 0 ? ', all of them during shutdown' : '';
  if (sum === 0) return undefined;
  const entries = logTypes(types);
  const named = entries.slice(0, 5);
  const others = entries.slice(5);
  const rest = others.reduce((sum, { count }) => sum + count, 0);
  const parts = [...named, ...(rest > 0 ? [{ name: `${others.length} other ${others.length === 1 ? 'type' : 'types'}`, count: rest, slug: '' }] : [])];
  let at = 0;
  const bars = parts.map(({ count }, index) => {
    const from = at;
    at += (count / sum) * 1000;
    return html`<rect class="type-${index}" x="${from.toFixed(1)}" width="${(at - from).toFixed(1)}" height="10"/>`;
  });
  return html`<svg class="types" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><p class="log-note">${formatCount(sum)} objects${when}: ${parts.map(({ name, count, slug }, index) => html`${index > 0 ? ' · ' : ''}<a class="type type-${index}" href="${href}${slug === '' ? '' : `${slug}/`}">${name}</a> ${formatCount(count)}`)}</p>`;
}
