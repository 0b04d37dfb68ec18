import { transformerStyleToClass } from '@shikijs/transformers';
import { diffArrays } from 'diff';
import type { Element } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { bundledLanguages, codeToHast } from 'shiki';
import { html, Markup } from '../chart/markup.ts';
import type { Sample } from '../post/sample.ts';

/** Highlights code for one post: markup without style attributes, and the style sheet that its classes need. */
export class Highlighter {
  readonly #classes = transformerStyleToClass({ classPrefix: 'sh-' });

  /** The highlighted lines of some code; a language that is not known is shown as plain text. */
  async lines(code: string, language: string): Promise<readonly Markup[]> {
    const known = Object.hasOwn(bundledLanguages, language) ? language : 'text';
    const tree = await codeToHast(code.replace(/\n$/, ''), {
      lang: known,
      themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
      defaultColor: false,
      transformers: [this.#classes],
    });
    const pre = tree.children[0] as Element;
    const block = pre.children[0] as Element;
    return block.children.filter((node): node is Element => node.type === 'element').map((line) => new Markup(toHtml(line.children)));
  }

  /** The rules for every class used so far, in order of their names. */
  css(): string {
    return this.#classes.getCSS().replaceAll('}', '}\n').split('\n').filter(Boolean).toSorted().join('\n');
  }
}

/** A fence that is only shown. */
export async function plainCode(code: string, language: string, highlighter: Highlighter): Promise<Markup> {
  return html`<pre class="code" tabindex="0"><code>${block(await highlighter.lines(code, language))}</code></pre>`;
}

/** The code of a sample, under its file name. */
export async function sampleCode(sample: Sample, highlighter: Highlighter): Promise<Markup> {
  const lines = await highlighter.lines(sample.code, 'python');
  return html`<figure class="figure listing" id="sample-${sample.name}"><figcaption><b>${sample.title}</b> <span>sample “${sample.name}”</span></figcaption><pre class="code numbered" tabindex="0"><code>${block(lines)}</code></pre></figure>`;
}

/** What changes from one sample to the other, line by line, with all lines around it. */
export async function diffFigure(from: Sample, to: Sample, highlighter: Highlighter): Promise<Markup> {
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
  return html`<figure class="figure listing"><figcaption><b>${from.name} → ${to.name}</b> <span>${count('removed')} lines out, ${count('added')} in</span></figcaption><pre class="code diff" tabindex="0"><code>${lines}</code></pre></figure>`;
}

function block(lines: readonly Markup[]): readonly Markup[] {
  return lines.map((line) => html`<span class="row">${line}\n</span>`);
}
