import { lstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { freshnessOf } from '../capture/freshness.ts';
import { readRecordFile } from '../capture/record-files.ts';
import { clearHalfRecords, parseRecord, placeFile } from '../capture/store.ts';
import { UsageError } from '../experiment/user-error.ts';
import { method } from '../run/method.ts';
import { cleanCommit } from './commit.ts';
import { root } from './root.ts';
import { splitUnits, type Shard, type Unit } from './shards.ts';
import type { Task } from './tasks.ts';

/** The file that says what a shard was to do, and what it has done. */
const shardFile = 'shard.json';

const text = z.string().max(1000);
const schema = z.strictObject({
  /** The commit whose samples ran; null outside git. */
  commit: z.string().max(64).nullable(),
  /** The version of the measuring method. */
  method: z.int(),
  /** Which shard, from 1, of how many. */
  shard: z.tuple([z.int().positive(), z.int().positive()]),
  units: z.array(z.strictObject({ post: text, sample: text, runtime: text, key: text, done: z.boolean() })),
  /** The names of all units of all shards: what a shard that brings nothing was to do. */
  plan: z.array(z.array(text)),
});

/** What `shard.json` says. */
export type ShardNote = z.infer<typeof schema>;

/** The folder that a shard records into. */
export interface ShardFolder {
  /** Its absolute path, below which records have their usual paths. */
  readonly path: string;
  /** What is still to run. */
  readonly tasks: readonly Task[];
  /** How many units the shard has. */
  readonly count: number;
  /** Notes what has been done by now, and returns the note. */
  note(): Promise<ShardNote>;
}

/** Opens a shard's folder, and notes what the shard has to do. Units whose record is there and fresh are done. */
export async function openShard(folder: string, shard: Shard, units: readonly Unit[]): Promise<ShardFolder> {
  const path = resolve(folder);
  if (path === resolve(root)) throw new UsageError('--to is the folder of the blog itself', 'Name another one: --to shards/1');
  const commit = await cleanCommit();
  await clearHalfRecords(path);
  const shards = splitUnits(units, shard[1]);
  const own = shards[shard[0] - 1] ?? [];
  const plan = shards.map((each) => each.map(({ name }) => name));
  const isDone = ({ path: record, task: { sample, runtime } }: Unit) =>
    freshnessOf(parseRecord({ sample: sample.name, runtime: runtime.id, ...readRecordFile(path, record) }), sample) === 'fresh';
  const note = async () => {
    const noted: ShardNote = {
      commit,
      method,
      shard: [...shard],
      units: own.map((unit) => ({
        post: unit.task.post.slug,
        sample: unit.task.sample.name,
        runtime: unit.task.runtime.id,
        key: unit.key,
        done: isDone(unit),
      })),
      plan,
    };
    await placeFile(path, shardFile, `${JSON.stringify(noted, undefined, 1)}\n`);
    return noted;
  };
  const { units: noted } = await note();
  return { path, count: own.length, tasks: own.filter((_, index) => noted[index]?.done !== true).map(({ task }) => task), note };
}

/** The tasks of one shard, for a command that writes nothing. */
export async function takeShare([index, count]: Shard, units: readonly Unit[]): Promise<readonly Task[]> {
  await cleanCommit();
  return (splitUnits(units, count)[index - 1] ?? []).map(({ task }) => task);
}

/** Reads the note of a shard's folder, or says why it cannot be read. */
export function readShardNote(folder: string): ShardNote | { readonly reason: string } {
  try {
    if (!lstatSync(join(folder, shardFile)).isFile()) return { reason: `${shardFile} is not a regular file` };
    const read = schema.safeParse(JSON.parse(readFileSync(join(folder, shardFile), 'utf8')));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    return { reason: `${shardFile} cannot be read: ${issue?.path.join('.')}: ${issue?.message}` };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { reason: isMissing ? `there is no ${shardFile}` : `${shardFile} cannot be read: ${(error as Error).message}` };
  }
}
