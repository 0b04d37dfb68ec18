import { loadRecords } from '../capture/store.ts';
import type { FindPost } from '../page/manual.ts';
import { listPosts, readPost } from '../post/read-posts.ts';
import { slugOf } from './survey.ts';

/** Finds the published posts that pages take examples from, each read once, when it is first asked for. */
export async function publishedPosts(root: string): Promise<FindPost> {
  const paths = await listPosts(root);
  const found = new Map<string, ReturnType<FindPost>>();
  const read: FindPost = async (slug) => {
    const path = paths.find((path) => slugOf(path) === slug);
    const post = path === undefined ? undefined : readPost(root, path);
    return post === undefined || post.frontMatter.draft ? undefined : { post, records: loadRecords(root, slug) };
  };
  return (slug) => {
    const known = found.get(slug) ?? read(slug);
    found.set(slug, known);
    return known;
  };
}
