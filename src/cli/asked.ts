import { postsFolder } from '../post/content-files.ts';
import { count } from './project.ts';
import type { Finding } from './report.ts';

/** Findings, those in files that an author asked for apart. */
interface Parted {
  readonly own: readonly Finding[];
  readonly others: readonly Finding[];
}

/** What was found in the files that an author asked for, and in all others; all are asked for where none is named. */
export function partFindings(found: readonly Finding[], asked: ReadonlySet<string> | undefined): Parted {
  const isOwn = ({ file }: Finding) => asked === undefined || asked.has(file);
  return { own: found.filter(isOwn), others: found.filter((finding) => !isOwn(finding)) };
}

/** `3 errors and 1 warning in 2 other posts`. */
export function countOthers(found: readonly Finding[]): string {
  const levels = ['error', 'warning'] as const;
  const all = levels.map((name) => ({ name, number: found.filter(({ level }) => level === name).length }));
  const counts = all.filter(({ number }) => number > 0);
  const files = [...new Set(found.map(({ file }) => file))];
  const kind = files.every((file) => file.startsWith(`${postsFolder}/`)) ? 'post' : 'file';
  return `${counts.map(({ name, number }) => count(number, name)).join(' and ')} in ${count(files.length, `other ${kind}`)}`;
}
