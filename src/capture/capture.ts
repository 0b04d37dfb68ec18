import { createHash } from 'node:crypto';
import { z } from 'zod';
import { limitNames } from '../experiment/limit.ts';
import { mostOutputBytes } from '../experiment/sample.ts';
import { maxTypes, sumTypes } from '../gclog/counts.ts';
import { maxGroupChars } from '../gclog/group.ts';
import { LogError } from '../gclog/log-error.ts';
import { checkLog, type Log } from '../gclog/log.ts';
import { cutName, maxNameLength } from '../gclog/name.ts';
import { maxPeriod } from '../gclog/repeat-encoder.ts';
import { fullLimit, controlLimit } from '../gclog/writer.ts';
import { bounds } from '../post/bounds.ts';
import { collectors } from '../run/collector.ts';
import { groupSchema, maxCount, maxMarkLines } from '../run/marks.ts';
import { sandboxKinds } from '../run/sandbox.ts';
import {
  bytesOf,
  maxCommandLength,
  maxFullCollections,
  maxHeatLines,
  maxMs,
  maxCharsOutsideStrings,
  maxPlaces,
  maxPoints,
  stretches,
} from './bounds.ts';
import { findContradiction } from './contradiction.ts';
import { decodeLog } from './log-codec.ts';

/** The schema that this Leaklog writes; a record of another one is taken again, never guessed at. */
export const schemaVersion = 5;

/*
 * Every number and text has a bound: that of what it is measured by, or that by which it is cut where it is written down.
 * A key that is not here has none, so there is none beside these.
 */
const count = z.int().nonnegative().max(maxCount);
const ms = z.number().nonnegative().max(maxMs);
/** What a program, or the machine, chose to call something. */
const name = z.string().max(maxNameLength);
/** The most that anything of a post's text can be, or be as many as. */
const text = z.string().max(bounds.bytes);
const lines = <T extends z.ZodType>(item: T) => z.array(item).max(bounds.bytes);

/**
 * One moment: [atMs, CPU time without collections, rssBytes, held, garbage, work, young collections so far, kind, freed by full collections so far,
 * which of the run's places, bytes that the C library has handed out]; null where it was seen from outside only, or was not asked.
 */
export type Point = [
  atMs: number,
  cpuMs: number | null,
  rssBytes: number,
  held: number | null,
  garbage: number | null,
  work: number | null,
  young: number | null,
  kind: (typeof pointKinds)[number],
  freed: number,
  place: number | null,
  inUse: number | null,
];

/** As the harness marks them; I within an import, M where the main module has ended, L while asyncio or atexit ends what is left, P seen from outside. */
const pointKinds = ['S', '.', 'I', 'L', 'C', 'F', 'M', 'E', 'X', 'T', 'P'] as const;
const isMs = (value: unknown) => typeof value === 'number' && value >= 0 && value <= maxMs;
const isWork = (value: unknown) => Number.isSafeInteger(value) && Math.abs(value as number) <= maxCount;
const isCount = (value: unknown) => isWork(value) && (value as number) >= 0;
const orNull = (is: (value: unknown) => boolean) => (value: unknown) => value === null || is(value);
const isKind = (value: unknown) => (pointKinds as readonly unknown[]).includes(value);
const columns = [
  isMs,
  orNull(isMs),
  isCount,
  orNull(isCount),
  orNull(isCount),
  orNull(isWork),
  orNull(isCount),
  isKind,
  isCount,
  orNull(isCount),
  orNull(isCount),
];

// There are hundreds in a record: as a tuple of Zod's they take half the time of reading it.
const point = z.custom<Point>(
  (value) => Array.isArray(value) && value.length === columns.length && columns.every((is, index) => is(value[index])),
  'it is no moment of a run',
);

/** An object in JSON; here a map, for a type may be called `__proto__`. Those beyond the most that are told apart have one name more. */
const types = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? new Map(Object.entries(value).slice(0, maxTypes + 2)) : value),
  z
    .map(name, count)
    .max(maxTypes + 1)
    .transform(sumTypes),
);

const logBytes = z.int().nonnegative().max(mostOutputBytes);
const log = z.strictObject({
  lines: logBytes,
  runLines: logBytes,
  bytes: logBytes,
  /** Objects that the collector reported, by type, in the whole log and while the program ran. */
  types,
  runTypes: types,
  /** The group of lines that the run phase repeats, addresses left out. */
  group: z.array(z.string().max(maxGroupChars)).max(maxPeriod),
  /** The whole log, or what is kept of it: log-codec.ts. */
  data: z.base64().max((bytesOf(fullLimit).packed * 4) / 3),
});

const run = z.strictObject({
  /** What waitpid(2) tells. */
  exit: z.int().min(0).max(255).nullable(),
  signal: name.nullable(),
  limit: z.enum(limitNames).nullable(),
  wallMs: ms,
  peakRssBytes: count,
  endRssBytes: count,
  /** Python's own memory at the first statement, at the end, and after a last full collection. */
  held: z.strictObject({ start: count.nullable(), end: count.nullable(), left: count.nullable() }),
  /** The length of gc.garbage at the end, and the debug flags that were set for a third of the run or more. */
  garbage: count,
  flags: z.int().min(0).max(63),
  collections: z.strictObject({
    /** The program's own, by generation; what they found, and how long they took. */
    counts: z.tuple([count, count, count]),
    collected: count,
    uncollectable: count,
    elapsedMs: ms,
    /** Full ones: [atMs, work, pauseMs]. */
    full: z.array(z.tuple([ms, z.int().min(-maxCount).max(maxCount), ms])).max(maxFullCollections),
  }),
  points: z.array(point).max(maxPoints),
  /** Where the program was: the lines of the sample that lead there, outermost first. */
  places: z.array(z.array(count).max(maxMarkLines)).max(maxPlaces),
  /** Processes that it started, where they had memory of their own: how many at once, and their memory that nobody shares, [atMs, bytes]. */
  children: z
    .strictObject({
      most: count,
      points: z
        .array(z.tuple([ms, count]))
        .min(1)
        .max(stretches + 1),
    })
    .optional(),
  log,
});
const soundRun = run.superRefine((value, context) => {
  const [path, message] = findContradiction(value) ?? [];
  if (path !== undefined) context.addIssue({ code: 'custom', path: [...path], message });
});

const capture = z.strictObject({
  schema: z.literal(schemaVersion),
  key: name,
  /** The number of the method by which it was measured: method.ts. */
  method: count,
  runtime: z.string().regex(/^(?:cpython|pyodide)-3\.\d{1,3}(?:\.\d{1,3})?t?$/),
  python: name,
  /** How that Python collects. */
  collector: z.enum(collectors),
  platform: name,
  capturedAt: z.iso.date(),
  command: z.string().max(maxCommandLength),
  /** What the runs were shut into. */
  sandbox: z.enum(sandboxKinds),
  /** What `rssBytes` is. */
  memory: z.enum(['resident set size', 'WebAssembly heap']),
  /** What `held` counts. */
  held: z.enum(['allocated blocks', 'traced bytes']),
  conditions: z.strictObject({ 'as-written': soundRun, 'debug-off': soundRun, 'gc-disabled': soundRun, traced: soundRun.optional() }),
  /** What was run: the code, and the settings of its fence. */
  source: z.strictObject({ code: text, settings: text }).optional(),
  /** Of its text: the lines of each loop, and those where a call is the last thing that its function or the program does, or runs an event loop; of statements that hold a comprehension, and of functions. */
  program: z.strictObject({
    loops: lines(z.tuple([count, count])),
    last: lines(count),
    tables: lines(count),
    functions: lines(z.tuple([count, count])),
    runners: lines(count),
  }),
  /**
   * Where memory grows: what the lines of the sample allocated while they were traced that was held when that ended,
   * [line, bytes, blocks], line 0 everywhere else.
   */
  heat: z
    .strictObject({
      condition: z.enum(['as-written', 'debug-off']),
      lines: z
        .array(z.tuple([count, count, count]))
        .min(1)
        .max(maxHeatLines),
    })
    .optional(),
  /** Where there is garbage: the group that makes up most of it, and what share; references as [from, to, name]. */
  garbage: groupSchema(name).optional(),
});

export type RunRecord = z.infer<typeof run>;
export type Source = NonNullable<z.infer<typeof capture>['source']>;
export type Heat = NonNullable<z.infer<typeof capture>['heat']>;
export type GarbageRecord = NonNullable<z.infer<typeof capture>['garbage']>;
export type LogRecord = z.infer<typeof log>;
/** The record of one sample on one runtime. Sizes in bytes, times in milliseconds from the first statement. */
export type Capture = z.infer<typeof capture>;

/** Reads a record's JSON; undefined where it is none of ours or another schema's, with the reason. */
export function readCapture(json: string): { readonly capture: Capture } | { readonly reason: string } {
  if (charsOutsideStrings(json) > maxCharsOutsideStrings) return { reason: 'it holds more than any record does' };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { reason: 'it is cut short, or no JSON' };
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== schemaVersion)
    return { reason: `it is of schema ${typeof schema === 'number' ? schema : 'unknown'}, not ${schemaVersion}` };
  const { digest, ...rest } = value as { digest?: unknown };
  const result = capture.safeParse(rest);
  // A record as it was written holds what its digest is of; only one that stands otherwise is printed anew to see.
  const isWhole =
    digest === hashOf(json.replace(/,\n {2}"digest": "[0-9a-f]*"\n}\n$/, '\n}')) || (result.success && digest === digestOf(rest));
  if (!isWhole) return { reason: 'it was edited by hand, or is not whole' };
  if (!result.success) {
    const issue = result.error.issues[0];
    const place = (issue?.path ?? []).map((part) => cutName(String(part))).join('.');
    return { reason: `${place}${place === '' ? '' : ': '}${cutName(issue?.message ?? '')}` };
  }
  const fault = findFaultOfLogs(result.data);
  return fault === undefined ? { capture: result.data } : { reason: fault };
}

/** How many characters of a JSON text stand outside of its texts, unread. */
function charsOutsideStrings(json: string): number {
  let sum = 0;
  let at = 0;
  for (let quote = json.indexOf('"'); quote !== -1; quote = json.indexOf('"', at)) {
    sum += quote - at;
    at = quote + 1;
    for (let end = json.indexOf('"', at); ; end = json.indexOf('"', end + 1)) {
      if (end === -1) return sum;
      let escape = end;
      while (json[escape - 1] === '\\') escape -= 1;
      at = end + 1;
      if ((end - escape) % 2 === 0) break;
    }
  }
  return sum + json.length - at;
}

/** What is wrong with the data of a record's logs: each is gone through once, within what its room allows. */
function findFaultOfLogs({ conditions }: Capture): string | undefined {
  for (const [condition, run] of Object.entries(conditions)) {
    if (run === undefined) continue;
    try {
      checkRoom(decodeLog(run.log), bytesOf(condition === 'as-written' ? fullLimit : controlLimit).unpacked);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return `conditions.${condition}.log.data: ${error.message}`;
    }
  }
  return undefined;
}

/** Goes through a log that unpacks to so many bytes at most. Errors: LogError where it is more, or not as it says. */
function checkRoom(log: Log, most: number): void {
  let room = most;
  const unpack = (bytes: Uint8Array) => {
    const unpacked = log.codec.unpack(bytes);
    room -= unpacked.length;
    if (room < 0) throw new LogError('The log is longer than what a record keeps.');
    return unpacked;
  };
  checkLog({ ...log, codec: { ...log.codec, unpack } });
}

/** A record as text that reads well in a diff: an entry a line, a row of numbers a line. */
export function printCapture(record: Capture): string {
  return `${print({ ...record, digest: digestOf(record) }, '')}\n`;
}

/** A record that is not as it was written is not shown as if it were true. */
function digestOf(record: object): string {
  return hashOf(print(record, ''));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function print(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const flat = value.every((item) => item === null || typeof item !== 'object');
    if (flat || value.length === 0) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    return `[\n${value.map((item) => deeper + print(item, deeper)).join(',\n')}\n${indent}]`;
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value instanceof Map ? Object.fromEntries(value) : value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${print(item, deeper)}`).join(',\n')}\n${indent}}`;
}
