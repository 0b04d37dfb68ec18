import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { options } from 'virtual:leaklog/options';
import { filesFolder, type PublishedPost } from '../build/compiled-post.ts';
import { writeFilesOnly } from '../build/write-post.ts';
import { loadRecords } from '../capture/store.ts';
import { readPost } from '../post/read-posts.ts';

const writing = new Map<string, Promise<void>>();

/** Writes the files beside a post's page and the contents of its log pages on the first request: in dev they are seldom requested. */
export async function ensureFiles({ id, data: { path }, folder }: PublishedPost, root: string): Promise<void> {
  const running = writing.get(folder);
  if (running !== undefined || existsSync(join(folder, filesFolder))) return running;
  const written = writeFilesOnly(readPost(root, path), loadRecords(root, id), folder, options, options.live).finally(() =>
    writing.delete(folder),
  );
  writing.set(folder, written);
  return written;
}
