import type { APIRoute } from 'astro';
import { allLogs } from '../../../../logs.ts';

export async function getStaticPaths() {
  return (await allLogs()).map((log) => ({ params: { slug: log.slug, sample: log.sample, file: log.title.slice(0, -'.py'.length) }, props: { code: log.code } }));
}

export const GET: APIRoute = ({ props }) => new Response(props['code'], { headers: { 'content-type': 'text/x-python' } });
