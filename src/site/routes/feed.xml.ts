import rss from '@astrojs/rss';
import type { APIRoute } from 'astro';
import { options } from 'virtual:leaklog/options';
import { readPostPage } from '../../build/compiled-post.ts';
import { html } from '../../chart/markup.ts';
import { wholeAddress } from '../address.ts';
import { authorsOf } from '../authors.ts';
import { allPosts } from '../blog-data.ts';
import { feedContent } from '../feed-content.ts';

/** Feed readers poll often, so they already know older posts. */
const maxPosts = 20;

/** The newest posts with their whole texts. */
export const GET: APIRoute = async () => {
  const posts = allPosts().slice(0, maxPosts);
  const self = html`<atom:link href="${wholeAddress('/feed.xml')}" rel="self" type="application/rss+xml"/>`;
  return rss({
    title: options.title,
    description: options.description,
    site: wholeAddress('/'),
    xmlns: { atom: 'http://www.w3.org/2005/Atom', dc: 'http://purl.org/dc/elements/1.1/' },
    customData: `<language>${options.lang}</language>${self}`,
    items: posts.map(({ id, data, folder }) => {
      const link = wholeAddress(`/posts/${id}/`);
      const card = !data.hasChart ? '' : html`<p><img src="${link}card.png" alt="${data.finding}" width="1200" height="630"></p>\n`;
      return {
        title: data.title,
        link,
        pubDate: new Date(data.date),
        ...(data.description !== undefined && { description: data.description }),
        categories: [...data.tags],
        customData: authorsOf(data)
          .map((name) => String(html`<dc:creator>${name}</dc:creator>`))
          .join(''),
        content: card + feedContent(readPostPage(folder).body, link),
      };
    }),
  });
};
