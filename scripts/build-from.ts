import { startClean } from './leftovers.ts';
import { describePlan, planBuild } from './plan.ts';
import { canRun, count, readProject, saveTaken } from './project.ts';
import { publish, render } from './publish.ts';
import type { Sound } from './sound.ts';
import { runTasks } from './tasks.ts';
import { say } from './terminal.ts';

export interface BuildOptions {
  readonly isDry: boolean;
  readonly noRun: boolean;
  readonly requireSandbox: boolean | undefined;
}

/** Builds from posts and records: runs what has to be run, checks all, renders. Returns the exit status. */
export async function buildFrom({ isDry, noRun, requireSandbox }: BuildOptions): Promise<number> {
  await startClean();
  const project = await readProject();
  if (!canRun(project)) return 1;
  const { recorded } = project;
  const samples = recorded.reduce((sum, { post }) => sum + post.samples.length, 0);
  if (noRun) return publish(fromRecords(samples), { noRun, project });
  const tasks = await planBuild(recorded);
  if (isDry) {
    say(describePlan(recorded, tasks).join('\n'));
    return 0;
  }
  if (tasks.length === 0) return publish(allFresh(samples), { project });
  await runTasks(tasks, saveTaken, { requireSandbox });
  const fresh = samples - new Set(tasks.map(({ sample }) => sample)).size;
  return publish(`${count(tasks.length, 'run')} recorded, ${count(fresh, 'sample')} had fresh records.`);
}

/** Builds where nothing that is looked at has changed since it was all sound: renders. Returns the exit status. */
export async function buildSound({ samples, posts }: Sound, noRun: boolean): Promise<number> {
  await startClean();
  return render(noRun ? fromRecords(samples) : allFresh(samples), posts);
}

const fromRecords = (samples: number) => `Nothing was run: ${count(samples, 'sample')} from committed records.`;
const allFresh = (samples: number) => `No sample had to run: ${samples} of ${samples} have fresh records.`;
