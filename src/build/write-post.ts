import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Capture } from '../capture/capture.ts';
import { primaryCaptures } from '../capture/freshness.ts';
import type { StoredRecord } from '../capture/store.ts';
import { besidePath } from '../page/code.ts';
import { foldLog } from '../page/fold-log.ts';
import { hasTypes, rawTextName, typesLog, wholeLog } from '../page/log.ts';
import { renderPage, type Page } from '../page/page.ts';
import type { Post } from '../post/post.ts';
import { drawCard, type Brand } from './card.ts';
import { filesFolder, logFile, pageFile, wordsFile, type ListedPost } from './compiled-post.ts';
import { writeRawText } from './log-file.ts';
import { searchWords } from './search-words.ts';

/** Writes only the page of a post into a folder (compiled-post.ts), stale records included, and returns what lists show. */
export async function writePageOnly(post: Post, records: readonly StoredRecord[], folder: string, live: boolean): Promise<ListedPost> {
  const page = await renderPage(post, records, { allowStale: true, live });
  return writePage(post, page, records, folder, true);
}

/** Writes all that a build publishes of a post into a folder, and returns what lists show. */
export async function writePost(
  post: Post,
  records: readonly StoredRecord[],
  folder: string,
  brand: Brand,
  live = false,
): Promise<ListedPost> {
  const page = await renderPage(post, records, { live });
  write(folder, wordsFile, searchWords(page.body));
  await writeFiles(post, page, records, folder, brand);
  return writePage(post, page, records, folder, false);
}

/** Writes the files next to a post's page, and the contents of its log pages; stale records included. */
export async function writeFilesOnly(
  post: Post,
  records: readonly StoredRecord[],
  folder: string,
  brand: Brand,
  live: boolean,
): Promise<void> {
  await writeFiles(post, await renderPage(post, records, { allowStale: true, live }), records, folder, brand, true);
}

function writePage(post: Post, page: Page, records: readonly StoredRecord[], folder: string, allowStale: boolean): ListedPost {
  const { body, lead, strip, badge, toc, chart, files, spark, finding, verdicts } = page;
  write(folder, pageFile, JSON.stringify({ body, lead, strip, badge, toc }));
  const { title, date, author = [], description, updated, image, lang, series, tags, categories } = post.frontMatter;
  const captures = primaryCaptures(records, post.samples, allowStale);
  const logs = post.samples.flatMap(({ name: sample, title }) => {
    const capture = captures.get(sample);
    return capture === undefined ? [] : [{ sample, title, rawText: rawTextName(capture), hasTypes: hasTypes(capture) }];
  });
  const written = Object.fromEntries(
    Object.entries({ description, updated, image, lang, series }).filter(([, value]) => value !== undefined),
  );
  const beside = [
    'data.json',
    'card.png',
    ...files.map(({ name }) => name),
    ...logs.flatMap(({ sample, title, rawText }) => [`${sample}/${title}`, `${sample}/${rawText}`]),
    ...post.samples.flatMap(({ name, files: own }) => (captures.has(name) ? own.map((file) => `${name}/${besidePath(file.name)}`) : [])),
  ];
  return {
    ...written,
    authors: author,
    title,
    date,
    tags,
    categories,
    spark,
    finding,
    verdicts: [...verdicts],
    hasChart: chart !== '',
    live: page.live,
    wheels: page.wheels,
    path: post.file.path,
    files: beside,
    logs: logs.map(({ sample, title, hasTypes }) => ({ sample, title, hasTypes })),
  };
}

async function writeFiles(
  post: Post,
  page: Page,
  records: readonly StoredRecord[],
  folder: string,
  brand: Brand,
  allowStale = false,
): Promise<void> {
  const { title, description } = post.frontMatter;
  const files = join(folder, filesFolder);
  write(files, 'data.json', `${JSON.stringify(page.data, undefined, 2)}\n`);
  for (const { name, text } of page.files) write(files, name, text);
  // A card is drawn on another thread.
  const [card] = await Promise.all([
    drawCard({ brand, title, finding: page.finding || (description ?? ''), chart: page.chart }),
    writeLogs(post, primaryCaptures(records, post.samples, allowStale), folder),
  ]);
  write(files, 'card.png', card);
}

async function writeLogs({ slug, samples }: Post, captures: ReadonlyMap<string, Capture>, folder: string): Promise<void> {
  for (const { name, title, code, files: beside } of samples) {
    const capture = captures.get(name);
    if (capture === undefined) continue;
    const folded = foldLog(capture);
    write(folder, logFile(name, 'whole'), String(wholeLog(folded, { title, command: `npm run log -- ${slug} ${name}` })));
    if (hasTypes(capture)) write(folder, logFile(name, 'types'), String(typesLog(folded, '../')));
    const files = join(folder, filesFolder, name);
    write(files, title, code);
    for (const { name: own, text } of beside) write(files, besidePath(own), text);
    await writeRawText(folded.log, join(files, rawTextName(capture)));
  }
}

/** Writes a file, and its folder if needed. Synchronous: a process that compiles posts has nothing else to do. */
function write(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  try {
    writeFileSync(path, content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
