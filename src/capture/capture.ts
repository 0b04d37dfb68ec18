import { createHash } from 'node:crypto';
import { z } from 'zod';
import { limitNames } from '../experiment/limit.ts';
import { maxOutputBytes } from '../experiment/sample.ts';
import { maxTypes, sumTypes } from '../gclog/counts.ts';
import { maxGroupChars } from '../gclog/group.ts';
import { LogError } from '../gclog/log-error.ts';
import { checkLog, type Log } from '../gclog/log.ts';
import { cutName, maxNameLength } from '../gclog/name.ts';
import { maxPeriod } from '../gclog/repeat-encoder.ts';
import { fullLimit, controlLimit } from '../gclog/writer.ts';
import { bounds } from '../post/bounds.ts';
import { collectors } from '../run/collector.ts';
import { maxCount, maxMarkLines } from '../run/mark.ts';
import { deepSchema, groupSchema, holderSchemas, regionsSchema } from '../run/marks.ts';
import { sandboxKinds } from '../run/sandbox.ts';
import {
  maxLogBytes,
  firstDay,
  maxCommandLength,
  maxFullCollections,
  maxHeatLines,
  maxMs,
  maxCharsOutsideStrings,
  maxPlaces,
  maxPoints,
  timeSlices,
} from './bounds.ts';
import { findContradiction } from './contradiction.ts';
import { decodeLog } from './log-codec.ts';

/** The version of the schema of records. A record with another one is never interpreted; the sample is run again. */
export const schemaVersion = 5;

/*
 * Every number and string has a bound: that of what it measures, or the length to which it is shortened when it is written.
 * Unknown keys are refused, as they would have none.
 */
const count = z.int().nonnegative().max(maxCount);
const ms = z.number().nonnegative().max(maxMs);
/** A name chosen by a program or by the machine. */
const name = z.string().max(maxNameLength);
/** Part of a post's text: neither longer nor more numerous than a post's bytes. */
const text = z.string().max(bounds.bytes);
const lines = <T extends z.ZodType>(item: T) => z.array(item).max(bounds.bytes);

/**
 * One moment of a run: [atMs, CPU time without collections, rssBytes, held, garbage, work, young collections so far, kind, freed
 * by full collections so far, index in the run's places, bytes in use according to the C library]. Values that were not
 * measured are null, as in a moment that was only seen from outside.
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

/**
 * As the harness marks them (`kinds` in marks.ts), and I during an import, L while asyncio or atexit finishes what is left, and
 * P for a poll from outside.
 */
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

// There are hundreds in a record: as a Zod tuple they would take half of the time to read it.
const point = z.custom<Point>(
  (value) => Array.isArray(value) && value.length === columns.length && columns.every((is, index) => is(value[index])),
  'it is not a moment of a run',
);

/** A JSON object, read as a Map since a type may be called `__proto__`. One key more than `maxTypes` stands for all other types. */
const types = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? new Map(Object.entries(value).slice(0, maxTypes + 2)) : value),
  z
    .map(name, count)
    .max(maxTypes + 1)
    .transform(sumTypes),
);

const logBytes = z.int().nonnegative().max(maxOutputBytes);
const log = z.strictObject({
  lines: logBytes,
  runLines: logBytes,
  bytes: logBytes,
  /** Objects that the collector reported, by type: in the whole log, and in the run phase. */
  types,
  runTypes: types,
  /** The group of lines that repeats most in the run phase, without addresses. */
  group: z.array(z.string().max(maxGroupChars)).max(maxPeriod),
  /** The whole log, or what is kept of it, in base64 (log-codec.ts). */
  data: z.base64().max((maxLogBytes(fullLimit).packed * 4) / 3),
});

/** What was measured in one run of the sample, under one condition. */
const runRecord = z.strictObject({
  /** The exit status, as from waitpid(2); null if a signal ended it. */
  exit: z.int().min(0).max(255).nullable(),
  signal: name.nullable(),
  limit: z.enum(limitNames).nullable(),
  wallMs: ms,
  peakRssBytes: count,
  endRssBytes: count,
  /** Python's own memory at the first statement, at the end, and after a last full collection. */
  held: z.strictObject({ start: count.nullable(), end: count.nullable(), left: count.nullable() }),
  /** The length of gc.garbage at the end, and the debug flags that were set in at least a third of the marks. */
  garbage: count,
  flags: z.int().min(0).max(63),
  collections: z.strictObject({
    /** The program's own collections by generation, what they found, and how long they took. */
    counts: z.tuple([count, count, count]),
    collected: count,
    uncollectable: count,
    elapsedMs: ms,
    /** Full collections: [atMs, work, pauseMs]. */
    full: z.array(z.tuple([ms, z.int().min(-maxCount).max(maxCount), ms])).max(maxFullCollections),
  }),
  points: z.array(point).max(maxPoints),
  /** The places where the program was seen: the sample's lines on the call stack, outermost first. */
  places: z.array(z.array(count).max(maxMarkLines)).max(maxPlaces),
  /** Its descendants, if they had memory of their own: the most at once, and their private memory as [atMs, bytes]. */
  children: z
    .strictObject({
      most: count,
      points: z
        .array(z.tuple([ms, count]))
        .min(1)
        .max(timeSlices + 1),
    })
    .optional(),
  /** Where the memory of the process is; of the run with the debug flags off. */
  regions: regionsSchema.optional(),
  log,
});
const soundRunRecord = runRecord.superRefine((value, context) => {
  const [path, message] = findContradiction(value) ?? [];
  if (path !== undefined) context.addIssue({ code: 'custom', path: [...path], message });
});

const { holder, types: grownTypes, looks } = holderSchemas(name);

const capture = z.strictObject({
  schema: z.literal(schemaVersion),
  key: name,
  /** The version of the measuring method (run/method.ts). */
  method: count,
  runtime: z.string().regex(/^(?:cpython|pyodide)-3\.\d{1,3}(?:\.\d{1,3})?t?$/),
  python: z.string().regex(/^3\.\d{1,3}\.\d{1,3}$/, 'no version of Python'),
  /** The kind of collector of that Python. */
  collector: z.enum(collectors),
  platform: name,
  capturedAt: z.iso.date().refine((day) => day >= firstDay, 'a day before 1970'),
  command: z.string().max(maxCommandLength),
  /** The kind of sandbox of the runs. */
  sandbox: z.enum(sandboxKinds),
  /** What `rssBytes` is. */
  memory: z.enum(['resident set size', 'WebAssembly heap']),
  /** What `held` counts. */
  held: z.enum(['allocated blocks', 'traced bytes']),
  conditions: z.strictObject({
    'as-written': soundRunRecord,
    'debug-off': soundRunRecord,
    'gc-disabled': soundRunRecord,
    traced: soundRunRecord.optional(),
  }),
  /** The packages that it could import, sorted by name, each once; absent if those were what happened to be installed. */
  packages: z
    .array(z.strictObject({ name, version: name, sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .max(1000)
    .refine((all) => all.every((item, index) => index === 0 || (all[index - 1]?.name ?? '') < item.name), 'they are not sorted, each once')
    .optional(),
  /** What was run: the code, and its settings in the post. */
  source: z.strictObject({ code: text, settings: text, files: z.record(name, text).optional() }).optional(),
  /**
   * The structure of the code, by line numbers: loops and functions as [from, to]; `last`, lines where a call is the last thing
   * that its function or the program does; `tables`, statements with a comprehension; `runners`, lines that run an event loop.
   */
  program: z.strictObject({
    loops: lines(z.tuple([count, count])),
    last: lines(count),
    tables: lines(count),
    functions: lines(z.tuple([count, count])),
    runners: lines(count),
  }),
  /**
   * If memory grows: what each line of the sample allocated while it was traced and still held when tracing ended, as
   * [line, bytes, blocks]; line 0 stands for all other code.
   */
  heat: z
    .strictObject({
      condition: z.enum(['as-written', 'debug-off']),
      lines: z
        .array(z.tuple([count, count, count]))
        .min(1)
        .max(maxHeatLines),
      /** Where the lines that allocate most in libraries do so: down to the line of the library. */
      deep: deepSchema(name).optional(),
    })
    .optional(),
  /** If there is garbage: the group that makes up most of it, and its share of all; references as [from, to, name]. */
  garbage: groupSchema(name).optional(),
  /** If memory grows for good: who holds it, and how many living objects of a type there were at both looks. */
  holder: holder.optional(),
  types: grownTypes.optional(),
  looks: looks.optional(),
});

/** The record of one run. */
export type RunRecord = z.infer<typeof runRecord>;
/** What was run. */
export type Source = NonNullable<z.infer<typeof capture>['source']>;
/** The lines that hold memory. */
export type Heat = NonNullable<z.infer<typeof capture>['heat']>;
/** The group that makes up most of the garbage. */
export type GarbageRecord = NonNullable<z.infer<typeof capture>['garbage']>;
/** Who holds the memory that grows. */
export type HolderRecord = NonNullable<z.infer<typeof capture>['holder']>;
/** A log as a record has it. */
export type LogRecord = z.infer<typeof log>;
/** The record of one sample on one runtime. Sizes in bytes, times in milliseconds from the first statement. */
export type Capture = z.infer<typeof capture>;

/** Reads a record from JSON, or says why it is not a valid record of this schema. */
export function readCapture(json: string): { readonly capture: Capture } | { readonly reason: string } {
  if (charsOutsideStrings(json) > maxCharsOutsideStrings) return { reason: 'it holds more than any record can' };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { reason: 'it is cut short, or not JSON' };
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== schemaVersion) return { reason: `it has schema ${typeof schema === 'number' ? schema : 'unknown'}, not ${schemaVersion}` };
  const { digest, ...rest } = value as { digest?: unknown };
  const result = capture.safeParse(rest);
  // An unchanged record matches its digest as text; only if it does not, its content is printed again and compared.
  const isWhole =
    digest === hashOf(json.replace(/,\n {2}"digest": "[0-9a-f]*"\n}\n$/, '\n}')) || (result.success && digest === digestOf(rest));
  if (!isWhole) return { reason: 'it was edited by hand, or is incomplete' };
  if (!result.success) {
    const issue = result.error.issues[0];
    const place = (issue?.path ?? []).map((part) => cutName(String(part))).join('.');
    return { reason: `${place}${place === '' ? '' : ': '}${cutName(issue?.message ?? '')}` };
  }
  const fault = findFaultOfLogs(result.data);
  return fault === undefined ? { capture: result.data } : { reason: fault };
}

/** How many characters of a JSON text are outside its strings, found without parsing it. */
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

/** What is wrong with a record's logs: each is read through once, up to the size that its limit allows. */
function findFaultOfLogs({ conditions }: Capture): string | undefined {
  for (const [condition, run] of Object.entries(conditions)) {
    if (run === undefined) continue;
    try {
      checkLogSize(decodeLog(run.log), maxLogBytes(condition === 'as-written' ? fullLimit : controlLimit).unpacked);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return `conditions.${condition}.log.data: ${error.message}`;
    }
  }
  return undefined;
}

/** Checks a log, and that it is not larger than `maxBytes` uncompressed. Errors: LogError if it is larger or invalid. */
function checkLogSize(log: Log, maxBytes: number): void {
  let left = maxBytes;
  const unpack = (bytes: Uint8Array) => {
    const unpacked = log.codec.unpack(bytes);
    left -= unpacked.length;
    if (left < 0) throw new LogError('The log is longer than a record may keep.');
    return unpacked;
  };
  checkLog({ ...log, codec: { ...log.codec, unpack } });
}

/** Prints a record as JSON that reads well in a diff: one entry, or one row of numbers, a line. */
export function printCapture(record: Capture): string {
  return `${print({ ...record, digest: digestOf(record) }, '')}\n`;
}

/** The digest of a record, by which a later change of it is noticed. */
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
