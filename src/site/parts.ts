import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Page } from '../page/page.ts';

/**
 * What only the pages of a post itself show. It lies in a file of its own: Astro holds all that is in its store at once,
 * and the text and figures of a thousand posts are hundreds of megabytes.
 */
export type Parts = Pick<Page, 'body' | 'strip' | 'badge' | 'toc' | 'chart' | 'files'> & { readonly data: string };

/** Writes the parts of a post for the pages to read. */
export async function writeParts(path: string, parts: Parts): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(parts));
}

/** The parts of a post, from the file that its entry names. */
export async function readParts({ data }: { readonly data: { readonly parts: string } }): Promise<Parts> {
  return JSON.parse(await readFile(data.parts, 'utf8')) as Parts;
}
