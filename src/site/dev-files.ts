import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFiles } from '../build/make.ts';
import { filesFolder } from '../build/parts.ts';
import { loadRecords } from '../capture/store.ts';
import { readPost } from '../post/read-posts.ts';
import type { Entry } from './all-posts.ts';

const making = new Map<string, Promise<void>>();

/** Makes what stands beside a post's page, and what its logs' pages show, when it is first asked for: while someone writes, that is seldom. */
export async function ensureFiles({ id, data: { folder, path } }: Entry, root: string): Promise<void> {
  const running = making.get(folder);
  if (running !== undefined || existsSync(join(folder, filesFolder))) return running;
  const made = make(id, path, folder, root).finally(() => making.delete(folder));
  making.set(folder, made);
  return made;
}

async function make(slug: string, path: string, folder: string, root: string): Promise<void> {
  await makeFiles(readPost(root, path), loadRecords(root, slug), folder);
}
