import type { AstroConfig, AstroIntegration } from 'astro';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Blog } from '../build/blog.ts';
import type { SearchIndex } from '../build/search-index.ts';
import { describeFinding, type Finding } from '../experiment/finding.ts';
import type { Claim } from './astro-cache.ts';
import type { DevBlog } from './dev-blog.ts';
import { blogOptions, findSiteFault, isPlaceholder, readOptions, type LeaklogOptions, type Options } from './options.ts';
import { virtualModules } from './virtual-modules.ts';

export type { LeaklogOptions } from './options.ts';

/** The integration, and the options that it was made with. */
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
 * Leaklog as an integration of Astro: compiles the blog's posts and renders its site, whichever command starts it. Errors: one
 * that tells everything that is wrong with options, posts, pages and records, where a site is to be built.
 */
export default function leaklog(written: LeaklogOptions): LeaklogIntegration {
  let claim: Claim | undefined;
  let blog: Blog | undefined;
  let search: SearchIndex | undefined;
  let dev: DevBlog | undefined;
  // What compiles and renders is loaded where it is needed: a command that reads the settings alone is ready at once.
  return {
    name: 'leaklog',
    written,
    hooks: {
      'astro:config:setup': async ({ command, config, updateConfig, injectRoute, logger }) => {
        if (command !== 'build' && command !== 'dev') return;
        const root = rootOf(config);
        const { options, findings } = readOptions(written, root);
        assertNone([...findings, ...findSiteFault(config.site, root)]);
        if (isPlaceholder(config.site))
          logger.warn(`Links in the feed, the cards and the sitemap lead to ${config.site}: set site to your address.`);
        let folder = fileURLToPath(config.cacheDir);
        if (command === 'build') {
          const { claimAstroCache } = await import('./astro-cache.ts');
          claim = claimAstroCache(folder);
          folder = claim.folder;
        }
        const dataFile = join(folder, command === 'dev' ? 'leaklog-dev/blog.json' : 'leaklog.json');
        for (const [pattern, file] of Object.entries(routes)) {
          injectRoute({ pattern, entrypoint: new URL(`./routes/${ownName(file)}`, import.meta.url), prerender: true });
        }
        updateConfig({
          cacheDir: pathToFileURL(`${folder}/`),
          // The default joins words across line breaks.
          compressHTML: false,
          devToolbar: { enabled: false },
          // Nothing is inlined: the pages' content security policy allows no inline style, and one script by its hash.
          // Several pages at once: most of the time they wait for the disk.
          build: { inlineStylesheets: 'never', concurrency: 8 },
          experimental: { incrementalBuild: true },
          vite: {
            build: { assetsInlineLimit: 0, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
            server: { fs: { allow: [root, fileURLToPath(new URL('../..', import.meta.url))] } },
            plugins: [virtualModules({ options, dataFile, root })],
          },
        });
        if (command === 'build') blog = await prepareBuild(root, options, dataFile);
        else {
          const { DevBlog } = await import('./dev-blog.ts');
          dev = new DevBlog(root, dataFile);
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

/** The name of a file of TypeScript as it stands here, or compiled in the published package. */
function ownName(file: string): string {
  return file.replace(/\.ts$/, extname(import.meta.url));
}

function rootOf({ root }: AstroConfig): string {
  return fileURLToPath(root).replace(/[\\/]$/, '');
}

/** Takes the blog that a command has prepared, or compiles it, and writes what pages are rendered from. */
async function prepareBuild(root: string, options: Options, dataFile: string): Promise<Blog> {
  const [{ takeOver }, { writeBlog }, { publishedPosts }] = await Promise.all([
    import('./hand-over.ts'),
    import('./write-blog.ts'),
    import('../build/compiled-post.ts'),
  ]);
  const blog = takeOver(root) ?? (await compile(root, options));
  writeBlog(dataFile, { root, posts: publishedPosts(blog.posts, blog.until), pages: blog.pages });
  return blog;
}

/** Compiles the blog for a build that nobody has prepared. Error: everything that is wrong with it. */
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

/** Error: all errors among some findings. */
function assertNone(findings: readonly Finding[]): void {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  const error = new Error(`This blog cannot be built:\n${errors.map(describeFinding).join('\n')}`);
  // Astro prints it. What an author did has no place in the code.
  error.stack = '';
  throw error;
}
