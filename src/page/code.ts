import { diffArrays } from 'diff';
import { bundledLanguages, codeToTokensBase } from 'shiki';
import type { Capture, Heat } from '../capture/capture.ts';
import { html, Markup, visible } from '../chart/markup.ts';
import type { Sample } from '../experiment/sample.ts';
import { formatBytes, formatCount } from '../verdict/format.ts';
import { judge } from '../verdict/verdict.ts';
import { codeTheme, colourOf } from './code-theme.ts';

/** Highlights code for one post: markup whose classes code.css knows. */
export class Highlighter {
  readonly #done = new Map<string, Promise<readonly Markup[]>>();

  /** The highlighted lines of some code; a language that is not known is shown as plain text. */
  lines(code: string, language: string): Promise<readonly Markup[]> {
    const name = `${language}\n${code}`;
    const done = this.#done.get(name) ?? highlight(code, language);
    this.#done.set(name, done);
    return done;
  }
}

/** A longer line has no colours: grammars take the square of a line's length, or more. By its length, for a clock would give other pages on other machines. */
const longestLine = 2000;

async function highlight(code: string, language: string): Promise<readonly Markup[]> {
  const lang = Object.hasOwn(bundledLanguages, language) ? (language as keyof typeof bundledLanguages) : 'text';
  const lines = await codeToTokensBase(visible(code.replace(/\n$/, '')), {
    lang,
    theme: codeTheme,
    tokenizeMaxLineLength: longestLine,
    tokenizeTimeLimit: 0,
  });
  return lines.map(
    (tokens) =>
      html`${tokens.map(({ content, color }) => {
        const colour = colourOf(color);
        return colour === undefined || content.trim() === '' ? content : html`<span class="sh-${colour}">${content}</span>`;
      })}`,
  );
}

/** A fence that is only shown. */
export async function plainCode(code: string, language: string, highlighter: Highlighter): Promise<Markup> {
  return html`<pre class="code" tabindex="0"><code>${block(await highlighter.lines(code, language))}</code></pre>`;
}

/** The code of a sample under its file name; where it leaks, with what each line holds. */
export async function sampleCode(sample: Sample, capture: Capture | undefined, highlighter: Highlighter): Promise<Markup> {
  const lines = await highlighter.lines(sample.code, 'python');
  const heat = capture && heatOf(sample, capture);
  const cells = heat && readHeat(heat);
  const rows = lines.map(
    (line, index) =>
      html`<span class="row" id="${sample.name}-L${index + 1}"><a class="n" href="#${sample.name}-L${index + 1}" aria-label="Line ${index + 1} of ${sample.title}" tabindex="-1" data-n="${index + 1}"></a>${cells?.get(index + 1) ?? (cells && html`<span class="heat"></span>`)}<span class="text">${line}\n</span></span>`,
  );
  const note = heat && html`<p class="log-note">${heatNote(heat)}</p>`;
  return html`<figure class="figure listing" id="sample-${sample.name}"><figcaption><b>${sample.title}</b> <span>sample “${sample.name}”</span> <span class="actions"><a href="${sample.name}/${sample.title}" download>Download</a></span></figcaption><pre class="code" tabindex="0"><code>${rows}</code></pre>${note}</figure>`;
}

/** Lines matter where memory grows for good, or the flags keep it. */
function heatOf(sample: Sample, capture: Capture): Heat | undefined {
  const verdict = judge(capture, sample).name;
  return verdict === 'leak' || verdict === 'debug-artifact' ? capture.heat : undefined;
}

function readHeat({ lines }: Heat): ReadonlyMap<number, Markup> {
  const sum = lines.reduce((total, [, bytes]) => total + bytes, 0);
  const most = Math.max(...lines.map(([, bytes]) => bytes));
  const named = lines.filter(([line]) => line > 0);
  return new Map(
    named.map(([line, bytes, blocks]) => {
      const level = Math.max(1, Math.ceil((bytes / most) * 5));
      return [
        line,
        html`<span class="heat heat-${level}" title="${formatCount(blocks)} blocks, ${share(bytes / sum)} of what was held">${formatBytes(bytes)}</span>`,
      ] as const;
    }),
  );
}

function heatNote({ condition, lines }: Heat): string {
  const sum = lines.reduce((total, [, bytes]) => total + bytes, 0);
  const most = lines.filter(([line]) => line > 0).reduce((high, line) => (line[1] > high[1] ? line : high));
  const when = condition === 'as-written' ? 'as written, debug flags and all' : 'with the debug flags off';
  return `Beside the code: what each line allocated from the middle of its growth on that was still held when one more run had been traced, ${when}. Line ${most[0]} allocated ${share(most[1] / sum)} of these ${formatBytes(sum)}.`;
}

function share(part: number): string {
  return part > 0.995 ? 'nearly all' : `${Math.round(part * 100)} %`;
}

/** Two samples and what changes between them, one of the three at a time; each is there without JavaScript. */
export async function diffFigure(from: Sample, to: Sample, id: string, highlighter: Highlighter): Promise<Markup> {
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
  const tabs = views.map(
    ([name, view], index) =>
      html`<input type="radio" name="${id}" id="${id}-${index}"${index === 0 ? html` checked` : undefined}><label for="${id}-${index}">${name}</label><div class="view">${view}</div>`,
  );
  return html`<figure class="figure listing"><fieldset class="views"><legend>What changes: ${count('removed')} ${count('removed') === 1 ? 'line' : 'lines'} out, ${count('added')} in</legend>${tabs}</fieldset></figure>`;
}

function block(lines: readonly Markup[]): readonly Markup[] {
  return lines.map((line) => html`<span class="row">${line}\n</span>`);
}
