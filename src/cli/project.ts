import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { compileBlog, inspectTexts, type Blog, type BlogOptions } from '../build/blog.ts';
import { freshFolder, placeDist } from '../build/dist.ts';
import { listTexts, type Inputs } from '../build/inputs.ts';
import { readRecordedPosts } from '../build/pool.ts';
import { today } from '../build/today.ts';
import { recordPath } from '../capture/record-files.ts';
import { saveRecord } from '../capture/store.ts';
import { MachineError, UserError } from '../experiment/user-error.ts';
import { blogOptions } from '../site/options.ts';
import { renderSite } from '../site/render.ts';
import { loadSettings } from '../site/settings.ts';
import { judge } from '../verdict/verdict.ts';
import { findDenial } from './denial.ts';
import type { Recorded } from './plan.ts';
import { printFindings, type Finding } from './report.ts';
import { root } from './root.ts';
import type { Finish } from './tasks.ts';
import { complain, say } from './terminal.ts';

/** Every post with its records, and what is wrong with the project apart from records. */
export interface Project {
  readonly recorded: readonly Recorded[];
  readonly textFindings: readonly Finding[];
}

/** Parses every post and record, and checks texts and settings. No record is judged. */
export async function readProject(): Promise<Project> {
  const texts = listTexts(root);
  const [recorded, { options, findings }] = await Promise.all([readRecordedPosts(texts), loadSettings(root)]);
  const posts = recorded.map(({ text }) => text);
  const textFindings = await inspectTexts(texts, posts, { ...blogOptions(options), until: today() });
  return { recorded, textFindings: [...findings, ...textFindings] };
}

/** Whether some posts can be run: neither they nor the rest of the project have errors. Prints the findings if they cannot. */
export function canRun(chosen: readonly Recorded[], { recorded, textFindings }: Project): boolean {
  const paths = (some: readonly Recorded[]) => new Set(some.map(({ post }) => post.path));
  const [own, all] = [paths(chosen), paths(recorded)];
  return !reportUnrunnable(textFindings.filter(({ file }) => own.has(file) || !all.has(file)));
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
  const { css, components } = settings.options;
  return {
    ...blog,
    ownCode: [...css, ...Object.values(components), ...blog.ownCode],
    textFindings: [...settings.findings, ...blog.textFindings],
    findings: [...settings.findings, ...blog.findings],
  };
}

/** Renders the site next to `dist/`, and replaces `dist/` once the site is complete. */
export async function renderProject(blog: Blog): Promise<void> {
  const fresh = freshFolder(root);
  const clean = () => rmSync(fresh, { recursive: true, force: true });
  process.once('exit', clean);
  await orDenied(async () => {
    await renderSite(blog, fresh).catch((error: Error) => {
      // Astro may write there once more, so the folder goes for good when the process ends.
      clean();
      throw explainRendering(error, blog);
    });
    await placeDist(root);
  });
  clean();
  process.off('exit', clean);
}

/** What an error of Astro's or Vite's says, without its stack, if the blog has code of its own that may be at fault. */
function explainRendering(
  error: Error & { readonly loc?: { readonly file?: string; readonly line?: number }; readonly id?: string },
  { ownCode }: Blog,
): Error {
  if (ownCode.length === 0 || findDenial(error) !== undefined) return error;
  const place =
    error.loc?.file === undefined ? '' : ` (${relative(root, error.loc.file)}${error.loc.line === undefined ? '' : `:${error.loc.line}`})`;
  // Rolldown and Vite put a summary and colours before what is wrong.
  const lines = stripVTControlCharacters(error.message)
    .split('\n')
    .map((line) => line.trim());
  const reason = lines.find((line) => line !== '' && !/^(?:Build failed|\[plugin)/.test(line)) ?? lines[0];
  return new UserError(
    `The site could not be rendered: ${reason}${place}`,
    `dist/ is unchanged. Look at the blog's own code: ${ownCode.join(', ')}`,
  );
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
export function countSamples({ posts }: Pick<Blog, 'posts'>): number {
  return posts.reduce((sum, { samples }) => sum + samples, 0);
}

/** `1 error`, `3 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
