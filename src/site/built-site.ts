import sparticuz from '@sparticuz/chromium';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { compileBlog } from '../build/blog.ts';
import { readInputs } from '../build/inputs.ts';
import { today } from '../build/today.ts';
import { blogOptions } from './options.ts';
import { renderSite } from './render.ts';
import { loadSettings } from './settings.ts';

/** A site that was built for a test, into a temp folder. */
export interface BuiltSite {
  readonly folder: string;
  /** As `/leaklog`, or empty. */
  readonly base: string;
  /** The addresses of all its pages from its root, including those about logs. */
  readonly pages: readonly string[];
  remove(): void;
}

/** The blog that tests build: the examples of the manual, which are the engine's. */
export const testBlog = resolve(import.meta.dirname, '../manual');

/** Builds the site of a blog, as `npm run build -- --no-run` does; `live` is that option. */
export async function buildForTest(base = '', root = testBlog, live = false): Promise<BuiltSite> {
  const folder = mkdtempSync(join(tmpdir(), 'leaklog-dist-'));
  const { options } = await loadSettings(root);
  const how = { noRun: true, inspectOnly: false, until: today(), ...blogOptions(options), live };
  const blog = await compileBlog(readInputs(root), how);
  await renderSite(blog, folder, base === '' ? {} : { base });
  const pages = globSync('**/*.html', { cwd: folder }).map((file) => `/${file.replace(/index\.html$/, '')}`);
  return { folder, base, pages: pages.toSorted(), remove: () => rmSync(folder, { recursive: true }) };
}

/** Tests a page. It may remove the errors that it caused itself from the list. */
export type Look = (page: Page, errors: string[]) => Promise<void>;

/** A browser that opens pages of a built site. */
export interface Visitor {
  /** Opens a page and calls `look`; fails on requests to other hosts, and on console errors. */
  visit(path: string, options: BrowserContextOptions, look: Look, prepare?: (page: Page) => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
  ['.mjs', 'text/javascript'],
  ['.wasm', 'application/wasm'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.xml', 'application/xml'],
]);

/** Serves a built site and starts a browser: an installed one, or else the one from npm. */
export async function openBrowser({ folder, base = '' }: Pick<BuiltSite, 'folder'> & Partial<Pick<BuiltSite, 'base'>>): Promise<Visitor> {
  const server = createServer(({ url = '/' }, response) => {
    const path = join(folder, decodeURIComponent(new URL(url, 'http://x').pathname).slice(base.length).replace(/\/$/, '/index.html'));
    if (!existsSync(path) || statSync(path).isDirectory()) return void response.writeHead(404).end();
    // Names of contents never change.
    const cached = path.includes('/_astro/') ? { 'cache-control': 'max-age=31536000, immutable' } : undefined;
    response.writeHead(200, { 'content-type': types.get(extname(path)) ?? 'application/octet-stream', ...cached }).end(readFileSync(path));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(
    (path) => existsSync(path),
  );
  const browser: Browser = await chromium.launch({
    executablePath: installed ?? (await sparticuz.executablePath()),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return {
    async visit(path, options, look, prepare) {
      const context = await browser.newContext(options);
      try {
        const page = await context.newPage();
        const strangers: string[] = [];
        const errors: string[] = [];
        page.on('request', (request) => void (new URL(request.url()).origin === origin || strangers.push(request.url())));
        page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
        page.on('pageerror', (error) => void errors.push(error.message));
        await prepare?.(page);
        await page.goto(origin + path);
        await look(page, errors);
        assert.deepEqual(strangers, [], `${path} asks no other host`);
        assert.deepEqual(errors, [], `${path} reports no error`);
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
