import { defineCollection } from 'astro:content';
import { pagesLoader } from './pages.ts';
import { postsLoader } from './posts.ts';

export const collections = { posts: defineCollection({ loader: postsLoader() }), pages: defineCollection({ loader: pagesLoader() }) };
