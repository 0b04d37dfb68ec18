import type { LeafDirective } from 'mdast-util-directive';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { explainInvisible, invisible } from '../invisible.ts';
import { sourceOf } from '../place.ts';

/** The figures, and what each shows. */
export const figures = {
  log: 'what the sample printed: its first lines and its last, repeats folded, interpreter shutdown apart',
  memory: 'memory over work or time, one panel for each condition',
  verdict: 'what the sample does with memory, in a sentence, and the rounds that decided it',
  diff: 'what changes from the first sample to the second, and both of them',
  versions: 'the same sample on every Python that it was recorded on',
  cycle: 'the objects of one group of garbage, and how they hold one another',
  holder: 'who holds what a leak keeps: the way from a named root to a typical new object',
  types: 'how many objects of each type live at two moments of a leak',
} as const;
export type FigureName = keyof typeof figures;
export const figureNames = Object.keys(figures) as readonly FigureName[];

/** A placeholder on a line of its own: which figure to show there, of which samples. */
export interface Figure {
  readonly name: FigureName;
  readonly of: readonly string[];
  readonly node: LeafDirective;
}

/** More curves than this in one chart are a tangle. */
export const maxInChart = 3;

/** How many samples each figure shows, also in words. */
export const figureSamples: Readonly<Record<FigureName, { readonly min: number; readonly max: number; readonly words: string }>> = {
  log: { min: 1, max: 1, words: 'one sample' },
  memory: { min: 1, max: maxInChart, words: 'one to three samples' },
  verdict: { min: 1, max: Infinity, words: 'at least one sample' },
  diff: { min: 2, max: 2, words: 'two samples' },
  versions: { min: 1, max: Infinity, words: 'at least one sample' },
  cycle: { min: 1, max: 1, words: 'one sample' },
  holder: { min: 1, max: 1, words: 'one sample' },
  types: { min: 1, max: 1, words: 'one sample' },
};

/** Whether a line that starts with two colons is prose: `::1` and `::ffff` are network addresses, `::std` is C++ or Rust. */
export function isProse({ name, attributes, children }: LeafDirective): boolean {
  if (children.length > 0 || Object.keys(attributes ?? {}).length > 0) return false;
  return /^[\da-f]{1,4}$/i.test(name) || /^(?:std|core|crate|self|boost)$/.test(name);
}

/** Reads `::log{of=before}`; undefined if it cannot be shown. Problems are reported on the file. */
export function readFigure(file: VFile, node: LeafDirective, samples: readonly Sample[]): Figure | undefined {
  const place = node.position;
  const fail = (rule: string, reason: string, hint: string) => report(file, { rule, reason, hint, place });
  const known = samples.map((sample) => sample.name);
  const name = figureNames.find((figure) => figure === node.name);
  if (name === undefined) {
    fail(
      'figure-unknown',
      `There is no figure "::${node.name}".${didYouMean(node.name, figureNames)}`,
      `Known figures: ${figureNames.map((figure) => `::${figure}`).join(', ')}.`,
    );
    return undefined;
  }
  if (node.children.length > 0) {
    fail('figure-form', `What "::${name}" shows is in square brackets`, `Write braces: ${exampleOf(name, known)}`);
    return undefined;
  }
  const unknownKeys = Object.keys(node.attributes ?? {}).filter((key) => key !== 'of');
  // `{of=before after}` is read as two attributes.
  const meant = unknownKeys.filter((key) => known.includes(key));
  if (meant.length > 0) {
    const of = [...(node.attributes?.['of'] ?? '').split(/[\s,]+/), ...meant].filter(Boolean);
    fail(
      'figure-attribute',
      `"::${name}" names ${of.length === 1 ? 'its sample without "of="' : 'several samples without quotes around them'}`,
      `Write ${exampleOf(name, of)}`,
    );
    return undefined;
  }
  for (const key of unknownKeys)
    fail('figure-attribute', `"::${name}" has no attribute "${key}".${didYouMean(key, ['of'])}`, `Write ${exampleOf(name, known)}`);
  if ((sourceOf(file, node).match(/[{\s]of=/g)?.length ?? 0) > 1)
    fail(
      'figure-attribute',
      `"::${name}" has the attribute "of" twice`,
      `Name all samples in one: ::${name}{of="${known.slice(0, 2).join(' ') || 'before after'}"}`,
    );
  const of = node.attributes?.['of'];
  const names = of === undefined || of === null ? known : of.split(/[\s,]+/).filter(Boolean);
  const unknown = names.filter((sample) => !known.includes(sample));
  const hidden = invisible.exec(of ?? '')?.[0];
  if (hidden !== undefined) {
    const { reason, hint } = explainInvisible(hidden);
    fail('text-control', reason, hint);
    return undefined;
  }
  if (/[“”„‘’]/.test(of ?? '')) {
    fail(
      'figure-form',
      `Curly quotes are part of the name: ${of}`,
      `Write straight ones: ::${name}{of="${(of ?? '').replace(/[“”„‘’]/g, '')}"}`,
    );
    return undefined;
  }
  for (const sample of unknown) {
    fail(
      'sample-unknown',
      `There is no sample "${sample}" in this post.${didYouMean(sample, known)}`,
      known.length === 0
        ? 'Name a fence: ```python sample=before'
        : /^(?:[-=]*>|→|and|vs\.?|to|\+|&)$/.test(sample)
          ? `Write names alone, with spaces between them: ::${name}{of="${names.filter((each) => known.includes(each)).join(' ')}"}`
          : `Samples of this post: ${known.join(', ')}.`,
    );
  }
  if (unknown.length > 0 || unknownKeys.length > 0) return undefined;
  const repeated = names.find((sample, index) => names.indexOf(sample) !== index);
  const { min, max, words } = figureSamples[name];
  if (known.length === 0)
    fail('sample-unknown', `"::${name}" shows ${words}, and this post has none`, 'Name a fence: ```python sample=before');
  else if (repeated !== undefined)
    fail(
      'figure-samples',
      `"::${name}" names the sample "${repeated}" twice`,
      `Name each once: ${exampleOf(name, [...new Set([...names, ...known])])}`,
    );
  else if (names.length < min || names.length > max)
    fail('figure-samples', `"::${name}" shows ${words}, not ${names.length}`, `Write ${exampleOf(name, known)}`);
  else return { name, of: names, node };
  return undefined;
}

/** An example of a figure, with as many of these samples as it shows. */
function exampleOf(name: FigureName, samples: readonly string[]): string {
  const { min, max } = figureSamples[name];
  const wanted = name === 'memory' ? 2 : min;
  const of =
    samples.length >= min && samples.length > 0
      ? samples.slice(0, Math.min(max, Math.max(wanted, min)))
      : ['before', 'after'].slice(0, wanted);
  return `::${name}{of=${of.length > 1 ? `"${of.join(' ')}"` : of[0]}}`;
}
