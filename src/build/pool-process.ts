import { compilePost, type Job } from './compile.ts';
import type { CompiledPost } from './compiled-post.ts';

/** The result of a job. An error keeps its code, which may say that the disk is full. */
export type Result = { readonly path: string } & (
  | { readonly compiled: CompiledPost }
  | { readonly message: string; readonly stack: string | undefined; readonly code: string | undefined }
);

// A process that compiles posts until its parent disconnects.
process.on('message', (job: Job) => {
  const { path } = job;
  // If another job has failed, the parent no longer waits.
  const answer = (result: Result) => process.connected && process.send?.(result);
  compilePost(job).then(
    (compiled) => answer({ path, compiled }),
    ({ message, stack, code }: NodeJS.ErrnoException) => answer({ path, message, stack, code }),
  );
});
