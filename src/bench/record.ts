import { availableParallelism } from 'node:os';
import { takeCapture } from '../capture/take.ts';
import { postsFolder } from '../post/content-files.ts';
import { readPost } from '../post/read-posts.ts';
import { RunQueue } from '../run/run-queue.ts';
import type { RunKind } from '../run/run.ts';
import { findDefault } from '../run/runtime.ts';
import { prepareBareRuns } from './capture.ts';
import { takeTurns, time, type Contender, type Taken } from './measure.ts';
import { compare, type Row } from './table.ts';
import type { Work } from './work.ts';

/** Samples that need further runs: a leak, objects kept by debug flags, memory outside Python, and a cache that fills up. */
const samples = [
  ['2026-02-18-lru-cache-on-methods', 'before'],
  ['2023-09-22-memory-leak-python', 'before'],
  ['2026-04-22-ctypes-free', 'before'],
  ['2026-09-16-cache-that-fills-up', 'before'],
  ['2026-09-16-cache-that-fills-up', 'after'],
] as const;
/** The runs that trace allocations. The ratios are the goals for all runs of a record, and for one of these, to the bare run. */
const tracing: readonly RunKind[] = ['traced', 'heat', 'heat-flags'];
const [maxRecordRatio, maxTracingRatio] = [8, 4];

/** All runs of a new record, in parallel on all cores, against the bare run of its sample; and each run that traces, by itself. */
export const record: Work = async ({ root, folder, rounds, note }) => {
  const runtime = await findDefault();
  const lanes = availableParallelism();
  note(`record: python3 -u of the sample, once; a new record takes all its runs, ${lanes} at once`);
  const rows: Row[] = [];
  for (const [post, name] of samples) {
    const sample = readPost(root, `${postsFolder}/${post}.md`).samples.find((sample) => sample.name === name);
    if (sample === undefined) throw new Error(`${post} has no sample ${name}`);
    const [bare] = await prepareBareRuns(runtime, folder, [sample], ['as-written']);
    const traced = new Map<RunKind, Taken[]>();
    const ours = async () => {
      const seen = new Map<RunKind, Taken>();
      const taken = await time(() =>
        takeCapture(sample, runtime, {
          queue: new RunQueue(lanes),
          onProgress: (kind, { elapsedMs }) => void seen.set(kind, { ms: elapsedMs }),
        }),
      );
      for (const kind of tracing) traced.set(kind, [...(traced.get(kind) ?? []), seen.get(kind) ?? { ms: NaN }]);
      return taken;
    };
    const [taken = [], theirs = []] = await takeTurns([{ command: '', turn: ours }, bare as Contender], rounds);
    const against = `python3 -u ${sample.title}`;
    rows.push(compare({ work: `a new record of ${post}, ${name}`, against, maxRatio: maxRecordRatio }, taken, theirs));
    for (const [kind, turns] of traced) {
      const pairs = turns.map((turn, index) => [turn, theirs[index] as Taken] as const).filter(([{ ms }]) => !Number.isNaN(ms));
      if (pairs.length === 0) continue;
      rows.push(
        compare(
          { work: `its run ${kind}`, against, maxRatio: maxTracingRatio },
          pairs.map(([turn]) => turn),
          pairs.map(([, bare]) => bare),
        ),
      );
    }
  }
  return rows;
};
