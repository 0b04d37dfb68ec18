import type { APIRoute } from 'astro';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { filesFolder, type PublishedPost } from '../../../../build/compiled-post.ts';
import { allPosts, projectRoot } from '../../../blog-data.ts';

/** Serves the files next to the posts' pages in dev. A build copies these files as they are. */
export function getStaticPaths() {
  if (!import.meta.env.DEV) return [];
  return allPosts().flatMap((post) => post.data.files.map((file) => ({ params: { slug: post.id, file }, props: { post, file } })));
}

const types: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv',
  '.py': 'text/x-python',
  '.gz': 'application/gzip',
};

export const GET: APIRoute<{ post: PublishedPost; file: string }> = async ({ props: { post, file } }) => {
  if (!import.meta.env.DEV) return new Response(null);
  const { ensureFiles } = await import('../../../dev-files.ts');
  await ensureFiles(post, projectRoot());
  return new Response(new Uint8Array(await readFile(join(post.folder, filesFolder, file))), {
    headers: { 'content-type': types[extname(file)] ?? 'text/plain' },
  });
};
