import { allPosts } from './all-posts.ts';

/** The files beside all posts with this extension, as static paths. */
export async function postFiles(extension: string) {
  const posts = await allPosts();
  return posts.flatMap(({ id, data }) =>
    data.files.filter(({ name }) => name.endsWith(extension)).map(({ name, text }) => ({ params: { slug: id, name: name.slice(0, -extension.length) }, props: { text } })),
  );
}
