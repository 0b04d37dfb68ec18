import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { html } from '../chart/markup.ts';
import { logFile, type LogPage, type PublishedPost } from './compiled-post.ts';

/*
 * The pages about logs differ in four texts, and there are four of them for a post: a build has Astro render a template of
 * each kind, with a placeholder for each text, and fills them in.
 */

/** The texts of a page about a log. */
type Text = 'post' | 'sample' | 'title' | 'content';

export const placeholderOf = (text: Text) => `⟦${text} of a log⟧`;

/** Stands for a post, and for a sample, where the templates are: neither can be named like this. */
export const templateName = '_template';

const files = { whole: 'index.html', types: 'types/index.html' } as const satisfies Record<LogPage, string>;

/** The templates, cut at their placeholders: which text stands where, and the bytes between. */
export interface LogTemplates extends Readonly<Record<LogPage, readonly (Text | Uint8Array)[]>> {
  readonly hash: string;
}

/** Takes the templates out of a rendered site; undefined where no log is to be shown. */
export function takeLogTemplates(site: string): LogTemplates | undefined {
  const folder = join(site, 'posts', templateName);
  if (!existsSync(folder)) return undefined;
  const read = (file: string) => readFileSync(join(folder, templateName, file), 'utf8');
  const cut = (html: string) => html.split(/⟦(\w+) of a log⟧/).map((part, index) => (index % 2 === 0 ? Buffer.from(part) : (part as Text)));
  const [whole, types] = [read(files.whole), read(files.types)];
  rmSync(folder, { recursive: true });
  const hash = createHash('sha256').update(`${whole}\0${types}`).digest('hex');
  return { whole: cut(whole), types: cut(types), hash };
}

/** Writes the pages about the logs of a post into a folder. As bytes: making texts of megabytes takes longer than all else here. */
export function writeLogPages(templates: LogTemplates, { data: { title: post, logs }, folder }: PublishedPost, target: string): null {
  const escape = (text: string) => Buffer.from(String(html`${text}`));
  for (const { sample, title } of logs) {
    const named = { post: escape(post), sample: escape(sample), title: escape(title) };
    for (const page of ['whole', 'types'] as const) {
      const texts = { ...named, content: readFileSync(join(folder, logFile(sample, page))) };
      const path = join(target, sample, files[page]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.concat(templates[page].map((part) => (typeof part === 'string' ? texts[part] : part))));
    }
  }
  return null;
}
