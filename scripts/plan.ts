import { listRuntimes } from '../src/capture/freshness.ts';
import { runCommand } from '../src/cli/command.ts';
import { choosePosts, planRefresh } from '../src/cli/plan.ts';
import { canRun, count, readProject } from '../src/cli/project.ts';
import { unitsOf } from '../src/cli/shards.ts';
import { say, sayJson } from '../src/cli/terminal.ts';
import { UsageError } from '../src/experiment/user-error.ts';
import { chooseRuntimes } from '../src/run/runtime.ts';
import { formatDuration } from '../src/verdict/format.ts';

const formats = ['text', 'jsonl'];

await runCommand(
  {
    usage: 'plan [post…]',
    summary:
      'Run nothing, and list every sample that has no fresh record on a Python, with the reason and the time that its runs may take. ' +
      'They are what npm run refresh -- --missing records.',
    options: {
      python: { type: 'string', value: '3.12|all|pyodide|PATH', help: 'which Python: python3 by default, else the embedded Pyodide' },
      format: { type: 'string', value: formats.join('|'), help: 'for people, or for tools: one JSON object a line, and nothing else' },
    },
  },
  async ({ words, options }) => {
    const format = options.format ?? 'text';
    if (!formats.includes(format)) throw new UsageError(`There is no format "${format}"`, `Formats: ${formats.join(', ')}.`);
    const project = await readProject();
    const recorded = choosePosts(project.recorded, words);
    if (!canRun(recorded, project)) return 1;
    const runtimes = await chooseRuntimes(options.python);
    const { tasks, left } = await planRefresh(recorded, runtimes);
    const units = unitsOf(tasks, recorded).filter(({ why }) => why !== undefined);
    if (format === 'jsonl') {
      for (const { task, key, why, expectedMs } of units) {
        const unit = { post: task.post.slug, sample: task.sample.name, runtime: task.runtime.id, key, reason: why };
        sayJson({ ...unit, seconds: expectedMs / 1000 });
      }
      return 0;
    }
    for (const line of left) say(line);
    for (const { name, why, expectedMs } of units) say(`${name}: ${why}, ${formatDuration(expectedMs)} expected`);
    const sum = units.reduce((ms, { expectedMs }) => ms + expectedMs, 0);
    const way = `${formatDuration(sum)} expected, one after the other. Make them with npm run refresh -- --missing.`;
    const none = `Every record on ${listRuntimes(runtimes.map(({ id }) => id))} is fresh.`;
    say(units.length === 0 ? none : `${count(units.length, 'record')} to make, ${way}`);
    return 0;
  },
);
