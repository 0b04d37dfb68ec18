import type { Capture, LogRecord } from '../capture/capture.ts';
import { html, type Markup } from '../chart/markup.ts';
import { bar } from '../chart/spark.ts';
import { endWords } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { readCollections } from '../gclog/collections.ts';
import { maxTypes, otherTypes, total, typeLabel, type TypeCounts } from '../gclog/counts.ts';
import { linesOf, type Log, type Phase, type Skipped, type TextLine } from '../gclog/log.ts';
import { formatBytes, formatCount, formatDuration, lineCount } from '../verdict/format.ts';
import { foldLog } from './fold-log.ts';
import { drawLine, foldWords } from './log-lines.ts';
import { anchorOf, binTypes, gapsOf, viewTypes, type FoldedLog, type Row, type View } from './log-rows.ts';

/** What a log figure needs: the sample, its record, and the address of the page with the whole log. */
export interface LogSource {
  readonly sample: Sample;
  readonly capture: Capture;
  readonly href: string;
}

/** How many lines of a phase a post shows openly, how many more folded away, and how many from its end. */
const [openLines, closedLines, lastLines] = [14, 48, 4];

/** The log of the run as written, for a post: its first and last lines, with the rest and the shutdown folded away. */
export function logFigure({ sample, capture, href }: LogSource): Markup {
  const run = capture.conditions['as-written'];
  const folded = foldLog(capture);
  const links = html`<span class="actions"><a href="${href}">Whole log</a> ${rawTextLink(capture, 'Raw text', href)}</span>`;
  const caption = html`<figcaption><b>${sample.title}</b> <span>${summary(capture)}</span> ${links}</figcaption>`;
  const command = html`<pre class="command" tabindex="0"><code>$ ${capture.command}</code></pre>`;
  const lines = html`${runPart(folded, sample.name, href)}${shutdownPart(folded, sample.name, href)}`;
  return html`<figure class="figure log">${caption}${command}${typeBar(run.log, `${href}types/`)}${lines}</figure>`;
}

/**
 * The page of the whole log of a sample, repeated lines folded. `command` prints the lines that do not fit on the page; a script
 * opens the folds from the raw text.
 */
export function wholeLog(folded: FoldedLog, { title, command }: { readonly title: string; readonly command: string }): Markup {
  const { capture, log, run, shutdown } = folded;
  const rest = log.lines - log.runLines;
  const record = capture.conditions['as-written'].log;
  const draw = (view: View, phase: Phase, end: number) =>
    html`${drawRows(view.rows, { sample: title, capture })}${restFold(view, phase, end, command, capture)}`;
  const rawText = rawTextLink(capture, isPlain(capture) ? 'Raw text' : 'Raw text, gzipped');
  const bar = html`${typeBar(record, 'types/')}${logStrip(folded)}`;
  const head = html`<p class="log-summary"><b>${title}</b> ${summary(capture)} · ${rawText}</p>${bar}`;
  const runHeading = html`<h2 id="run">While the program ran: ${someLines(log.runLines)}</h2>`;
  const shutdownHeading = html`<h2 id="shutdown">Interpreter shutdown: ${someLines(rest)}</h2>`;
  const shutdownNote = html`<p>Written after the program had ended: the interpreter takes itself apart.</p>`;
  const shutdownSection = rest === 0 ? undefined : html`${shutdownHeading}${shutdownNote}${draw(shutdown, 'shutdown', log.lines)}`;
  const content = html`${head}${runHeading}${draw(run, 'run', log.runLines)}${shutdownSection}`;
  const gaps = JSON.stringify(gapsOf(log));
  const data = html`data-lines="${rawTextName(capture)}" data-total="${log.lines}" data-gaps="${gaps}"`;
  return html`<div class="figure log whole" ${data}>${content}</div>`;
}

/** The lines that did not fit on a page: a script shows them here; a note says where else they are. */
function restFold({ end }: View, phase: Phase, to: number, command: string, capture: Capture): Markup | undefined {
  if (end >= to) return undefined;
  const elsewhere = html`they are in the ${rawTextLink(capture, 'raw text')}, and <code>${command}</code> prints them`;
  const note = html`<p class="log-note">With JavaScript these lines open here; ${elsewhere}.</p>`;
  const numbers = `${formatCount(end + 1)}–${formatCount(to)}`;
  const what = phase === 'run' ? 'while the program ran' : 'of the shutdown';
  const summary = html`<summary><b>${numbers}</b><span>${someLines(to - end)} more ${what}</span></summary>`;
  return html`<details class="fold rest" id="L${end + 1}" data-to="${to}">${summary}${note}</details>`;
}

/** How many columns the strip of a whole log has, at most: what is wider than a pixel on a phone. */
const stripColumns = 120;

/** Where the columns of the strip start: at each collection that the log tells of, or at every few; else at equal distances. */
function columnsOf(log: Log): { readonly starts: readonly number[]; readonly collections: number } {
  const told = readCollections(log).map(({ line }) => line);
  const each = Math.ceil(told.length / stripColumns);
  if (told.length > 1) return { starts: [0, ...told.filter((_, index) => index > 0 && index % each === 0)], collections: each };
  const starts = Array.from({ length: stripColumns }, (_, index) => Math.floor((index * log.lines) / stripColumns));
  return { starts, collections: 0 };
}

/** A picture of the whole log from left to right, in the colours of its types; each column leads to its first line. */
function logStrip(folded: FoldedLog): Markup | undefined {
  const { log, capture } = folded;
  const { types } = capture.conditions['as-written'].log;
  if (log.lines < stripColumns || total(types) === 0) return undefined;
  const named = logTypes(types).slice(0, 5);
  const { starts, collections } = columnsOf(log);
  const columns = binTypes(folded, starts);
  const width = 1000 / columns.length;
  const drawn = columns.map((counts, index) => {
    const sum = [...counts.values()].reduce((total, count) => total + count, 0);
    const parts = named.map(({ name }) => counts.get(name) ?? 0);
    const others = sum - parts.reduce((total, count) => total + count, 0) - (counts.get('') ?? 0);
    let top = 0;
    const bars = [...parts, others].map((count, type) => {
      const height = sum === 0 ? 0 : (count / sum) * 30;
      const place = html`x="${(index * width).toFixed(1)}" y="${top.toFixed(1)}"`;
      const size = html`width="${(width - 1).toFixed(1)}" height="${height.toFixed(1)}"`;
      const bar = html`<rect class="type-${type}" ${place} ${size}/>`;
      top += height;
      return height < 0.3 ? undefined : bar;
    });
    const line = starts[index] as number;
    return html`<a href="#${anchorOf(folded, line)}" data-at="${line + 1}" tabindex="-1">${bars}</a>`;
  });
  const ended = starts.findLastIndex((line) => line <= log.runLines);
  const part = (log.runLines - (starts[ended] ?? 0)) / ((starts[ended + 1] ?? log.lines) - (starts[ended] ?? 0) || 1);
  const end = Math.min(1000, (ended + part) * width);
  const mark =
    log.runLines < log.lines ? html`<line class="phase-end" x1="${end.toFixed(1)}" x2="${end.toFixed(1)}" y1="0" y2="34"/>` : undefined;
  const picture = html`<svg class="log-strip" viewBox="0 0 1000 34" preserveAspectRatio="none" aria-hidden="true">${drawn}${mark}</svg>`;
  const what = collections === 0 ? 'an equal part' : collections === 1 ? 'one collection' : `${formatCount(collections)} collections`;
  return html`${picture}<p class="strip-note">The whole log: each column is ${what}, and leads there.</p>`;
}

/** The page of the types in a log: a table with the number of objects of each, then the lines of each, linked to the whole log. */
export function typesLog(folded: FoldedLog, href: string): Markup {
  const { log, capture } = folded;
  const { types, runTypes } = capture.conditions['as-written'].log;
  const all = logTypes(types);
  const inRun = (name: string) => runTypes.get(name) ?? 0;
  const most = Math.max(1, ...all.map(({ count }) => count));
  const rows = all.map(({ name, label, count, id }) => {
    const share = Math.max(0.5, (count / most) * 100).toFixed(1);
    const cells = html`<td>${formatCount(count)}</td><td>${formatCount(inRun(name))}</td><td>${bar(share)}</td>`;
    return html`<tr><th scope="row"><a href="#${id}">${label}</a></th>${cells}</tr>`;
  });
  const names = ['type', 'objects', 'in the run', 'drawn'];
  const heads = html`<tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr>`;
  const content = html`<table><thead>${heads}</thead><tbody>${rows}</tbody></table>`;
  const table = html`<div class="scroll types-table" tabindex="0" role="region" aria-label="Types">${content}</div>`;
  const [run, shutdown] = [viewTypes(folded, 'run'), viewTypes(folded, 'shutdown')];
  const draw = (label: string, { rows, end }: View, to: number) => {
    const rawText = rawTextLink(capture, 'raw text', href);
    const more =
      end < to ? html`<p class="log-note">Those from line ${formatCount(end + 1)} on are in the ${rawText} alone.</p>` : undefined;
    return html`${drawRows(rows, { sample: label, capture, href, anchor: (line) => anchorOf(folded, line) })}${more}`;
  };
  const sections = all.map(({ name, label, count, id }) => {
    const [ran, after] = [inRun(name), count - inRun(name)];
    const runSection =
      ran === 0 ? undefined : html`<h3>While the program ran: ${formatCount(ran)}</h3>${draw(label, run.get(name) as View, log.runLines)}`;
    const shutdownSection =
      after === 0
        ? undefined
        : html`<h3>Interpreter shutdown: ${formatCount(after)}</h3>${draw(label, shutdown.get(name) as View, log.lines)}`;
    return html`<section><h2 id="${id}">${label}</h2>${runSection}${shutdownSection}</section>`;
  });
  const note = types.has(otherTypes) ? otherTypesNote() : undefined;
  return html`${table}${note}<div class="figure log whole">${sections}</div>`;
}

function otherTypesNote(): Markup {
  const distinct = `The log tells of more types than the ${formatCount(maxTypes)} that are told apart, or their names are too long`;
  return html`<p class="log-note">${distinct}: the rest are counted together as ${typeLabel(otherTypes)}.</p>`;
}

/** A type that a log reports: its name, a readable label, the number of its objects, and its id on the page of types. */
interface LogType {
  readonly name: string;
  readonly label: string;
  readonly count: number;
  readonly id: string;
}

/** The types that a log reports, the most common first. */
export function logTypes(types: TypeCounts): readonly LogType[] {
  const taken = new Set<string>();
  return [...types].map(([name, count]) => {
    const label = typeLabel(name);
    const plain = `type-${label.replace(/[^\w.-]+/g, '-').slice(0, maxIdLength)}`;
    let id = plain;
    for (let number = 2; taken.has(id); number += 1) id = `${plain}-${number}`;
    taken.add(id);
    return { name, label, count, id };
  });
}

const maxIdLength = 100;

/** Raw texts up to this size are published as they are, so that a browser shows them; larger ones gzipped. In bytes. */
const maxPlainBytes = 1_000_000;

const isPlain = (capture: Capture) => capture.conditions['as-written'].log.bytes <= maxPlainBytes;

/** The name of the file with a log's raw text, next to its page. */
export function rawTextName(capture: Capture): string {
  return isPlain(capture) ? 'log.txt' : 'log.txt.gz';
}

/** A link to the raw text of a log; `href` leads to the page of the whole log. */
function rawTextLink(capture: Capture, text: string, href = ''): Markup {
  const address = `${href}${rawTextName(capture)}`;
  return isPlain(capture) ? html`<a href="${address}">${text}</a>` : html`<a href="${address}" download>${text}</a>`;
}

/** Whether a log tells of objects, whose types have a page. */
export function hasTypes(capture: Capture): boolean {
  return total(capture.conditions['as-written'].log.types) > 0;
}

function summary(capture: Capture): string {
  const run = capture.conditions['as-written'];
  return `${someLines(run.log.lines)} · ${formatBytes(run.log.bytes)} · ${endWords(run)} · ${formatDuration(run.wallMs)}`;
}

function someLines(lines: number): string {
  return lines === 0 ? 'no lines' : lineCount(lines);
}

function runPart(folded: FoldedLog, sample: string, href: string): Markup {
  const { log, run } = folded;
  const { runLines } = log;
  if (runLines === 0) return html`<p class="log-note">The program printed nothing while it ran.</p>`;
  const view = { sample, capture: folded.capture, href, anchor: (line: number) => anchorOf(folded, line) };
  const { shown, rest } = take(run.rows, openLines);
  const from = rest[0]?.from ?? run.end;
  if (from >= runLines) return drawRows(shown, view);
  const next = take(rest, closedLines);
  const hidden = next.rest[0]?.from ?? run.end;
  const last = linesOf(log, 'run', Math.max(hidden, runLines - lastLines), runLines);
  const between = runLines - last.length;
  const lastRow = last.map((line) => ({ from: line.number, lines: [line], period: 1, times: 1 }));
  const middle = html`<summary>${someLines(between - from)} more while the program ran</summary>${drawRows(next.shown, view)}`;
  const details = html`<details class="phase">${middle}${more(hidden, runLines, view)}</details>`;
  return html`${drawRows(shown, view)}${details}${drawRows(lastRow, view)}`;
}

function shutdownPart(folded: FoldedLog, sample: string, href: string): Markup | undefined {
  const { log, shutdown } = folded;
  const count = log.lines - log.runLines;
  if (count === 0) return undefined;
  const view = { sample, capture: folded.capture, href, anchor: (line: number) => anchorOf(folded, line) };
  const { shown, rest } = take(shutdown.rows, closedLines);
  const heading = html`<summary>Interpreter shutdown: ${someLines(count)} after the program had ended</summary>`;
  const note = more(rest[0]?.from ?? shutdown.end, log.lines, view);
  return html`<details class="phase">${heading}${drawRows(shown, view)}${note}</details>`;
}

/** Says where the lines are that a post leaves out. */
function more(from: number, to: number, { href, anchor }: { readonly href: string; readonly anchor: Anchor }): Markup | undefined {
  if (from >= to) return undefined;
  return html`<p class="log-note">${range(from, to)} in <a href="${href}#${anchor(from)}">the whole log</a>.</p>`;
}

/** Lines counted from 0, `to` excluded, as the start of a sentence: `Lines 5 to 9 are`. */
function range(from: number, to: number): string {
  return to - from === 1 ? `Line ${formatCount(to)} is` : `Lines ${formatCount(from + 1)} to ${formatCount(to)} are`;
}

/** Splits rows after those that together show at most `maxLines` lines. */
function take(rows: readonly Row[], maxLines: number): { readonly shown: readonly Row[]; readonly rest: readonly Row[] } {
  let left = maxLines;
  const count = rows.findIndex(({ lines }) => (left -= lines.length) < 0);
  return count === -1 ? { shown: rows, rest: [] } : { shown: rows.slice(0, count), rest: rows.slice(count) };
}

type Anchor = (line: number) => string;

/** How rows are shown: on the page of the whole log (no `href`), or elsewhere with links to that page. */
interface RowContext {
  readonly sample: string;
  readonly capture: Capture;
  readonly href?: string;
  /** The anchor of a line on the page of the whole log. */
  readonly anchor?: Anchor;
}

/** Draws rows. On the page of the whole log lines have anchors, and folds can be opened; elsewhere line numbers link there. */
function drawRows(rows: readonly Row[], { sample, capture, href, anchor = (line) => `L${line + 1}` }: RowContext): Markup {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const draw = (line: TextLine) => {
    const number = line.number + 1;
    const attributes = href === undefined ? html` id="L${number}" href="#L${number}"` : html` href="${href}#${anchor(line.number)}"`;
    return html`<div class="line"><a${attributes} tabindex="-1">${formatCount(number)}</a><code>${drawLine(line)}</code></div>`;
  };
  const drawn = rows.map((row) => {
    const { from, lines, period, times, skipped } = row;
    if (skipped !== undefined) return drawSkipped(href === undefined ? html` id="L${from + 1}-skipped"` : undefined, skipped);
    const link = href === undefined ? undefined : `${href}#${anchor(from + period)}`;
    return html`${lines.map(draw)}${times > 1 ? drawFold(row, link, capture) : undefined}`;
  });
  const end = last.from + (last.skipped?.lines ?? last.period * last.times);
  const label = html`aria-label="Lines ${first.from + 1} to ${end} of ${sample}"`;
  return html`<div class="lines" tabindex="0" role="region" ${label}>${drawn}</div>`;
}

function drawSkipped(id: Markup | undefined, { lines, bytes }: Skipped): Markup {
  const count = `${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'} from here on, ${formatBytes(bytes)}`;
  const reason = 'the log is longer than what a record keeps';
  return html`<p class="log-note"${id}>${count}, were counted, and are not in the record: ${reason}.</p>`;
}

/** A fold for the repetitions of a row, as a link to the whole log; there (no `link`), a script inserts the lines on opening. */
function drawFold(row: Row, link: string | undefined, capture: Capture): Markup {
  const { from, period, times } = row;
  const [first, last] = [from + period + 1, from + period * times];
  const numbers = `${formatCount(first)}–${formatCount(last)}`;
  const text = foldWords(row);
  if (link !== undefined) return html`<div class="fold"><a href="${link}">${numbers}</a>${text}</div>`;
  const note = html`<p class="log-note">With JavaScript these lines open here; they are in the ${rawTextLink(capture, 'raw text')}.</p>`;
  const summary = html`<summary><b>${numbers}</b>${text}</summary>`;
  return html`<details class="fold" id="L${first}" data-to="${last}">${summary}${note}</details>`;
}

/** A bar of the object types of a log, with the five most common named; undefined if the log reports no objects. */
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
  const links = parts.map(({ label, count, id }, index) => {
    const link = html`<a class="type type-${index}" href="${href}${id === '' ? '' : `#${id}`}">${label}</a>`;
    return html`${index > 0 ? ' · ' : ''}${link} ${formatCount(count)}`;
  });
  const bar = html`<svg class="types" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
  return html`${bar}<p class="log-note">${formatCount(sum)} objects${when}: ${links}</p>`;
}
