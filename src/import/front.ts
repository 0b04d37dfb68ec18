import { basename } from 'node:path';
import { daysMeant, isDay } from '../post/front-matter/calendar.ts';
import { tagSlug } from '../post/front-matter/tag.ts';
import type { Edit, ImportStep } from './edits.ts';
import { type Field, readHeader } from './header.ts';
import type { Source } from './source.ts';

/** What the front matter says that other steps need, and the edits that make it a post's here. */
export interface Front {
  /** The new file's name, `2023-09-22-some-words.md`; undefined if the post has no date. */
  readonly name: string | undefined;
  readonly edits: readonly Edit[];
  readonly steps: readonly ImportStep[];
}

/** A value of the new front matter. */
type Value = string | readonly string[] | boolean;

/** For each key, the keys of other generators that mean the same, the first that is there wins. */
const sources: Readonly<Record<string, readonly string[]>> = {
  title: ['title'],
  date: ['date', 'pubdate', 'datepublished', 'created', 'created_at'],
  updated: ['updated', 'lastmod', 'last_modified_at', 'last-modified-at', 'modified', 'last_updated', 'date_updated'],
  author: ['author', 'authors'],
  description: ['description', 'summary', 'excerpt', 'subtitle', 'abstract'],
  categories: ['categories', 'category'],
  tags: ['tags', 'tag'],
  image: ['image'],
  lang: ['lang', 'language'],
  series: ['series'],
  draft: ['draft', 'published', 'status'],
};

/** Reads the front matter of an old post, of whatever form, and writes it as a post here has it. */
export function convertFront(path: string, source: Source, wantedName?: string): Front {
  const header = readHeader(source.text);
  const file = namesOf(path);
  const [, wantedDay] = /^(\d{4}-\d{2}-\d{2})-/.exec(basename(wantedName ?? '')) ?? [];
  if (header.fault !== undefined && header.form === 'YAML') return unreadable(source.text.slice(header.from, header.to), file, wantedDay);
  const given = flatten(header.fields);
  const heading = findHeading(source, header.to);
  const details: string[] = [];
  const values = new Map<string, Value>();
  const title = textOf(given.get('title'));
  const words = title ?? heading?.text ?? file.words.replace(/[-_]+/g, ' ');
  values.set('title', words);
  if (title === undefined) details.push(`title: "${words}", from ${heading === undefined ? 'the file’s name' : 'the first heading'}`);
  const movesHeading = heading !== undefined && sameWords(heading.text, words);
  if (movesHeading && title !== undefined) details.push('the heading that repeats the title is dropped');
  const day = readDate(given, { file: file.day, out: wantedDay }, details);
  if (day !== undefined) values.set('date', day);
  for (const [key, value] of readRest(given, path, details, day)) values.set(key, value);
  const { lines, used } = writeFields(header.fields, values);
  const dropped = header.fields.filter((field) => !used.has(field) && !silent.test(field.key));
  if (dropped.length > 0) details.push(`dropped: ${dropped.map(({ key }) => key).join(', ')}`);
  const slug =
    slugify(textOf(given.get('slug')) ?? '') ||
    slugify(file.hasDay ? file.words : '') ||
    slugify(words) ||
    slugify(file.hasDay ? '' : file.words) ||
    'post';
  const text = ['---', ...lines, '---', ''].join(source.eol);
  const isSame = header.form === 'YAML' && normal(source.text.slice(header.from, header.to)) === normal(text);
  const hasBlank = /^[ \t]*[\r\n]/.test(source.text.slice(movesHeading ? heading.to : header.to));
  const edits: Edit[] = isSame
    ? []
    : [{ from: header.from, to: header.to, text: header.form === 'YAML' || hasBlank ? text : text + source.eol }];
  if (movesHeading) edits.push({ from: heading.from, to: heading.to, text: '' });
  const form =
    header.form === 'none' ? 'front matter is added' : header.form === 'YAML' ? 'front matter' : `front matter: ${header.form} → YAML`;
  if (header.fault !== undefined) details.push(`${header.fault}; its keys are lost`);
  const steps = isSame && details.length === 0 ? [] : [{ line: 1, what: form, details }];
  return { name: day === undefined ? undefined : `${day}-${slug}.md`, edits, steps };
}

const normal = (text: string) => text.replace(/\r\n?/g, '\n').trimEnd();

/** Front matter that is not valid stays as it is: the check tells what is wrong with it, and where. */
function unreadable(text: string, file: ReturnType<typeof namesOf>, wantedDay: string | undefined): Front {
  const [, day = file.day ?? wantedDay] = /^date\s*:\s*["']?(\d{4}-\d{2}-\d{2})(?!\d)/m.exec(text) ?? [];
  const name = day === undefined ? undefined : `${day}-${slugify(file.words) || 'post'}.md`;
  return { name, edits: [], steps: [{ line: 1, what: 'front matter that is not valid YAML stays', details: [] }] };
}

/** The values by key, in lower case for header lines; keys of a section `[extra]` or `[taxonomies]` count where none has that name. */
function flatten(fields: readonly Field[]): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { key, value } of fields) found.set(key.toLowerCase(), value);
  for (const section of ['taxonomies', 'extra'])
    for (const [key, value] of Object.entries((found.get(section) ?? {}) as Record<string, unknown>))
      if (!found.has(key)) found.set(key, value);
  return found;
}

function readDate(
  given: ReadonlyMap<string, unknown>,
  { file, out }: { readonly file: string | undefined; readonly out: string | undefined },
  details: string[],
): string | undefined {
  const written = first(given, 'date');
  const meant = written === undefined ? [] : daysOf(written);
  const day = meant.length === 1 ? meant[0] : ([file, out].find((one) => one !== undefined && meant.includes(one)) ?? file ?? out);
  if (day === undefined || written === day) return day;
  if (written !== undefined) details.push(`date: ${shorten(written)} → ${day}`);
  else details.push(`date: ${day}, from ${file === undefined ? '--out' : 'the file’s name'}`);
  return day;
}

/** Everything but the title and the date. */
function readRest(
  given: ReadonlyMap<string, unknown>,
  path: string,
  details: string[],
  date: string | undefined,
): readonly (readonly [string, Value])[] {
  const found: [string, Value][] = [];
  const updated = first(given, 'updated');
  const days = updated === undefined ? [] : daysOf(updated);
  if (days.length === 1 && days[0] !== undefined && (date === undefined || days[0] > date)) found.push(['updated', days[0]]);
  const authors = namesIn(given.get('author') ?? textOf(given.get('authors'))?.split(/\s*[,;]\s*/) ?? given.get('authors'));
  if (authors.length > 0) found.push(['author', authors.length === 1 ? (authors[0] as string) : authors]);
  for (const key of ['description', 'series'] as const) {
    const text = first(given, key);
    if (text !== undefined) found.push([key, text.replace(/\s+/g, ' ')]);
  }
  for (const key of ['categories', 'tags'] as const) {
    const words = distinct(wordsIn(sources[key]?.map((name) => given.get(name)).find((value) => value !== undefined && value !== '')));
    if (words.length > 0) found.push([key, words]);
  }
  const image = imageOf(given.get('image'));
  if (image !== undefined) found.push(['image', image]);
  const lang = first(given, 'lang');
  if (lang !== undefined && /^[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?$/.test(lang)) found.push(['lang', lang.replace('_', '-')]);
  const status = textOf(given.get('status'))?.toLowerCase();
  const draft = textOf(given.get('draft'));
  const hidden = /^(?:false|no)$/i.test(textOf(given.get('published')) ?? '');
  const why = hidden
    ? `published: ${textOf(given.get('published'))}`
    : /^(?:draft|private|hidden|skip)$/.test(status ?? '')
      ? `status: ${status}`
      : /(?:^|[/\\])_?drafts[/\\]/.test(path)
        ? 'its folder of drafts'
        : undefined;
  if (/^(?:true|yes|1)$/i.test(draft ?? '')) found.push(['draft', true]);
  else if (why !== undefined) {
    found.push(['draft', true]);
    details.push(`${why} → draft: true`);
  } else if (draft !== undefined) found.push(['draft', false]);
  return found;
}

/** Keys that say nothing more once it is known whether the post is a draft. */
const silent = /^(?:draft|published|status)$/i;

/** The lines of the new front matter, and the old fields in them: what means the same as before stays as it is written. */
function writeFields(
  fields: readonly Field[],
  values: ReadonlyMap<string, Value>,
): { readonly lines: readonly string[]; readonly used: ReadonlySet<Field> } {
  const left = new Map(values);
  const used = new Set<Field>();
  const lines = fields.flatMap((field) => {
    const { key, value, source } = field;
    const target = [...left.keys()].find((one) => chosen(fields, one) === field);
    const next = target === undefined ? undefined : left.get(target);
    if (target === undefined || next === undefined) return [];
    left.delete(target);
    used.add(field);
    const isQuoted = target === 'draft' && !/^draft\s*:\s*(?:true|false)\b/.test(source ?? '');
    const isKept = source !== undefined && key === target && !isQuoted && same(value, next, key);
    return isKept ? source.split('\n') : [`${target}: ${write(next)}`];
  });
  return { lines: [...lines, ...[...left].map(([key, value]) => `${key}: ${write(value)}`)], used };
}

/** The old field that gives a key its value: the first of those that mean the same, in the order of `sources`. */
function chosen(fields: readonly Field[], target: string): Field | undefined {
  const named = (name: string) => fields.find(({ key, value }) => key.toLowerCase() === name && value !== '');
  return sources[target]?.map(named).find((field) => field !== undefined);
}

function same(old: unknown, value: Value, key: string): boolean {
  if (key === 'date' || key === 'updated' || key === 'draft') return old === String(value);
  if (typeof value === 'string') return typeof old === 'string' && old.replace(/\s+/g, ' ').trim() === value;
  // A number has to be quoted where text is meant.
  return Array.isArray(value) && JSON.stringify(wordsIn(old)) === JSON.stringify(value) && (typeof old === 'string' || Array.isArray(old));
}

function write(value: Value): string {
  if (typeof value === 'boolean' || /^\d{4}-\d{2}-\d{2}$/.test(String(value))) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  const isPlain = (word: string) => /^[A-Za-z][\w-]*(?: [\w-]+)*$/.test(word) && !isYamlWord(word);
  return `[${value.map((word) => (isPlain(word) ? word : JSON.stringify(word))).join(', ')}]`;
}

const isYamlWord = (word: string) => /^(?:true|false|null|yes|no|on|off)$/i.test(word);

function first(given: ReadonlyMap<string, unknown>, key: string): string | undefined {
  return sources[key]?.map((name) => textOf(given.get(name))).find((value) => value !== undefined);
}

function textOf(value: unknown): string | undefined {
  const text = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** Names of authors: a text, a list, or maps with a `name`. */
function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value === 'object' && value !== null) return namesIn((value as Record<string, unknown>)['name']);
  const text = textOf(value);
  return text === undefined ? [] : [text];
}

/** Words of a list, of a text with commas, or of a text with spaces, as a post here reads them. */
function wordsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => (typeof one === 'string' ? [one.trim()] : [])).filter(Boolean);
  const text = textOf(value) ?? '';
  return text.split(text.includes(',') ? /,/ : /\s+/).flatMap((word) => word.trim() || []);
}

function distinct(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => words.findIndex((other) => tagSlug(other) === tagSlug(word)) === index);
}

function imageOf(value: unknown): string | undefined {
  const text = textOf(typeof value === 'object' && value !== null && 'path' in value ? value.path : value);
  return text !== undefined && /^\/(?!\/)[^?#\s]+\.(?:png|jpe?g|gif|webp|avif)$/i.test(text) ? text : undefined;
}

/** The days that a date may mean; a time of day and the day of the week do not count. */
function daysOf(written: string): readonly string[] {
  const [, iso] = /^(\d{4}-\d{2}-\d{2})(?!\d)/.exec(written) ?? [];
  if (iso !== undefined && isDay(iso)) return [iso];
  const [, month, day, year] = /^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2}) +(\d{1,2}) (?:[\d:]+ (?:[A-Z]{3,4} )?)?(\d{4})\b/.exec(written) ?? [];
  if (month !== undefined) return daysMeant(`${month} ${day}, ${year}`);
  return daysMeant(
    written
      .replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i, '')
      .replace(/[T ,]+\d{1,2}:\d{2}.*$/, '')
      .trim(),
  );
}

/** The day and the words of a file's name, or of its folder's where that is `index`. */
function namesOf(path: string): { readonly day: string | undefined; readonly words: string; readonly hasDay: boolean } {
  const parts = path.split(/[/\\]/);
  const stem = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '');
  const [name, folders] =
    /^_?index$/i.test(stem) && parts.length > 1 ? [parts.at(-2) ?? '', parts.slice(0, -2)] : [stem, parts.slice(0, -1)];
  const [, day, words] = /^(\d{4}-\d{2}-\d{2})[-_ ](.+)$/.exec(name) ?? [];
  if (day !== undefined && words !== undefined && isDay(day)) return { day, words, hasDay: true };
  const [, inFolders] = /(?:^|\/)(\d{4}\/\d{2}\/\d{2})$/.exec(folders.join('/')) ?? [];
  const dayOfFolder = inFolders?.replaceAll('/', '-');
  return { day: dayOfFolder !== undefined && isDay(dayOfFolder) ? dayOfFolder : undefined, words: name, hasDay: false };
}

const lineEnd = /(?:\r\n|\r|\n)/.source;
const atxHeading = `(?:(?<=[\\r\\n]|^)#[ \\t]+([^\\r\\n]*?)[ \\t]*#*[ \\t]*(?:${lineEnd}|$))`;
const setextHeading = `(?:([^\\s#>\`~<{[][^\\r\\n]*)${lineEnd}=+[ \\t]*(?:${lineEnd}|$))`;

/** The first heading of the first level, if the text starts with it, and the part of the text that it takes. */
function findHeading({ text }: Source, start: number): { readonly text: string; readonly from: number; readonly to: number } | undefined {
  const found = new RegExp(`^\\s*?(?:${atxHeading}|${setextHeading})(?:[ \\t]*${lineEnd})?`).exec(text.slice(start));
  const words = (found?.[1] ?? found?.[2])?.replace(/\s*\{[#:][^}]*\}\s*$/, '');
  if (found === null || words === undefined || words === '') return undefined;
  const lead = /^\s*/.exec(found[0])?.[0].length ?? 0;
  return { text: plain(words), from: start + lead, to: start + found[0].length };
}

/** A heading without its Markdown. */
const plain = (text: string) =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`]|(?<!\w)_|_(?!\w)/g, '')
    .trim();

function sameWords(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || (slugify(one) !== '' && slugify(one) === slugify(other));
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** Turns `Größe: zwei` into `groesse-zwei`. */
export function slugify(text: string): string {
  const letters: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', ø: 'o', æ: 'ae', ł: 'l' };
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüßøæł]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}|['’]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80)
    .replace(/-$/, '');
}
