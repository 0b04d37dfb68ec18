import type { APIRoute } from 'astro';
import { gzipSync } from 'node:zlib';
import { logText } from '../../../../../page/log.ts';
import { logPaths, readLog } from '../../../../logs.ts';

export const getStaticPaths = logPaths;

/** The whole log as text; level 9 would take ten times as long to save a twentieth. The same bytes on every system, so without the system's name in the header. */
export const GET: APIRoute = async ({ props }) => {
  const bytes = gzipSync(logText(await readLog(props['log'])), { level: 6 });
  bytes[9] = 255;
  return new Response(bytes, { headers: { 'content-type': 'application/gzip' } });
};
