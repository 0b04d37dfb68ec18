import type { APIRoute } from 'astro';
import { allPages } from '../all-pages.ts';
import { allPosts } from '../all-posts.ts';

/** The colours of all highlighted code: classes, so that no page needs a style attribute. */
export const GET: APIRoute = async () => {
  const posts = await allPosts();
  const pages = await allPages();
  const rules = new Set([...posts.map(({ data }) => data.css), ...pages.flatMap(({ data }) => data.css)].flatMap((css) => css.split('\n')));
  return new Response(`${[...rules].filter(Boolean).toSorted().join('\n')}\n`, { headers: { 'content-type': 'text/css' } });
};
