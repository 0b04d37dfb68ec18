/** Limits that end a run or refuse it a resource; `stop` is the end that the sample itself asks for. */
export const limitNames = ['time', 'stop', 'cpu', 'memory', 'output', 'processes', 'files'] as const;
export type Limit = (typeof limitNames)[number];

/** The resource that each limit restricts, in words. */
export const limitWords: Readonly<Record<Exclude<Limit, 'stop'>, string>> = {
  time: 'time',
  cpu: 'CPU time',
  memory: 'memory',
  output: 'output',
  processes: 'processes and threads',
  files: 'open files',
};
