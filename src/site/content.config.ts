import { defineCollection } from 'astro:content';
import { postsLoader } from './posts.ts';

export const collections = { posts: defineCollection({ loader: postsLoader() }) };
