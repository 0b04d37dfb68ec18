import { readFile } from 'node:fs/promises';
import { readCapture, type Capture } from '../capture/capture.ts';
import { foldLog, type FoldedLog } from '../page/log-rows.ts';
import { newPosts } from './all-posts.ts';

/** The whole log of one sample of a post: where its record lies, and the code that it is of. */
export interface LogEntry {
  readonly slug: string;
  readonly sample: string;
  readonly title: string;
  readonly path: string;
  readonly code: string;
  readonly post: string;
}

/** The logs of all posts whose pages have to be made. */
export async function allLogs(): Promise<readonly LogEntry[]> {
  const posts = await newPosts();
  return posts.flatMap(({ id, data }) => data.logs.map((log) => ({ ...log, slug: id, post: data.title })));
}

/** A page for each log, as static paths. */
export async function logPaths() {
  return (await allLogs()).map((log) => ({ params: { slug: log.slug, sample: log.sample }, props: { log } }));
}

/** The record of a log. */
export async function readLog({ path }: LogEntry): Promise<Capture> {
  const read = readCapture(await readFile(path, 'utf8'));
  if ('reason' in read) throw new Error(`${path}: ${read.reason}`);
  return read.capture;
}

let last: { readonly path: string; readonly folded: Promise<FoldedLog> } | undefined;

/** A log, decoded and folded; kept until another one is asked for, for its pages are made one after the other. */
export function readFolded(log: LogEntry): Promise<FoldedLog> {
  if (last?.path !== log.path) last = { path: log.path, folded: readLog(log).then(foldLog) };
  return last.folded;
}
