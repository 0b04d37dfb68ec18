import { rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { ViteDevServer } from 'vite';
import type { CompiledPage } from '../build/blog.ts';
import { filesFolder, logsFolder, type PublishedPost } from '../build/compiled-post.ts';
import { readInputs } from '../build/inputs.ts';
import { compileManual } from '../build/manual.ts';
import { newestFirst } from '../build/newest-first.ts';
import { listOwnPages } from '../build/own-pages.ts';
import { writePageOnly } from '../build/write-post.ts';
import { capturesFolder } from '../capture/record-files.ts';
import { loadRecords } from '../capture/store.ts';
import { hasErrors } from '../experiment/finding.ts';
import { checkContentPage, renderContentPage, type FindPost } from '../page/content-page.ts';
import { pagesFolder, postsFolder, slugOf } from '../post/content-files.ts';
import { locksFolder } from '../post/lock-files.ts';
import { listPosts, readPages, readPost } from '../post/read-posts.ts';
import { writeBlog } from './write-blog.ts';

/** The blog in dev: it includes drafts and posts with errors, and shows old records until there are new ones. */
export class DevBlog {
  readonly #root: string;
  /** The file that pages read the blog's data from; compiled posts are in folders next to it. */
  readonly #dataFile: string;
  readonly #live: boolean;
  readonly #posts = new Map<string, PublishedPost>();
  #pages: readonly CompiledPage[] = [];
  /** The slugs of posts that pages take examples from: other posts do not affect pages. */
  readonly #named = new Set<string>();

  constructor(root: string, dataFile: string, live: boolean) {
    this.#root = root;
    this.#live = live;
    this.#dataFile = dataFile;
  }

  /** Reads everything, or only what depends on a changed post, given by its slug. */
  async load(changed?: string): Promise<void> {
    await this.#loadPosts(changed);
    if (changed === undefined || this.#named.has(changed)) await this.#loadPages();
    writeBlog(this.#dataFile, {
      root: this.#root,
      posts: newestFirst([...this.#posts.values()]),
      pages: this.#pages,
      ownPages: listOwnPages(this.#root).map(({ name }) => name),
    });
  }

  /** Reloads whenever a post, a page or a record changes, and refreshes open pages. */
  watch(server: ViteDevServer): void {
    const folders = [postsFolder, pagesFolder, locksFolder, capturesFolder].map((folder) => join(this.#root, folder));
    // One after the other, so that a slow load cannot overwrite the result of a later one.
    let turn = Promise.resolve();
    const waiting = new Set<string>();
    const reload = (path: string) => {
      if (!folders.some((folder) => path.startsWith(folder)) || path.endsWith('.tmp') || waiting.has(path)) return;
      waiting.add(path);
      turn = turn
        .then(() => {
          waiting.delete(path);
          return this.load(this.#ownerOf(path));
        })
        .then(() => show(server))
        .catch((error: Error) => server.config.logger.error(error.message));
    };
    server.watcher.add(folders);
    server.watcher.on('change', reload).on('add', reload).on('unlink', reload);
  }

  async #loadPosts(changed: string | undefined): Promise<void> {
    const paths = await listPosts(this.#root);
    for (const path of paths) {
      const known = this.#posts.get(path);
      if (known !== undefined && changed !== undefined && changed !== known.id) continue;
      const post = readPost(this.#root, path);
      const folder = join(dirname(this.#dataFile), post.slug);
      // They are written again on request.
      for (const old of [filesFolder, logsFolder]) await rm(join(folder, old), { recursive: true, force: true });
      const data = await writePageOnly(post, loadRecords(this.#root, post.slug), folder, this.#live);
      this.#posts.set(path, { id: post.slug, data, folder });
    }
    for (const path of this.#posts.keys()) if (!paths.includes(path)) this.#posts.delete(path);
  }

  async #loadPages(): Promise<void> {
    const find: FindPost = async (slug) => {
      this.#named.add(slug);
      const path = [...this.#posts].find(([, { id }]) => id === slug)?.[0];
      const post = path === undefined ? undefined : readPost(this.#root, path);
      return post === undefined || post.frontMatter.draft
        ? undefined
        : { post, records: loadRecords(this.#root, slug), url: `../posts/${slug}/` };
    };
    const pages: CompiledPage[] = [];
    for (const page of await readPages(this.#root)) {
      await checkContentPage(page, find);
      if (!hasErrors(page.file)) pages.push({ id: page.name, ...(await renderContentPage(page, find)) });
    }
    // While an author writes, the manual is at hand; the navigation has it where the options say so.
    this.#pages = [...pages, await compileManual(readInputs(this.#root))];
  }

  /** The slug of the post that a file belongs to, by its absolute path; undefined if the file may affect several posts. */
  #ownerOf(path: string): string | undefined {
    const folder = [capturesFolder, locksFolder].map((name) => join(this.#root, name)).find((folder) => path.startsWith(folder));
    return folder === undefined ? slugOf(path) : relative(folder, path).split(sep)[0];
  }
}

/** Makes Astro list its pages again, and reloads open pages. */
function show(server: ViteDevServer): void {
  // Astro's own event: Astro caches the static paths of a route until its content changes.
  for (const name of ['ssr', 'prerender']) server.environments[name]?.hot.send('astro:content-changed', {});
  server.environments.client.hot.send({ type: 'full-reload', path: '*' });
}
