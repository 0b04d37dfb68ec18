import type { Position } from 'unist';
import type { Lock } from './packages.ts';

/** The verdicts that a run can get and that a post can claim with `expect`. */
export const verdictNames = ['leak', 'native-leak', 'retained', 'debug-artifact', 'cycles', 'no-leak', 'unclear'] as const;
export type VerdictName = (typeof verdictNames)[number];

/** Whether a verdict is about memory that the process has and Python's own count does not. */
export function isOutsidePython(name: VerdictName): boolean {
  return name === 'native-leak' || name === 'retained';
}

/** The name of each verdict on a page. */
export const verdictWords: Readonly<Record<VerdictName, string>> = {
  leak: 'leak',
  'native-leak': 'leak outside Python',
  retained: 'freed, but kept',
  'debug-artifact': 'debug artifact',
  cycles: 'cycles',
  'no-leak': 'no leak',
  unclear: 'unclear',
};

/** The POSIX signals that may end a program. */
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
/** The attributes of a sample that set limits. */
const limitAttributes = ['timeout', 'memory', 'output'] as const;
/** Every end that has a name. */
export const endNames = [...signalNames, ...limitAttributes, 'any'] as const;
/** An intended end: an exit status, a signal, a limit, or any end at all. */
export type End = number | (typeof endNames)[number];

/** Reads an end such as `1`, `SIGSEGV`, `memory` or `any`; undefined if the text is not an end. */
export function readEnd(text: string): End | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : endNames.find((name) => name === text);
}

/** A runnable fence: a program, its limits, and what the post claims about it. */
export interface Sample {
  readonly name: string;
  readonly code: string;
  /** The file name that is shown and that the program runs under. */
  readonly title: string;
  readonly expect: VerdictName | undefined;
  /** What mends it, in its author's words: shown beside its verdict. */
  readonly fix?: string | undefined;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  readonly args: readonly string[];
  /** How a run should end. */
  readonly exit: End;
  /** After this time the program is stopped, which is then a right end, too. */
  readonly stopMs: number | undefined;
  /** Whether readers can run it in its page. Not part of a record's key. */
  readonly live?: boolean | undefined;
  /** A range of Python versions in npm's notation. */
  readonly python: string;
  /** `function.local`, or the name of a global: an integer that counts the work. */
  readonly axis: string | undefined;
  /** What counts as the work; found automatically if absent. Not part of a record's key, since it changes no measurement. */
  readonly work?: Work | undefined;
  /** The sample of the post whose code it shares, under other settings. */
  readonly same?: string | undefined;
  /** The files of the post that are beside it when it runs. */
  readonly files: readonly SampleFile[];
  /** The packages that its code asks for (PEP 723), and what `packages` adds to that, each a requirement (PEP 508). */
  readonly requires: readonly string[];
  readonly constraints: readonly string[];
  /** What they came to for each Python. */
  readonly lock?: Lock | undefined;
  /** The place of the fence with its code. */
  readonly place: Position | undefined;
  /** The place of each attribute, by its key. */
  readonly places: Readonly<Partial<Record<string, Position>>>;
}

/** A file beside a sample. */
export interface SampleFile {
  readonly name: string;
  readonly text: string;
}

/** A range of lines of a program, from 1, both ends included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** What counts as a sample's work, as its author names it: a loop, the calls of a function, or a statement. */
export interface Work {
  readonly text: string;
  readonly kind: 'loop' | 'function' | 'statement';
  /** One range, or more if several loops of a function bind the name. */
  readonly lines: readonly Lines[];
  /** The function around a statement: its calls count if the statement itself is hardly ever observed. */
  readonly owner?: Lines | undefined;
}

/** The shortest time after which a program may be stopped: in less, no Python has begun its work. */
export const minStopMs = 100;

/** The largest log that a sample may ask for, in bytes: a log is read in one piece. */
export const maxOutputBytes = 2e9;
