import { globSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { html, Markup } from '../chart/markup.ts';
import { wordsFile, type PublishedPost } from './compiled-post.ts';
import { searchWords } from './search-words.ts';

/** The files of Pagefind that the search page needs; its ready-made interface is left out. */
const needed = /^pagefind(?:-entry\.json|\.js|-worker\.js|\.[^/]*\.pf_meta)$|^(?:fragment|index)\/|^wasm\./;

/** The number of posts that are sent to Pagefind, a process of its own, at a time. */
const batchSize = 16;

/** The search index of posts and pages. The posts are indexed while Astro renders the pages. */
export class SearchIndex {
  readonly #posts: Promise<PagefindIndex>;

  constructor(posts: readonly PublishedPost[], lang: string) {
    this.#posts = indexPosts(posts, lang);
    // `write` reports the error.
    this.#posts.catch(() => undefined);
  }

  /** Indexes the content pages that were rendered into a folder, and writes the index there. Throws the errors of Pagefind. */
  async write(folder: string): Promise<void> {
    const index = await this.#posts;
    for (const path of globSync('*/index.html', { cwd: folder }).toSorted()) {
      check(await index.addHTMLFile({ url: `${dirname(path)}/`, content: searchWords(await readFile(join(folder, path), 'utf8')) }));
    }
    const { errors, files } = await index.getFiles();
    check({ errors });
    for (const { path, content } of files.filter(({ path }) => needed.test(path))) {
      const target = join(folder, 'pagefind', path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }
}

let isOpen = false;

/** Ends the process of Pagefind, whether it is done or not. */
export async function closePagefind(): Promise<void> {
  if (!isOpen) return;
  isOpen = false;
  const { close } = await import('pagefind');
  await close();
}

type PagefindIndex = NonNullable<Awaited<ReturnType<(typeof import('pagefind'))['createIndex']>>['index']>;

async function indexPosts(posts: readonly PublishedPost[], lang: string): Promise<PagefindIndex> {
  const { createIndex } = await import('pagefind');
  isOpen = true;
  const { index, errors } = await createIndex();
  if (index === undefined) throw failure(errors);
  for (let at = 0; at < posts.length; at += batchSize) {
    // Always in the same order, so that the index is always the same.
    const texts = await Promise.all(
      posts.slice(at, at + batchSize).map(async (post) => ({ url: `posts/${post.id}/`, content: await readWords(post, lang) })),
    );
    for (const added of await Promise.all(texts.map((text) => index.addHTMLFile(text)))) check(added);
  }
  return index;
}

/** The words of a post as an HTML page for Pagefind. */
async function readWords({ data: { title, description, tags }, folder }: PublishedPost, lang: string): Promise<string> {
  const text = new Markup(await readFile(join(folder, wordsFile), 'utf8'));
  const head = html`<h1>${title}</h1><p>${description}</p><p>${tags.join(' ')}</p>`;
  return String(html`<!doctype html><html lang="${lang}"><body data-pagefind-body>${head}${text}</body></html>`);
}

function check({ errors }: { readonly errors: readonly string[] }): void {
  if (errors.length > 0) throw failure(errors);
}

function failure(errors: readonly string[]): Error {
  return new Error(`The search index could not be made: ${errors.join('; ')}`);
}
