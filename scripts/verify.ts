import { isShown } from '../src/capture/freshness.ts';
import { recordPath } from '../src/capture/record-files.ts';
import { loadRecord } from '../src/capture/store.ts';
import { runCommand } from '../src/cli/command.ts';
import { choosePosts, planRefresh } from '../src/cli/plan.ts';
import { canRun, count, readProject } from '../src/cli/project.ts';
import { root } from '../src/cli/root.ts';
import { readRunOptions, runOptions } from '../src/cli/run-options.ts';
import { takeShare } from '../src/cli/shard-folder.ts';
import { readShard, shardOption, unitsOf } from '../src/cli/shards.ts';
import { startClean } from '../src/cli/start-clean.ts';
import { runTasks } from '../src/cli/tasks.ts';
import { complain, say } from '../src/cli/terminal.ts';
import { chooseRuntimes } from '../src/run/runtime.ts';
import { findDrift, whyIncomparable } from '../src/verdict/drift.ts';
import { judge } from '../src/verdict/verdict.ts';

await runCommand(
  {
    usage: 'verify [post…]',
    summary:
      'Run every sample again and compare with its record. Writes nothing; exits 1 if anything differs. ' +
      'A Python without a record of its own must come to the same verdict as the others.',
    options: {
      python: { type: 'string', value: '3.12|all|pyodide|PATH', help: 'which Python: python3 by default, else the embedded Pyodide' },
      ...shardOption,
      ...runOptions,
    },
  },
  async ({ words, options }) => {
    const shard = options.shard === undefined ? undefined : readShard(options.shard);
    await startClean();
    const project = await readProject();
    const { recorded: all } = project;
    const recorded = choosePosts(all, words);
    if (!canRun(recorded, project)) return 1;
    const { tasks: planned, left } = await planRefresh(recorded, await chooseRuntimes(options.python));
    for (const line of left) say(line);
    const tasks = shard === undefined ? planned : await takeShare(shard, unitsOf(planned, all));
    let drifted = 0;
    await runTasks(
      tasks,
      async ({ post, sample, runtime }, capture) => {
        const fresh =
          recorded
            .find((item) => item.post === post)
            ?.records.filter((record) => record.sample === sample.name && isShown(record, sample))
            .map((record) => loadRecord(root, record))
            .flatMap(({ path, capture }) => (capture === undefined ? [] : [{ path, capture }])) ?? [];
        const same = fresh.find(({ path }) => path === recordPath(post.slug, sample.name, runtime.id));
        const own = same === undefined || whyIncomparable(same.capture, capture) !== undefined ? undefined : same;
        const { name } = judge(capture, sample);
        const others = fresh.map((item) => judge(item.capture, sample).name).filter((verdict) => verdict !== name);
        const drift =
          own !== undefined
            ? findDrift(own.capture, capture, sample)
            : fresh.length === 0
              ? ['it has no fresh record']
              : others.map((verdict) => `verdict ${verdict} → ${name}`);
        if (drift.length === 0) return own === undefined ? `the same verdict as its records, ${name}` : `as recorded, ${name}`;
        drifted += 1;
        return `differs: ${[...new Set(drift)].join(', ')}`;
      },
      { needs: () => 'holder', ...readRunOptions(options) },
    );
    const agree = tasks.length - drifted;
    if (drifted === 0) say(`${count(agree, 'run')} as recorded. Nothing was written.`);
    else
      complain(
        `${count(drifted, 'run')} of ${tasks.length} differ from what is recorded. ` +
          'Nothing was written; npm run refresh takes the records again.',
      );
    return drifted === 0 ? 0 : 1;
  },
);
