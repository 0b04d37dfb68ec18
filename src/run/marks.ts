import { z } from 'zod';
import { cutName } from '../gclog/name.ts';
import { maxCount, readMark, type Mark } from './mark.ts';

/** What a line of the sample allocated while it was traced and still held when tracing ended; line 0 stands for all other code. */
export interface HeatLine {
  readonly line: number;
  readonly bytes: number;
  readonly blocks: number;
}

/** The largest number of objects in a group (`most_shown` in harness.py), which has each reference once. */
const maxShown = 40;
const count = z.int().nonnegative().max(maxCount);
/** The schema of a group of garbage, from the harness and in a record, which differ in the schema of a name. */
export const groupSchema = (name: z.ZodType<string>) =>
  z
    .strictObject({
      types: z.array(name).min(1).max(maxShown),
      names: z.array(name),
      edges: z.array(z.tuple([count, count, name])).max(maxShown ** 2),
      objects: count,
      share: z.number().min(0).max(1),
    })
    .refine(({ types, names }) => names.length === types.length, { path: ['names'], error: 'not a name for each type' })
    .refine(({ types, objects }) => objects >= types.length, { path: ['objects'], error: 'fewer than are listed' })
    .refine(({ types, edges }) => edges.every(([from, to]) => Math.max(from, to) < types.length), {
      path: ['edges'],
      error: 'an edge to no object',
    })
    .refine(({ edges }) => new Set(edges.map(([from, to]) => `${from} ${to}`)).size === edges.length, {
      path: ['edges'],
      error: 'an edge twice',
    });
const reportedGroup = groupSchema(z.string().transform((name) => cutName(name)));
/** The group that makes up most of the garbage: the types and names of its objects, and its references as [from, to, name]. */
export type GarbageGroup = z.infer<typeof reportedGroup>;

/** How something refers to the next on the way to what is held. */
export const holds = [
  'module',
  'global',
  'local',
  'attribute',
  'class attribute',
  'slot',
  'closure',
  'default argument',
  'entry',
  'key',
  'member',
  'cache',
  'partial',
  'bound method',
  'thread local',
  'context variable',
  'signal handler',
  'inside',
  'more',
] as const;

/** The longest way to what is held (`most_nodes` and `most_types` in holder.py). */
const [maxNodes, maxHeldTypes] = [12, 12];

/** The schemas of who holds what is kept, from the harness and in a record, which differ in the schema of a name. */
export const holderSchemas = (name: z.ZodType<string>) => {
  const node = z.strictObject({
    /** The name by which the one before refers to it; empty if it has none. */
    name,
    type: name,
    how: z.enum(holds),
    /** What it calls itself, if it is a class, a function or a module. */
    called: name.optional(),
    /** How many in a row are the same, or are left out. */
    times: count.optional(),
  });
  const holder = z
    .strictObject({
      /** From a named root to a typical new object; empty if none leads there, so that C holds it, or the search was stopped. */
      path: z.array(node).max(maxNodes),
      /** The index of the holder in the path. */
      suspect: count.nullable(),
      /** A typical new object, and the bytes of it and of what it alone holds. */
      typical: z.strictObject({ type: name, bytes: count }),
      /** What was counted at both looks: the entries of the holder, or all objects of that type. */
      counted: z.enum(['entries', 'objects']),
      growth: z.strictObject({ from: count, to: count }),
      /** Whether C code holds it, as nothing in Python refers to it. */
      c: z.literal(true).optional(),
      /** How many objects were walked through without finding it, if that was the limit. */
      stopped: count.optional(),
    })
    .refine(({ path, suspect }) => (suspect === null) === (path.length === 0) && (suspect ?? -1) < path.length, {
      path: ['suspect'],
      error: 'it is not in the path',
    })
    .refine(({ path, suspect }) => suspect === null || path[suspect]?.how !== 'more', { path: ['suspect'], error: 'it is left out' })
    .refine(({ path }) => path.every(({ how, times }) => how !== 'more' || times !== undefined), {
      path: ['path'],
      error: 'left out, and not how many',
    })
    .refine(({ growth }) => growth.from < growth.to, { path: ['growth'], error: 'no growth' });
  /** Living objects by type, those that the collector tracks and that became more: [name, number at the first look, at the second]. */
  return {
    holder,
    types: z.array(z.tuple([name, count, count]).refine(([, first, second]) => first < second, 'no growth')).max(maxHeldTypes),
    /** The sample's own count of its work at both looks. */
    looks: z.tuple([count, count]).refine(([first, second]) => first < second, 'the second look is not later'),
  };
};
const reportedName = z.string().transform((name) => cutName(name));
const { holder: reportedHolder, types: reportedTypes, looks: reportedLooks } = holderSchemas(reportedName);
const reportedHeld = z.strictObject({ holder: reportedHolder.optional(), types: reportedTypes, looks: reportedLooks.optional() });
/** Who holds what is kept, and which types grow. */
export type Held = z.infer<typeof reportedHeld>;

/** The most frames of a way from a line down into a library, and of how many lines one is told (`deep` and `most_ways` in harness.py). */
const [maxFrames, maxDeep] = [12, 3];

/** The schema of ways from lines of the sample down into libraries, from the harness and in a record, which differ in that of a text. */
export const deepSchema = (text: z.ZodType<string>) =>
  z
    .array(
      z.strictObject({
        /** The line of the sample, and what was allocated by this way that was still held. */
        line: count.min(1),
        bytes: count,
        /** [file, line, what stands there], outermost first. */
        frames: z
          .array(z.tuple([text, count, text]))
          .min(1)
          .max(maxFrames),
      }),
    )
    .max(maxDeep);
const reportedDeep = deepSchema(z.string().transform((text) => cutName(text)));
/** The ways by which lines of the sample come to allocate in libraries. */
export type Deep = z.infer<typeof reportedDeep>;

/** The kinds of mappings that a process has, as `read_regions` in harness.py tells them apart. */
export const regionKinds = ['heap', 'anonymous', 'python', 'files', 'stack', 'shared'] as const;
/** The most arenas of malloc: eight for each processor. */
const maxArenas = 2000;

/**
 * What the memory of the process is, in bytes: resident bytes by kind of mapping, at the first statement, at the end, and after
 * malloc_trim(3); and, at the end, malloc's arenas as [from the system, in use], and its blocks that are mappings of their own.
 */
export const regionsSchema = z.strictObject({
  start: z.partialRecord(z.enum(regionKinds), count),
  end: z.partialRecord(z.enum(regionKinds), count),
  trimmed: z.partialRecord(z.enum(regionKinds), count).optional(),
  arenas: z
    .array(z.tuple([count, count]).refine(([system, inUse]) => inUse <= system, 'more in use than there is'))
    .max(maxArenas)
    .optional(),
  mapped: count.optional(),
});
export type Regions = z.infer<typeof regionsSchema>;

/** Everything that the harness reported. */
export interface HarnessReport {
  readonly marks: readonly Mark[];
  readonly heat: readonly HeatLine[];
  readonly deep: Deep;
  readonly garbage: GarbageGroup | undefined;
  readonly held: Held | undefined;
  readonly regions: Regions | undefined;
}

/** Parses the lines of the side channel that start with the run's nonce (`seal`); truncated and invalid lines are ignored. */
export function readReport(text: string, seal: string): HarnessReport {
  const marks: Mark[] = [];
  const heat: HeatLine[] = [];
  const deep: Deep[number][] = [];
  let garbage: GarbageGroup | undefined;
  let held: Held | undefined;
  const regions: Partial<Regions> = {};
  for (const row of sealedRows(text, `${seal} `)) {
    const mark = readMark(row);
    if (mark !== undefined) marks.push(mark);
    const [, code, bytes, blocks] = /^H (\d{1,9}) (\d{1,15}) (\d{1,15})$/.exec(row) ?? [];
    if (code !== undefined) heat.push({ line: Number(code), bytes: Number(bytes), blocks: Number(blocks) });
    if (row.startsWith('D ')) deep.push(...(readJson(reportedDeep, `[${row.slice(2)}]`) ?? []));
    if (row.startsWith('G ')) garbage = readJson(reportedGroup, row.slice(2)) ?? garbage;
    if (row.startsWith('K ')) held = readJson(reportedHeld, row.slice(2)) ?? held;
    if (row.startsWith('R ')) Object.assign(regions, readJson(regionsSchema.partial(), row.slice(2)));
  }
  return { marks, heat, deep: deep.slice(0, maxDeep), garbage, held, regions: regionsSchema.safeParse(regions).data };
}

/** The lines that start with the seal, without it, among any number of others. */
function* sealedRows(text: string, seal: string): Generator<string> {
  for (let at = text.indexOf(seal); at >= 0; at = text.indexOf(seal, at + seal.length)) {
    if (at > 0 && text[at - 1] !== '\n') continue;
    const end = text.indexOf('\n', at);
    yield text.slice(at + seal.length, end < 0 ? undefined : end);
  }
}

function readJson<Value>(schema: z.ZodType<Value>, json: string): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
