import type { Root } from 'mdast';
import remarkLintHeadingIncrement from 'remark-lint-heading-increment';
import remarkLintNoDuplicateDefinitions from 'remark-lint-no-duplicate-definitions';
import remarkLintNoDuplicateHeadings from 'remark-lint-no-duplicate-headings';
import remarkLintNoEmptyUrl from 'remark-lint-no-empty-url';
import remarkLintNoUndefinedReferences from 'remark-lint-no-undefined-references';
import remarkLintNoUnusedDefinitions from 'remark-lint-no-unused-definitions';
import { unified } from 'unified';
import type { VFile } from 'vfile';

type Message = VFile['messages'][number];

/** Explains a message of a lint rule about a part of the source; undefined if that is not a fault here. */
type Explanation = (source: string, before: string) => { readonly reason: string; readonly hint: string } | undefined;

const explanations: Readonly<Record<string, Explanation>> = {
  'heading-increment': (source) => ({
    reason: `The heading "${firstLine(source)}" skips a level`,
    hint: 'Go one level deeper at a time: ## before ###.',
  }),
  'no-duplicate-definitions': (source) => {
    const name = labelOf(source);
    return {
      reason: `${name.startsWith('^') ? 'The note' : 'The address of'} [${name}] is written twice; the first one counts`,
      hint: 'Keep one of the two, or give one another name.',
    };
  },
  'no-duplicate-headings': (source) => ({
    reason: `There is another heading "${firstLine(source)}" above`,
    hint: 'Reword one of the two, so that readers can tell them apart in the contents.',
  }),
  'no-empty-url': (source) => {
    const [what, example] = source.startsWith('!')
      ? ['The image', '![What it shows](/name.png)']
      : ['The link', '[text](https://www.python.org)'];
    return { reason: `${what} ${firstLine(source)} has no address`, hint: `Write the address between the brackets: ${example}` };
  },
  'no-undefined-references': explainUndefined,
  'no-unused-definitions': (source) => {
    const name = labelOf(source);
    return name.startsWith('^')
      ? { reason: `Nothing in the text refers to the note [${name}]`, hint: `Write [${name}] where it belongs, or delete the note.` }
      : { reason: `Nothing in the text uses the address of [${name}]`, hint: `Write [some words][${name}], or delete this line.` };
  },
};

const linter = unified()
  .use(remarkLintHeadingIncrement)
  .use(remarkLintNoDuplicateDefinitions)
  .use(remarkLintNoDuplicateHeadings)
  .use(remarkLintNoEmptyUrl)
  .use(remarkLintNoUndefinedReferences)
  .use(remarkLintNoUnusedDefinitions);

/** Reports, as warnings, what a reader would stumble over in the prose. */
export function lintProse(file: VFile, tree: Root): void {
  const known = file.messages.length;
  linter.runSync(tree, file);
  file.messages.splice(known, Infinity, ...file.messages.slice(known).filter((message) => reword(message, String(file))));
}

/** Rewrites a message in Leaklog's own words; false if it is not a fault here. */
function reword(message: Message, text: string): boolean {
  const [start, end] = offsetsOf(message);
  const said = explanations[message.ruleId ?? '']?.(text.slice(start, end), text.slice(0, start).at(-1) ?? '');
  if (said === undefined) return false;
  message.reason = said.reason;
  message.message = said.reason;
  message.note = said.hint;
  message.fatal = false;
  return true;
}

function offsetsOf({ place }: Message): readonly [number, number] {
  if (place === undefined) return [0, 0];
  return 'start' in place ? [place.start.offset ?? 0, place.end.offset ?? 0] : [place.offset ?? 0, place.offset ?? 0];
}

function explainUndefined(source: string, before: string): ReturnType<Explanation> {
  const [, note] = /^\[\^([^\]]+)\]$/.exec(source) ?? [];
  if (note !== undefined)
    return { reason: `There is no note [^${note}]`, hint: `Write it in a paragraph of its own, with a colon: [^${note}]: What it says.` };
  // Brackets alone are an index, a list or an aside.
  const [, label] = /\]\[([^\]]*)\]$/.exec(source) ?? [];
  if (label === undefined || /\w/.test(before)) return undefined;
  const name = label === '' ? labelOf(source) : label;
  return {
    reason: `${source} refers to an address that is not defined`,
    hint: `Write the address on a line of its own, [${name}]: https://…; or, if no link is meant, a backslash before the bracket.`,
  };
}

function firstLine(source: string): string {
  return (source.split('\n')[0] ?? '').replace(/^#+\s*|\s*#*$/g, '');
}

function labelOf(source: string): string {
  return /^!?\[((?:\\.|[^\]\\])*)\]/.exec(source)?.[1] ?? source;
}
