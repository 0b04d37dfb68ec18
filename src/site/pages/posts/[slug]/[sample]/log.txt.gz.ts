import type { APIRoute } from 'astro';
import { gzipSync } from 'node:zlib';
import { logText } from '../../../../../page/log.ts';
import { logPaths, readLog } from '../../../../logs.ts';

export const getStaticPaths = logPaths;

/** The whole log as text; the same bytes on every system, so without the system's name in the header. */
export const GET: APIRoute = async ({ props }) => {
  const bytes = gzipSync(logText(await readLog(props['log'])), { level: 9 });
  bytes[9] = 255;
  return new Response(bytes, { headers: { 'content-type': 'application/gzip' } });
};
