import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Where a blog's posts and pages are, and which files count as such: all that is known without reading or parsing them.
 */

/** The folder of the posts, from the project's root. */
export const postsFolder = 'content/posts';

/** The folder of the other pages, from the project's root. */
export const pagesFolder = 'content/pages';

export const isPostName = (name: string) => name.endsWith('.md');
export const isPageName = (name: string) => /^[a-z0-9-]+\.md$/.test(name);

/** The part of a post's file name that is its address; undefined if the name has no date. */
export function slugOf(path: string): string | undefined {
  return /(?:^|\/)\d{4}-\d{2}-\d{2}-([^/]+)\.md$/.exec(path)?.[1];
}

/** The result of reading a file: its bytes, or the code of the system's error. */
export type FileBytes = Uint8Array | { readonly code: string | undefined };

/**
 * Reads a file that has to be a regular one, as a link may point anywhere and a pipe never ends, and not larger than `maxBytes`; or
 * says why it cannot. `kind` is what such a file is, in the message: `a record`.
 */
export function readRegularFile(path: string, maxBytes: number, kind: string): Uint8Array | { readonly reason: string } {
  try {
    const found = lstatSync(path);
    if (!found.isFile()) return { reason: 'it is not a regular file' };
    if (found.size > maxBytes) return { reason: `it has ${Math.round(found.size / 1e6)} MB, and ${kind} has at most ${maxBytes / 1e6} MB` };
    return readFileSync(path);
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** Reads a file by its path from the project's root; never throws. */
export function readBytes(root: string, path: string): FileBytes {
  try {
    return readFileSync(join(root, path));
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code };
  }
}
