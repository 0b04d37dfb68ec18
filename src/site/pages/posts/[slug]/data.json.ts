import type { APIRoute } from 'astro';
import { allPosts } from '../../../all-posts.ts';

export async function getStaticPaths() {
  const posts = await allPosts();
  return posts.map(({ id, data }) => ({ params: { slug: id }, props: { json: data.data } }));
}

export const GET: APIRoute = ({ props }) => new Response(`${props['json']}\n`, { headers: { 'content-type': 'application/json' } });
