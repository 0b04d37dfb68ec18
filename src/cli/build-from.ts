import { soundKey, type Sound } from '../build/manifest.ts';
import { surveyPosts } from '../build/pool.ts';
import { describePlan, planBuild } from './plan.ts';
import { canRun, checkProject, count, countSamples, readProject, root, saveTaken } from './project.ts';
import { publish, render } from './publish.ts';
import { startClean } from './start-clean.ts';
import { runTasks } from './tasks.ts';
import { say } from './terminal.ts';

export interface BuildOptions {
  readonly isDry: boolean;
  readonly noRun: boolean;
  readonly requireSandbox: boolean | undefined;
  /** `soundKey`, of before anything was looked at. */
  readonly key: string | undefined;
}

/** Builds from posts and records: runs what has to be run, checks all, renders. Returns the exit status. */
export async function buildFrom({ isDry, noRun, requireSandbox, key }: BuildOptions): Promise<number> {
  await startClean();
  const checked = isDry ? undefined : await checkProject({ noRun, makes: true });
  if (checked !== undefined) {
    const samples = countSamples(checked.surveys);
    if (noRun) return publish(fromRecords(samples), key, checked);
    if (!checked.surveys.some(({ isOld }) => isOld) && !checked.findings.some(({ level }) => level === 'error'))
      return publish(allFresh(samples), key, checked);
  }
  const project = await readProject();
  if (!canRun(project)) return 1;
  const { recorded } = project;
  const tasks = await planBuild(recorded);
  if (isDry) {
    say(describePlan(recorded, tasks).join('\n'));
    return 0;
  }
  const samples = recorded.reduce((sum, { post }) => sum + post.samples.length, 0);
  if (tasks.length === 0) return publish(allFresh(samples), key, checked);
  await runTasks(tasks, saveTaken, { requireSandbox });
  const fresh = samples - new Set(tasks.map(({ sample }) => sample)).size;
  return publish(`${count(tasks.length, 'run')} recorded, ${count(fresh, 'sample')} had fresh records.`, soundKey(root));
}

/** Builds where nothing that is looked at has changed since it was all sound: renders, if `dist/` is not as it was left. Returns the exit status. */
export async function buildSound(
  { samples, posts, isBuilt }: Sound & { readonly isBuilt: boolean },
  key: string | undefined,
  noRun: boolean,
): Promise<number> {
  await startClean();
  const captured = noRun ? fromRecords(samples) : allFresh(samples);
  if (isBuilt)
    say(
      `${captured}\nNothing has changed: dist/ is as the last build left it, with ${count(posts, 'post')}. Look at it with npm run preview.`,
    );
  else await render(captured, await surveyPosts(root, { noRun, makes: true }), key);
  return 0;
}

const fromRecords = (samples: number) => `Nothing was run: ${count(samples, 'sample')} from committed records.`;
const allFresh = (samples: number) => `No sample had to run: ${samples} of ${samples} have fresh records.`;
