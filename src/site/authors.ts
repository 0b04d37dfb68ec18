import { options } from 'virtual:leaklog/options';
import type { ListedPost } from '../build/compiled-post.ts';

/** Who wrote a post: those whom it names, or else the author of the blog. */
export function authorsOf({ authors }: Pick<ListedPost, 'authors'>): readonly string[] {
  return authors.length > 0 || options.author === undefined ? authors : [options.author.name];
}

/** `Ada`, `Ada and Bob`, `Ada, Bob and Cy`. */
export function listAuthors(post: Pick<ListedPost, 'authors'>): string {
  const names = authorsOf(post);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
