import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readInputs } from '../src/build/inputs.ts';
import { knownPosts } from '../src/build/manifest.ts';
import { today } from '../src/build/today.ts';
import type { Capture } from '../src/capture/capture.ts';
import { freshnessOf, isShown } from '../src/capture/freshness.ts';
import { readRecordFile, recordPath } from '../src/capture/record-files.ts';
import { loadRecord, placeFile, saveRecord } from '../src/capture/store.ts';
import { runCommand } from '../src/cli/command.ts';
import { writeDriftReport, type Drifted } from '../src/cli/drift-report.ts';
import { choosePosts, chooseSample, planRefresh } from '../src/cli/plan.ts';
import { canRun, compileProject, count, readProject } from '../src/cli/project.ts';
import { publish } from '../src/cli/publish.ts';
import { root } from '../src/cli/root.ts';
import { readRunOptions, runOptions } from '../src/cli/run-options.ts';
import { openShard } from '../src/cli/shard-folder.ts';
import { readShard, shardOption, unitsOf } from '../src/cli/shards.ts';
import { startClean } from '../src/cli/start-clean.ts';
import { runTasks, type Finish, type Task } from '../src/cli/tasks.ts';
import { say } from '../src/cli/terminal.ts';
import { UsageError } from '../src/experiment/user-error.ts';
import { chooseRuntimes } from '../src/run/runtime.ts';
import { findAdded, findDrift, whyIncomparable } from '../src/verdict/drift.ts';
import { judge } from '../src/verdict/verdict.ts';

interface Comparison {
  readonly before?: Capture;
  readonly drift?: readonly string[];
  readonly why?: string | undefined;
}

await runCommand(
  {
    usage: 'refresh [post…]',
    summary:
      'Run every sample again and compare with its record: confirmed if they agree, rewritten if the program behaves differently now. ' +
      'Then check everything and render the site to dist/.',
    options: {
      python: { type: 'string', value: '3.12|all|pyodide|PATH', help: 'which Python: python3 by default, else the embedded Pyodide' },
      sample: { type: 'string', value: 'NAME', help: 'only the samples of this name' },
      exact: { type: 'boolean', help: 'name the records by the full version, to keep those of other patch versions, too' },
      force: { type: 'boolean', help: 'rewrite records even if they agree' },
      'keep-logs': {
        type: 'string',
        value: 'DIR',
        help: 'keep the raw logs there, one for each condition, and rewrite the records to match',
      },
      missing: { type: 'boolean', help: 'only samples without a fresh record on that Python, as npm run plan lists them' },
      ...shardOption,
      to: { type: 'string', value: 'DIR', help: 'where a shard records: below DIR, for npm run merge; the site is not built' },
      report: { type: 'string', value: 'DIR', help: 'write a report there on what drifted: drift.md, and charts from before and after' },
      ...runOptions,
    },
  },
  async ({ words, options }) => {
    const shard = options.shard === undefined ? undefined : readShard(options.shard);
    if ((shard === undefined) !== (options.to === undefined))
      throw new UsageError('--shard and --to go together', 'Each shard records into a folder of its own: --shard 1/8 --to shards/1');
    await startClean();
    const project = await readProject();
    const { recorded: all } = project;
    const recorded = choosePosts(all, words);
    if (!canRun(recorded, project)) return 1;
    const { tasks: planned, left } = await planRefresh(
      chooseSample(recorded, options.sample),
      await chooseRuntimes(options.python, { exact: options.exact }),
    );
    for (const line of left) say(line);
    const units = unitsOf(planned, all).filter(({ why }) => options.missing !== true || why !== undefined);
    const own = shard === undefined ? undefined : await openShard(options.to ?? '', shard, units);
    const tasks = own?.tasks ?? units.map(({ task }) => task);
    const folder = options['keep-logs'];
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    const counts = { confirmed: 0, rewritten: 0, recorded: 0 };
    const rewrites = folder !== undefined || options.force === true;
    const drifted: Drifted[] = [];
    const findOld = ({ post, sample, runtime }: Task) => {
      const path = recordPath(post.slug, sample.name, runtime.id);
      const old = all.find((item) => item.post.slug === post.slug)?.records.find((record) => record.path === path);
      // Ten thousand whole records take gigabytes of memory.
      return old !== undefined && isShown(old, sample) ? loadRecord(root, old) : undefined;
    };
    /** The old record, and the drift from it, or why the two cannot be compared, in a phrase; nothing if no old record is shown. */
    const compare = (task: Task, capture: Capture): Comparison => {
      const { sample } = task;
      const old = findOld(task);
      const before = old?.capture;
      if (old === undefined || before === undefined) return {};
      const why =
        freshnessOf(old, sample) === 'fresh'
          ? whyIncomparable(before, capture)
          : 'the old record was measured by another version of Leaklog';
      if (why !== undefined) return { before, why };
      return { before, drift: [...findDrift(before, capture, sample), ...findAdded(before, capture, sample)] };
    };
    const finish: Finish = async (task, capture) => {
      const { post, sample, runtime } = task;
      const path = recordPath(post.slug, sample.name, runtime.id);
      const { name } = judge(capture, sample);
      const { before, drift, why } = compare(task, capture);
      if (drift?.length === 0 && !rewrites) {
        counts.confirmed += 1;
        // A shard brings every record of its share: the merge sees then that none is missing.
        const { read } = readRecordFile(root, path);
        if (own !== undefined && read instanceof Uint8Array) await placeFile(own.path, path, read);
        return `confirmed, ${name}`;
      }
      await saveRecord(own?.path ?? root, path, capture);
      const phrases = drift ?? (why === undefined ? [] : [why]);
      if (before !== undefined && phrases.length > 0) drifted.push({ slug: post.slug, sample, before, after: capture, drift: phrases });
      if (drift === undefined) {
        counts.recorded += 1;
        return `recorded, ${name}${why === undefined ? '' : `: ${why}`}`;
      }
      if (drift.length === 0) {
        counts.confirmed += 1;
        // A raw log is kept to be compared with the record, so both must be of the same run.
        return `confirmed, ${name}, and rewritten ${folder === undefined ? 'as asked' : 'to match its raw logs'}`;
      }
      counts.rewritten += 1;
      return `rewritten, ${name}: ${drift.join(', ')}`;
    };
    const running = runTasks(tasks, finish, {
      needs: (task, capture) => (rewrites || compare(task, capture).drift?.length !== 0 ? 'everything' : 'holder'),
      ...readRunOptions(options),
      keepLogs:
        folder === undefined
          ? undefined
          : ({ post, sample, runtime }, condition) => join(folder, `${post.slug}.${sample.name}.${runtime.id}.${condition}.log`),
    });
    await running.finally(() => own?.note());
    const named = words.length === 0 ? undefined : new Set(recorded.map(({ post }) => post.path));
    const { confirmed, rewritten, recorded: anew } = counts;
    const captured = `${count(tasks.length, 'run')}: ${confirmed} confirmed, ${rewritten} rewritten, ${anew} recorded anew.`;
    if (options.report !== undefined) writeDriftReport(options.report, drifted, captured);
    if (own !== undefined) {
      const there = own.count - tasks.length;
      const before = there === 0 ? '' : ` The other ${count(there, 'record')} of this shard had been made before.`;
      say(`${captured}${before}\nShard ${shard?.join('/')} is in ${options.to}. Bring all of them together with npm run merge.`);
      return 0;
    }
    return publish(
      captured,
      await compileProject(readInputs(root, knownPosts(root, false)), { noRun: false, until: today(), inspectOnly: false }),
      named,
    );
  },
);
