import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { html } from '../chart/markup.ts';
import { logFile, type LogPage, type PublishedPost } from './compiled-post.ts';

/*
 * The pages about logs, usually four for a post, differ only in four texts: a build has Astro render one template of each kind,
 * with a placeholder for each text, and substitutes the texts.
 */

/** The texts that a template has placeholders for. */
type Text = 'post' | 'sample' | 'title' | 'content';

/** The placeholder for a text in a template. */
export const placeholderOf = (text: Text) => `⟦${text} of a log⟧`;

/** Takes the place of the post and the sample in the templates' addresses: neither can have this name. */
export const templateName = '_template';

const files = { whole: 'index.html', types: 'types/index.html' } as const satisfies Record<LogPage, string>;

/** The templates, split at their placeholders into texts to substitute and the bytes between, with a hash of both. */
export interface LogTemplates extends Readonly<Record<LogPage, readonly (Text | Uint8Array)[]>> {
  readonly hash: string;
}

/** Removes the templates from a rendered site and returns them; undefined if no log is shown. */
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

/** Writes the pages about a post's logs into a folder. Works on bytes: decoding megabytes would take longer than all the rest. */
export function writeLogPages(templates: LogTemplates, { data: { title: post, logs }, folder }: PublishedPost, target: string): null {
  const escape = (text: string) => Buffer.from(String(html`${text}`));
  for (const { sample, title, hasTypes } of logs) {
    const named = { post: escape(post), sample: escape(sample), title: escape(title) };
    for (const page of hasTypes ? (['whole', 'types'] as const) : (['whole'] as const)) {
      const texts = { ...named, content: readFileSync(join(folder, logFile(sample, page))) };
      const path = join(target, sample, files[page]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.concat(templates[page].map((part) => (typeof part === 'string' ? texts[part] : part))));
    }
  }
  return null;
}
