import type { Capture, LogRecord } from '../capture/capture.ts';
import { html, type Markup } from '../chart/markup.ts';
import { endWords } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { maxTypes, otherTypes, total, typeLabel, type TypeCounts } from '../gclog/counts.ts';
import { decodeText } from '../gclog/line.ts';
import { linesOf, type Phase, type Skipped, type TextLine } from '../gclog/log.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { anchorOf, foldLog, gapsOf, longestLine, viewTypes, type FoldedLog, type Row, type View } from './log-rows.ts';

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
  const folded = foldLog(capture);
  const links = html`<span class="actions"><a href="${href}">Whole log</a> <a href="${href}log.txt.gz" download>Raw text</a></span>`;
  return html`<figure class="figure log"><figcaption><b>${sample.title}</b> <span>${summary(capture)}</span> ${links}</figcaption><pre class="command"><code>$ ${capture.command}</code></pre>${typeBar(run.log, `${href}types/`)}${runPart(folded, sample.name, href)}${shutdownPart(folded, sample.name, href)}</figure>`;
}

/** The whole log of a sample: every line that the page has room for, or a fold that says which lines it stands for. */
export function wholeLog(folded: FoldedLog, { title, command }: { readonly title: string; readonly command: string }): Markup {
  const { capture, log, run, shutdown } = folded;
  const rest = log.lines - log.runLines;
  const record = capture.conditions['as-written'].log;
  const draw = (view: View, phase: Phase, end: number) =>
    html`${drawRows(view.rows, { sample: title })}${pastRoom(view, phase, end, command)}`;
  return html`<div class="figure log whole" data-lines="log.txt.gz" data-gaps="${JSON.stringify(gapsOf(log))}"><p class="log-summary"><b>${title}</b> ${summary(capture)} · <a href="log.txt.gz" download>Raw text, gzipped</a></p>${typeBar(record, 'types/')}<h2 id="run">While the program ran: ${lineCount(log.runLines)}</h2>${draw(run, 'run', log.runLines)}${rest === 0 ? undefined : html`<h2 id="shutdown">Interpreter shutdown: ${lineCount(rest)}</h2><p>Written after the program had ended: the interpreter takes itself apart.</p>${draw(shutdown, 'shutdown', log.lines)}`}</div>`;
}

/** Which lines a page has no room for, and where they are. */
function pastRoom({ end }: View, phase: Phase, to: number, command: string): Markup | undefined {
  if (end >= to) return undefined;
  return html`<p class="log-note" id="${phase}-rest">${range(end, to)} not on this page: ${to - end === 1 ? 'it is' : 'they are'} in the <a href="log.txt.gz" download>raw text</a>, and <code>${command}</code> prints them.</p>`;
}

/** The types that a whole log tells of: how many objects there are of each, and the lines that tell of them, each with its place in the whole log. */
export function typesLog(folded: FoldedLog, href: string): Markup {
  const { log, capture } = folded;
  const { types, runTypes } = capture.conditions['as-written'].log;
  const all = logTypes(types);
  const inRun = (name: string) => runTypes.get(name) ?? 0;
  const rows = all.map(
    ({ name, label, count, id }) =>
      html`<tr><th scope="row"><a href="#${id}">${label}</a></th><td>${formatCount(count)}</td><td>${formatCount(inRun(name))}</td></tr>`,
  );
  const table = html`<div class="scroll types-table" tabindex="0" role="region" aria-label="Types"><table><thead><tr><th scope="col">type</th><th scope="col">objects</th><th scope="col">in the run</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const [run, shutdown] = [viewTypes(folded, 'run'), viewTypes(folded, 'shutdown')];
  const draw = (label: string, { rows, end }: View, to: number) => {
    const more =
      end < to
        ? html`<p class="log-note">Those from line ${formatCount(end + 1)} on are in the <a href="${href}log.txt.gz" download>raw text</a> alone.</p>`
        : undefined;
    return html`${drawRows(rows, { sample: label, href, anchor: (line) => anchorOf(folded, line) })}${more}`;
  };
  const sections = all.map(({ name, label, count, id }) => {
    const [ran, after] = [inRun(name), count - inRun(name)];
    return html`<section><h2 id="${id}">${label}</h2>${ran === 0 ? undefined : html`<h3>While the program ran: ${formatCount(ran)}</h3>${draw(label, run.get(name) as View, log.runLines)}`}${after === 0 ? undefined : html`<h3>Interpreter shutdown: ${formatCount(after)}</h3>${draw(label, shutdown.get(name) as View, log.lines)}`}</section>`;
  });
  const note = types.has(otherTypes)
    ? html`<p class="log-note">The log tells of more types than the ${formatCount(maxTypes)} that are told apart, or their names are too long: the rest are counted together as ${typeLabel(otherTypes)}.</p>`
    : undefined;
  return html`${table}${note}<div class="figure log whole">${sections}</div>`;
}

/** A type that a log tells of: its name, also as a person reads it, how many objects, and the id of its part of the page of types. */
interface LogType {
  readonly name: string;
  readonly label: string;
  readonly count: number;
  readonly id: string;
}

/** The types that a log tells of, the most common first. */
export function logTypes(types: TypeCounts): readonly LogType[] {
  const taken = new Set<string>();
  return [...types].map(([name, count]) => {
    const label = typeLabel(name);
    const plain = `type-${label.replace(/[^\w.-]+/g, '-').slice(0, longestId)}`;
    let id = plain;
    for (let twin = 2; taken.has(id); twin += 1) id = `${plain}-${twin}`;
    taken.add(id);
    return { name, label, count, id };
  });
}

const longestId = 100;

function summary(capture: Capture): string {
  const run = capture.conditions['as-written'];
  return `${lineCount(run.log.lines)} · ${formatBytes(run.log.bytes)} · ${endWords(run)} · ${formatDuration(run.wallMs)}`;
}

function lineCount(lines: number): string {
  return lines === 0 ? 'no lines' : lines === 1 ? '1 line' : `${formatCount(lines)} lines`;
}

function runPart(folded: FoldedLog, sample: string, href: string): Markup {
  const { log, run } = folded;
  const { runLines } = log;
  if (runLines === 0) return html`<p class="log-note">The program printed nothing while it ran.</p>`;
  const view = { sample, href, anchor: (line: number) => anchorOf(folded, line) };
  const { shown, rest } = take(run.rows, openLines);
  const from = rest[0]?.from ?? run.end;
  if (from >= runLines) return drawRows(shown, view);
  const next = take(rest, closedLines);
  const hidden = next.rest[0]?.from ?? run.end;
  const last = linesOf(log, 'run', Math.max(hidden, runLines - lastLines), runLines);
  const between = runLines - last.length;
  const lastRow = last.map((line) => ({ from: line.number, lines: [line], period: 1, times: 1 }));
  return html`${drawRows(shown, view)}<details class="phase"><summary>${lineCount(between - from)} more while the program ran</summary>${drawRows(next.shown, view)}${more(hidden, runLines, view)}</details>${drawRows(lastRow, view)}`;
}

function shutdownPart(folded: FoldedLog, sample: string, href: string): Markup | undefined {
  const { log, shutdown } = folded;
  const count = log.lines - log.runLines;
  if (count === 0) return undefined;
  const view = { sample, href, anchor: (line: number) => anchorOf(folded, line) };
  const { shown, rest } = take(shutdown.rows, closedLines);
  return html`<details class="phase"><summary>Interpreter shutdown: ${lineCount(count)} after the program had ended</summary>${drawRows(shown, view)}${more(rest[0]?.from ?? shutdown.end, log.lines, view)}</details>`;
}

function more(from: number, to: number, { href, anchor }: { readonly href: string; readonly anchor: Anchor }): Markup | undefined {
  if (from >= to) return undefined;
  return html`<p class="log-note">${range(from, to)} in <a href="${href}#${anchor(from)}">the whole log</a>.</p>`;
}

/** `Lines 5 to 9 are`. */
function range(from: number, to: number): string {
  return to - from === 1 ? `Line ${formatCount(to)} is` : `Lines ${formatCount(from + 1)} to ${formatCount(to)} are`;
}

/** The first rows that show up to so many lines. */
function take(rows: readonly Row[], most: number): { readonly shown: readonly Row[]; readonly rest: readonly Row[] } {
  let room = most;
  const count = rows.findIndex(({ lines }) => (room -= lines.length) < 0);
  return count === -1 ? { shown: rows, rest: [] } : { shown: rows.slice(0, count), rest: rows.slice(count) };
}

type Anchor = (line: number) => string;

interface Look {
  readonly sample: string;
  readonly href?: string;
  /** Where a line is on the page of the whole log. */
  readonly anchor?: Anchor;
}

/** Rows of lines. On the page of the whole log (no `href`) each has an anchor, and folds open; elsewhere numbers link there. */
function drawRows(rows: readonly Row[], { sample, href, anchor = (line) => `L${line + 1}` }: Look): Markup {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const draw = (line: TextLine) => {
    const place =
      href === undefined ? html` id="L${line.number + 1}" href="#L${line.number + 1}"` : html` href="${href}#${anchor(line.number)}"`;
    return html`<div class="line"><a${place} tabindex="-1">${formatCount(line.number + 1)}</a><code>${drawLine(line)}</code></div>`;
  };
  const drawn = rows.map((row) => {
    const { from, lines, period, times, skipped } = row;
    if (skipped !== undefined) return drawSkipped(href === undefined ? html` id="L${from + 1}-skipped"` : undefined, skipped);
    return html`${lines.map(draw)}${times > 1 ? drawFold(row, href === undefined ? undefined : `${href}#${anchor(from + period)}`) : undefined}`;
  });
  const end = last.from + (last.skipped?.lines ?? last.period * last.times);
  return html`<div class="lines" tabindex="0" role="region" aria-label="Lines ${first.from + 1} to ${end} of ${sample}">${drawn}</div>`;
}

function drawSkipped(id: Markup | undefined, { lines, bytes }: Skipped): Markup {
  return html`<p class="log-note"${id}>${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'} from here on, ${formatBytes(bytes)}, were counted, and are not in the record: the log is longer than what a record keeps.</p>`;
}

/** What stands for repeated lines, some of each time or all. On the page of the whole log (no `link`) a script fills it in. */
function drawFold({ from, lines, period, times }: Row, link: string | undefined): Markup {
  const [first, last] = [from + period + 1, from + period * times];
  const group =
    lines.length < period ? `the same ${lines.length} of ${period} lines` : period === 1 ? 'the same line' : `the same ${period} lines`;
  const numbers = `${formatCount(first)}–${formatCount(last)}`;
  const text = html`<span>↻ ${group}, ${formatCount(times - 1)} more ${times === 2 ? 'time' : 'times'}</span> <small>only the addresses differ</small>`;
  if (link !== undefined) return html`<div class="fold"><a href="${link}">${numbers}</a>${text}</div>`;
  return html`<details class="fold" id="L${first}" data-to="${last}"><summary><b>${numbers}</b>${text}</summary><p class="log-note">With JavaScript these lines open here; they are in the <a href="log.txt.gz" download>raw text</a>.</p></details>`;
}

function drawLine({ text: start, bytes }: TextLine): Markup {
  const text = decodeText(start.slice(0, longestLine).replace(/\r$/, ''));
  const cut = bytes > longestLine ? html`<small>… ${formatCount(bytes - longestLine)} bytes more</small>` : undefined;
  const object = /^gc: (un)?collectable <(.*) (#\d+|#\?)>$/s.exec(text);
  if (object)
    return html`gc: <b class="${object[1] === undefined ? 'collectable' : 'uncollectable'}">${object[1] ?? ''}collectable</b> &lt;<i>${object[2]}</i> <s${object[3] === '#?' ? html` title="The log tells of more objects than a record names."` : undefined}>${object[3]}</s>&gt;`;
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
  const parts = [
    ...named,
    ...(rest > 0 ? [{ label: `${others.length} other ${others.length === 1 ? 'type' : 'types'}`, count: rest, id: '' }] : []),
  ];
  let at = 0;
  const bars = parts.map(({ count }, index) => {
    const from = at;
    at += (count / sum) * 1000;
    return html`<rect class="type-${index}" x="${from.toFixed(1)}" width="${(at - from).toFixed(1)}" height="10"/>`;
  });
  return html`<svg class="types" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><p class="log-note">${formatCount(sum)} objects${when}: ${parts.map(({ label, count, id }, index) => html`${index > 0 ? ' · ' : ''}<a class="type type-${index}" href="${href}${id === '' ? '' : `#${id}`}">${label}</a> ${formatCount(count)}`)}</p>`;
}
