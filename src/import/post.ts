import { findBlocks, splitSource } from './blocks.ts';
import { apply, type Edit, type ImportStep, removal } from './edits.ts';
import { change } from './fences.ts';
import { findLeftovers, readFront } from './front.ts';
import { readItem } from './items.ts';
import type { OldPost } from './owner.ts';
import { dropDuplicates, namePrograms } from './programs.ts';

/** The converted post, and what was done to convert it. */
export interface Imported {
  readonly text: string;
  /** `2023-09-22-some-words.md`; undefined if the post has no date. */
  readonly name: string | undefined;
  /** Sorted by line. */
  readonly steps: readonly ImportStep[];
}

/** Converts a Jekyll post into a Leaklog post. All other text stays as it is, byte for byte; nothing is run. */
export function importPost(path: string, text: string, wantedName?: string): Imported {
  const source = splitSource(text);
  const { blocks, headings, yaml } = findBlocks(source);
  const steps: ImportStep[] = [];
  const edits: Edit[] = [];
  const { name, ...front } = readFront(path, source, yaml, wantedName);
  edits.push(...front.edits);
  steps.push(...front.steps);
  const items = blocks.map(readItem);
  const distinct = dropDuplicates(items);
  namePrograms(source, distinct);
  const post: OldPost = { source, items: distinct, headings };
  for (const [index, item] of distinct.entries()) {
    const { edits: changes, step } = change(post, index);
    edits.push(...changes, ...item.block.attributes.map((line) => removal(source, line)));
    steps.push(step);
  }
  steps.push(...findLeftovers(source, blocks, yaml));
  return { text: apply(text, edits), name, steps: steps.toSorted((a, b) => a.line - b.line) };
}
