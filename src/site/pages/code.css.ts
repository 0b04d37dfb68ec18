import type { APIRoute } from 'astro';
import { allPosts } from '../all-posts.ts';

/** The colours of all highlighted code: classes, so that no page needs a style attribute. */
export const GET: APIRoute = async () => {
  const posts = await allPosts();
  const rules = new Set(posts.flatMap(({ data }) => data.css.split('\n')));
  return new Response(`${[...rules].filter(Boolean).toSorted().join('\n')}\n`, { headers: { 'content-type': 'text/css' } });
};
