import type { VFile } from 'vfile';
import type { Post } from '../src/post/post.ts';
import { hasErrors } from '../src/post/message.ts';

/** Prints everything that is wrong with some posts, file:line:column first, and how to mend it; returns the number of errors. */
export function printProblems(posts: readonly Post[]): number {
  const lines = posts.flatMap(({ file }) => problems(file));
  if (lines.length > 0) console.error(lines.join('\n'));
  return posts.reduce((count, { file }) => count + file.messages.filter(({ fatal }) => fatal === true).length, 0);
}

/** The posts that nothing stops from being run. */
export function areSound(posts: readonly Post[]): boolean {
  return posts.every(({ file }) => !hasErrors(file));
}

function problems(file: VFile): readonly string[] {
  const messages = [...file.messages].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return messages.map(({ line, column, fatal, reason, ruleId, note }) => {
    const hint = (note ?? '').split('\n').map((text) => `    ${text}`).join('\n');
    return `${file.path}:${line ?? 1}:${column ?? 1}: ${fatal === true ? 'error' : 'warning'}: ${reason} [${ruleId}]\n${hint}`;
  });
}
