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

/** Every post with its records, and what stands beside the posts: pages, and files that are neither. */
export interface Project {
  readonly recorded: readonly Recorded[];
  readonly beside: readonly VFile[];
}

/** Reads the whole project; what is wrong with a part of it is on its file. */
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

/** Tells what is wrong with posts and pages as they are written; true where the posts can be run. */
export function canRun({ recorded, beside }: Project): boolean {
  return !tellUnrunnable(findingsOf([...recorded.map(({ post }) => post.file), ...beside]));
}

/** Tells what is wrong with posts and pages as they are written, and that nothing was run, where an error is among it. */
export function tellUnrunnable(findings: readonly Finding[]): boolean {
  if (findings.every(({ level }) => level !== 'error')) return false;
  const errors = printFindings(findings);
  complain(`\n${count(errors, 'error')}: nothing was run, and dist/ is as it was. Mend the lines above and run the command again.`);
  return true;
}

/** Saves a record that was taken, and says what it came to. */
export const saveTaken: Finish = async ({ post, sample, runtime }, capture) => {
  await saveRecord(root, recordPath(post.slug, sample.name, runtime.id), capture);
  return `recorded, ${judge(capture, sample).name}`;
};

/** Compiles and checks posts, pages and records together. */
export async function compileProject(inputs: Inputs, options: Pick<BlogOptions, 'noRun' | 'inspectOnly' | 'until'>): Promise<Blog> {
  const settings = await loadSettings(root);
  const onCompile = (posts: number, processes: number) => say(`${count(posts, 'post')} to compile, ${processes} at a time.`);
  const blog = await orDenied(() => compileBlog(inputs, { ...options, ...blogOptions(settings.options), onCompile }));
  return { ...blog, textFindings: [...settings.findings, ...blog.textFindings], findings: [...settings.findings, ...blog.findings] };
}

/** Renders the site beside `dist/` and puts it in its place once it is whole. */
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

export function countSamples({ posts }: Blog): number {
  return posts.reduce((sum, { samples }) => sum + samples, 0);
}

/** `1 error`, `3 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
