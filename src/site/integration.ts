import type { AstroIntegration } from 'astro';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileBlog, type Blog } from '../build/blog.ts';
import { publishedPosts } from '../build/compiled-post.ts';
import { engineRoot, readInputs } from '../build/inputs.ts';
import { SearchIndex } from '../build/search-index.ts';
import { describeFinding } from '../experiment/finding.ts';
import { claimAstroCache, type Claim } from './astro-cache.ts';
import { DevBlog } from './dev-blog.ts';
import { finishSite } from './finish-site.ts';
import { takeOver } from './hand-over.ts';
import { writeBlog, type BlogData } from './write-blog.ts';

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
 * that tells everything that is wrong with posts, pages and records, where a site is to be built.
 */
export default function leaklog(): AstroIntegration {
  let claim: Claim | undefined;
  let blog: Blog | undefined;
  let search: SearchIndex | undefined;
  let dev: DevBlog | undefined;
  return {
    name: 'leaklog',
    hooks: {
      'astro:config:setup': async ({ command, config, updateConfig, injectRoute }) => {
        const root = fileURLToPath(config.root).replace(/\/$/, '');
        let folder = fileURLToPath(config.cacheDir);
        if (command === 'build') {
          claim = claimAstroCache(folder);
          folder = claim.folder;
          blog = takeOver(root) ?? (await compileOrThrow(root));
        }
        const dataFile = join(folder, command === 'dev' ? 'leaklog-dev/blog.json' : 'leaklog.json');
        for (const [pattern, file] of Object.entries(routes)) {
          injectRoute({ pattern, entrypoint: new URL(`./routes/${file}`, import.meta.url), prerender: true });
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
            server: { fs: { allow: [root, engineRoot] } },
            plugins: [virtualModule('virtual:leaklog/blog', `export const dataFile = ${JSON.stringify(dataFile)};`)],
          },
        });
        if (blog !== undefined) writeBlog(dataFile, dataOf(blog));
        if (command === 'dev') {
          dev = new DevBlog(root, dataFile);
          await dev.load();
        }
      },
      'astro:server:setup': ({ server }) => dev?.watch(server),
      'astro:build:start': () => {
        if (blog !== undefined) search = new SearchIndex(publishedPosts(blog.posts));
      },
      'astro:build:done': async ({ dir }) => {
        if (blog === undefined || search === undefined) return;
        await finishSite(blog, search, fileURLToPath(dir));
        claim?.release();
      },
    },
  };
}

/** Compiles the blog for a build that nobody has prepared. Error: everything that is wrong with it. */
async function compileOrThrow(root: string): Promise<Blog> {
  const blog = await compileBlog(readInputs(root, true), { noRun: true, inspectOnly: false });
  const errors = blog.findings.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(`This blog cannot be built:\n${errors.map(describeFinding).join('\n')}`);
  return blog;
}

function dataOf({ inputs: { root }, posts, pages }: Blog): BlogData {
  return { root, posts: publishedPosts(posts), pages };
}

/** A plugin of Vite that serves a module which is no file. */
function virtualModule(name: string, code: string) {
  const id = `\0${name}`;
  return {
    name,
    resolveId: (source: string) => (source === name ? id : undefined),
    load: (source: string) => (source === id ? code : undefined),
  };
}
