import type { APIRoute } from 'astro';
import { root } from 'astro:config/server';
import { newPosts, type Entry } from '../../../all-posts.ts';
import { drawCard } from '../../../card.ts';
import { readParts } from '../../../parts.ts';

export async function getStaticPaths() {
  const posts = await newPosts();
  return posts.map((post) => ({ params: { slug: post.id }, props: { post } }));
}

export const GET: APIRoute<{ post: Entry }> = async ({ props }) => {
  const { title, description, finding } = props.post.data;
  const { chart } = await readParts(props.post);
  const png = await drawCard({ title, finding: finding || (description ?? ''), chart }, root);
  return new Response(png, { headers: { 'content-type': 'image/png' } });
};
