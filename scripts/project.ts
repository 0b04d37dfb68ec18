import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { VFile } from 'vfile';
import { listRecordedPosts, loadRecords, recordPath, saveRecord } from '../src/capture/store.ts';
import { checkManual } from '../src/page/manual.ts';
import { readContent } from '../src/post/read-posts.ts';
import { UserError } from '../src/post/user-error.ts';
import { checkRecords } from '../src/verdict/check.ts';
import { judge } from '../src/verdict/verdict.ts';
import { findDenial } from './denial.ts';
import { freshFolder, placeDist } from './dist.ts';
import type { Recorded } from './plan.ts';
import { findPublicLinks } from './public-links.ts';
import { areSound, findingsOf, printFindings, printProblems, type Finding, type Format } from './report.ts';
import { buildSite } from './site.ts';
import type { Finish } from './tasks.ts';
import { complain } from './terminal.ts';

/** The project's root: npm runs every script there. */
export const root = resolve('.');

/** Every post with its records, and what stands beside the posts: pages, and files that are neither. */
export interface Project {
  readonly recorded: readonly Recorded[];
  readonly beside: readonly VFile[];
}

/** Reads the whole project; what is wrong with a part of it is on its file. */
export async function readProject(): Promise<Project> {
  const { posts, pages, strays } = await readContent(root);
  const recorded = await Promise.all(posts.map(async (post) => ({ post, records: await loadRecords(root, post.slug) })));
  for (const { file, tree } of pages) await checkManual(file, tree, async (slug) => recorded.find(({ post }) => post.slug === slug && !post.frontMatter.draft));
  return { recorded, beside: [...pages.map(({ file }) => file), ...strays] };
}

/** Folders of records that no post owns, as paths from the root. */
export async function findOrphans(recorded: readonly Recorded[]): Promise<readonly string[]> {
  const slugs = recorded.map(({ post }) => post.slug);
  return (await listRecordedPosts(root)).filter((slug) => !slugs.includes(slug)).map((slug) => `content/captures/${slug}`);
}

/** Reports what is wrong with posts and pages as they are written; true where the posts can be run. */
export function canRun({ recorded, beside }: Project): boolean {
  const files = [...recorded.map(({ post }) => post.file), ...beside];
  if (areSound(files)) return true;
  const errors = printProblems(files);
  complain(`\n${count(errors, 'error')}: nothing was run, and dist/ is as it was. Mend the lines above and run the command again.`);
  return false;
}

/** Saves a record that was taken, and says what it came to. */
export const saveTaken: Finish = async ({ post, sample, runtime }, capture) => {
  await saveRecord(root, recordPath(post.slug, sample.name, runtime.id), capture);
  return `recorded, ${judge(capture, sample.exit).name}`;
};

export interface CheckOptions {
  readonly format?: Format;
  /** Whether nothing can be run to mend a record. */
  readonly noRun?: boolean;
  /** What was read already, and has not changed. */
  readonly project?: Project;
}

/** Checks posts, pages and records together and prints what is wrong; returns how many errors and findings there are, and what was read. */
export async function checkProject({ format = 'text', noRun = false, project }: CheckOptions = {}): Promise<{ readonly errors: number; readonly findings: number; readonly recorded: readonly Recorded[] }> {
  const { recorded, beside } = project ?? (await readProject());
  for (const { post, records } of recorded) checkRecords(post, records, noRun);
  const orphans = (await findOrphans(recorded)).map(
    (file): Finding => ({ file, line: 1, column: 1, level: 'warning', rule: 'record-orphan', reason: 'These records belong to no post', hint: 'Delete the folder, or bring its post back.' }),
  );
  const found = [...findingsOf([...recorded.map(({ post }) => post.file), ...beside]), ...orphans, ...(await findPublicLinks(root))];
  return { errors: printFindings(found, format), findings: found.length, recorded };
}

/** Renders the site beside `dist/` and puts it in its place once it is whole. */
export async function renderSite(): Promise<void> {
  const fresh = freshFolder(root);
  const clean = () => rmSync(fresh, { recursive: true, force: true });
  process.once('exit', clean);
  try {
    await buildSite(root, fresh);
    await placeDist(root);
  } catch (error) {
    const denied = findDenial(error);
    if (denied === undefined) throw error;
    throw new UserError(`The site could not be written: ${denied}`, 'dist/ is as it was. Make room there, or allow writing, and run npm run build: the records that were taken are kept.');
  } finally {
    clean();
    process.off('exit', clean);
  }
}

/** `1 error`, `3 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
