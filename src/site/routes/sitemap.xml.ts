import type { APIRoute } from 'astro';
import { Readable } from 'node:stream';
import { SitemapStream, streamToPromise } from 'sitemap';
import { wholeAddress } from '../address.ts';
import { allPages, allPosts, ownPages } from '../blog-data.ts';
import { tagsOf } from '../tags.ts';

/** Every page that is worth finding: not those about logs, nor the search page. */
export const GET: APIRoute = async () => {
  const posts = allPosts();
  const paths = [
    '/',
    '/tags/',
    '/archive/',
    ...allPages().map(({ id }) => `/${id}/`),
    ...ownPages().map((name) => `/${name}/`),
    ...tagsOf(posts).map(({ slug }) => `/tags/${slug}/`),
  ];
  const urls = [
    ...paths.map((path) => ({ url: wholeAddress(path) })),
    ...posts.map(({ id, data }) => ({ url: wholeAddress(`/posts/${id}/`), lastmod: data.updated ?? data.date })),
  ];
  const sitemap = await streamToPromise(Readable.from(urls).pipe(new SitemapStream({ lastmodDateOnly: true })));
  return new Response(new Uint8Array(sitemap), { headers: { 'content-type': 'application/xml' } });
};
