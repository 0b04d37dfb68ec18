/** The conditions that every sample runs under. */
export const conditions = ['as-written', 'debug-off', 'gc-disabled'] as const;
export type Condition = (typeof conditions)[number];

/** The metrics of one run, each with its meaning in words. */
export const metrics = {
  peak: 'the largest memory',
  end: 'the memory at the end',
  time: 'the wall time',
  lines: 'the lines of the log',
  'gc-lines': 'the objects that the collector reported',
  'run-gc-lines': 'those reported while the program ran',
  size: 'the size of the log',
  exit: 'the exit status, or the signal; “stopped” where the sample says when to stop',
  collections: 'the collections while the program ran',
  collected: 'the objects that they found unreachable',
  'gc-time': 'the time that they took',
  garbage: 'the objects in gc.garbage at the end',
  verdict: 'the verdict',
  python: 'the Python that ran it',
} as const;
export type Metric = keyof typeof metrics;
