/** What can end a run, or keep it from what it asks for; `stop` is the end that the sample itself asks for. */
export const limitNames = ['time', 'stop', 'cpu', 'memory', 'output', 'processes', 'files'] as const;
export type Limit = (typeof limitNames)[number];

/** What each of them is a limit of, in words. */
export const limitWords: Readonly<Record<Exclude<Limit, 'stop'>, string>> = {
  time: 'time',
  cpu: 'CPU time',
  memory: 'memory',
  output: 'output',
  processes: 'processes and threads',
  files: 'open files',
};
