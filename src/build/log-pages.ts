import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { html } from '../chart/markup.ts';
import { logFile, type LogPage } from './parts.ts';
import type { PostMade } from './survey.ts';

/*
 * The pages about logs differ in four texts, and there are four of them for a post: a build has Astro render each kind once,
 * with a mark in the place of each text, and fills them in.
 */

/** The texts of a page about a log. */
type Text = 'post' | 'sample' | 'title' | 'content';

export const markOf = (text: Text) => `⟦${text} of a log⟧`;

/** Stands for a post, and for a sample, where the marked pages are: neither can be named like this. */
export const shellName = '_shell';

const files = { whole: 'index.html', types: 'types/index.html' } as const satisfies Record<LogPage, string>;

/** The marked pages, cut at their marks: which text stands where, and the bytes between. */
export type Shells = Readonly<Record<LogPage, readonly (Text | Uint8Array)[]>>;

/** Takes the marked pages out of a rendered site; undefined where no log is to be shown. */
export function takeShells(site: string): Shells | undefined {
  const folder = join(site, 'posts', shellName);
  if (!existsSync(folder)) return undefined;
  const cut = (file: string) =>
    readFileSync(join(folder, shellName, file), 'utf8')
      .split(/⟦(\w+) of a log⟧/)
      .map((part, index) => (index % 2 === 0 ? Buffer.from(part) : (part as Text)));
  const shells = { whole: cut(files.whole), types: cut(files.types) };
  rmSync(folder, { recursive: true });
  return shells;
}

/** Writes the pages about the logs of a post into the site's folder for it. As bytes: making texts of megabytes takes longer than all else here. */
export function writeLogPages(shells: Shells, { data: { title: post, logs }, folder }: PostMade, target: string): void {
  const escape = (text: string) => Buffer.from(String(html`${text}`));
  for (const { sample, title } of logs) {
    const named = { post: escape(post), sample: escape(sample), title: escape(title) };
    for (const page of ['whole', 'types'] as const) {
      const texts = { ...named, content: readFileSync(join(folder, logFile(sample, page))) };
      const path = join(target, sample, files[page]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.concat(shells[page].map((part) => (typeof part === 'string' ? texts[part] : part))));
    }
  }
}
