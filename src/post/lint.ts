import remarkLintHeadingIncrement from 'remark-lint-heading-increment';
import remarkLintNoDuplicateDefinitions from 'remark-lint-no-duplicate-definitions';
import remarkLintNoDuplicateHeadings from 'remark-lint-no-duplicate-headings';
import remarkLintNoEmptyUrl from 'remark-lint-no-empty-url';
import remarkLintNoUndefinedReferences from 'remark-lint-no-undefined-references';
import remarkLintNoUnusedDefinitions from 'remark-lint-no-unused-definitions';
import type { Root } from 'mdast';
import { unified } from 'unified';
import type { VFile } from 'vfile';

/** What each rule asks for. */
const hints: Readonly<Record<string, string>> = {
  'heading-increment': 'Go one level deeper at a time: ## before ###.',
  'no-duplicate-definitions': 'Keep one of the definitions.',
  'no-duplicate-headings': 'Give one of the headings other words; links to it lead to the first.',
  'no-empty-url': 'Write the address between the brackets.',
  'no-undefined-references': 'Define the reference, [name]: https://…, or write the bracket with a backslash before it.',
  'no-unused-definitions': 'Use the definition, or delete it.',
};

const linter = unified()
  .use(remarkLintHeadingIncrement)
  .use(remarkLintNoDuplicateDefinitions)
  .use(remarkLintNoDuplicateHeadings)
  .use(remarkLintNoEmptyUrl)
  .use(remarkLintNoUndefinedReferences)
  .use(remarkLintNoUnusedDefinitions);

/** Reports what a reader would stumble over in the prose; all of it as warnings. */
export function lintProse(file: VFile, tree: Root): void {
  const known = file.messages.length;
  linter.runSync(tree, file);
  for (const message of file.messages.slice(known)) {
    message.fatal = false;
    message.note = hints[message.ruleId ?? ''] ?? '';
  }
}
