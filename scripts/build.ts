import { UserError } from '../src/post/user-error.ts';
import { runCommand } from './command.ts';
import { startClean } from './leftovers.ts';
import { describePlan, planBuild } from './plan.ts';
import { canRun, count, readProject, saveTaken } from './project.ts';
import { publish } from './publish.ts';
import { runTasks, sandboxOption } from './tasks.ts';
import { say } from './terminal.ts';

await runCommand(
  {
    usage: 'build',
    summary: 'Run the samples that have no fresh record, check everything, and render the site to dist/.',
    options: {
      'dry-run': { type: 'boolean', help: 'run and write nothing; say what would run, and why' },
      'no-run': { type: 'boolean', help: 'render from the records that are here; no sample and no Python is started, and a record that is not fresh is an error' },
      ...sandboxOption,
    },
  },
  async ({ options }) => {
    const [isDry, noRun] = [options['dry-run'] === true, options['no-run'] === true];
    if (isDry && noRun) throw new UserError('--dry-run and --no-run do not go together', '--dry-run says what would be run; --no-run renders without running anything.');
    await startClean();
    const project = await readProject();
    if (!canRun(project)) return 1;
    const { recorded } = project;
    const samples = recorded.reduce((sum, { post }) => sum + post.samples.length, 0);
    if (noRun) return publish(`Nothing was run: ${count(samples, 'sample')} from committed records.`, { noRun });
    const tasks = await planBuild(recorded);
    if (isDry) {
      say(describePlan(recorded, tasks).join('\n'));
      return 0;
    }
    await runTasks(tasks, saveTaken, { requireSandbox: options['require-sandbox'] });
    const fresh = samples - new Set(tasks.map(({ sample }) => sample)).size;
    return publish(tasks.length === 0 ? `No sample had to run: ${fresh} of ${fresh} have fresh records.` : `${count(tasks.length, 'run')} recorded, ${count(fresh, 'sample')} had fresh records.`);
  },
);
