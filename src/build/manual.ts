import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VFile } from 'vfile';
import { loadRecords } from '../capture/store.ts';
import { describeFinding, findingsOf, hasErrors } from '../experiment/finding.ts';
import { checkContentPage, renderContentPage, type FindPost } from '../page/content-page.ts';
import { slugOf } from '../post/content-files.ts';
import { listPosts, readPost, toPage } from '../post/read-posts.ts';
import type { CompiledPage } from './blog.ts';

/** The folder of the manual and its examples, which are a blog of their own. */
const folder = fileURLToPath(new URL('../manual', import.meta.url));

/** Compiles the manual, whose examples are not the blog's own posts. Throws if the manual has errors, which the tests rule out. */
export async function compileManual(): Promise<CompiledPage> {
  const page = toPage(new VFile({ path: 'manual.md', value: readFileSync(join(folder, 'manual.md'), 'utf8') }));
  const paths = await listPosts(folder);
  const find: FindPost = async (slug) => {
    const path = paths.find((each) => slugOf(each) === slug);
    return path === undefined ? undefined : { post: readPost(folder, path), records: loadRecords(folder, slug), url: undefined };
  };
  await checkContentPage(page, find);
  if (hasErrors(page.file)) throw new Error(findingsOf(page.file).map(describeFinding).join('\n'));
  return { id: 'manual', ...(await renderContentPage(page, find)) };
}
