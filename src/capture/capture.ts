import { createHash } from 'node:crypto';
import { z } from 'zod';
import { limitNames } from '../run/limit.ts';
import { collectors } from '../run/collector.ts';
import { sandboxKinds } from '../run/sandbox.ts';

/** The schema that this Leaklog writes; a record of another one is taken again, never guessed at. */
export const schemaVersion = 5;

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

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
const isMs = (value: unknown) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isCount = (value: unknown) => isMs(value) && Number.isSafeInteger(value);
const orNull = (is: (value: unknown) => boolean) => (value: unknown) => value === null || is(value);
const columns = [isMs, orNull(isMs), isCount, orNull(isCount), orNull(isCount), orNull(Number.isSafeInteger), orNull(isCount), (value: unknown) => (pointKinds as readonly unknown[]).includes(value), isCount, orNull(isCount), orNull(isCount)];

// There are hundreds in a record: as a tuple of Zod's they take half the time of reading it.
const point = z.custom<Point>((value) => Array.isArray(value) && value.length === columns.length && columns.every((is, index) => is(value[index])), 'it is no moment of a run');

const types = z.record(z.string(), count);

const log = z.object({
  lines: count,
  runLines: count,
  bytes: count,
  /** Objects that the collector reported, by type, in the whole log and while the program ran. */
  types,
  runTypes: types,
  /** The group of lines that the run phase repeats, addresses left out. */
  group: z.array(z.string()),
  /** The whole log, or what is kept of it: log-codec.ts. */
  data: z.base64(),
});

const run = z.object({
  exit: z.int().nullable(),
  signal: z.string().nullable(),
  limit: z.enum(limitNames).nullable(),
  wallMs: ms,
  peakRssBytes: count,
  endRssBytes: count,
  /** Python's own memory at the first statement, at the end, and after a last full collection. */
  held: z.object({ start: count.nullable(), end: count.nullable(), left: count.nullable() }),
  /** The length of gc.garbage at the end, and the debug flags that were set for a third of the run or more. */
  garbage: count,
  flags: count,
  collections: z.object({
    /** The program's own, by generation; what they found, and how long they took. */
    counts: z.tuple([count, count, count]),
    collected: count,
    uncollectable: count,
    elapsedMs: ms,
    /** Full ones: [atMs, work, pauseMs]. */
    full: z.array(z.tuple([ms, z.int(), ms])),
  }),
  points: z.array(point),
  /** Where the program was: the lines of the sample that lead there, outermost first. */
  places: z.array(z.array(count)),
  /** Processes that it started, where they had memory of their own: how many at once, and their memory that nobody shares, [atMs, bytes]. */
  children: z.object({ most: count, points: z.array(z.tuple([ms, count])) }).optional(),
  log,
});

const capture = z.object({
  schema: z.literal(schemaVersion),
  key: z.string(),
  /** The number of the method by which it was measured: method.ts. */
  method: count,
  runtime: z.string().regex(/^(?:cpython|pyodide)-3\.\d+(?:\.\d+)?t?$/),
  python: z.string(),
  /** How that Python collects. */
  collector: z.enum(collectors),
  platform: z.string(),
  capturedAt: z.iso.date(),
  command: z.string(),
  /** What the runs were shut into. */
  sandbox: z.enum(sandboxKinds),
  /** What `rssBytes` is. */
  memory: z.enum(['resident set size', 'WebAssembly heap']),
  /** What `held` counts. */
  held: z.enum(['allocated blocks', 'traced bytes']),
  conditions: z.object({ 'as-written': run, 'debug-off': run, 'gc-disabled': run, traced: run.optional() }),
  /** What was run: the code, and the settings of its fence. */
  source: z.object({ code: z.string(), settings: z.string() }).optional(),
  /** Of its text: the lines of each loop, and those where a call is the last thing that its function or the program does, or runs an event loop; of statements that hold a comprehension, and of functions. */
  program: z.object({ loops: z.array(z.tuple([count, count])), last: z.array(count), tables: z.array(count), functions: z.array(z.tuple([count, count])), runners: z.array(count) }),
  /** Where memory grows: what the lines of the sample allocated that was held at the end, [line, bytes, blocks], line 0 everywhere else. */
  heat: z.object({ condition: z.enum(['as-written', 'debug-off']), lines: z.array(z.tuple([count, count, count])) }).optional(),
  /** Where there is garbage: the group that makes up most of it, and what share; references as [from, to, name]. */
  garbage: z
    .object({ types: z.array(z.string()), names: z.array(z.string()), edges: z.array(z.tuple([count, count, z.string()])), objects: count, share: z.number() })
    .optional(),
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
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { reason: 'it is cut short, or no JSON' };
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== schemaVersion) return { reason: `it is of schema ${JSON.stringify(schema) ?? 'unknown'}, not ${schemaVersion}` };
  const { digest, ...rest } = value as { digest?: unknown };
  // A record as it was written holds what its digest is of; only one that stands otherwise is printed anew to see.
  if (digest !== hashOf(json.replace(/,\n {2}"digest": "[0-9a-f]*"\n}\n$/, '\n}')) && digest !== digestOf(rest)) return { reason: 'it was edited by hand, or is not whole' };
  const result = capture.safeParse(rest);
  if (result.success) return { capture: result.data };
  const issue = result.error.issues[0];
  return { reason: `${issue?.path.join('.')}: ${issue?.message}` };
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
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${print(item, deeper)}`).join(',\n')}\n${indent}}`;
}
