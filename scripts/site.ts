import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { forgetOld, keep, madeFile, placeKept, type MadePost } from '../src/site/kept.ts';

/** What the search page needs of Pagefind's files; its ready-made interface stays out. */
const needed = /^pagefind(?:-entry\.json|\.js|-worker\.js|\.[^/]*\.pf_meta)$|^(?:fragment|index)\/|^wasm\./;

/** Renders the site into a folder, with its search index. What goes wrong is thrown. */
export async function buildSite(root: string, outDir: string, options: { readonly base?: string } = {}): Promise<void> {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  // Loaded only where it is needed: it takes a second.
  const { build } = await import('astro');
  // Astro keeps the posts in its cache while it builds; two builds at the same time must not share it.
  const cacheDir = await mkdtemp(join(tmpdir(), 'leaklog-cache-'));
  const clean = () => rmSync(cacheDir, { recursive: true, force: true });
  // Where a build fails, Astro writes there once more a moment later.
  process.once('exit', clean);
  await build({ root, outDir, cacheDir, logLevel: 'warn', ...options });
  await keepPosts(root, cacheDir, outDir);
  process.off('exit', clean);
  await rm(cacheDir, { recursive: true, force: true });
  await indexPosts(outDir);
}

/** Puts the files of posts that an earlier build made in their places, and keeps those of the others for the next. */
async function keepPosts(root: string, cacheDir: string, outDir: string): Promise<void> {
  const made = JSON.parse(await readFile(join(cacheDir, madeFile), 'utf8')) as readonly MadePost[];
  for (const post of made) {
    const folder = join(outDir, 'posts', post.slug);
    if (post.isKept) await placeKept(post, folder);
    else await keep(root, post.key, post, folder);
  }
  await forgetOld(root);
}

/** Lists the words of every post and page for the search page: of all that is marked as a body. Logs are no prose. */
async function indexPosts(folder: string): Promise<void> {
  const { close, createIndex } = await import('pagefind');
  try {
    const { index, errors } = await createIndex({ excludeSelectors: ['.log', '.listing figcaption', '.heat', '.downloads', '.strip', '.captured', '.contents', '.data', '.verdict details', 'svg', 'footer'] });
    if (index === undefined) throw pagefindError(errors);
    const added = await index.addDirectory({ path: folder, glob: '{posts/*,*}/index.html' });
    if (added.errors.length > 0) throw pagefindError(added.errors);
    const written = await index.getFiles();
    if (written.errors.length > 0) throw pagefindError(written.errors);
    for (const { path, content } of written.files.filter(({ path }) => needed.test(path))) {
      const target = join(folder, 'pagefind', path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  } finally {
    await close();
  }
}

function pagefindError(errors: readonly string[]): Error {
  return new Error(`The search index could not be made: ${errors.join('; ')}`);
}
