import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { listTexts } from '../src/build/inputs.ts';
import { freshnessOf, whyStale } from '../src/capture/freshness.ts';
import { keyOf } from '../src/capture/key.ts';
import { listRecordedPosts, readRecordFile, readRecordFiles, recordPath, type RecordFile } from '../src/capture/record-files.ts';
import { clearHalfRecords, parseRecord, placeFile } from '../src/capture/store.ts';
import { runCommand } from '../src/cli/command.ts';
import { headCommit } from '../src/cli/commit.ts';
import { count } from '../src/cli/project.ts';
import { root } from '../src/cli/root.ts';
import { readShardNote, type ShardNote } from '../src/cli/shard-folder.ts';
import { complain, say } from '../src/cli/terminal.ts';
import { UsageError, UserError } from '../src/experiment/user-error.ts';
import type { Post } from '../src/post/post.ts';
import { readPost } from '../src/post/read-posts.ts';
import { method } from '../src/run/method.ts';

await runCommand(
  {
    usage: 'merge <dir…>',
    summary:
      'Bring together what shards have recorded: check the folders that npm run refresh -- --shard wrote, and copy their records ' +
      'to content/captures. If anything is wrong, or anything is missing, nothing is copied.',
    options: { partial: { type: 'boolean', help: 'copy what is there even if some units are missing' } },
  },
  async ({ words: folders, options }) => {
    checkFolders(folders);
    const commit = await headCommit();
    const notes = folders.map((folder) => ({ folder, note: readShardNote(folder) }));
    const refusals: string[] = notes.flatMap(({ folder, note }) => ('reason' in note ? `${folder}: ${note.reason}` : []));
    const shards = notes.flatMap(({ folder, note }) => ('reason' in note ? [] : { folder, note }));
    const [first] = shards;
    const posts = new Map(listTexts(root).posts.map(({ path, slug }) => [slug, readPost(root, path)]));
    // All records together may not fit into memory: what is copied later is read again.
    const brought = new Map<string, { readonly folder: string; readonly hash: string }>();
    const names = new Set<string>();
    for (const { folder, note } of shards) {
      const mismatch =
        findMismatch(note, commit) ?? (isDeepStrictEqual(note.plan, first?.note.plan) ? undefined : otherPlan(first?.folder));
      if (mismatch !== undefined) {
        refusals.push(`${folder}: ${mismatch}`);
        continue;
      }
      const units = new Map(note.units.map((unit) => [recordPath(unit.post, unit.sample, unit.runtime), unit]));
      for (const file of listRecordedPosts(folder).flatMap((slug) => readRecordFiles(folder, slug))) {
        const unit = units.get(file.path);
        const why = whyRefused(file, unit, posts);
        if (why !== undefined) refusals.push(`${join(folder, file.path)}: ${why}`);
        if (unit === undefined || 'reason' in file.read) continue;
        names.add(`${unit.post}/${unit.sample} on ${unit.runtime}`);
        const other = brought.get(file.path);
        const hash = hashOf(file.read);
        if (other !== undefined && other.hash !== hash)
          refusals.push(`${join(folder, file.path)}: ${other.folder} has another record of the same sample and Python`);
        brought.set(file.path, { folder, hash });
      }
    }
    if (refusals.length > 0) {
      for (const line of refusals) complain(line);
      const way = 'Remove what is wrong, or record it again, each shard into a folder of its own, and merge again.';
      complain(`\n${count(refusals.length, 'refusal')}: nothing was copied. ${way}`);
      return 1;
    }
    const plan = first?.note.plan ?? [];
    const gaps = plan.flatMap((units, index) =>
      units.filter((name) => !names.has(name)).map((name) => `shard ${index + 1}/${plan.length}: ${name} is missing`),
    );
    for (const line of gaps) complain(line);
    if (gaps.length > 0 && options.partial !== true) {
      complain(
        `\n${count(gaps.length, 'unit')} missing: nothing was copied. Start those shards again with the commands that they had, which ` +
          'goes on from what they have, and merge again; or copy what is there with --partial.',
      );
      return 1;
    }
    await clearHalfRecords(root);
    const changed = [...brought].filter(([path, { hash }]) => hashOf(readRecordFile(root, path).read) !== hash);
    for (const [path, { folder, hash }] of changed) {
      const { read } = readRecordFile(folder, path);
      if ('reason' in read || hashOf(read) !== hash)
        throw new UserError(`${join(folder, path)} has changed meanwhile`, 'Merge again once its shard has ended.');
      await placeFile(root, path, read);
    }
    const rest = changed.length === brought.size ? '' : `, ${brought.size - changed.length} were the same before`;
    say(`${count(changed.length, 'record')} copied${rest}. Check and render them with npm run build.`);
    if (gaps.length > 0) complain(`${count(gaps.length, 'unit')} missing.`);
    return gaps.length > 0 ? 1 : 0;
  },
);

/** Throws a UsageError unless these are folders. */
function checkFolders(folders: readonly string[]): void {
  const hint = 'Name the folder of every shard: npm run merge -- shards/*';
  if (folders.length === 0) throw new UsageError('Merge which folders?', hint);
  for (const folder of folders)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new UsageError(`There is no folder ${folder}`, hint);
}

/** Why a shard does not belong to this commit and this Leaklog; undefined if it does. */
function findMismatch({ commit, method: its, shard: [index, count], plan, units }: ShardNote, head: string | null): string | undefined {
  if (commit !== head) return `it is of ${nameOf(commit)}, and here is ${nameOf(head)}`;
  if (its !== method) return `it was measured by another version of Leaklog (method ${its}, and here is ${method})`;
  const names = units.map(({ post, sample, runtime }) => `${post}/${sample} on ${runtime}`);
  return count === plan.length && isDeepStrictEqual(plan[index - 1], names) ? undefined : 'its shard.json contradicts itself';
}

function nameOf(commit: string | null): string {
  return commit === null ? 'no commit' : `commit ${commit.slice(0, 12)}`;
}

function otherPlan(first: string | undefined): string {
  return `it was shared out otherwise than ${first}: for other posts or Pythons, or among another number of shards`;
}

/** Why a record is not one that its shard was to make; undefined if it is. */
function whyRefused(file: RecordFile, unit: ShardNote['units'][number] | undefined, posts: ReadonlyMap<string, Post>): string | undefined {
  if (unit === undefined) return 'it is none of the records of this shard';
  const sample = posts.get(unit.post)?.samples.find(({ name }) => name === unit.sample);
  if (sample === undefined) return `there is no sample "${unit.sample}" in a post ${unit.post}`;
  const record = parseRecord(file);
  if (freshnessOf(record, sample) !== 'fresh') return whyStale(record, sample);
  return unit.key === keyOf(sample) ? undefined : 'its key in shard.json is not that of the sample';
}

/** The hash of a record's bytes; undefined if they cannot be read. */
function hashOf(read: Uint8Array): string;
function hashOf(read: RecordFile['read']): string | undefined;
function hashOf(read: RecordFile['read']): string | undefined {
  return 'reason' in read ? undefined : createHash('sha256').update(read).digest('hex');
}
