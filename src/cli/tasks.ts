import { Listr } from 'listr2';
import { availableParallelism } from 'node:os';
import type { PostSamples } from '../build/compile.ts';
import type { Capture } from '../capture/capture.ts';
import { takeCapture, type Needed } from '../capture/take.ts';
import type { Sample } from '../experiment/sample.ts';
import { MachineError, UserError } from '../experiment/user-error.ts';
import { placeOfPackages } from '../post/lock.ts';
import type { Sources } from '../run/packages/pip.ts';
import { preparePackages, type Packages } from '../run/packages/prepare.ts';
import { RunQueue } from '../run/run-queue.ts';
import type { RunKind } from '../run/run.ts';
import { explainDefault, type Runtime } from '../run/runtime.ts';
import { findSandbox } from '../run/sandbox.ts';
import { missingModule } from '../verdict/failure.ts';
import { formatBytes, formatDuration } from '../verdict/format.ts';
import { conditionPhrases } from '../verdict/verdict.ts';
import { root } from './root.ts';
import type { RunSettings } from './run-options.ts';
import { complain, harmless, say } from './terminal.ts';

/** A sample to run on a Python, and why. */
export interface Task {
  readonly post: PostSamples;
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly why: string;
}

/** Handles the capture of a task, and returns its outcome in a few words. */
export type Finish = (task: Task, capture: Capture) => Promise<string>;

/** How tasks are run. */
export interface RunOptions extends RunSettings {
  /** The path for the raw log of a condition. */
  readonly keepLogs?: ((task: Task, condition: string) => string) | undefined;
  /** Which further runs are needed, judging by those so far. */
  readonly needs?: ((task: Task, capture: Capture) => Needed) | undefined;
  /** Stops the running tasks, and starts no more. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether a task list can be drawn; if not, every task is a plain line. */
const drawn = process.stdout.isTTY === true;

/**
 * Runs as many samples at once as there are cores, and shows the progress of each. A run as written has the machine to itself, so
 * that no other run affects the times that are shown. `finish` gets each capture; an error in it ends the list, and is thrown.
 */
export async function runTasks(
  tasks: readonly Task[],
  finish: Finish,
  { keepLogs, needs, requireSandbox, sources, signal }: RunOptions,
): Promise<void> {
  await reportUnfit(tasks);
  await checkSandbox(tasks, requireSandbox);
  const packages = await prepareAll(tasks, sources);
  const lanes = availableParallelism();
  const queue = new RunQueue(lanes);
  const list = new Listr(
    tasks.map((task) => ({
      title: titleOf(task),
      task: async (_context: unknown, self: { title: string; output: string }) => {
        if (!drawn) say(`${titleOf(task)}: ${task.why}, running in three conditions`);
        const began = performance.now();
        const more = new Map<RunKind, string>();
        const capture = await takeCapture(task.sample, task.runtime, {
          signal,
          queue,
          packages: packages.get(task),
          needs: needs && ((capture) => needs(task, capture)),
          keepLogAt: keepLogs && ((condition) => keepLogs(task, condition)),
          onMore: (condition, mayTakeMs) => {
            more.set(condition, `, which may take ${formatDuration(mayTakeMs)}`);
            if (!drawn) say(`${titleOf(task)}: one more run, ${conditionPhrases[condition]}${more.get(condition)}`);
          },
          onProgress: (condition, { elapsedMs, rssBytes, logBytes }) => {
            const name = `${conditionPhrases[condition]}${more.get(condition) ?? ''}`;
            const seen = `${formatDuration(elapsedMs)}, ${formatBytes(rssBytes)} of memory, ${formatBytes(logBytes)} of log`;
            if (drawn) self.output = `${name}: ${seen}`;
          },
        });
        const done = `${await finish(task, capture)}${lackOf(task, capture)}`;
        const outcome = `${titleOf(task)}: ${done} (${formatDuration(performance.now() - began)})`;
        if (drawn) self.title = harmless(outcome);
        else say(outcome);
      },
    })),
    {
      concurrent: lanes,
      exitOnError: true,
      registerSignalListeners: false,
      renderer: drawn ? 'default' : 'silent',
      rendererOptions: { collapseErrors: false },
    },
  );
  await list.run();
}

/** The packages of each task that has a lock. Throws a UserError with the place of the sample for one that cannot be had. */
async function prepareAll(tasks: readonly Task[], sources: Sources): Promise<ReadonlyMap<Task, Packages>> {
  const prepared = new Map<Task, Packages>();
  for (const task of tasks) {
    const { post, sample, runtime } = task;
    if (sample.lock === undefined) continue;
    try {
      prepared.set(task, await preparePackages(root, sample.lock, runtime, sources));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { line = 1, column = 1 } = placeOfPackages(sample) ?? {};
      const text = `${post.path}:${line}:${column}: ${error.message}`;
      throw error instanceof MachineError ? new MachineError(text, error.hint) : new UserError(text, `${error.hint} No sample was run.`);
    }
  }
  return prepared;
}

const unprotected = 'Samples run with your rights here: no sandbox is available';
const sandboxHint = 'On Linux install bubblewrap, or allow user namespaces; or run them inside WebAssembly with --python pyodide.';
let hasWarned = false;

/** Prints why `python3` cannot run samples, if that is why no native Python runs them. */
async function reportUnfit(tasks: readonly Task[]): Promise<void> {
  if (tasks.length === 0 || tasks.some(({ runtime }) => runtime.kind === 'cpython')) return;
  const reason = await explainDefault();
  if (reason !== undefined) complain(reason);
}

/** Warns once if samples run without a sandbox. Throws a UserError if one is required. */
async function checkSandbox(tasks: readonly Task[], required: boolean): Promise<void> {
  if (!tasks.some(({ runtime }) => runtime.kind === 'cpython') || (await findSandbox()) !== 'none') return;
  if (required) throw new UserError(unprotected, `Nothing was run, because of --require-sandbox. ${sandboxHint}`);
  if (!hasWarned) complain(`${unprotected}.\n  ${sandboxHint}`);
  hasWarned = true;
}

/** The module that the Python of a task lacks, and the path of that Python, which is not in the record. */
function lackOf({ runtime }: Task, capture: Capture): string {
  const module = missingModule(capture);
  return module === undefined ? '' : `; there is no module ${module} in ${runtime.kind === 'cpython' ? runtime.command[0] : 'Pyodide'}`;
}

/** The name of a task: `two-lists/before on cpython-3.11`. */
export function titleOf({ post, sample, runtime }: Task): string {
  return `${post.slug}/${sample.name} on ${runtime.id}`;
}
