import type { Yaml } from 'mdast';
import type { Point, Position } from 'unist';
import type { VFile } from 'vfile';
import { isMap, isScalar, parseDocument, visit, type Document, type Node } from 'yaml';
import { z } from 'zod';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report, type Place } from '../../experiment/finding.ts';
import { daysMeant, isDay } from './calendar.ts';
import { tagSlug } from './tag.ts';
import { explainYaml } from './yaml-error.ts';

/** Whether a text has no control characters and none that reverse its direction, which pages, feeds and terminals cannot show. */
const isPlain = (text: string) =>
  text.isWellFormed() &&
  !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/.test(text);
const notPlain = 'has a character that cannot be shown';
/** Characters of a word, which is also the name of a folder. */
const maxWordLength = 50;

const wordless = { error: 'is neither a word nor a list of words' };
const words = z
  .union([z.string(), z.number(), z.array(z.union([z.string().trim().min(1, wordless), z.number()]), wordless)], wordless)
  .transform((value) =>
    Array.isArray(value)
      ? value.map((word) => oneLine(String(word))).filter(Boolean)
      : String(value)
          // Words are separated by commas if there are any, or else by spaces, as in Jekyll.
          .split(String(value).includes(',') ? /,/ : /\s+/)
          .map(oneLine)
          .filter(Boolean),
  )
  .refine((list) => list.every(isPlain), notPlain)
  .refine((list) => list.every((word) => word.length <= maxWordLength), `has a word of more than ${maxWordLength} letters`);

const date = z
  .string({ error: 'is not a date' })
  .regex(/^\d{4}-\d{2}-\d{2}(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\.\d+)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?$/, {
    error: 'is not a date such as 2023-09-22 or "2023-09-22 22:13"',
    abort: true,
  })
  .refine((text) => isDay(text.slice(0, 10)), 'is not a calendar day')
  .transform((text) => text.slice(0, 10));

const text = z.string({ error: 'is not text' }).trim().min(1, 'is empty').refine(isPlain, notPlain).transform(oneLine);

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const language = z.string({ error: 'is not the name of a language' }).refine(isLanguage, 'is not the name of a language');

/** The front matter of a post, in the forms that Jekyll accepts; `layout` is accepted and ignored. */
const postSchema = z.object({
  title: text.describe('the title of the post'),
  date: date.describe('the day it is published; a time of day may follow, and is not shown'),
  author: z
    .union([text, z.array(text).min(1, 'is an empty list')], { error: 'is neither a name nor a list of names' })
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .optional()
    .describe('who wrote it, or a list of those who did'),
  description: text.optional().describe('the post in a sentence: under its title, in lists, for search engines'),
  categories: words.default([]).describe('words, or a list of them'),
  tags: words.default([]).describe('words, or a list of them; each has a page with its posts'),
  updated: date.optional().describe('the day it was last changed'),
  image: z
    .string({ error: 'is not the path of an image' })
    .regex(/^\/(?!\/)[^?#\s]+\.(?:png|jpe?g|gif|webp|avif)$/i, 'is not the path of an image below public/')
    .optional()
    .describe('an image below public/ that stands for the post elsewhere, in place of its card'),
  lang: language.optional().describe('its language, where that is not the blog’s'),
  series: text.optional().describe('the series that it is part of; each part lists the others'),
  draft: z
    .boolean({ error: 'is neither true nor false' })
    .default(false)
    .describe('true for a post that is run and checked but not published; the dev server shows it'),
  layout: z.unknown().optional().describe('accepted, for posts that come from Jekyll, and ignored'),
});

/** A key of the front matter, as the manual lists it. */
export interface FrontMatterKey {
  readonly key: string;
  readonly meaning: string;
  readonly needed: boolean;
  /** A line that sets the key. */
  readonly example: string | undefined;
}

/** All keys of the front matter. */
export function frontMatterKeys(): readonly FrontMatterKey[] {
  return Object.entries(postSchema.shape).map(([key, field]) => ({
    key,
    meaning: field.description ?? '',
    needed: !field.safeParse(undefined).success,
    example: postExamples[key],
  }));
}

/** The JSON Schema of the front matter, for editors. */
export function frontMatterJsonSchema(): object {
  return { title: 'The front matter of a post', ...z.toJSONSchema(postSchema, { io: 'input' }) };
}

/** A post's front matter with every default applied; dates are days, `YYYY-MM-DD`. */
export type FrontMatter = Readonly<Omit<z.output<typeof postSchema>, 'layout'>>;

/** The front matter of a post whose own is missing or cannot be read. */
export const emptyFrontMatter: FrontMatter = { title: '', date: '', categories: [], tags: [], draft: false };

/** Reads a post's front matter and reports each problem at its line and column. */
export function readFrontMatter(file: VFile, node: Yaml | undefined): FrontMatter {
  if (node === undefined) {
    report(file, { rule: 'front-matter-missing', place: { line: 1, column: 1 }, ...explainMissing(String(file)) });
    return emptyFrontMatter;
  }
  const read = readYaml(file, node, { schema: postSchema, examples: postExamples, elsewhere });
  if (read === undefined) return emptyFrontMatter;
  const { layout: _, ...frontMatter } = read.values;
  checkDays(file, frontMatter, read.placeOf);
  checkTags(file, frontMatter, read.placeOf);
  checkValues(file, frontMatter, read.placeOf);
  return frontMatter;
}

const pageSchema = z.object({
  title: text.optional().describe('the title of the page; its first heading where it has none'),
  description: text.optional().describe('the page in a sentence, for search engines; its first paragraph where it has none'),
  order: z.number({ error: 'is not a number' }).default(0).describe('its place among the pages in the navigation, the lowest first'),
  hidden: z.boolean({ error: 'is neither true nor false' }).default(false).describe('true for a page that the navigation leaves out'),
});

/** A page's front matter with every default applied. */
export type PageFrontMatter = Readonly<z.output<typeof pageSchema>>;

/** Reads the front matter of a page beside the posts, if it has some, and reports each problem at its line and column. */
export function readPageFrontMatter(file: VFile, node: Yaml | undefined): PageFrontMatter {
  // Without its end, three dashes are a line across the page.
  if (node === undefined && /^-{3}[^\S\n]*\n\s*[a-z]+:\s/.test(String(file)))
    report(file, {
      rule: 'front-matter-yaml',
      reason: 'The front matter is not closed',
      hint: 'Write three dashes alone on the line after its last key.',
      place: { line: 1, column: 1 },
    });
  const read = node && readYaml(file, node, { schema: pageSchema, examples: pageExamples, elsewhere: {} });
  return read?.values ?? { order: 0, hidden: false };
}

/** The keys that a kind of front matter has. */
interface Kind<Schema extends z.ZodObject> {
  readonly schema: Schema;
  /** A line that sets each key. */
  readonly examples: Readonly<Record<string, string>>;
  /** Keys of other site generators, each with what to write instead. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

/** Front matter that was read, and where each value stands. */
interface Read<Schema extends z.ZodObject> {
  readonly values: z.output<Schema>;
  readonly placeOf: (path: readonly PropertyKey[]) => Position | undefined;
}

/** Reads front matter of some kind; undefined if it cannot be used, with the reasons on the file. */
function readYaml<Schema extends z.ZodObject>(file: VFile, node: Yaml, kind: Kind<Schema>): Read<Schema> | undefined {
  const document = parseDocument(node.value, { uniqueKeys: true, logLevel: 'error' });
  const at = placer(node);
  const errors = [...document.errors, ...document.warnings].map((error) => explainYaml(error, node.value));
  // One fault often causes more on its line.
  const lineOf = ({ at: [start] }: (typeof errors)[number]) => at([start]).start.line;
  const distinct = errors.filter((error, index) => errors.findIndex((other) => lineOf(other) === lineOf(error)) === index);
  for (const { reason, hint, at: range } of distinct.slice(0, 3))
    report(file, { rule: 'front-matter-yaml', reason, hint, place: at(range) });
  return errors.length > 0 ? undefined : validate(file, document, at, node, kind);
}

/** Why a file has no front matter, judged by how it starts. */
function explainMissing(text: string): { readonly reason: string; readonly hint: string; readonly place?: Place } {
  if (text.trim() === '')
    return { reason: 'The file is empty', hint: 'Start it with front matter, or delete it and let npm run new -- "Title" start the post.' };
  const whole = 'Start the file with a line of three dashes, `title: …`, `date: 2023-09-22`, and three dashes again.';
  const open = /^---[ \t]*\r?\n(?:[\w-]+[ \t]*:[^\n]*\n|[ \t]+[^\n]*\n|-[ \t][^\n]*\n|#[^\n]*\n)+/.exec(text)?.[0];
  if (open !== undefined) {
    const [next = ''] = text.slice(open.length).split('\n', 1);
    return {
      reason: 'The front matter is not closed',
      hint: /^\s*-+\s*$/.test(next) ? 'Write exactly three dashes.' : 'Write three dashes alone on this line, after the last key.',
      place: { line: open.split('\n').length, column: 1 },
    };
  }
  if (/^\s*-{3,}[^\S\n]*\r?\n/.test(text))
    return {
      reason: 'The front matter is not opened and closed by lines of exactly three dashes',
      hint: 'Write three dashes alone on the first line of the file, and three dashes alone after the last key.',
    };
  if (/^\s*[\u2010-\u2015]+\s*\n/.test(text))
    return { reason: 'The front matter is opened by a long dash, not by three short ones', hint: whole };
  if (/^\+{3}\s*\n|^\s*\{\s*\n/.test(text))
    return { reason: `The front matter is ${text.startsWith('+') ? 'TOML' : 'JSON'}; only YAML is read`, hint: whole };
  if (/^\w+:\s.*\n/.test(text)) return { reason: 'The front matter has no line of three dashes before it', hint: whole };
  return { reason: 'The post has no front matter', hint: whole };
}

/** Keys of other site generators, each with what to write instead. */
const elsewhere: Readonly<Record<string, string>> = {
  published: 'To keep a post unpublished, write draft: true',
  permalink: 'The address is the file name without its date: delete the line.',
  slug: 'The address is the file name without its date: delete the line.',
  authors: 'Write author: [Ada, Bob]',
  summary: 'Write description: "…"',
  excerpt: 'Write description: "…"',
  last_modified_at: 'Write updated: 2023-09-24',
};

function validate<Schema extends z.ZodObject>(
  file: VFile,
  document: Document,
  at: (range: readonly number[]) => Position,
  node: Yaml,
  { schema, examples, elsewhere }: Kind<Schema>,
): Read<Schema> | undefined {
  const { contents } = document;
  const top = node.position?.start;
  if (contents !== null && !isMap(contents)) {
    report(file, {
      rule: 'front-matter-yaml',
      reason: 'The front matter is not a list of `key: value` lines',
      hint: 'Write one `key: value` on each line, with a space after the colon.',
      place: at(contents.range ?? [0]),
    });
    return undefined;
  }
  const known = Object.keys(schema.shape);
  const pairs = (contents?.items ?? []).flatMap(({ key, value }) =>
    isScalar(key) ? [{ key: String(key.value), value, place: at(key.range ?? [0]) }] : [],
  );
  // A missing key that is there in other letters, with its place.
  const meant = new Map<string, Position>();
  // A key without a value, followed by one that is not known, may have been meant to contain it.
  const emptyBefore = (name: string) => {
    const above = pairs[pairs.findIndex(({ key }) => key === name) - 1];
    return above !== undefined && known.includes(above.key) && isScalar(above.value) && above.value.value === null ? above.key : undefined;
  };
  for (const { key, place } of pairs.filter(({ key }) => !known.includes(key))) {
    const right = known.find((name) => name === key.trim().toLowerCase());
    // A required one is reported below, as missing.
    if (right !== undefined && !pairs.some((pair) => pair.key === right) && !meant.has(right)) {
      meant.set(right, place);
      if (!(schema.shape[right] as z.ZodType).safeParse(undefined).success) continue;
    }
    const [reason, hint] =
      right === undefined
        ? [
            `The front matter key "${key}" is not used.${didYouMean(key, known)}`,
            emptyBefore(key) === undefined
              ? ((Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined) ?? `Known keys: ${known.join(', ')}.`)
              : `If it belongs to "${emptyBefore(key)}" above, which is empty, write ${examples[emptyBefore(key) ?? ''] ?? 'it there'}`,
          ]
        : [`The front matter key "${key}" is not used: keys are in lower case, without spaces`, `Write ${right}:`];
    report(file, { rule: 'front-matter-unknown', reason, hint, place, level: 'warning' });
  }
  for (const { key, value } of pairs) {
    if (!isScalar(value) || value.comment === undefined || value.comment === null || !/^\S/.test(value.comment)) continue;
    report(file, {
      rule: 'front-matter-value',
      reason: `To YAML, "#${value.comment}" is a comment, not part of the text`,
      hint: hintForComment(key, value.value, value.comment),
      place: at([node.value.indexOf('#', value.range?.[1] ?? 0), value.range?.[2] ?? 0]),
      level: 'warning',
    });
  }
  keepWords(document);
  let read: Record<string, unknown>;
  try {
    read = (document.toJS() ?? {}) as Record<string, unknown>;
  } catch (error) {
    let alias: readonly number[] = [0];
    visit(document, { Alias: (_, found) => ((alias = found.range ?? alias), visit.BREAK) });
    const isMany = /resource/.test((error as Error).message);
    report(file, {
      rule: 'front-matter-yaml',
      reason: isMany
        ? 'The front matter repeats itself without end'
        : 'To YAML, a text that starts with an asterisk is a name for another part',
      hint: isMany ? 'Write each value out.' : 'Quote it: title: "*bold*".',
      place: at(alias),
    });
    return undefined;
  }
  const values = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== null));
  const result = schema.safeParse(values);
  const placeOf = (path: readonly PropertyKey[]) => {
    const found = document.getIn(path as string[], true) as { range?: readonly number[] | null } | undefined;
    return found?.range ? at(found.range) : undefined;
  };
  if (result.success) {
    checkQuotes(file, contents, at);
    return { values: result.data, placeOf };
  }
  for (const issue of result.error.issues) {
    const key = String(issue.path[0] ?? '');
    const example = examples[key] ?? `${key}: …`;
    if (!(key in values)) {
      const place = meant.get(key) ?? pairs.find((pair) => pair.key === key)?.place;
      report(file, {
        rule: 'front-matter-missing',
        reason: `The front matter has no "${key}"${meant.has(key) ? ': keys are in lower case, without spaces' : ''}`,
        hint: meant.has(key) ? `Write ${key}:` : `Add a line such as ${example}`,
        place: place ?? top,
      });
    } else
      report(file, {
        rule: 'front-matter-value',
        reason: `The front matter's "${key}" ${issue.message}`,
        hint: (issue.message === notPlain ? hintForInvisible : hintForValue(key, values[key])) ?? `Write it like this: ${example}`,
        place: placeOf(faultyPart(key, values[key])) ?? placeOf([key]) ?? top,
      });
  }
  return undefined;
}

/** Reports texts in curly quotes, which are part of the text. */
function checkQuotes(file: VFile, contents: Node | null, at: (range: readonly number[]) => Position): void {
  if (contents === null) return;
  visit(contents, {
    Scalar: (_, { value, range, type }) => {
      if (type !== 'PLAIN' || typeof value !== 'string' || !/^[“”„‘’‚].*[“”‘’]$/.test(value)) return;
      report(file, {
        rule: 'front-matter-value',
        reason: `To YAML, curly quotes are part of the text: ${value}`,
        hint: `Write straight ones: "${value.slice(1, -1)}"`,
        place: at(range ?? [0]),
        level: 'warning',
      });
    },
  });
}

/** Keeps tags and categories as they were typed: to YAML, 3.10 is the number 3.1. */
function keepWords(document: Document): void {
  for (const key of ['tags', 'categories']) {
    const node = document.get(key, true);
    if (node === undefined || node === null) continue;
    visit(node as Node, {
      Scalar: (_, scalar) => {
        if (typeof scalar.value === 'number' && scalar.source !== undefined) scalar.value = scalar.source;
      },
    });
  }
}

/** The path of the item that makes a list invalid, or else of the whole value. */
function faultyPart(key: string, value: unknown): readonly PropertyKey[] {
  const index = Array.isArray(value) ? value.findIndex((item) => !/^(?:string|number)$/.test(typeof item) || item === '') : -1;
  return index === -1 ? [key] : [key, index];
}

const hintForInvisible = 'Type it anew: invisible characters are often copied along with a text.';

function hintForComment(key: string, value: unknown, comment: string): string {
  const words = `#${comment}`.split(/[\s,]+/).map((word) => word.replace(/^#/, ''));
  return value === null && /^(?:tags|categories)$/.test(key)
    ? `Write words without the sign: ${key}: [${words.filter(Boolean).join(', ')}]`
    : `Quote the whole text: "${value === null ? '' : `${String(value)} `}#${comment}"`;
}

/** A hint on how to write what an invalid value most likely means; undefined if that cannot be guessed. */
function hintForValue(key: string, value: unknown): string | undefined {
  if (key === 'draft') {
    const [yes, no] = [/^(?:yes|y|on|1|true|draft)$/i.test(String(value)), /^(?:no|n|off|0|false)$/i.test(String(value))];
    return yes || no ? `Write draft: ${yes}` : undefined;
  }
  if (key === 'date' || key === 'updated') {
    const days = daysMeant(String(value));
    return days.length === 0 ? undefined : `Write ${days.map((day) => `${key}: ${day}`).join(' or ')}`;
  }
  const tag = String(value).replaceAll('_', '-');
  if (key === 'lang') return tag !== value && isLanguage(tag) ? `Write lang: ${tag}` : undefined;
  if (key === 'image') return /^[\w-][^?#\s:]*\.\w{3,4}$/.test(tag) ? `Write image: /${String(value).replace(/^public\//, '')}` : undefined;
  return ['title', 'author', 'description'].includes(key) && /^(?:number|boolean)$/.test(typeof value)
    ? `Quote it: ${key}: "${String(value)}"`
    : undefined;
}

/** Reports two tags with the same address, dashes that begin none, and texts that are cut at their spaces. */
function checkTags(file: VFile, { tags }: FrontMatter, placeOf: (path: readonly PropertyKey[]) => Position | undefined): void {
  const first = new Map<string, string>();
  for (const [index, tag] of tags.entries()) {
    if (/^-\w/.test(tag))
      report(file, {
        rule: 'front-matter-value',
        reason: `A space is missing after the dash of ${tag}`,
        hint: `Write - ${tag.slice(1)}`,
        place: placeOf(['tags', index]) ?? placeOf(['tags']),
        level: 'warning',
      });
    const other = first.get(tagSlug(tag));
    if (other === undefined) {
      first.set(tagSlug(tag), tag);
      continue;
    }
    report(file, {
      rule: 'front-matter-value',
      reason: other === tag ? `The tag "${tag}" is listed twice` : `The tags "${other}" and "${tag}" are one: /tags/${tagSlug(tag)}/`,
      hint: 'Keep one of them.',
      place: placeOf(['tags', index]) ?? placeOf(['tags']),
      level: 'warning',
    });
  }
}

/** Reports measured values where none is filled in. */
function checkValues(file: VFile, frontMatter: FrontMatter, placeOf: (path: readonly PropertyKey[]) => Position | undefined): void {
  for (const key of ['title', 'description'] as const) {
    const [value] = /`= ?[a-z][\w-]*\.[\w.-]+`/i.exec(frontMatter[key] ?? '') ?? [];
    if (value === undefined) continue;
    report(file, {
      rule: 'value-form',
      reason: `${value} is filled in only in the text, not in the ${key}`,
      hint: 'Write it in words, or move it to the text.',
      place: placeOf([key]),
      level: 'warning',
    });
  }
}

/** Reports dates that contradict one another. */
function checkDays(file: VFile, { date, updated }: FrontMatter, placeOf: (path: readonly string[]) => Position | undefined): void {
  const [, day, words] = /^(\d{4}-\d{2}-\d{2})-(.+)$/.exec(file.stem ?? '') ?? [];
  if (day !== undefined && isDay(day) && day !== date) {
    report(file, {
      rule: 'file-date',
      reason: `The front matter says ${date}, the file name ${day}`,
      hint: `Write one day in both: date: ${day}, or rename the file ${date}-${words}.md`,
      place: placeOf(['date']),
      level: 'warning',
    });
  }
  if (updated !== undefined && updated < date) {
    report(file, {
      rule: 'front-matter-value',
      reason: `The post was changed on ${updated}, before it was published on ${date}`,
      hint: 'Correct one of the two days.',
      place: placeOf(['updated']),
      level: 'warning',
    });
  }
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Whether a text names a language that is known, as BCP 47 does: `de`, `pt-BR`. */
function isLanguage(text: string): boolean {
  try {
    return new Intl.Locale(text).language.length < 4 && languages.of(text) !== undefined;
  } catch {
    return false;
  }
}

const pageExamples: Readonly<Record<string, string>> = {
  title: 'title: "About"',
  description: 'description: "Who writes here."',
  order: 'order: 1',
  hidden: 'hidden: true',
};

const postExamples: Readonly<Record<string, string>> = {
  title: 'title: "A leak that was none"',
  date: 'date: 2023-09-22',
  updated: 'updated: 2023-09-24',
  draft: 'draft: true',
  tags: 'tags: [python, gc]',
  categories: 'categories: python',
  author: 'author: "Ada"',
  image: 'image: /name.png',
  lang: 'lang: de',
  series: 'series: "Caches"',
  description: 'description: "What looks like a leak is garbage that waits."',
  layout: 'layout: post',
};

/** Returns the function from offsets in the YAML to places in the file; the YAML starts one line below its node. */
function placer(node: Yaml): (range: readonly number[]) => Position {
  const line = (node.position?.start.line ?? 1) + 1;
  const base = (node.position?.start.offset ?? 0) + 4;
  const point = (offset: number): Point => {
    const before = node.value.slice(0, offset).split('\n');
    return { line: line + before.length - 1, column: (before.at(-1) ?? '').length + 1, offset: base + offset };
  };
  return ([start = 0, end = start]) => ({ start: point(start), end: point(end) });
}
