import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { html, Markup } from '../chart/markup.ts';
import { readLogPage, type LogPage } from './parts.ts';
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

/** The marked pages, cut at their marks. */
export type Shells = Readonly<Record<LogPage, readonly string[]>>;

/** Takes the marked pages out of a rendered site; undefined where no log is to be shown. */
export function takeShells(site: string): Shells | undefined {
  const folder = join(site, 'posts', shellName);
  if (!existsSync(folder)) return undefined;
  const cut = (file: string) => readFileSync(join(folder, shellName, file), 'utf8').split(/(⟦\w+ of a log⟧)/);
  const shells = { whole: cut(files.whole), types: cut(files.types) };
  rmSync(folder, { recursive: true });
  return shells;
}

/** Writes the pages about the logs of a post into the site's folder for it. */
export async function writeLogPages(shells: Shells, { data: { title: post, logs }, folder }: PostMade, target: string): Promise<void> {
  for (const { sample, title } of logs) {
    for (const page of ['whole', 'types'] as const) {
      const content = new Markup(await readLogPage(folder, sample, page));
      const values = new Map(Object.entries({ post, sample, title, content }).map(([text, value]) => [markOf(text as Text), String(html`${value}`)]));
      const path = join(target, sample, files[page]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, shells[page].map((part) => values.get(part) ?? part).join(''));
    }
  }
}
