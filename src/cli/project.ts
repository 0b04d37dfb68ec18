import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { VFile } from 'vfile';
import { findContentLinks } from '../build/content-links.ts';
import { freshFolder, placeDist } from '../build/dist.ts';
import { surveyPosts } from '../build/pool.ts';
import { findPublicFaults } from '../build/public-files.ts';
import { publishedPosts } from '../build/published-posts.ts';
import type { Survey } from '../build/survey.ts';
import { listRecordedPosts, loadRecords, recordPath, saveRecord } from '../capture/store.ts';
import { firstOf, report, toFinding } from '../experiment/finding.ts';
import { MachineError } from '../experiment/user-error.ts';
import { checkManual } from '../page/manual.ts';
import { outlinePage } from '../post/links/links.ts';
import { checkTogether, readBeside, readContent } from '../post/read-posts.ts';
import { buildSite } from '../site/render.ts';
import { judge } from '../verdict/verdict.ts';
import { findDenial } from './denial.ts';
import type { Recorded } from './plan.ts';
import { areSound, findingsOf, printProblems, type Finding } from './report.ts';
import type { Finish } from './tasks.ts';
import { complain, say } from './terminal.ts';

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
  const recorded = posts.map((post) => ({ post, records: loadRecords(root, post.slug) }));
  for (const { file, tree } of pages)
    await checkManual(file, tree, async (slug) => recorded.find(({ post }) => post.slug === slug && !post.frontMatter.draft));
  return { recorded, beside: [...pages.map(({ file }) => file), ...strays] };
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
  return `recorded, ${judge(capture, sample).name}`;
};

/** What is known of all posts, and everything that is wrong with the project. */
export interface Checked {
  readonly surveys: readonly Survey[];
  readonly findings: readonly Finding[];
}

/** Checks posts, pages and records together. */
export async function checkProject(options: { readonly noRun: boolean; readonly makes: boolean }): Promise<Checked> {
  return checkSurveyed(
    await orDenied(() =>
      surveyPosts(root, { ...options, tell: (posts, together) => say(`${count(posts, 'post')} to make, ${together} at a time.`) }),
    ),
  );
}

/** Checks posts, pages and records together, each post by its survey. */
export async function checkSurveyed(surveys: readonly Survey[]): Promise<Checked> {
  const { pages, strays } = await readBeside(root);
  const problems = Map.groupBy(
    checkTogether([...surveys.map(({ outline }) => outline), ...pages.map(outlinePage)], root),
    ({ path }) => path,
  );
  const find = await publishedPosts(root);
  for (const { file, tree } of pages) {
    await checkManual(file, tree, find);
    for (const problem of problems.get(file.path) ?? []) report(file, problem);
  }
  const posts = surveys.flatMap(({ outline: { path }, findings }) => {
    const own = problems.get(path);
    return own === undefined
      ? findings
      : firstOf([...findings, ...own.map(toFinding)].toSorted((a, b) => a.line - b.line || a.column - b.column));
  });
  const slugs = new Set(surveys.map(({ slug }) => slug));
  const orphans = listRecordedPosts(root)
    .filter((slug) => !slugs.has(slug))
    .map((slug) =>
      toFinding({
        path: `content/captures/${slug}`,
        place: undefined,
        level: 'warning',
        rule: 'record-orphan',
        reason: 'These records belong to no post',
        hint: 'Delete the folder, or bring its post back.',
      }),
    );
  return {
    surveys,
    findings: [
      ...posts,
      ...findingsOf([...pages.map(({ file }) => file), ...strays]),
      ...orphans,
      ...findContentLinks(root),
      ...findPublicFaults(root),
    ],
  };
}

/** Renders the site beside `dist/` and puts it in its place once it is whole. */
export async function renderSite(surveys: readonly Survey[]): Promise<void> {
  const fresh = freshFolder(root);
  const clean = () => rmSync(fresh, { recursive: true, force: true });
  process.once('exit', clean);
  try {
    await orDenied(async () => {
      await buildSite(root, fresh, { surveys });
      await placeDist(root);
    });
  } finally {
    clean();
    process.off('exit', clean);
  }
}

/** Does what writes the site. Error: MachineError where there is no room, or no right to. */
async function orDenied<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const denied = findDenial(error);
    if (denied === undefined) throw error;
    throw new MachineError(
      `The site could not be written: ${denied}`,
      'dist/ is as it was. Make room there, or allow writing, and run npm run build: the records that were taken are kept.',
    );
  }
}

export function countSamples(surveys: readonly Survey[]): number {
  return surveys.reduce((sum, { samples }) => sum + samples, 0);
}

/** `1 error`, `3 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
