import type { APIRoute } from 'astro';
import { root } from 'astro:config/server';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesFolder } from '../../../../build/parts.ts';
import { allPosts, type Entry } from '../../../all-posts.ts';

/** What stands beside the posts' pages, in dev. A build puts these files in their places as they are. */
export async function getStaticPaths() {
  if (!import.meta.env.DEV) return [];
  return (await allPosts()).flatMap((post) => post.data.files.map((file) => ({ params: { slug: post.id, file }, props: { post, file } })));
}

const types: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv',
  '.py': 'text/x-python',
  '.gz': 'application/gzip',
};

export const GET: APIRoute<{ post: Entry; file: string }> = async ({ props: { post, file } }) => {
  if (!import.meta.env.DEV) return new Response(null);
  const { ensureFiles } = await import('../../../dev-files.ts');
  await ensureFiles(post, fileURLToPath(root));
  return new Response(new Uint8Array(await readFile(join(post.data.folder, filesFolder, file))), {
    headers: { 'content-type': types[extname(file)] ?? 'text/plain' },
  });
};
