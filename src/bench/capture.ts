import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { takeCapture } from '../capture/take.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import type { Sample } from '../experiment/sample.ts';
import { probeMemory } from '../run/memory.ts';
import { RunQueue } from '../run/run-queue.ts';
import { run } from '../run/run.ts';
import { findDefault, type Runtime } from '../run/runtime.ts';
import { takeTurns, time, timeProgram, type Contender, type Watch } from './measure.ts';
import { compare } from './table.ts';
import { firstPost, type Work } from './work.ts';

/** What one would write at the top of a file to run it without the debug flags, or without the collector. */
const openings: Readonly<Record<Condition, string>> = {
  'as-written': '',
  'debug-off': 'import gc; gc.set_debug = lambda flags: None\n',
  'gc-disabled': 'import gc; gc.disable(); gc.set_debug = lambda flags: None; gc.enable = lambda: None; gc.collect = lambda *_: 0\n',
};

/** One run as written, against the bare interpreter with its output in a file. */
export const capture: Work = async ({ root, folder, rounds, note }) => {
  const { before } = await firstPost(root);
  const runtime = await findDefault();
  const [bare] = await prepareBareRuns(await findDefault(), folder, [before], ['as-written']);
  note('capture: python3 -u before.py >log 2>&1');
  const ours: Contender = { command: 'run', turn: () => time(() => run({ sample: before, condition: 'as-written', runtime })) };
  const open: Contender = {
    command: 'run',
    turn: () => time(() => run({ sample: before, condition: 'as-written', runtime, sandbox: 'none' })),
  };
  const [taken = [], free = [], theirs = []] = await takeTurns([ours, open, bare as Contender], rounds);
  const names = { work: 'a run of the first sample as written', against: 'python3 -u before.py >log 2>&1' };
  return [
    compare({ ...names, maxRatio: 1.05 }, taken, theirs),
    compare({ ...names, work: `${names.work}, without a sandbox` }, free, theirs),
  ];
};

/** All runs of the first post's samples, against bare runs: those as written one at a time, the others in parallel on all cores. */
export const refresh: Work = async ({ root, folder, rounds, note }) => {
  const { post } = await firstPost(root);
  const runtime = await findDefault();
  const lanes = availableParallelism();
  const oneAtATime = await prepareBareRuns(runtime, folder, post.samples, ['as-written']);
  const inParallel = await prepareBareRuns(
    runtime,
    folder,
    post.samples,
    conditions.filter((condition) => condition !== 'as-written'),
  );
  note(`refresh: python3 -u before.py and after.py, then both with the debug flags off and with the collector disabled, ${lanes} at once`);
  const queue = new RunQueue(lanes);
  const ours = () => Promise.all(post.samples.map((sample) => takeCapture(sample, runtime, { queue, needs: () => 'nothing' })));
  const bare = async () => {
    for (const { turn } of oneAtATime) await turn();
    const waiting = [...inParallel];
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.turn();
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  const [taken = [], theirs = []] = await takeTurns(
    [ours, bare].map((work) => ({ command: '', turn: () => time(work) })),
    rounds,
  );
  return [
    compare(
      { work: 'a refresh of the first post, records confirmed', against: 'its bare runs, as many at once', maxRatio: 1.15 },
      taken,
      theirs,
    ),
  ];
};

/** A run that is polled from outside at some interval, against one that is not. */
export const polling: Work = async ({ root, folder, rounds, note }) => {
  const { before } = await firstPost(root);
  const runtime = await findDefault();
  const [bare] = await prepareBareRuns(runtime, folder, [before], ['as-written']);
  const file = join(folder, 'before.as-written.py');
  note('polling: the same, its /proc/PID/statm read every 1, 5 and 20 ms');
  const polls = [1, 5, 20];
  const turns = await takeTurns(
    [
      bare as Contender,
      ...polls.map((ms) => ({
        command: '',
        turn: () => timeProgram(runtime.command[0] as string, ['-u', file], { log: `${file}.log`, watch: pollEvery(ms) }),
      })),
    ],
    rounds,
  );
  return polls.map((ms, index) =>
    compare({ work: `memory polled every ${ms} ms`, against: 'no polling' }, turns[index + 1] ?? [], turns[0] ?? []),
  );
};

/** Polls a process's memory as `run` does. */
function pollEvery(everyMs: number): Watch {
  return { everyMs, start: (pid) => probeMemory(pid).read };
}

/** Prepares runs without Leaklog, by the interpreter itself rather than a wrapper of it on the PATH. */
export async function prepareBareRuns(
  { command: [program = ''] }: Runtime,
  folder: string,
  samples: readonly Sample[],
  wanted: readonly Condition[],
): Promise<readonly Contender[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    samples.flatMap((sample) =>
      wanted.map(async (condition) => {
        const file = join(folder, `${sample.name}.${condition}.py`);
        await writeFile(file, openings[condition] + sample.code);
        return { command: `python3 -u ${file}`, turn: () => timeProgram(program, ['-u', file], { log: `${file}.log`, watch: 'none' }) };
      }),
    ),
  );
}
