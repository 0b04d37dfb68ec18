import { findBlocks, splitSource } from './blocks.ts';
import { apply, type Edit, type Finding, removal } from './edits.ts';
import { change } from './fences.ts';
import { findLeftovers, readFront } from './front.ts';
import { readItem } from './items.ts';
import type { Places } from './owner.ts';
import { dropTwins, namePrograms } from './programs.ts';

/** A post as it is here, and what was done to make it that. */
export interface Imported {
  readonly text: string;
  /** `2023-09-22-some-words.md`; undefined where the post says no day. */
  readonly name: string | undefined;
  /** By line. */
  readonly findings: readonly Finding[];
}

/** Turns a Jekyll post into a post of Leaklog's. What is not changed stays byte for byte; nothing is run. */
export function importPost(path: string, text: string, wantedName?: string): Imported {
  const source = splitSource(text);
  const { blocks, headings, yaml } = findBlocks(source);
  const findings: Finding[] = [];
  const edits: Edit[] = [];
  const { name, ...front } = readFront(path, source, yaml, wantedName);
  edits.push(...front.edits);
  findings.push(...front.findings);
  const items = blocks.map(readItem);
  const distinct = dropTwins(items);
  namePrograms(source, distinct);
  const places: Places = { source, items: distinct, headings };
  for (const [index, item] of distinct.entries()) {
    const { edits: changes, finding } = change(places, index);
    edits.push(...changes, ...item.block.attributes.map((line) => removal(source, line)));
    findings.push(finding);
  }
  findings.push(...findLeftovers(source, blocks, yaml));
  return { text: apply(text, edits), name, findings: findings.toSorted((a, b) => a.line - b.line) };
}
