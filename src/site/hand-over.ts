import type { Blog } from '../build/blog.ts';

let waiting: Blog | undefined;

/** Leaves a blog for the integration to render, so that it need not compile it again: Astro makes the integration from the settings. */
export function handOver(blog: Blog): void {
  waiting = blog;
}

/** Takes the blog of a project that was left, once. */
export function takeOver(root: string): Blog | undefined {
  const blog = waiting?.inputs.root === root ? waiting : undefined;
  waiting = undefined;
  return blog;
}
