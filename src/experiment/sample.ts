import type { Position } from 'unist';

/** The verdicts that a run can come to, and that a post can claim with `expect`. */
export const verdictNames = ['leak', 'native-leak', 'retained', 'debug-artifact', 'cycles', 'no-leak', 'unclear'] as const;
export type VerdictName = (typeof verdictNames)[number];

/** The signals of POSIX that may end a program. */
export const signalNames = [
  'SIGABRT',
  'SIGALRM',
  'SIGBUS',
  'SIGFPE',
  'SIGHUP',
  'SIGILL',
  'SIGINT',
  'SIGKILL',
  'SIGPIPE',
  'SIGPROF',
  'SIGQUIT',
  'SIGSEGV',
  'SIGSYS',
  'SIGTERM',
  'SIGTRAP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGVTALRM',
  'SIGXCPU',
  'SIGXFSZ',
] as const;
/** The limits that a sample sets, by their attributes. */
const limitAttributes = ['timeout', 'memory', 'output'] as const;
export const endNames = [...signalNames, ...limitAttributes, 'any'] as const;
/** An end that is meant: an exit status, a signal, a limit, or any at all. */
export type End = number | (typeof endNames)[number];

/** The end that a text names: `1`, `SIGSEGV`, `memory`, `any`; undefined where it names none. */
export function readEnd(text: string): End | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : endNames.find((name) => name === text);
}

/** A runnable fence: a program, what limits it, and what the post claims of it. */
export interface Sample {
  readonly name: string;
  readonly code: string;
  /** The file name that is shown and that the sample runs under. */
  readonly title: string;
  readonly expect: VerdictName | undefined;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  readonly args: readonly string[];
  /** The end that is meant. */
  readonly exit: End;
  /** After so long the program is ended, and that is a right end, too. */
  readonly stopMs: number | undefined;
  /** A range of Python versions, as npm writes them. */
  readonly python: string;
  /** `function.local`, or the name of a global: an integer that counts the work. */
  readonly axis: string | undefined;
  /** What counts as the work; found by itself where it is not named. It is no part of a record's key: the same record answers another question. */
  readonly work?: Work | undefined;
  /** The fence. */
  readonly place: Position | undefined;
  /** Where the name, or a claim, stands. */
  readonly places: Readonly<Partial<Record<string, Position>>>;
}

/** Lines of a program, from 1, both ends included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** What counts as a sample's work, as its author names it: a loop, or else the calls of a function, or a statement. */
export interface Work {
  readonly text: string;
  readonly kind: 'loop' | 'function' | 'statement';
  /** One, or more where several loops of a function bind the name. */
  readonly lines: readonly Lines[];
  /** The function that a statement stands in: where the statement is hardly seen, its calls are meant. */
  readonly owner?: Lines | undefined;
}

/** No program is stopped sooner: in less no Python has begun its work. */
export const shortestStopMs = 100;

/** The largest log that a sample may ask for, in bytes: a log is read as a whole. */
export const mostOutputBytes = 2e9;
