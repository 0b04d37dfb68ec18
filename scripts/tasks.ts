import { Listr } from 'listr2';
import type { Capture } from '../src/capture/capture.ts';
import { takeCapture } from '../src/capture/take.ts';
import type { Post } from '../src/post/post.ts';
import type { Sample } from '../src/post/sample.ts';
import type { Runtime } from '../src/run/runtime.ts';
import { formatBytes, formatDuration } from '../src/verdict/format.ts';
import { conditionPhrases } from '../src/verdict/verdict.ts';
import { harmless, say } from './terminal.ts';

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
  /** Ends what runs, and leaves the rest. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether a task list can be drawn; else every task is a plain line. */
const drawn = process.stdout.isTTY === true;

/**
 * Runs samples one after the other, so that no run disturbs another's times, and tells how each goes on. `finish` gets
 * each capture; what it throws ends the list.
 */
export async function runTasks(tasks: readonly Task[], finish: Finish, { keepLogs, signal }: RunOptions = {}): Promise<void> {
  const list = new Listr(
    tasks.map((task) => ({
      title: titleOf(task),
      task: async (_context: unknown, self: { title: string; output: string }) => {
        if (!drawn) say(`${titleOf(task)}: ${task.why}, running in three conditions`);
        const began = performance.now();
        const capture = await takeCapture(task.sample, task.runtime, {
          signal,
          keepLogAt: keepLogs && ((condition) => keepLogs(task, condition)),
          onProgress: (condition, { elapsedMs, rssBytes, logBytes }) => {
            if (drawn) self.output = `${conditionPhrases[condition]}: ${formatDuration(elapsedMs)}, ${formatBytes(rssBytes)} of memory, ${formatBytes(logBytes)} of log`;
          },
        });
        const outcome = `${titleOf(task)}: ${await finish(task, capture)} (${formatDuration(performance.now() - began)})`;
        if (drawn) self.title = harmless(outcome);
        else say(outcome);
      },
    })),
    { concurrent: false, exitOnError: true, registerSignalListeners: false, renderer: drawn ? 'default' : 'silent', rendererOptions: { collapseErrors: false } },
  );
  await list.run();
}

function titleOf({ post, sample, runtime }: Task): string {
  return `${post.slug}/${sample.name} on ${runtime.id}`;
}
