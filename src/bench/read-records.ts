import { resolve } from 'node:path';
import { listRecordedPosts } from '../capture/record-files.ts';
import { loadRecords } from '../capture/store.ts';

// Reads and checks every record of the blog in this folder, one post after the other, and does nothing with them.
const root = resolve('.');
for (const slug of listRecordedPosts(root)) loadRecords(root, slug);
