import type { Post } from '../src/post/post.ts';
import { describeProblems, hasErrors } from '../src/post/message.ts';

/** Prints everything that is wrong with some posts, file:line:column first, and how to mend it; returns the number of errors. */
export function printProblems(posts: readonly Post[]): number {
  const lines = posts.flatMap(({ file }) => describeProblems(file));
  if (lines.length > 0) console.error(lines.join('\n'));
  return posts.reduce((count, { file }) => count + file.messages.filter(({ fatal }) => fatal === true).length, 0);
}

/** The posts that nothing stops from being run. */
export function areSound(posts: readonly Post[]): boolean {
  return posts.every(({ file }) => !hasErrors(file));
}
