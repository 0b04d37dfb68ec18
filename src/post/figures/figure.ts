import type { LeafDirective } from 'mdast-util-directive';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { sourceOf } from '../place.ts';

/** The figures, and what each of them shows. */
export const figures = {
  log: 'what the sample printed: its first lines and its last, repeats folded, interpreter shutdown apart',
  memory: 'memory over work or time, one panel for each condition',
  verdict: 'what the sample does with memory, in a sentence, and the rounds that decided it',
  diff: 'what changes from the first sample to the second, and both of them',
  versions: 'the same sample on every Python that it was recorded on',
  cycle: 'the objects of one group of garbage, and how they hold one another',
} as const;
export type FigureName = keyof typeof figures;
export const figureNames = Object.keys(figures) as readonly FigureName[];

/** A block placeholder: which figure stands there, and of which samples. */
export interface Figure {
  readonly name: FigureName;
  readonly of: readonly string[];
  readonly node: LeafDirective;
}

/** More lines than this in one chart are a knot. */
export const mostInChart = 3;

/** How many samples each figure shows: the fewest, the most, and both in words. */
export const figureSamples: Readonly<Record<FigureName, { readonly least: number; readonly most: number; readonly words: string }>> = {
  log: { least: 1, most: 1, words: 'one sample' },
  memory: { least: 1, most: mostInChart, words: 'one to three samples' },
  verdict: { least: 1, most: Infinity, words: 'at least one sample' },
  diff: { least: 2, most: 2, words: 'two samples' },
  versions: { least: 1, most: Infinity, words: 'at least one sample' },
  cycle: { least: 1, most: 1, words: 'one sample' },
};

/** Whether a line that starts with two colons is no figure at all: `::1`, `::ffff` and `::std` are a network’s and a language’s. */
export function isProse({ name, attributes, children }: LeafDirective): boolean {
  if (children.length > 0 || Object.keys(attributes ?? {}).length > 0) return false;
  return /^[\da-f]{1,4}$/i.test(name) || /^(?:std|core|crate|self|boost)$/.test(name);
}

/** Reads `::log{of=before}`; undefined where it cannot be shown. Everything wrong is reported on the file. */
export function readFigure(file: VFile, node: LeafDirective, samples: readonly Sample[]): Figure | undefined {
  const place = node.position;
  const tell = (rule: string, reason: string, hint: string) => report(file, { rule, reason, hint, place });
  const known = samples.map((sample) => sample.name);
  const name = figureNames.find((figure) => figure === node.name);
  if (name === undefined) {
    tell(
      'figure-unknown',
      `There is no figure "::${node.name}".${didYouMean(node.name, figureNames)}`,
      `Known figures: ${figureNames.map((figure) => `::${figure}`).join(', ')}.`,
    );
    return undefined;
  }
  if (node.children.length > 0) {
    tell('figure-form', `What "::${name}" shows stands in square brackets`, `Write braces: ${exampleOf(name, known)}`);
    return undefined;
  }
  const strays = Object.keys(node.attributes ?? {}).filter((key) => key !== 'of');
  // `{of=before after}` is read as two attributes.
  const meant = strays.filter((key) => known.includes(key));
  if (meant.length > 0) {
    const of = [...(node.attributes?.['of'] ?? '').split(/[\s,]+/), ...meant].filter(Boolean);
    tell(
      'figure-attribute',
      `"::${name}" names ${of.length === 1 ? 'its sample without "of="' : 'several samples without quotes around them'}`,
      `Write ${exampleOf(name, of)}`,
    );
    return undefined;
  }
  for (const key of strays)
    tell('figure-attribute', `"::${name}" has no attribute "${key}".${didYouMean(key, ['of'])}`, `Write ${exampleOf(name, known)}`);
  if ((sourceOf(file, node).match(/[{\s]of=/g)?.length ?? 0) > 1)
    tell(
      'figure-attribute',
      `"::${name}" has the attribute "of" twice`,
      `Name all samples in one: ::${name}{of="${known.slice(0, 2).join(' ') || 'before after'}"}`,
    );
  const of = node.attributes?.['of'];
  const names = of === undefined || of === null ? known : of.split(/[\s,]+/).filter(Boolean);
  const unknown = names.filter((sample) => !known.includes(sample));
  for (const sample of unknown) {
    tell(
      'sample-unknown',
      `There is no sample "${sample}" in this post.${didYouMean(sample, known)}`,
      known.length === 0 ? 'Name a fence: ```python sample=before' : `Samples of this post: ${known.join(', ')}.`,
    );
  }
  if (unknown.length > 0 || strays.length > 0) return undefined;
  const twin = names.find((sample, index) => names.indexOf(sample) !== index);
  const { least, most, words } = figureSamples[name];
  if (known.length === 0)
    tell('sample-unknown', `"::${name}" shows ${words}, and this post has none`, 'Name a fence: ```python sample=before');
  else if (twin !== undefined)
    tell(
      'figure-samples',
      `"::${name}" names the sample "${twin}" twice`,
      `Name each once: ${exampleOf(name, [...new Set([...names, ...known])])}`,
    );
  else if (names.length < least || names.length > most)
    tell('figure-samples', `"::${name}" shows ${words}, not ${names.length}`, `Write ${exampleOf(name, known)}`);
  else return { name, of: names, node };
  return undefined;
}

/** How the figure is written, with as many of these samples as it shows. */
function exampleOf(name: FigureName, samples: readonly string[]): string {
  const { least, most } = figureSamples[name];
  const wanted = name === 'memory' ? 2 : least;
  const of =
    samples.length >= least && samples.length > 0
      ? samples.slice(0, Math.min(most, Math.max(wanted, least)))
      : ['before', 'after'].slice(0, wanted);
  return `::${name}{of=${of.length > 1 ? `"${of.join(' ')}"` : of[0]}}`;
}
