import type { Blog } from '../build/blog.ts';

let waiting: Blog | undefined;

/** Leaves a compiled blog for the integration, which Astro creates from the config file, so that it need not compile it again. */
export function handOver(blog: Blog): void {
  waiting = blog;
}

/** Takes the blog that was left for a project; undefined if there is none, or it was already taken. */
export function takeOver(root: string): Blog | undefined {
  const blog = waiting?.inputs.root === root ? waiting : undefined;
  waiting = undefined;
  return blog;
}
