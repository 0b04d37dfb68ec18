import { globSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { html, Markup } from '../chart/markup.ts';
import { wordsFile, type PublishedPost } from './compiled-post.ts';
import { searchWords } from './search-words.ts';

/** What the search page needs of Pagefind's files; its ready-made interface stays out. */
const needed = /^pagefind(?:-entry\.json|\.js|-worker\.js|\.[^/]*\.pf_meta)$|^(?:fragment|index)\/|^wasm\./;

/** So many posts are on their way to Pagefind, a process of its own, at a time. */
const together = 16;

/** The words of posts and pages for the search page: those of the posts are listed while the pages are rendered. */
export class SearchIndex {
  readonly #posts: Promise<PagefindIndex>;

  constructor(posts: readonly PublishedPost[], lang: string) {
    this.#posts = listPosts(posts, lang);
    // It is told when it is asked for.
    this.#posts.catch(() => undefined);
  }

  /** Lists the pages beside the posts, which have been rendered into a folder, and writes the index there. */
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

/** Ends Pagefind, a process of its own, done or not. */
export async function closePagefind(): Promise<void> {
  if (!isOpen) return;
  isOpen = false;
  const { close } = await import('pagefind');
  await close();
}

type PagefindIndex = NonNullable<Awaited<ReturnType<(typeof import('pagefind'))['createIndex']>>['index']>;

async function listPosts(posts: readonly PublishedPost[], lang: string): Promise<PagefindIndex> {
  const { createIndex } = await import('pagefind');
  isOpen = true;
  const { index, errors } = await createIndex();
  if (index === undefined) throw failure(errors);
  for (let at = 0; at < posts.length; at += together) {
    // In their order, or the index would come out in another one.
    const texts = await Promise.all(
      posts.slice(at, at + together).map(async (post) => ({ url: `posts/${post.id}/`, content: await readWords(post, lang) })),
    );
    for (const added of await Promise.all(texts.map((text) => index.addHTMLFile(text)))) check(added);
  }
  return index;
}

/** What is said in a post, as a page. */
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
