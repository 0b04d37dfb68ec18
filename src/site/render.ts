import type { Blog } from '../build/blog.ts';
import { closePagefind } from '../build/search-index.ts';
import { handOver } from './hand-over.ts';

/** Renders a blog's site into a folder, as `astro build` does, and throws its errors. */
export async function renderSite(blog: Blog, outDir: string, options: { readonly base?: string } = {}): Promise<void> {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  // Only loaded when needed: it takes a second.
  const { build } = await import('astro');
  handOver(blog);
  // What is wrong comes as an error; Astro would print it with its stack, once for each page.
  try {
    await build({ root: blog.inputs.root, outDir, logLevel: 'silent', ...options });
  } finally {
    await closePagefind();
  }
}
