import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VFile } from 'vfile';
import { loadRecords } from '../capture/store.ts';
import { describeFinding, findingsOf, hasErrors } from '../experiment/finding.ts';
import { checkContentPage, renderContentPage, type ExamplePost, type FindPost } from '../page/content-page.ts';
import { slugOf } from '../post/content-files.ts';
import { listPosts, readPost, toPage } from '../post/read-posts.ts';
import type { CompiledPage } from './blog.ts';
import { openCache } from './cache.ts';
import type { Inputs } from './inputs.ts';

/** The folder of the manual and its examples, which are a blog of their own. */
const folder = fileURLToPath(new URL('../manual', import.meta.url));

/** Compiles the manual, or gets it from the cache. Its examples are not the blog's posts. Throws if it has errors. */
export async function compileManual({ root, engine }: Inputs): Promise<CompiledPage> {
  const key = createHash('sha256').update(`manual\0${engine}`).digest('hex').slice(0, 40);
  const cache = openCache(root);
  return (cache.get<CompiledPage>(key) ?? (await cache.put(key, async () => render()))).note;
}

async function render(): Promise<CompiledPage> {
  const page = toPage(new VFile({ path: 'manual.md', value: readFileSync(join(folder, 'manual.md'), 'utf8') }));
  const paths = await listPosts(folder);
  const known = new Map<string, ExamplePost>();
  for (const path of paths) {
    const slug = slugOf(path) ?? '';
    known.set(slug, { post: readPost(folder, path), records: loadRecords(folder, slug), url: undefined });
  }
  const find: FindPost = async (slug) => known.get(slug);
  await checkContentPage(page, find);
  if (hasErrors(page.file)) throw new Error(findingsOf(page.file).map(describeFinding).join('\n'));
  return { id: 'manual', ...(await renderContentPage(page, find)) };
}
