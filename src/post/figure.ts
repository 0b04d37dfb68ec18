import type { LeafDirective } from 'mdast-util-directive';
import type { VFile } from 'vfile';
import { report } from './message.ts';
import type { Sample } from './sample.ts';
import { didYouMean } from './suggestion.ts';

export const figureNames = ['log', 'memory', 'verdict', 'diff', 'versions', 'cycle'] as const;
export type FigureName = (typeof figureNames)[number];

/** A block placeholder: which figure stands there, and of which samples. */
export interface Figure {
  readonly name: FigureName;
  readonly of: readonly string[];
  readonly node: LeafDirective;
}

/** More lines than this in one chart are a knot. */
export const mostInChart = 3;

const wants: Readonly<Record<FigureName, (count: number) => string | undefined>> = {
  log: (count) => (count === 1 ? undefined : 'one sample'),
  memory: (count) => (count > 0 && count <= mostInChart ? undefined : `one to ${mostInChart} samples`),
  verdict: (count) => (count > 0 ? undefined : 'at least one sample'),
  diff: (count) => (count === 2 ? undefined : 'two samples'),
  versions: (count) => (count > 0 ? undefined : 'at least one sample'),
  cycle: (count) => (count === 1 ? undefined : 'one sample'),
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
  const wanted = wants[name](names.length);
  if (unknown.length === 0 && wanted !== undefined) {
    report(file, { rule: 'figure-samples', reason: `"::${name}" shows ${wanted}, not ${names.length}`, hint: `Write ::${name}{of=${name === 'diff' ? '"before after"' : known[0] ?? 'before'}}`, place });
  }
  return unknown.length > 0 || wanted !== undefined ? undefined : { name, of: names, node };
}
