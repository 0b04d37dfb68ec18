import { diffArrays } from 'diff';
import { bundledLanguages, getSingletonHighlighter, type GrammarState, type ThemedToken } from 'shiki';
import type { Capture, Heat } from '../capture/capture.ts';
import { html, Markup, visible } from '../chart/markup.ts';
import type { Sample } from '../experiment/sample.ts';
import { formatBytes, formatCount } from '../verdict/format.ts';
import { holderLine } from '../verdict/holder.ts';
import { setsFlags } from '../verdict/sentences.ts';
import { judge } from '../verdict/verdict.ts';
import { codeTheme, colourOf } from './code-theme.ts';
import type { MeasuredSample } from './memory.ts';
import { differencesTable } from './settings.ts';

/** Highlights code, once for each text: its markup uses the classes of `codeRules`. */
export class Highlighter {
  readonly #cache = new Map<string, Promise<readonly Markup[]>>();

  /** The highlighted lines of some code; plain text if the language is unknown. */
  lines(code: string, language: string): Promise<readonly Markup[]> {
    const key = `${language}\n${code}`;
    const lines = this.#cache.get(key) ?? highlight(code, language);
    this.#cache.set(key, lines);
    return lines;
  }
}

/**
 * Longer lines get no colours: grammars take quadratic time or more. A limit of length, unlike one of time, gives the same
 * page on every machine.
 */
const maxLineLength = 2000;
/**
 * Code in which more than this is open gets no colours from there on, and after how many characters that is looked at: each
 * token takes as long as what is open around it. 80 kB of `<a b={<a b={` take 20 s, and 60,000 are open at its end.
 */
const [maxOpen, partLength] = [1000, 4000];

async function highlight(code: string, language: string): Promise<readonly Markup[]> {
  const lang = Object.hasOwn(bundledLanguages, language) ? (language as keyof typeof bundledLanguages) : 'text';
  const shiki = await getSingletonHighlighter({ langs: [lang], themes: [codeTheme] });
  const lines: (readonly ThemedToken[])[] = [];
  let grammarState: GrammarState | undefined;
  for (const part of inParts(visible(code.replace(/\n$/, '')))) {
    const isDeep = (grammarState?.getInternalStack()?.depth ?? 0) > maxOpen;
    const tokens = shiki.codeToTokensBase(part, {
      ...(isDeep || lang === 'text' ? { lang: 'text' } : { lang, ...(grammarState && { grammarState }) }),
      theme: codeTheme,
      tokenizeMaxLineLength: maxLineLength,
      tokenizeTimeLimit: 0,
    });
    if (!isDeep && lang !== 'text') grammarState = shiki.getLastGrammarState(tokens);
    lines.push(...tokens);
  }
  return lines.map(
    (tokens) =>
      html`${tokens.map(({ content, color }) => {
        const colour = colourOf(color);
        return colour === undefined || content.trim() === '' ? content : html`<span class="sh-${colour}">${content}</span>`;
      })}`,
  );
}

/** Code in parts of whole lines, each ended by the line that brings it to `partLength`. */
function* inParts(code: string): Generator<string> {
  let from = 0;
  while (code.length - from > partLength) {
    const end = code.indexOf('\n', from + partLength);
    if (end === -1) break;
    yield code.slice(from, end);
    from = end + 1;
  }
  yield code.slice(from);
}

/** A fence that is not a sample. */
export async function plainCode(code: string, language: string, highlighter: Highlighter): Promise<Markup> {
  return html`<pre class="code" tabindex="0"><code>${block(await highlighter.lines(code, language))}</code></pre>`;
}

/** A file of the post that samples have beside them, under its name. */
export async function fileCode(
  name: string,
  code: string,
  language: string,
  users: readonly Sample[],
  highlighter: Highlighter,
): Promise<Markup> {
  const [user] = users;
  const download = user && html`<span class="actions"><a href="${user.name}/${besidePath(name)}" download>Download</a></span>`;
  const beside = users.map((sample) => `“${sample.name}”`).join(', ');
  const caption = html`<figcaption><b>${name}</b> <span>${user ? `beside ${beside}` : 'file'}</span> ${download}</figcaption>`;
  const listing = await plainCode(code, language, highlighter);
  return html`<figure class="figure listing" id="${fileAnchor(name)}">${caption}${listing}</figure>`;
}

/** The path of a file beside a sample, below the folder of the sample on the site, where other names are taken. */
export function besidePath(name: string): string {
  return `files/${name}`;
}

/** The id of a file's figure: no two names give the same one. */
function fileAnchor(name: string): string {
  return `file-${name.replace(/[^A-Za-z0-9-]/g, (character) => `_${character.charCodeAt(0)}`)}`;
}

/**
 * The code of a sample under its file name, with the memory that each line holds if the sample leaks. Code that stands in the
 * post already, with the sample that it shares it with, is folded below what differs. `live` is what runs it in the page.
 */
export async function sampleCode(
  sample: Sample,
  capture: Capture | undefined,
  highlighter: Highlighter,
  base?: MeasuredSample,
  live?: Markup,
): Promise<Markup> {
  const lines = await highlighter.lines(sample.code, 'python');
  const heat = capture && heatOf(sample, capture);
  const cells = heat && readHeat(heat);
  const holder = capture && judge(capture, sample).name === 'leak' ? capture.holder : undefined;
  const holding = holder && holderLine(sample.code, holder);
  const rows = lines.map((line, index) => {
    const number = index + 1;
    const id = `${sample.name}-L${number}`;
    const label = html`aria-label="Line ${number} of ${sample.title}"`;
    const anchor = html`<a class="n" href="#${id}" ${label} tabindex="-1" data-n="${number}"></a>`;
    const cell = cells && (cells.get(number) ?? html`<span class="heat"></span>`);
    const mark = number === holding ? html`<span class="holds" data-mark="◀ holds it"></span>` : undefined;
    const row = number === holding ? 'row holding' : 'row';
    return html`<span class="${row}" id="${id}">${anchor}${cell}<span class="text">${line}${mark}\n</span></span>`;
  });
  const held = holding === undefined ? '' : ` Line ${holding}, marked ◀, makes what holds them.`;
  const note = capture && heat && html`<p class="log-note">${heatNote(heat, capture)}${held}</p>${deepNote(heat)}`;
  const actions = html`<span class="actions"><a href="${sample.name}/${sample.title}" download>Download</a></span>`;
  const beside = sample.files.map(({ name }) => html`, <a href="#${fileAnchor(name)}">${name}</a>`);
  const caption = html`<figcaption><b>${sample.title}</b> <span>sample “${sample.name}”${beside}</span> ${actions}</figcaption>`;
  const listing = html`<pre class="code" tabindex="0"><code>${rows}</code></pre>`;
  const id = html`id="sample-${sample.name}"`;
  if (sample.same === undefined) return html`<figure class="figure listing" ${id}>${caption}${listing}${note}${live}</figure>`;
  const link = html`<a href="#sample-${sample.same}">“${sample.same}”</a>`;
  const same = html`<p>The program is that of ${link}. What differs:</p>`;
  const table = base && capture && differencesTable(base, { sample, capture });
  const folded = html`<details><summary>Its code</summary>${listing}${note}</details>`;
  return html`<figure class="figure listing same" ${id}>${caption}${same}${table}${folded}${live}</figure>`;
}

/** The memory by line, shown only where memory grows for good or the debug flags keep it. */
function heatOf(sample: Sample, capture: Capture): Heat | undefined {
  const verdict = judge(capture, sample).name;
  return verdict === 'leak' || verdict === 'debug-artifact' ? capture.heat : undefined;
}

/** A cell for each line of the sample that allocated what is held, by its number. */
function readHeat({ lines }: Heat): ReadonlyMap<number, Markup> {
  const sum = lines.reduce((total, [, bytes]) => total + bytes, 0);
  const max = Math.max(...lines.map(([, bytes]) => bytes));
  const named = lines.filter(([line]) => line > 0);
  return new Map(
    named.map(([line, bytes, blocks]) => {
      const level = Math.max(1, Math.ceil((bytes / max) * 5));
      const title = `${formatCount(blocks)} blocks, ${share(bytes / sum)} of what was held`;
      return [line, html`<span class="heat heat-${level}" title="${title}">${formatBytes(bytes)}</span>`] as const;
    }),
  );
}

/** The ways from lines of the sample down to where a library allocates, folded away. */
function deepNote({ deep = [], lines }: Heat): Markup | undefined {
  const ways = deep.map(({ line, bytes, frames }) => {
    const all = lines.find(([known]) => known === line)?.[1] ?? bytes;
    const rows = frames.map(([file, number, text]) => html`<li><b>${file}:${number}</b> <code>${text}</code></li>`);
    const last = frames.at(-1) as (typeof frames)[number];
    const summary = html`<summary>Line ${line} down to ${last[0]}:${last[1]}: ${share(bytes / all)} of its memory</summary>`;
    return html`<details class="deep">${summary}<ol>${rows}</ol></details>`;
  });
  return ways.length === 0 ? undefined : html`${ways}`;
}

function heatNote({ condition, lines }: Heat, capture: Capture): string {
  const sum = lines.reduce((total, [, bytes]) => total + bytes, 0);
  const [line, bytes] = lines.filter(([line]) => line > 0).reduce((max, each) => (each[1] > max[1] ? each : max));
  const when = condition === 'as-written' ? ', as written, debug flags and all' : setsFlags(capture) ? ', with the debug flags off' : '';
  return (
    `Left of the code: what the line allocated while it was traced and was still in use when that ended${when}. ` +
    'That is a part of the growth: a separate run is traced from its middle on, for as long as there is time. ' +
    `Line ${line} allocated ${share(bytes / sum)} of these ${formatBytes(sum)}.`
  );
}

function share(part: number): string {
  return part > 0.995 ? 'nearly all' : `${Math.round(part * 100)} %`;
}

/**
 * The difference of two samples and the code of each, as tabs that work without JavaScript, or what else differs if they have the
 * same code. `id` is unique in the page.
 */
export async function diffFigure(one: MeasuredSample, other: MeasuredSample, id: string, highlighter: Highlighter): Promise<Markup> {
  const [from, to] = [one.sample, other.sample];
  if (from.code === to.code) {
    const caption = html`<figcaption><b>${from.name} → ${to.name}</b> <span>the same program</span></figcaption>`;
    return html`<figure class="figure listing same">${caption}${differencesTable(one, other)}</figure>`;
  }
  const [old, now] = [await highlighter.lines(from.code, 'python'), await highlighter.lines(to.code, 'python')];
  const changes = diffArrays(from.code.trimEnd().split('\n'), to.code.trimEnd().split('\n'));
  let [left, right] = [0, 0];
  const lines = changes.flatMap(({ added, removed, count }) =>
    Array.from({ length: count }, () => {
      if (removed) return html`<del class="row"><b>−</b> ${old[left++]}\n</del>`;
      const line = now[right++];
      if (added) return html`<ins class="row"><b>+</b> ${line}\n</ins>`;
      left += 1;
      return html`<span class="row"><b> </b> ${line}\n</span>`;
    }),
  );
  const count = (kind: 'added' | 'removed') => changes.reduce((sum, change) => sum + (change[kind] ? change.count : 0), 0);
  const views = [
    [`${from.name} → ${to.name}`, html`<pre class="code diff" tabindex="0"><code>${lines}</code></pre>`],
    [from.name, html`<pre class="code" tabindex="0"><code>${block(old)}</code></pre>`],
    [to.name, html`<pre class="code" tabindex="0"><code>${block(now)}</code></pre>`],
  ] as const;
  const tabs = views.map(([name, view], index) => {
    const tabId = `${id}-${index}`;
    const input = html`<input type="radio" name="${id}" id="${tabId}"${index === 0 ? html` checked` : undefined}>`;
    return html`${input}<label for="${tabId}">${name}</label><div class="view">${view}</div>`;
  });
  const removed = `${count('removed')} ${count('removed') === 1 ? 'line' : 'lines'}`;
  const legend = html`<legend>What changes: ${removed} out, ${count('added')} in</legend>`;
  return html`<figure class="figure listing"><fieldset class="views">${legend}${tabs}</fieldset></figure>`;
}

function block(lines: readonly Markup[]): readonly Markup[] {
  return lines.map((line) => html`<span class="row">${line}\n</span>`);
}
