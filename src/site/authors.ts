import { options } from 'virtual:leaklog/options';
import type { ListedPost } from '../build/compiled-post.ts';

/** The names of a post's authors: those in its front matter, or else the author of the blog; none if neither is given. */
export function authorsOf({ authors }: Pick<ListedPost, 'authors'>): readonly string[] {
  return authors.length > 0 || options.author === undefined ? authors : [options.author.name];
}

/** The authors as text: `Ada`, `Ada and Bob`, `Ada, Bob and Cy`; empty if there are none. */
export function listAuthors(post: Pick<ListedPost, 'authors'>): string {
  const names = authorsOf(post);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
