import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { VFile } from 'vfile';
import { compileBlog, type Blog, type BlogOptions } from '../build/blog.ts';
import { freshFolder, placeDist } from '../build/dist.ts';
import type { Inputs } from '../build/inputs.ts';
import { recordPath } from '../capture/record-files.ts';
import { loadRecords, saveRecord } from '../capture/store.ts';
import { MachineError } from '../experiment/user-error.ts';
import { checkContentPage } from '../page/content-page.ts';
import { readContent } from '../post/read-posts.ts';
import { blogOptions } from '../site/options.ts';
import { renderSite } from '../site/render.ts';
import { loadSettings } from '../site/settings.ts';
import { judge } from '../verdict/verdict.ts';
import { findDenial } from './denial.ts';
import type { Recorded } from './plan.ts';
import { findingsOf, printFindings, type Finding } from './report.ts';
import type { Finish } from './tasks.ts';
import { complain, say } from './terminal.ts';

/** The project's root: npm runs every script there. */
export const root = resolve('.');

/** Every post with its records, and the other files: pages, and files that are ignored. */
export interface Project {
  readonly recorded: readonly Recorded[];
  readonly beside: readonly VFile[];
}

/** Reads and checks the texts of the whole project; the messages are on each file. */
export async function readProject(): Promise<Project> {
  const { posts, pages, ignored } = await readContent(root);
  const recorded = posts.map((post) => ({ post, records: loadRecords(root, post.slug) }));
  for (const page of pages)
    await checkContentPage(page, async (slug) => {
      const found = recorded.find(({ post }) => post.slug === slug && !post.frontMatter.draft);
      return found && { ...found, url: undefined };
    });
  return { recorded, beside: [...pages.map(({ file }) => file), ...ignored] };
}

/** Whether the texts of posts and pages have no errors, so that samples can be run; prints the findings if they have. */
export function canRun({ recorded, beside }: Project): boolean {
  return !reportUnrunnable(findingsOf([...recorded.map(({ post }) => post.file), ...beside]));
}

/** If there is an error among some findings, prints all of them, and that nothing was run. Returns whether there is one. */
export function reportUnrunnable(findings: readonly Finding[]): boolean {
  if (findings.every(({ level }) => level !== 'error')) return false;
  const errors = printFindings(findings);
  complain(`\n${count(errors, 'error')}: nothing was run, and dist/ is unchanged. Fix the lines above and run the command again.`);
  return true;
}

/** Saves a new record, and returns its outcome in a few words. */
export const saveTaken: Finish = async ({ post, sample, runtime }, capture) => {
  await saveRecord(root, recordPath(post.slug, sample.name, runtime.id), capture);
  return `recorded, ${judge(capture, sample).name}`;
};

/** Compiles and checks settings, posts, pages and records together. */
export async function compileProject(inputs: Inputs, options: Pick<BlogOptions, 'noRun' | 'inspectOnly' | 'until'>): Promise<Blog> {
  const settings = await loadSettings(root);
  const onCompile = (posts: number, processes: number) => say(`${count(posts, 'post')} to compile, ${processes} at a time.`);
  const blog = await orDenied(() => compileBlog(inputs, { ...options, ...blogOptions(settings.options), onCompile }));
  return { ...blog, textFindings: [...settings.findings, ...blog.textFindings], findings: [...settings.findings, ...blog.findings] };
}

/** Renders the site next to `dist/`, and replaces `dist/` once the site is complete. */
export async function renderProject(blog: Blog): Promise<void> {
  const fresh = freshFolder(root);
  const clean = () => rmSync(fresh, { recursive: true, force: true });
  process.once('exit', clean);
  try {
    await orDenied(async () => {
      await renderSite(blog, fresh);
      await placeDist(root);
    });
  } finally {
    clean();
    process.off('exit', clean);
  }
}

/** Does work that writes the site. Throws a MachineError if the disk is full, or writing is not permitted. */
async function orDenied<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const denied = findDenial(error);
    if (denied === undefined) throw error;
    throw new MachineError(
      `The site could not be written: ${denied}`,
      'dist/ is unchanged. Free some space there, or allow writing, and run npm run build: the new records are kept.',
    );
  }
}

/** The number of samples in all posts of a blog. */
export function countSamples({ posts }: Blog): number {
  return posts.reduce((sum, { samples }) => sum + samples, 0);
}

/** `1 error`, `3 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
