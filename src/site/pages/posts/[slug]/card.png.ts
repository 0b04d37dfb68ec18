import type { APIRoute } from 'astro';
import { root } from 'astro:config/server';
import { allPosts, type Entry } from '../../../all-posts.ts';
import { drawCard } from '../../../card.ts';

export async function getStaticPaths() {
  const posts = await allPosts();
  return posts.map((post) => ({ params: { slug: post.id }, props: { post } }));
}

export const GET: APIRoute<{ post: Entry }> = async ({ props }) => {
  const { title, description, finding, chart } = props.post.data;
  const png = await drawCard({ title, finding: finding || (description ?? ''), chart }, root);
  return new Response(png, { headers: { 'content-type': 'image/png' } });
};
