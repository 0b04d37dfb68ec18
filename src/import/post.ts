import { convertAddresses, type Copy } from './addresses.ts';
import { readOutline } from './blocks.ts';
import { convertCodeTags } from './code-tags.ts';
import type { Edit, ImportStep } from './edits.ts';
import { change } from './fences.ts';
import { convertFront } from './front.ts';
import { readItem } from './items.ts';
import { joinPrograms } from './join.ts';
import type { OldPost } from './owner.ts';
import type { Places } from './places.ts';
import { dropDuplicates, explainModules, markFailures, namePrograms } from './programs.ts';
import { convertProseTags } from './prose-tags.ts';
import { readSource, rewrite, type Source } from './source.ts';

/** The converted post, and what was done to convert it. */
export interface Imported {
  readonly text: string;
  /** `2023-09-22-some-words.md`; undefined if the post has no date. */
  readonly name: string | undefined;
  /** Sorted by line. */
  readonly steps: readonly ImportStep[];
  /** Files that the post shows or links to, to be copied into `public/`. */
  readonly copies: readonly Copy[];
}

/**
 * Converts a post of another blog into a post here, in steps that each keep all other text byte for byte, and know which line of
 * the old file each line comes from. Nothing is run.
 */
export function importPost(path: string, text: string, places: Places, wantedName?: string): Imported {
  const steps: ImportStep[] = [];
  const apply = (source: Source, { edits, steps: more }: { readonly edits: readonly Edit[]; readonly steps: readonly ImportStep[] }) => {
    steps.push(...more);
    return rewrite(source, edits);
  };
  const old = readSource(text);
  const front = convertFront(path, old, wantedName);
  const tagged = apply(old, front);
  const coded = apply(tagged, convertCodeTags(tagged));
  const plain = apply(coded, convertProseTags(coded, readOutline(coded)));
  const fenced = apply(plain, convertBlocks(plain));
  const addresses = convertAddresses(fenced, readOutline(fenced), path, front.name, places);
  const done = apply(fenced, addresses);
  return { text: done.text, name: front.name, steps: gather(steps), copies: addresses.copies };
}

function convertBlocks(source: Source): { readonly edits: readonly Edit[]; readonly steps: readonly ImportStep[] } {
  const { blocks, headings } = readOutline(source);
  const prose = source.lines
    .filter((_, index) => !blocks.some(({ first, last }) => first <= index && index <= last))
    .map((line) => line.text)
    .join('\n');
  const items = explainModules(source, dropDuplicates(joinPrograms(blocks.map((block) => readItem(block, prose)))));
  namePrograms(source, items);
  const post: OldPost = { source, items, headings };
  markFailures(post);
  const changes = items.map((_, index) => change(post, index));
  return { edits: changes.flatMap(({ edits }) => edits), steps: changes.map(({ step }) => step) };
}

/** Sorts steps by line; that code between tags became a fence is a detail of what became of the fence. */
function gather(steps: readonly ImportStep[]): readonly ImportStep[] {
  const isForm = ({ what }: ImportStep) => what.endsWith(' become a fence');
  return steps
    .filter((step) => !isForm(step))
    .map((step) => {
      const form = steps.find((other) => isForm(other) && other.line === step.line);
      return form === undefined ? step : { ...step, details: [...step.details, `its ${form.what}`] };
    })
    .toSorted((a, b) => a.line - b.line);
}
