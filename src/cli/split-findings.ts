import { postsFolder } from '../post/content-files.ts';
import { count } from './project.ts';
import type { Finding } from './report.ts';

/** Findings in the files that an author named, and in all others. */
interface SplitFindings {
  readonly own: readonly Finding[];
  readonly others: readonly Finding[];
}

/** Separates the findings in the files that an author named from the others; if `named` is undefined, all files count as named. */
export function splitFindings(found: readonly Finding[], named: ReadonlySet<string> | undefined): SplitFindings {
  const isOwn = ({ file }: Finding) => named === undefined || named.has(file);
  return { own: found.filter(isOwn), others: found.filter((finding) => !isOwn(finding)) };
}

/** Counts findings by level: `3 errors and 1 warning in 2 other posts`. */
export function countOthers(found: readonly Finding[]): string {
  const levels = ['error', 'warning'] as const;
  const all = levels.map((name) => ({ name, number: found.filter(({ level }) => level === name).length }));
  const counts = all.filter(({ number }) => number > 0);
  const files = [...new Set(found.map(({ file }) => file))];
  const kind = files.every((file) => file.startsWith(`${postsFolder}/`)) ? 'post' : 'file';
  return `${counts.map(({ name, number }) => count(number, name)).join(' and ')} in ${count(files.length, `other ${kind}`)}`;
}
