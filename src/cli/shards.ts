import { freshnessOf, whyStale } from '../capture/freshness.ts';
import { keyOf } from '../capture/key.ts';
import { recordPath } from '../capture/record-files.ts';
import type { RecordOutline } from '../capture/store.ts';
import { UsageError } from '../experiment/user-error.ts';
import type { Recorded } from './plan.ts';
import { titleOf, type Task } from './tasks.ts';

/** One sample on one Python: what is shared out among machines. Its outcome is one record. */
export interface Unit {
  readonly task: Task;
  /** `two-lists/before on cpython-3.11`. */
  readonly name: string;
  /** The key that its record must have. */
  readonly key: string;
  /** The path of its record, relative to the project's root. */
  readonly path: string;
  /** Its record is missing or not fresh, in a phrase; undefined if it is fresh. */
  readonly why: string | undefined;
  /** How long its runs take together, by earlier records. */
  readonly expectedMs: number;
}

/** A shard: which one, from 1, of how many. */
export type Shard = readonly [index: number, count: number];

/** What a unit without any record of its sample is expected to take. */
const defaultMs = 10_000;

/** Tasks as units, in the same order. */
export function unitsOf(tasks: readonly Task[], recorded: readonly Recorded[]): readonly Unit[] {
  const records = new Map(recorded.map(({ post, records }) => [post.slug, records]));
  return tasks.map((task) => {
    const { post, sample, runtime } = task;
    const path = recordPath(post.slug, sample.name, runtime.id);
    const all = (records.get(post.slug) ?? []).filter((record) => record.sample === sample.name);
    const own = all.find((record) => record.path === path);
    const why = own === undefined ? 'never run' : freshnessOf(own, sample) === 'fresh' ? undefined : whyStale(own, sample);
    return { task, name: titleOf(task), key: keyOf(sample), path, why, expectedMs: own?.capture?.tookMs ?? longest(all) ?? defaultMs };
  });
}

/** The longest that a sample took on another Python. */
function longest(records: readonly RecordOutline[]): number | undefined {
  const times = records.flatMap(({ capture }) => capture?.tookMs ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * Shares units out among shards: the longest first, each to the shard that has least to do so far. It depends on nothing but the
 * units, whatever their order, so that machines that know the same records agree without talking to each other.
 */
export function splitUnits<T extends Pick<Unit, 'name' | 'expectedMs'>>(units: readonly T[], count: number): readonly (readonly T[])[] {
  const shards = Array.from({ length: count }, () => ({ ms: 0, units: [] as T[] }));
  for (const unit of units.toSorted((a, b) => b.expectedMs - a.expectedMs || (a.name < b.name ? -1 : 1))) {
    const least = shards.reduce((best, shard) => (shard.ms < best.ms ? shard : best));
    least.ms += unit.expectedMs;
    least.units.push(unit);
  }
  return shards.map((shard) => shard.units);
}

/** The option that takes a shard. */
export const shardOption = {
  shard: {
    type: 'string',
    value: 'k/n',
    bare: 'auto',
    help: 'only the k-th of n shares; without a value, or auto, as Slurm, Kubernetes or a CI says',
  },
} as const;

/** More shards than this are a mistake. */
const maxShards = 10_000;

/**
 * The shard that `--shard` names: `2/8`, or `auto` for what a Slurm array, an indexed job of Kubernetes or a CI says. Throws a
 * UsageError if it names none.
 */
export function readShard(text: string, env: NodeJS.ProcessEnv = process.env): Shard {
  const [, index, count] = text === 'auto' ? ['', ...readVariables(env)] : (/^(\d+)\/(\d+)$/.exec(text) ?? []);
  const shard = [Number(index), Number(count)] as const;
  if (!shard.every(Number.isSafeInteger) || shard[0] < 1 || shard[0] > shard[1] || shard[1] > maxShards)
    throw new UsageError(
      `--shard ${text} is not a shard${text === 'auto' ? `: the environment says ${index} of ${count}` : ''}`,
      `Write which one of how many, from --shard 1/8 to --shard 8/8. There are at most ${maxShards}.`,
    );
  return shard;
}

/** What the environment says of this machine: the number of its shard, from 1, and how many there are. */
function readVariables(env: NodeJS.ProcessEnv): readonly [number, number] {
  const read = (name: string) => {
    const value = env[name];
    if (value === undefined || !/^\d+$/.test(value))
      throw new UsageError(`--shard auto needs ${name}, which is ${value === undefined ? 'not set' : `"${value}"`}`, byHand);
    return Number(value);
  };
  if (env['SLURM_ARRAY_TASK_ID'] !== undefined) {
    // The tasks of an array begin at any number, and may leave out some.
    const [first, step] = [Number(env['SLURM_ARRAY_TASK_MIN'] ?? 1), Number(env['SLURM_ARRAY_TASK_STEP'] ?? 1)];
    return [(read('SLURM_ARRAY_TASK_ID') - first) / step + 1, read('SLURM_ARRAY_TASK_COUNT')];
  }
  if (env['JOB_COMPLETION_INDEX'] !== undefined) return [read('JOB_COMPLETION_INDEX') + 1, read('JOB_COMPLETIONS')];
  if (env['CI_NODE_INDEX'] !== undefined) return [read('CI_NODE_INDEX'), read('CI_NODE_TOTAL')];
  throw new UsageError('--shard has no value, and neither Slurm, Kubernetes nor a CI says which shard this machine is to run', byHand);
}

const byHand = 'Write which one of how many: --shard 1/8';
