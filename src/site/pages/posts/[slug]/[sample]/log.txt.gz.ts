import type { APIRoute } from 'astro';
import { outDir } from 'astro:config/server';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipLog, writeGzippedLog } from '../../../../log-text.ts';
import { logPaths, readLog } from '../../../../logs.ts';

export const getStaticPaths = logPaths;

/** The whole log as text. Astro would hold all of it before it writes the file, so a build writes it here and answers nothing. */
export const GET: APIRoute = async ({ props }) => {
  const { slug, sample } = props['log'];
  const capture = await readLog(props['log']);
  if (import.meta.env.DEV) return new Response(Readable.toWeb(gzipLog(capture)) as ReadableStream, { headers: { 'content-type': 'application/gzip' } });
  await writeGzippedLog(capture, fileURLToPath(new URL(`posts/${slug}/${sample}/log.txt.gz`, outDir)));
  return new Response(null);
};
