import type { LeafDirective } from 'mdast-util-directive';
import type { VFile } from 'vfile';
import { report } from './message.ts';
import type { Sample } from './sample.ts';
import { didYouMean } from './suggestion.ts';

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
  memory: { least: 1, most: mostInChart, words: `one to ${mostInChart} samples` },
  verdict: { least: 1, most: Infinity, words: 'at least one sample' },
  diff: { least: 2, most: 2, words: 'two samples' },
  versions: { least: 1, most: Infinity, words: 'at least one sample' },
  cycle: { least: 1, most: 1, words: 'one sample' },
};

/** Reads `::log{of=before}`; undefined where it cannot be shown. Everything wrong is reported on the file. */
export function readFigure(file: VFile, node: LeafDirective, samples: readonly Sample[]): Figure | undefined {
  const place = node.position;
  const name = figureNames.find((known) => known === node.name);
  if (name === undefined) {
    report(file, { rule: 'figure-unknown', reason: `There is no figure "::${node.name}".${didYouMean(node.name, figureNames)}`, hint: `Known figures: ${figureNames.map((known) => `::${known}`).join(', ')}.`, place });
    return undefined;
  }
  const known = samples.map((sample) => sample.name);
  for (const key of Object.keys(node.attributes ?? {}).filter((key) => key !== 'of')) {
    report(file, { rule: 'figure-attribute', reason: `"::${name}" has no attribute "${key}".${didYouMean(key, ['of'])}`, hint: `Write ::${name}{of=${known[0] ?? 'before'}}`, place });
  }
  const of = node.attributes?.['of'];
  const names = of === undefined || of === null ? known : of.split(/[\s,]+/).filter(Boolean);
  const unknown = names.filter((sample) => !known.includes(sample));
  for (const sample of unknown) {
    report(file, { rule: 'sample-unknown', reason: `There is no sample "${sample}" in this post.${didYouMean(sample, known)}`, hint: known.length === 0 ? 'Name a fence: ```python sample=before' : `Samples of this post: ${known.join(', ')}.`, place });
  }
  const { least, most, words } = figureSamples[name];
  const wanted = names.length >= least && names.length <= most ? undefined : words;
  if (unknown.length === 0 && wanted !== undefined) {
    report(file, { rule: 'figure-samples', reason: `"::${name}" shows ${wanted}, not ${names.length}`, hint: `Write ::${name}{of=${name === 'diff' ? '"before after"' : known[0] ?? 'before'}}`, place });
  }
  return unknown.length > 0 || wanted !== undefined ? undefined : { name, of: names, node };
}
