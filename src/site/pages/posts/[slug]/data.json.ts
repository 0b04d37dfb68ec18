import type { APIRoute } from 'astro';
import { newPosts, type Entry } from '../../../all-posts.ts';
import { readParts } from '../../../parts.ts';

export async function getStaticPaths() {
  const posts = await newPosts();
  return posts.map((post) => ({ params: { slug: post.id }, props: { post } }));
}

export const GET: APIRoute<{ post: Entry }> = async ({ props }) => new Response(`${(await readParts(props.post)).data}\n`, { headers: { 'content-type': 'application/json' } });
