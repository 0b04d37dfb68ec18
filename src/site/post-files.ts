import type { APIRoute } from 'astro';
import { newPosts, type Entry } from './all-posts.ts';
import { readParts } from './parts.ts';

/** The files beside all posts with this extension, as static paths. */
export async function postFiles(extension: string) {
  const posts = await newPosts();
  return posts.flatMap((post) => post.data.files.filter((file) => file.endsWith(extension)).map((file) => ({ params: { slug: post.id, name: file.slice(0, -extension.length) }, props: { post, file } })));
}

/** Answers with such a file. */
export function postFile(type: string): APIRoute<{ post: Entry; file: string }> {
  return async ({ props: { post, file } }) => {
    const { files } = await readParts(post);
    return new Response(files.find(({ name }) => name === file)?.text, { headers: { 'content-type': type } });
  };
}
