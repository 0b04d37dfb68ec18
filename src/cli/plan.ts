import { basename } from 'node:path';
import { satisfies } from 'semver';
import type { PostSamples, RecordedPost } from '../build/compile.ts';
import { freshnessOf, isShown, listRuntimes, whyStale } from '../capture/freshness.ts';
import type { RecordOutline } from '../capture/store.ts';
import { didYouMean } from '../experiment/did-you-mean.ts';
import { lockedFor, lockName } from '../experiment/packages.ts';
import type { Sample } from '../experiment/sample.ts';
import { UsageError, UserError } from '../experiment/user-error.ts';
import { lacksLock, lockCommand } from '../post/lock.ts';
import { findDefault, findRuntimes, type Runtime } from '../run/runtime.ts';
import { formatDuration } from '../verdict/format.ts';
import type { Task } from './tasks.ts';

/** A post's samples, and how its records stand. */
export type Recorded = Pick<RecordedPost, 'post' | 'records'>;

/** What a build runs, and what it has to leave, a line each with the reason. */
export interface BuildPlan {
  readonly tasks: readonly Task[];
  readonly left: readonly string[];
}

/** What a build has to run: samples without any fresh record, and samples with stale records whose Python is installed. */
export async function planBuild(recorded: readonly Recorded[]): Promise<BuildPlan> {
  const tasks: Task[] = [];
  const left: string[] = [];
  for (const { post, records } of recorded) {
    for (const sample of post.samples) {
      const states = records
        .filter((record) => record.sample === sample.name)
        .map((record) => ({ record, isShown: isShown(record, sample) }));
      const old = states.filter(({ isShown }) => !isShown);
      if (states.length > 0 && old.length === 0) continue;
      const here = old.length === 0 ? [] : (await findRuntimes()).filter(({ id }) => old.some(({ record }) => record.runtime === id));
      const fresh = states.length - old.length;
      const runtimes = here.length > 0 ? here : fresh > 0 ? [] : [await findDefault()];
      if (lacksLock(sample)) {
        if (runtimes.length > 0) left.push(`${post.slug}/${sample.name}: ${withoutLock(post, sample)}`);
        continue;
      }
      for (const runtime of runtimes) {
        const fitting = await fit(sample, runtime);
        if ('reason' in fitting) {
          left.push(`${post.slug}/${sample.name}: ${fitting.reason}. ${fitting.hint}`);
          continue;
        }
        const record = old.find((item) => item.record.runtime === runtime.id)?.record;
        tasks.push({
          post,
          sample,
          runtime: fitting,
          why: record === undefined ? 'never run' : whyStale(record, sample),
        });
      }
    }
  }
  return { tasks, left };
}

function withoutLock({ slug }: PostSamples, sample: Sample): string {
  return `its packages are in no lock file. Choose their versions: ${lockCommand(slug, sample)}`;
}

/** Describes what a build would do with every sample, a line each: what runs and why, how long that took last time, what is fresh. */
export function describePlan(recorded: readonly Recorded[], { tasks, left }: BuildPlan): readonly string[] {
  const lines = recorded.flatMap(({ post, records }) =>
    post.samples.flatMap((sample) => {
      const own = records.filter((record) => record.sample === sample.name);
      const running = tasks.filter((task) => task.post === post && task.sample === sample);
      const took = (runtime: string) => {
        const ms = own.find((record) => record.runtime === runtime)?.capture?.tookMs;
        return ms === undefined ? '' : `, took ${formatDuration(ms)} last`;
      };
      const runs = running.map(({ runtime, why }) => `${post.slug}/${sample.name} on ${runtime.id} would run: ${why}${took(runtime.id)}`);
      const rest = own.filter(({ runtime }) => !running.some((task) => task.runtime.id === runtime));
      const states = Map.groupBy(rest, (record) => describe(record, sample));
      const others = [...states].map(
        ([state, group]) => `${post.slug}/${sample.name} on ${listRuntimes(group.map(({ runtime }) => runtime))}: ${state}`,
      );
      return [...runs, ...others];
    }),
  );
  const summary =
    tasks.length === 0
      ? 'Nothing would run.'
      : `${tasks.length} ${tasks.length === 1 ? 'run' : 'runs'} would be made. Make them with npm run build.`;
  return [...lines, ...left, summary];
}

function describe(record: RecordOutline, sample: Sample): string {
  const state = freshnessOf(record, sample);
  if (state === 'fresh') return 'fresh';
  return state === 'other-method'
    ? `${whyStale(record, sample)}: npm run refresh records it again`
    : `${whyStale(record, sample)}, and its Python is not installed here`;
}

/**
 * What a refresh runs: every sample on each of these runtimes that it is meant for, or else on an installed one that it is meant
 * for. `left` has a line for each sample with fresh records that no installed Python fits: its records are left unchanged. Throws
 * a UserError if such a sample has no fresh record.
 */
export async function planRefresh(
  recorded: readonly Recorded[],
  runtimes: readonly Runtime[],
): Promise<{ readonly tasks: readonly Task[]; readonly left: readonly string[] }> {
  const tasks: Task[] = [];
  const left: string[] = [];
  for (const { post, records } of recorded) {
    for (const sample of post.samples) {
      const hasShown = records.some((record) => record.sample === sample.name && isShown(record, sample));
      if (lacksLock(sample)) {
        if (!hasShown) throw new UserError(`${post.slug}/${sample.name} cannot run`, withoutLock(post, sample));
        left.push(`${post.slug}/${sample.name}: its records are left unchanged, as ${withoutLock(post, sample)}`);
        continue;
      }
      const fitting = runtimes.filter((runtime) => meant(sample, runtime));
      // A Python that was asked for, and that the lock was not made for, is no reason to take another.
      const [lacking] = fitting.length > 0 ? [] : runtimes.filter(({ version }) => satisfies(version, sample.python));
      if (lacking !== undefined) {
        const add = `npm run lock -- ${post.slug} --sample ${sample.name} --python ${lockName(lacking)}`;
        throw new UserError(
          `${sample.lock?.path} was made for Python ${sample.lock?.pythons.join(', ')}, and not for ${lockName(lacking)}`,
          `Add it: ${add}`,
        );
      }
      const others = fitting.length > 0 ? [] : (await findRuntimes()).filter((runtime) => meant(sample, runtime)).slice(0, 1);
      if (fitting.length + others.length === 0 && hasShown)
        left.push(`${post.slug}/${sample.name}: no Python here is ${sample.python}; its records are left unchanged`);
      else if (fitting.length + others.length === 0) {
        const found = await fit(sample, runtimes[0] as Runtime);
        if ('reason' in found) throw new UserError(found.reason, found.hint);
      }
      for (const runtime of [...fitting, ...others]) tasks.push({ post, sample, runtime, why: 'refresh' });
    }
  }
  return { tasks, left };
}

/** The posts that are named on the command line, by slug or file; all posts if none is. Throws a UsageError for an unknown name. */
export function choosePosts<T extends { readonly post: Pick<PostSamples, 'slug' | 'path'> }>(
  all: readonly T[],
  words: readonly string[],
): readonly T[] {
  if (words.length === 0) return all;
  return [...new Set(words)].map((word) => {
    const found = all.find(({ post: { slug, path } }) => [slug, basename(path, '.md'), basename(path), path].includes(word));
    if (found === undefined)
      throw new UsageError(`There is no post "${word}"`, `Posts: ${all.map(({ post }) => post.slug).join(', ') || 'none'}`);
    return found;
  });
}

/** The posts with only the samples of one name; all samples if it is undefined. Throws a UsageError if there is no such sample. */
export function chooseSample(recorded: readonly Recorded[], name: string | undefined): readonly Recorded[] {
  if (name === undefined) return recorded;
  const chosen = recorded
    .map(({ post, records }) => ({ post: { ...post, samples: post.samples.filter((sample) => sample.name === name) }, records }))
    .filter(({ post }) => post.samples.length > 0);
  const names = [...new Set(recorded.flatMap(({ post }) => post.samples.map((sample) => sample.name)))];
  if (chosen.length === 0)
    throw new UsageError(
      `There is no sample "${name}"${recorded.length === 1 ? ` in ${recorded[0]?.post.slug}` : ''}.${didYouMean(name, names)}`,
      `Samples: ${names.join(', ') || 'none'}`,
    );
  return chosen;
}

/** Whether a sample may run on a Python: it is meant for it, and its lock was made for it, if it has one. */
function meant({ python, lock }: Sample, runtime: Runtime): boolean {
  return satisfies(runtime.version, python) && (lock === undefined || lockedFor(lock, runtime) !== undefined);
}

/** The runtime, or an installed one that the sample is meant for, or why there is none. */
async function fit(sample: Sample, runtime: Runtime): Promise<Runtime | { readonly reason: string; readonly hint: string }> {
  if (meant(sample, runtime)) return runtime;
  const all = await findRuntimes();
  const found = all.find((other) => meant(sample, other));
  if (found !== undefined) return found;
  if (sample.lock !== undefined && all.some(({ version }) => satisfies(version, sample.python)))
    return {
      reason: `${sample.lock.path} was made for Python ${sample.lock.pythons.join(', ')}, which is not here`,
      hint: `Add one that is: npm run lock -- --python ${lockName(runtime)}. Installed: ${all.map(({ version }) => version).join(', ')}.`,
    };
  return {
    reason: `No Python here is ${sample.python}, which the sample "${sample.name}" needs`,
    hint: `Installed: ${all.map(({ version }) => version).join(', ')}. Install one that fits, or change python="${sample.python}".`,
  };
}
