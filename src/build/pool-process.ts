import { works, type Works } from './compile.ts';

/** A job, and what is to be done. */
export type Order = { readonly [W in keyof Works]: { readonly work: W; readonly job: Works[W]['job'] } }[keyof Works];

/** The result of a job. An error keeps its code, which may say that the disk is full. */
export type Result = { readonly path: string } & (
  | { readonly done: Works[keyof Works]['result'] }
  | { readonly message: string; readonly stack: string | undefined; readonly code: string | undefined }
);

// A process that works on posts until its parent disconnects.
process.on('message', (order: Order) => {
  const { path } = order.job;
  // If another job has failed, the parent no longer waits.
  const answer = (result: Result) => process.connected && process.send?.(result);
  const result = order.work === 'compile' ? works.compile(order.job) : works.record(order.job);
  result.then(
    (done) => answer({ path, done }),
    ({ message, stack, code }: NodeJS.ErrnoException) => answer({ path, message, stack, code }),
  );
});
