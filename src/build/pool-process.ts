import { compilePost, type Job } from './compile.ts';
import type { CompiledPost } from './compiled-post.ts';

/** What comes of a job: an error keeps its code, which may say that a disk is full. */
export type Result = { readonly path: string } & (
  | { readonly compiled: CompiledPost }
  | { readonly message: string; readonly stack: string | undefined; readonly code: string | undefined }
);

// A process that compiles posts until whoever asks is gone.
process.on('message', (job: Job) => {
  const { path } = job;
  // Nobody waits any more where another job ended in an error.
  const answer = (result: Result) => process.connected && process.send?.(result);
  compilePost(job).then(
    (compiled) => answer({ path, compiled }),
    ({ message, stack, code }: NodeJS.ErrnoException) => answer({ path, message, stack, code }),
  );
});
