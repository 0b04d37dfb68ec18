import { Listr } from 'listr2';
import { availableParallelism } from 'node:os';
import type { Capture } from '../capture/capture.ts';
import { takeCapture } from '../capture/take.ts';
import type { Sample } from '../experiment/sample.ts';
import { UserError } from '../experiment/user-error.ts';
import type { Post } from '../post/post.ts';
import { RunQueue } from '../run/run-queue.ts';
import type { RunKind } from '../run/run.ts';
import { explainDefault, type Runtime } from '../run/runtime.ts';
import { findSandbox } from '../run/sandbox.ts';
import { missingModule } from '../verdict/failure.ts';
import { formatBytes, formatDuration } from '../verdict/format.ts';
import { conditionPhrases } from '../verdict/verdict.ts';
import { complain, harmless, say } from './terminal.ts';

/** A sample that is to be run, and why. */
export interface Task {
  readonly post: Post;
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly why: string;
}

/** What came out of a task, in a few words. */
export type Finish = (task: Task, capture: Capture) => Promise<string>;

export interface RunOptions {
  /** Where the raw log of a condition goes. */
  readonly keepLogs?: ((task: Task, condition: string) => string) | undefined;
  /** Whether the runs in the conditions say all that is asked of a task. */
  readonly enough?: ((task: Task, capture: Capture) => boolean) | undefined;
  /** Runs nothing that cannot be shut in. */
  readonly requireSandbox?: boolean | undefined;
  /** Ends what runs, and leaves the rest. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether a task list can be drawn; else every task is a plain line. */
const drawn = process.stdout.isTTY === true;

/**
 * Runs as many samples at once as there are cores, and tells how each goes on. A run as written goes alone, so that none
 * disturbs the times that are shown. `finish` gets each capture; what it throws ends the list.
 */
export async function runTasks(
  tasks: readonly Task[],
  finish: Finish,
  { keepLogs, enough, requireSandbox = false, signal }: RunOptions = {},
): Promise<void> {
  await tellUnfit(tasks);
  await checkSandbox(tasks, requireSandbox);
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
          enough: enough && ((capture) => enough(task, capture)),
          keepLogAt: keepLogs && ((condition) => keepLogs(task, condition)),
          onMore: (condition, mayTakeMs) => {
            more.set(condition, `, which may take ${formatDuration(mayTakeMs)}`);
            if (!drawn) say(`${titleOf(task)}: one run more, ${conditionPhrases[condition]}${more.get(condition)}`);
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

const openly = 'Samples run with your rights here: no sandbox is to be had';
const shutIn = 'On Linux install bubblewrap, or allow user namespaces; or run them shut into WebAssembly with --python pyodide.';
let said = false;

/** Says where there is a `python3` that cannot run samples, and nothing native runs them. */
async function tellUnfit(tasks: readonly Task[]): Promise<void> {
  if (tasks.length === 0 || tasks.some(({ runtime }) => runtime.kind === 'cpython')) return;
  const reason = await explainDefault();
  if (reason !== undefined) complain(reason);
}

/** Says once where samples are not shut in. Errors: UserError where they have to be. */
async function checkSandbox(tasks: readonly Task[], required: boolean): Promise<void> {
  if (!tasks.some(({ runtime }) => runtime.kind === 'cpython') || (await findSandbox()) !== 'none') return;
  if (required) throw new UserError(openly, `Nothing was run, as --require-sandbox asks. ${shutIn}`);
  if (!said) complain(`${openly}.\n  ${shutIn}`);
  said = true;
}

/** What the Python of a task lacks, and where that Python lies, which its record does not say. */
function lackOf({ runtime }: Task, capture: Capture): string {
  const module = missingModule(capture);
  return module === undefined ? '' : `; there is no module ${module} in ${runtime.kind === 'cpython' ? runtime.command[0] : 'Pyodide'}`;
}

function titleOf({ post, sample, runtime }: Task): string {
  return `${post.slug}/${sample.name} on ${runtime.id}`;
}
