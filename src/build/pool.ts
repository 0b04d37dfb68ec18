import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { modulePath } from '../run/own-file.ts';
import { openCache } from './cache.ts';
import { compilePost, recallPost, type Job } from './compile.ts';
import { compileKey, type CompiledPost } from './compiled-post.ts';
import { contentOf, type Inputs } from './inputs.ts';
import type { Result } from './pool-process.ts';

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
  const compiled = keys.map((key) => recallPost(cache, key));
  const missing = compiled.flatMap((post, index) => (post === undefined ? [index] : []));
  const compile = async (index: number, run: Run) => {
    const post = inputs.posts[index] as Inputs['posts'][number];
    const content = contentOf(inputs.root, post);
    compiled[index] = await run({
      ...content,
      path: post.path,
      key: keys[index] as string,
      cacheFolder: cache.folder,
      noRun,
      inspectOnly,
      brand,
      live,
    });
  };
  const processes = Math.min(availableParallelism(), Math.floor(missing.length / minPostsPerProcess));
  if (processes > 1 && !inspectOnly) onCompile?.(missing.length, processes);
  if (processes < 2) for (const index of missing) await compile(index, compilePost);
  else
    await Promise.all(
      Array.from({ length: processes }, () =>
        inProcess(async (run) => {
          const lane = async () => {
            for (let index = missing.shift(); index !== undefined; index = missing.shift()) await compile(index, run);
          };
          await Promise.all(Array.from({ length: jobsPerProcess }, lane));
        }),
      ),
    );
  return compiled as readonly CompiledPost[];
}

type Run = (job: Job) => Promise<CompiledPost>;

/** Runs jobs in a child process, whose memory is freed when it ends. Throws what the child throws. */
async function inProcess(work: (run: Run) => Promise<void>): Promise<void> {
  // Not all flags: a program given with -e would start again in the child, and the small semi-space of this process is there to
  // leave memory for logs of a gigabyte.
  const execArgv = process.execArgv.filter((flag) => /^--(?:disable-warning|cpu-prof)/.test(flag));
  const child = fork(modulePath('pool-process', import.meta.url), { serialization: 'advanced', execArgv });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<never>((_, reject) =>
    child.on('error', reject).on('exit', (status, signal) => {
      process.off('exit', end);
      reject(new Error(`A process that compiled posts ended with ${signal ?? `status ${status}`}`));
    }),
  );
  ended.catch(() => undefined);
  const waiting = new Map<string, (result: Result) => void>();
  child.on('message', (result: Result) => waiting.get(result.path)?.(result));
  const run: Run = async (job) => {
    const result = new Promise<Result>((resolve) => waiting.set(job.path, resolve));
    child.send(job);
    return read(await Promise.race([ended, result]));
  };
  try {
    await work(run);
  } finally {
    // Without a parent the child ends.
    if (child.connected) child.disconnect();
  }
}

function read(result: Result): CompiledPost {
  if ('compiled' in result) return result.compiled;
  throw Object.assign(new Error(result.message), { stack: result.stack, code: result.code });
}
