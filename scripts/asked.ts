import { postsFolder } from '../src/post/read-posts.ts';
import { count } from './project.ts';
import type { Finding } from './report.ts';

/** What was found in the files that an author asked for, and in all others; all are asked for where none is named. */
export function partFindings(found: readonly Finding[], asked: ReadonlySet<string> | undefined): { readonly own: readonly Finding[]; readonly others: readonly Finding[] } {
  const isOwn = ({ file }: Finding) => asked === undefined || asked.has(file);
  return { own: found.filter(isOwn), others: found.filter((finding) => !isOwn(finding)) };
}

/** `3 errors and 1 warning in 2 other posts`. */
export function countOthers(found: readonly Finding[]): string {
  const counts = (['error', 'warning'] as const).map((name) => ({ name, number: found.filter(({ level }) => level === name).length }));
  const files = [...new Set(found.map(({ file }) => file))];
  const kind = files.every((file) => file.startsWith(`${postsFolder}/`)) ? 'post' : 'file';
  return `${counts.filter(({ number }) => number > 0).map(({ name, number }) => count(number, name)).join(' and ')} in ${count(files.length, `other ${kind}`)}`;
}
