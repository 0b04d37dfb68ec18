import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { modulePath } from '../run/own-file.ts';
import { openCache } from './cache.ts';
import { recallPost, works, type Job, type RecordedPost, type Works } from './compile.ts';
import { compileKey, type CompiledPost } from './compiled-post.ts';
import { contentOf, type Inputs, type Texts } from './inputs.ts';
import type { Order, Result } from './pool-process.ts';

/** A process takes most of a second to start, which pays off from this number of posts on. */
const minPostsPerProcess = 10;

/** The jobs of a process at a time: while it draws one card on another thread, it compiles the next post. */
const jobsPerProcess = 2;

/** How posts are compiled. */
export interface CompileOptions extends Pick<Job, 'noRun' | 'inspectOnly' | 'brand' | 'live'> {
  /** Called with the number of posts to compile, and of processes, before a compilation that takes a while. */
  readonly onCompile?: ((posts: number, processes: number) => void) | undefined;
}

/** Compiles every post, or gets it from the cache; the result is in the order of the inputs. Many posts are compiled on all cores. */
export async function compilePosts(
  inputs: Inputs,
  { noRun, inspectOnly, brand, live, onCompile }: CompileOptions,
): Promise<readonly CompiledPost[]> {
  const cache = openCache(inputs.root);
  const keys = inputs.posts.map(({ hash }) => compileKey(hash, noRun, brand, live));
  const known = keys.map((key) => recallPost(cache, key));
  const missing = known.flatMap((post, index) => (post === undefined ? [index] : []));
  const compiled = await doAll(
    'compile',
    missing.map((index) => () => {
      const post = inputs.posts[index] as Inputs['posts'][number];
      const key = keys[index] as string;
      return { ...contentOf(inputs.root, post), path: post.path, key, cacheFolder: cache.folder, noRun, inspectOnly, brand, live };
    }),
    inspectOnly ? undefined : onCompile,
  );
  const added = new Map(missing.map((index, at) => [index, compiled[at]]));
  return known.map((post, index) => post ?? (added.get(index) as CompiledPost));
}

/** Parses and checks every post, and parses its records, in their order; many on all cores. */
export function readRecordedPosts({ root, posts }: Pick<Texts, 'root' | 'posts'>): Promise<readonly RecordedPost[]> {
  return doAll(
    'record',
    posts.map(({ path, slug }) => () => ({ root, path, slug })),
  );
}

/** Does work on posts, in processes if there are many. Each job is made when its turn comes; results are in the order of the jobs. */
async function doAll<W extends keyof Works>(
  work: W,
  jobs: readonly (() => Works[W]['job'])[],
  onStart?: ((posts: number, processes: number) => void) | undefined,
): Promise<readonly Works[W]['result'][]> {
  const results: Works[W]['result'][] = [];
  const waiting = [...jobs.entries()];
  const lane = async (run: Run<W>) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await run(next[1]());
  };
  const processes = Math.min(availableParallelism(), Math.floor(jobs.length / minPostsPerProcess));
  if (processes < 2) await lane(works[work]);
  else {
    onStart?.(jobs.length, processes);
    const lanes = (run: Run<W>) => Promise.all(Array.from({ length: jobsPerProcess }, () => lane(run)));
    await Promise.all(Array.from({ length: processes }, () => inProcess(work, lanes)));
  }
  return results;
}

type Run<W extends keyof Works> = (job: Works[W]['job']) => Promise<Works[W]['result']>;

/** Runs jobs in a child process, whose memory is freed when it ends. Throws what the child throws. */
async function inProcess<W extends keyof Works>(work: W, lanes: (run: Run<W>) => Promise<unknown>): Promise<void> {
  // Not all flags: a program given with -e would start again in the child, and the small semi-space of this process is there to
  // leave memory for logs of a gigabyte.
  const execArgv = process.execArgv.filter((flag) => /^--(?:disable-warning|cpu-prof)/.test(flag));
  const child = fork(modulePath('pool-process', import.meta.url), { serialization: 'advanced', execArgv });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<never>((_, reject) =>
    child.on('error', reject).on('exit', (status, signal) => {
      process.off('exit', end);
      reject(new Error(`A process that works on posts ended with ${signal ?? `status ${status}`}`));
    }),
  );
  ended.catch(() => undefined);
  const waiting = new Map<string, (result: Result) => void>();
  child.on('message', (result: Result) => waiting.get(result.path)?.(result));
  const run: Run<W> = async (job) => {
    const result = new Promise<Result>((resolve) => waiting.set(job.path, resolve));
    child.send({ work, job } as Order);
    return read(await Promise.race([ended, result])) as Works[W]['result'];
  };
  try {
    await lanes(run);
  } finally {
    // Without a parent the child ends.
    if (child.connected) child.disconnect();
  }
}

function read(result: Result): Works[keyof Works]['result'] {
  if ('done' in result) return result.done;
  throw Object.assign(new Error(result.message), { stack: result.stack, code: result.code });
}
