import { runCommand } from './command.ts';
import { describePlan, planBuild } from './plan.ts';
import { canRun, count, readProject, saveTaken } from './project.ts';
import { publish } from './publish.ts';
import { runTasks } from './tasks.ts';

await runCommand(
  { usage: 'build', summary: 'Run the samples that have no fresh record, check everything, and render the site to dist/.', options: { 'dry-run': { type: 'boolean', help: 'run and write nothing; say what would run, and why' } } },
  async ({ options }) => {
    const project = await readProject();
    if (!canRun(project)) return 1;
    const { recorded } = project;
    const tasks = await planBuild(recorded);
    if (options['dry-run'] === true) {
      console.log(describePlan(recorded, tasks).join('\n'));
      return 0;
    }
    await runTasks(tasks, saveTaken);
    const fresh = recorded.reduce((sum, { post }) => sum + post.samples.length, 0) - new Set(tasks.map(({ sample }) => sample)).size;
    return publish(tasks.length === 0 ? `No sample had to run: ${fresh} of ${fresh} have fresh records.` : `${count(tasks.length, 'run')} recorded, ${count(fresh, 'sample')} had fresh records.`);
  },
);
