import type { Capture, LogRecord } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { html, type Markup } from '../chart/markup.ts';
import { total } from '../gclog/counts.ts';
import { fold, type Row } from '../gclog/fold.ts';
import { eachLine, type Log } from '../gclog/log.ts';
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

/** The log of a sample as written, for its post: what it starts with, the rest folded away, the shutdown apart. */
export function logFigure({ sample, capture, href }: LogSource): Markup {
  const run = capture.conditions['as-written'];
  const log = decodeLog(run.log);
  const whole = html`<a href="${href}">Whole log</a>`;
  return html`<figure class="figure log"><figcaption><b>${sample.title}</b> <span>${summary(capture)}</span> ${whole}</figcaption><pre class="command"><code>$ ${capture.command}</code></pre>${typeBar(run.log)}${phase(log, 0, log.runLines, href, 'run')}${phase(log, log.runLines, log.lines.length, href, 'shutdown')}</figure>`;
}

/** The whole log of a sample: every line, or a fold that says which lines it stands for. */
export function wholeLog({ title, capture }: { readonly title: string; readonly capture: Capture }): Markup {
  const run = capture.conditions['as-written'];
  const log = decodeLog(run.log);
  const rows = (from: number, to: number) => drawRows(log, fold(log.lines, from, to), undefined);
  const shutdown = log.lines.length - log.runLines;
  return html`<div class="figure log whole"><p class="log-summary"><b>${title}</b> ${summary(capture)}</p>${typeBar(run.log)}<h2 id="run">While the program ran: ${lineCount(log.runLines)}</h2>${rows(0, log.runLines)}${shutdown === 0 ? undefined : html`<h2 id="shutdown">Interpreter shutdown: ${lineCount(shutdown)}</h2><p>Written after the program had ended: the interpreter takes itself apart.</p>${rows(log.runLines, log.lines.length)}`}</div>`;
}

function summary(capture: Capture): string {
  const run = capture.conditions['as-written'];
  const end = run.limit !== null ? `ended at its limit of ${run.limit}` : run.signal !== null ? `killed by ${run.signal}` : `exit ${run.exit}`;
  return `${lineCount(run.log.lines)} · ${formatBytes(run.log.bytes)} · ${end} · ${formatDuration(run.wallMs)}`;
}

function lineCount(lines: number): string {
  return lines === 0 ? 'no lines' : lines === 1 ? '1 line' : `${formatCount(lines)} lines`;
}

function phase(log: Log, from: number, to: number, href: string, name: 'run' | 'shutdown'): Markup | undefined {
  const count = to - from;
  if (count === 0) return name === 'run' ? html`<p class="log-note">The program printed nothing while it ran.</p>` : undefined;
  const rows = fold(log.lines, from, to);
  if (name === 'shutdown') {
    const { shown, rest } = take(rows, closedLines);
    return html`<details class="phase"><summary>Interpreter shutdown: ${lineCount(count)} after the program had ended</summary>${drawRows(log, shown, href)}${more(rest, href)}</details>`;
  }
  const { shown, rest } = take(rows, openLines);
  if (rest.length === 0) return drawRows(log, shown, href);
  const next = take(rest, closedLines);
  return html`${drawRows(log, shown, href)}<details class="phase"><summary>${lineCount(to - (rest[0] as Row).from)} more while the program ran</summary>${drawRows(log, next.shown, href)}${more(next.rest, href)}</details>`;
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

/** Rows of lines. On the page of the whole log each has an anchor; elsewhere its number links there. */
function drawRows(log: Log, rows: readonly Row[], href: string | undefined): Markup {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const lines = new Map<number, string>();
  const wanted = new Set(rows.flatMap(({ from, period }) => Array.from({ length: period }, (_, index) => from + index)));
  eachLine(log, first.from, last.from + last.period * last.times, (text, index) => {
    if (wanted.has(index)) lines.set(index, text);
  });
  const anchor = (index: number, text: string) => (href === undefined ? html`<a id="L${index + 1}" href="#L${index + 1}">${text}</a>` : html`<a href="${href}#L${index + 1}">${text}</a>`);
  const line = (index: number) => html`<div class="line">${anchor(index, formatCount(index + 1))}<code>${drawLine(lines.get(index) ?? '')}</code></div>`;
  return html`<div class="lines" tabindex="0" role="region" aria-label="Log lines ${first.from + 1} to ${last.from + last.period * last.times}">${rows.map(({ from, period, times }) => html`${Array.from({ length: period }, (_, index) => line(from + index))}${times > 1 ? drawFold(anchor, from + period, period, times - 1) : undefined}`)}</div>`;
}

function drawFold(anchor: (index: number, text: string) => Markup, from: number, period: number, times: number): Markup {
  const group = period === 1 ? 'the same line' : `the same ${period} lines`;
  return html`<div class="fold">${anchor(from, `${formatCount(from + 1)}–${formatCount(from + period * times)}`)}<span>↻ ${group}, ${formatCount(times)} more ${times === 1 ? 'time' : 'times'}</span> <small>only the addresses differ</small></div>`;
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
function typeBar({ types, runTypes }: LogRecord): Markup | undefined {
  const sum = total(types);
  const when = total(runTypes) === 0 ? ', all of them during shutdown' : '';
  if (sum === 0) return undefined;
  const entries = Object.entries(types);
  const named = entries.slice(0, 5);
  const others = entries.slice(5);
  const rest = others.reduce((count, [, each]) => count + each, 0);
  const parts = [...named, ...(rest > 0 ? [[`${others.length} other ${others.length === 1 ? 'type' : 'types'}`, rest] as const] : [])];
  let at = 0;
  const bars = parts.map(([, count], index) => {
    const from = at;
    at += (count / sum) * 1000;
    return html`<rect class="type-${index}" x="${from.toFixed(1)}" width="${(at - from).toFixed(1)}" height="10"/>`;
  });
  return html`<svg class="types" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><p class="log-note">${formatCount(sum)} objects${when}: ${parts.map(([name, count], index) => html`${index > 0 ? ' · ' : ''}<span class="type type-${index}">${name}</span> ${formatCount(count)}`)}</p>`;
}
