import type { Yaml } from 'mdast';
import type { Point, Position } from 'unist';
import type { VFile } from 'vfile';
import { isMap, isScalar, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { report } from './message.ts';
import { didYouMean } from './suggestion.ts';

/** What no page, feed or terminal shows as it is: control characters, and those that turn the direction of a text around. */
const isPlain = (text: string) => text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/.test(text);
const notPlain = 'holds a character that cannot be shown';
/** A word is the name of a folder, too. */
const longestWord = 50;

const words = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))], { error: 'is neither a word nor a list of words' })
  .transform((value) => (Array.isArray(value) ? value.map((word) => oneLine(String(word))).filter(Boolean) : String(value).split(/[\s,]+/).filter(Boolean)))
  .refine((list) => list.every(isPlain), notPlain)
  .refine((list) => list.every((word) => word.length <= longestWord), `holds a word of more than ${longestWord} letters`);

const date = z
  .string({ error: 'is no date' })
  .regex(/^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?$/, { error: 'is no date such as 2023-09-22 or "2023-09-22 22:13"', abort: true })
  .refine((text) => new Date(`${text.slice(0, 10)}T00:00Z`).toJSON()?.startsWith(text.slice(0, 10)) === true, 'is no day of the calendar')
  .transform((text) => text.slice(0, 10));

const text = z.string({ error: 'is no text' }).trim().min(1, 'is empty').refine(isPlain, notPlain).transform(oneLine);

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What may stand at the top of a post, in Jekyll's forms; `layout` is accepted and ignored. */
const schema = z.object({
  title: text.describe('the title of the post'),
  date: date.describe('the day it is published; a time of day may follow, and is not shown'),
  author: text.optional().describe('who wrote it'),
  description: text.optional().describe('the post in a sentence: under its title, in lists, for search engines'),
  categories: words.default([]).describe('words, or a list of them'),
  tags: words.default([]).describe('words, or a list of them; each has a page with its posts'),
  updated: date.optional().describe('the day it was last changed'),
  draft: z.boolean({ error: 'is neither true nor false' }).default(false).describe('true for a post that is run and checked but not published; the dev server shows it'),
  layout: z.unknown().optional().describe('accepted, for posts that come from Jekyll, and ignored'),
});

/** A key of the front matter as the manual tells it. */
export interface FrontMatterKey {
  readonly key: string;
  readonly meaning: string;
  readonly needed: boolean;
  /** A line that sets it. */
  readonly example: string | undefined;
}

/** Every key of the front matter. */
export function frontMatterKeys(): readonly FrontMatterKey[] {
  return Object.entries(schema.shape).map(([key, field]) => ({ key, meaning: field.description ?? '', needed: !field.safeParse(undefined).success, example: examples[key] }));
}

/** The front matter as a JSON Schema, for editors. */
export function frontMatterJsonSchema(): object {
  return { title: 'The front matter of a post', ...z.toJSONSchema(schema, { io: 'input' }) };
}

/** A post's front matter with every default applied; dates are days, `YYYY-MM-DD`. */
export type FrontMatter = Readonly<Omit<z.output<typeof schema>, 'layout'>>;

const empty: FrontMatter = { title: '', date: '', categories: [], tags: [], draft: false };

/** Reads a post's front matter and reports everything wrong with it, each at its line and column. */
export function readFrontMatter(file: VFile, node: Yaml | undefined): FrontMatter {
  if (node === undefined) {
    const open = /^\s*-{3,}[^\S\n]*\r?\n/.test(String(file).replace(/^\uFEFF/, ''));
    report(file, {
      rule: 'front-matter-missing',
      reason: open ? 'The front matter is not opened and closed by lines of exactly three dashes' : 'The post has no front matter',
      hint: open ? 'Write three dashes alone on the first line of the file, and three dashes alone after the last key.' : 'Start the file with a line of three dashes, `title: …`, `date: 2023-09-22`, and three dashes again.',
      place: { line: 1, column: 1 },
    });
    return empty;
  }
  const document = parseDocument(node.value, { uniqueKeys: true });
  const at = placer(node);
  for (const error of [...document.errors, ...document.warnings].slice(0, 3)) {
    report(file, {
      rule: 'front-matter-yaml',
      reason: `The front matter is not valid YAML: ${error.message.split(' at line ')[0]?.trim()}`,
      hint: yamlHints[error.code] ?? 'Quote a text that holds a colon or starts with a sign: title: "memory: a leak".',
      place: at(error.pos),
    });
  }
  if (document.errors.length + document.warnings.length > 0) return empty;
  return validate(file, document, at, node);
}

function validate(file: VFile, document: Document, at: (range: readonly number[]) => Position, node: Yaml): FrontMatter {
  const { contents } = document;
  const top = node.position?.start;
  if (contents !== null && !isMap(contents)) {
    report(file, { rule: 'front-matter-yaml', reason: 'The front matter is not a list of `key: value` lines', hint: 'Write one `key: value` on each line.', place: top });
    return empty;
  }
  for (const pair of contents?.items ?? []) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (isScalar(pair.key) && !Object.hasOwn(schema.shape, key)) {
      report(file, {
        rule: 'front-matter-unknown',
        reason: `The front matter key "${key}" is not used.${didYouMean(key, Object.keys(schema.shape))}`,
        hint: `Known keys: ${Object.keys(schema.shape).join(', ')}.`,
        place: at(pair.key.range ?? [0]),
        level: 'warning',
      });
    }
  }
  let read: Record<string, unknown>;
  try {
    read = (document.toJS() ?? {}) as Record<string, unknown>;
  } catch (error) {
    report(file, { rule: 'front-matter-yaml', reason: `The front matter is not valid YAML: ${(error as Error).message}`, hint: 'Quote a text that starts with a sign: title: "*bold*".', place: top });
    return empty;
  }
  const values = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== null));
  const result = schema.safeParse(values);
  if (result.success) {
    const { layout: _, ...frontMatter } = result.data;
    return frontMatter;
  }
  for (const issue of result.error.issues) {
    const key = String(issue.path[0] ?? '');
    const missing = !(key in values);
    const found = missing ? undefined : document.getIn(issue.path.slice(0, 1), true);
    const range = found !== undefined && (found as { range?: readonly number[] | null }).range;
    report(file, {
      rule: missing ? 'front-matter-missing' : 'front-matter-value',
      reason: missing ? `The front matter has no "${key}"` : `The front matter's "${key}" ${issue.message}`,
      hint: missing ? `Add a line such as ${examples[key] ?? `${key}: …`}` : `Write it such as ${examples[key] ?? `${key}: …`}`,
      place: range ? at(range) : top,
    });
  }
  return empty;
}

/** The way out of each fault of YAML that authors make. */
const yamlHints: Readonly<Record<string, string>> = {
  MULTILINE_IMPLICIT_KEY: 'Write key: value, with a blank after the colon; and close the front matter with a line of three dashes.',
  MISSING_CHAR: 'Write key: value, with a blank after the colon; and close every quote and bracket.',
  TAB_AS_INDENT: 'Indent with blanks, not with tabs.',
  DUPLICATE_KEY: 'Keep one of the two lines.',
  BAD_INDENT: 'Begin the line at the left, or indent it like its neighbours.',
  BLOCK_AS_IMPLICIT_KEY: 'Begin the line at the left; and quote a text that holds a colon: title: "memory: a leak".',
  BLOCK_IN_FLOW: 'Close the bracket: tags: [python, gc]',
  BAD_DQ_ESCAPE: 'In double quotes write a backslash twice, or use single quotes.',
  TAG_RESOLVE_FAILED: 'Quote a text that starts with a sign: title: "!important".',
  UNEXPECTED_TOKEN: 'Quote the whole text; a quote inside double quotes is written \\", one inside single quotes twice.',
};

const examples: Readonly<Record<string, string>> = {
  title: 'title: "A leak that was none"',
  date: 'date: 2023-09-22',
  updated: 'updated: 2023-09-24',
  draft: 'draft: true',
  tags: 'tags: [python, gc]',
  categories: 'categories: python',
  author: 'author: "melon"',
  description: 'description: "What looks like a leak is garbage that waits."',
  layout: 'layout: post',
};

/** Turns offsets in the YAML into places in the file; the YAML starts on the line after the node's. */
function placer(node: Yaml): (range: readonly number[]) => Position {
  const line = (node.position?.start.line ?? 1) + 1;
  const base = (node.position?.start.offset ?? 0) + 4;
  const point = (offset: number): Point => {
    const before = node.value.slice(0, offset).split('\n');
    return { line: line + before.length - 1, column: (before.at(-1) ?? '').length + 1, offset: base + offset };
  };
  return ([start = 0, end = start]) => ({ start: point(start), end: point(end) });
}
