import type { AstroConfig, AstroIntegration } from 'astro';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Blog } from '../build/blog.ts';
import type { SearchIndex } from '../build/search-index.ts';
import { describeFinding, type Finding } from '../experiment/finding.ts';
import type { Claim } from './astro-cache.ts';
import type { DevBlog } from './dev-blog.ts';
import { blogOptions, checkAstroSettings, isPlaceholder, readOptions, type LeaklogOptions, type Options } from './options.ts';
import { virtualModules } from './virtual-modules.ts';

export type { LeaklogOptions } from './options.ts';

/** The integration, with the options as they were written. */
export interface LeaklogIntegration extends AstroIntegration {
  readonly written: LeaklogOptions;
}

/** Every route of the site, and the file that renders it. */
const routes = {
  '/': 'index.astro',
  '/404': '404.astro',
  '/archive': 'archive.astro',
  '/code.css': 'code.css.ts',
  '/feed.xml': 'feed.xml.ts',
  '/robots.txt': 'robots.txt.ts',
  '/search': 'search.astro',
  '/sitemap.xml': 'sitemap.xml.ts',
  '/tags': 'tags/index.astro',
  '/tags/[tag]': 'tags/[tag].astro',
  '/posts/[slug]': 'posts/[slug]/index.astro',
  '/posts/[slug]/[sample]': 'posts/[slug]/[sample]/index.astro',
  '/posts/[slug]/[sample]/types': 'posts/[slug]/[sample]/types/index.astro',
  '/posts/[slug]/[...file]': 'posts/[slug]/[...file].ts',
  '/[page]': '[page].astro',
} as const;

/**
 * Leaklog as an Astro integration: compiles the blog's posts and renders its site, whichever command starts Astro. A build throws
 * one error with all findings if there are errors in options, posts, pages or records.
 */
export default function leaklog(written: LeaklogOptions): LeaklogIntegration {
  let claim: Claim | undefined;
  let blog: Blog | undefined;
  let search: SearchIndex | undefined;
  let dev: DevBlog | undefined;
  // Modules that compile and render are only imported when needed: a command that only reads the settings is then fast.
  return {
    name: 'leaklog',
    written,
    hooks: {
      'astro:config:setup': async ({ command, config, updateConfig, injectRoute, logger }) => {
        if (command !== 'build' && command !== 'dev') return;
        const root = rootOf(config);
        const { options, findings } = readOptions(written, root);
        assertNone([...findings, ...checkAstroSettings({ ...config, srcDir: undefined, publicDir: undefined, outDir: undefined }, root)]);
        if (isPlaceholder(config.site))
          logger.warn(`Links in the feed, the cards and the sitemap lead to ${config.site}, an address for examples: set site to yours.`);
        let folder = fileURLToPath(config.cacheDir);
        if (command === 'build') {
          const { claimAstroCache } = await import('./astro-cache.ts');
          claim = claimAstroCache(folder);
          folder = claim.folder;
        }
        const { publishedPosts } = await import('../build/compiled-post.ts');
        const dataFile = join(folder, command === 'dev' ? 'leaklog-dev/blog.json' : 'leaklog.json');
        for (const [pattern, file] of Object.entries(routes)) {
          injectRoute({ pattern, entrypoint: new URL(`./routes/${ownName(file)}`, import.meta.url), prerender: true });
        }
        const modules = virtualModules({
          options,
          dataFile,
          root,
          // In dev an author may write `live` at any time.
          live: () => blog === undefined || publishedPosts(blog.posts, blog.until).some(({ data }) => data.live),
          folder: join(folder, 'leaklog-live'),
        });
        updateConfig({
          cacheDir: pathToFileURL(`${folder}/`),
          // The default joins words across line breaks.
          compressHTML: false,
          devToolbar: { enabled: false },
          // Nothing is inlined: the pages' content security policy allows no inline style, and one script by its hash.
          // Several pages at once, as they mostly wait for the disk.
          build: { inlineStylesheets: 'never', concurrency: 8 },
          experimental: { incrementalBuild: true },
          vite: {
            build: { assetsInlineLimit: 0, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
            server: { fs: { allow: [root, fileURLToPath(new URL('../..', import.meta.url))] } },
            plugins: [modules],
            worker: { format: 'es', plugins: () => [modules] },
            // In dev: found at the start, as a page is loaded again when more is found later.
            optimizeDeps: {
              entries: ['panel', 'worker'].map((name) => fileURLToPath(new URL(`../live/${ownName(`${name}.ts`)}`, import.meta.url))),
              exclude: ['pyodide', 'pyodide/pyodide.asm.mjs'],
            },
          },
        });
        if (command === 'build') blog = await prepareBuild(root, options, dataFile);
        else {
          const { DevBlog } = await import('./dev-blog.ts');
          dev = new DevBlog(root, dataFile, options.live);
          await dev.load();
        }
      },
      'astro:server:setup': ({ server }) => dev?.watch(server),
      'astro:build:start': async () => {
        if (blog === undefined) return;
        const [{ SearchIndex }, { publishedPosts }] = await Promise.all([
          import('../build/search-index.ts'),
          import('../build/compiled-post.ts'),
        ]);
        search = new SearchIndex(publishedPosts(blog.posts, blog.until), readOptions(written, blog.inputs.root).options.lang);
      },
      'astro:build:done': async ({ dir }) => {
        if (blog === undefined || search === undefined) return;
        const { finishSite } = await import('./finish-site.ts');
        await finishSite(blog, search, fileURLToPath(dir));
        claim?.release();
      },
    },
  };
}

/** The name of a TypeScript file: as it is here, or with the extension that it has in the published package. */
function ownName(file: string): string {
  return file.replace(/\.ts$/, extname(import.meta.url));
}

function rootOf({ root }: AstroConfig): string {
  return fileURLToPath(root).replace(/[\\/]$/, '');
}

/** Takes the blog that a command has compiled, or compiles it, and writes the data that pages are rendered from. */
async function prepareBuild(root: string, options: Options, dataFile: string): Promise<Blog> {
  const [{ takeOver }, { writeBlog }, { publishedPosts }, { listOwnPages }] = await Promise.all([
    import('./hand-over.ts'),
    import('./write-blog.ts'),
    import('../build/compiled-post.ts'),
    import('../build/own-pages.ts'),
  ]);
  const blog = takeOver(root) ?? (await compile(root, options));
  writeBlog(dataFile, {
    root,
    posts: publishedPosts(blog.posts, blog.until),
    pages: blog.pages,
    ownPages: listOwnPages(root).map(({ name }) => name),
  });
  return blog;
}

/** Compiles the blog for a build that Astro's own command started. Throws an error with all findings if one is an error. */
async function compile(root: string, options: Options): Promise<Blog> {
  const [{ compileBlog }, { readInputs }, { knownPosts }, { today }] = await Promise.all([
    import('../build/blog.ts'),
    import('../build/inputs.ts'),
    import('../build/manifest.ts'),
    import('../build/today.ts'),
  ]);
  const blog = await compileBlog(readInputs(root, knownPosts(root, true)), {
    noRun: true,
    inspectOnly: false,
    until: today(),
    ...blogOptions(options),
  });
  assertNone(blog.findings);
  return blog;
}

/** Throws an error that lists all errors among some findings, if there are any. */
function assertNone(findings: readonly Finding[]): void {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  const error = new Error(`This blog cannot be built:\n${errors.map(describeFinding).join('\n')}`);
  // Astro prints the stack, which is of no use for an author's mistake.
  error.stack = '';
  throw error;
}
