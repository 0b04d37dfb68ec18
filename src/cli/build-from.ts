import { readAgain, type Inputs } from '../build/inputs.ts';
import { readManifest } from '../build/manifest.ts';
import { readRecordedPosts } from '../build/pool.ts';
import { describePlan, planBuild } from './plan.ts';
import { canRun, compileProject, count, countSamples, readProject, saveTaken, reportUnrunnable } from './project.ts';
import { publish } from './publish.ts';
import { root } from './root.ts';
import type { RunSettings } from './run-options.ts';
import { startClean } from './start-clean.ts';
import { runTasks } from './tasks.ts';
import { complain, say } from './terminal.ts';

/** How a site is built. */
export interface BuildOptions extends RunSettings {
  /** Whether to render from committed records, without running any sample. */
  readonly noRun: boolean;
  /** The last day of publication that is rendered, `YYYY-MM-DD`. */
  readonly until: string;
}

/** Builds the site: runs the samples that have no fresh record, checks everything, and renders. Returns the exit status. */
export async function buildFrom(inputs: Inputs, { noRun, until, ...settings }: BuildOptions): Promise<number> {
  await startClean();
  const manifest = readManifest(inputs, until);
  if (manifest?.isBuilt === true) {
    const { samples, posts } = manifest;
    const captured = noRun ? fromRecords(samples) : allFresh(samples);
    const left = `dist/ is as the last build left it, with ${count(posts, 'post')}`;
    say(`${captured}\nNothing has changed: ${left}. Look at it with npm run preview.`);
    return 0;
  }
  const options = { noRun, until, inspectOnly: false };
  const blog = await compileProject(inputs, options);
  const samples = countSamples(blog);
  if (noRun) return publish(fromRecords(samples), blog);
  if (blog.posts.every(({ isStale }) => !isStale)) return reportUnrunnable(blog.textFindings) ? 1 : publish(allFresh(samples), blog);
  if (reportUnrunnable(blog.textFindings)) return 1;
  const stale = new Set(blog.posts.flatMap(({ slug, isStale }) => (isStale ? [slug] : [])));
  const recorded = await readRecordedPosts({ root, posts: inputs.posts.filter(({ slug }) => stale.has(slug)) });
  const { tasks, left } = await planBuild(recorded);
  for (const line of left) complain(line);
  if (tasks.length + left.length === 0) return publish(allFresh(samples), blog);
  await runTasks(tasks, saveTaken, settings);
  const fresh = samples - new Set(tasks.map(({ sample }) => sample)).size - left.length;
  const now = readAgain(inputs, new Set(tasks.map(({ post }) => post.slug)));
  return publish(
    `${count(tasks.length, 'run')} recorded, ${count(fresh, 'sample')} had fresh records.`,
    await compileProject(now, options),
  );
}

/** Prints what a build would run, and why. Returns the exit status. */
export async function dryRun(): Promise<number> {
  const project = await readProject();
  if (!canRun(project.recorded, project)) return 1;
  say(describePlan(project.recorded, await planBuild(project.recorded)).join('\n'));
  return 0;
}

const fromRecords = (samples: number) => `Nothing was run: ${count(samples, 'sample')} from committed records.`;
const allFresh = (samples: number) => `No sample had to run: ${samples} of ${samples} have fresh records.`;
