import { parse as parseToml } from 'smol-toml';
import { isMap, isScalar, parseDocument } from 'yaml';

/** A key of the front matter, its value as text, lists or maps, and how it is written where that is YAML. */
export interface Field {
  readonly key: string;
  readonly value: unknown;
  readonly source?: string;
}

/** The front matter of a post, in whatever form. */
export interface Header {
  /** What it is called: `TOML`; YAML is what a post here has. */
  readonly form: 'YAML' | 'TOML' | 'JSON' | 'header lines' | 'none';
  readonly fields: readonly Field[];
  /** The part of the text that it takes, with its marks and the line end behind it. */
  readonly from: number;
  readonly to: number;
  /** Why it cannot be read; undefined if it can. */
  readonly fault?: string;
}

/** Reads the front matter of a post: YAML, Hugo's TOML and JSON, and the header lines of Pelican, Hexo, Nikola and MultiMarkdown. */
export function readHeader(text: string): Header {
  const from = text.startsWith('\uFEFF') ? 1 : 0;
  const body = text.slice(from);
  return (
    readYaml(body, from) ??
    readTomlHeader(body, from) ??
    readJson(body, from) ??
    readLines(body, from) ?? { form: 'none', fields: [], from, to: from }
  );
}

function readYaml(body: string, from: number): Header | undefined {
  const found = /^-{3}[ \t]*(?:\r\n|\r|\n)([\s\S]*?)(?:(?<=[\r\n])-{3}[ \t]*(?:\r\n|\r|\n|$))/.exec(body);
  return found === null ? undefined : { form: 'YAML', ...parseFields(found[1] ?? ''), from, to: from + found[0].length };
}

/** The fields of a YAML text, all scalars as they are written; nothing if it cannot be read. */
function parseFields(yaml: string): { readonly fields: readonly Field[]; readonly fault?: string } {
  const text = yaml.replace(/\r\n?/g, '\n');
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true, logLevel: 'silent' });
  const { contents } = document;
  if (document.errors.length > 0 || (contents !== null && !isMap(contents) && String(contents) !== ''))
    return { fields: [], fault: 'it is not valid YAML' };
  const pairs = isMap(contents) ? contents.items.filter(({ key }) => isScalar(key)) : [];
  const starts = pairs.map(({ key }) => text.lastIndexOf('\n', (isScalar(key) ? key.range?.[0] : undefined) ?? 0) + 1);
  const values = (document.toJS() ?? {}) as Record<string, unknown>;
  return {
    fields: pairs.map(({ key }, index) => {
      const name = isScalar(key) ? String(key.value) : '';
      return { key: name, value: values[name], source: text.slice(starts[index], starts[index + 1]).trimEnd() };
    }),
  };
}

function readTomlHeader(body: string, from: number): Header | undefined {
  const found = /^\+{3}[ \t]*(?:\r\n|\r|\n)([\s\S]*?)(?<=[\r\n])\+{3}[ \t]*(?:\r\n|\r|\n|$)/.exec(body);
  if (found === null) return undefined;
  const to = from + found[0].length;
  try {
    return { form: 'TOML', fields: toFields(parseToml(found[1] ?? '')), from, to };
  } catch (error) {
    return { form: 'TOML', fields: [], from, to, fault: `it is not valid TOML: ${(error as Error).message.split('\n')[0]}` };
  }
}

function readJson(body: string, from: number): Header | undefined {
  const found = /^\{[ \t]*(?:\r\n|\r|\n)[\s\S]*?(?<=[\r\n])\}[ \t]*(?:\r\n|\r|\n|$)/.exec(body);
  if (found === null) return undefined;
  const to = from + found[0].length;
  try {
    return { form: 'JSON', fields: toFields(JSON.parse(found[0]) as Record<string, unknown>), from, to };
  } catch {
    return { form: 'JSON', fields: [], from, to, fault: 'it is not valid JSON' };
  }
}

function toFields(values: Readonly<Record<string, unknown>>): readonly Field[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: asText(value) }));
}

/** A value with texts for numbers, booleans and dates, as YAML gives them. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asText(one)]));
  return value === null ? '' : String(value);
}

/** Keys of which header lines have at least one; other lines with a colon are prose. */
const telling = /^(?:title|date|slug|tags|category|categories)$/;

/** `Title: …` lines up to an empty line or three dashes, also in a comment, with two dots before each. */
function readLines(body: string, from: number): Header | undefined {
  const nikola = /^<!--\s*(?:\r\n|\r|\n)((?:\s*\.\. [\w-]+:[^\r\n]*(?:\r\n|\r|\n))+)\s*-->[ \t]*(?:\r\n|\r|\n|$)/.exec(body);
  const plain =
    /^(?:[ \t]*(?:\r\n|\r|\n))*((?:[A-Za-z][\w-]*[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)|$)(?:[ \t]+[^\s][^\r\n]*(?:\r\n|\r|\n))*)+)/.exec(body);
  const found = nikola ?? plain;
  if (found === null) return undefined;
  const rest = body.slice(found[0].length);
  const [dashes] = /^-{3,}[ \t]*(?:\r\n|\r|\n|$)/.exec(rest) ?? [''];
  const [blank] = dashes === '' ? (/^[ \t]*(?:\r\n|\r|\n)/.exec(rest) ?? ['']) : [''];
  const lines = (found[1] ?? '').replace(/(?:\r\n|\r|\n)[ \t]+(?=[^\s.])/g, ' ').split(/\r\n|\r|\n/);
  const fields = lines.flatMap((line): Field[] => {
    const [, key, value = ''] = /^\s*(?:\.\. )?([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return key === undefined ? [] : [{ key: key.toLowerCase(), value: value.replace(/^(["'])(.*)\1$/, '$2') }];
  });
  const yaml = dashes === '' ? undefined : parseFields(found[1] ?? '');
  const isHeader = fields.some(({ key }) => key === 'title') || fields.filter(({ key }) => telling.test(key)).length > 1;
  if (!isHeader || (dashes === '' && blank === '' && nikola === null && rest !== '')) return undefined;
  const to = from + found[0].length + dashes.length + blank.length;
  return { form: 'header lines', fields: yaml?.fault === undefined ? (yaml?.fields ?? fields) : fields, from, to };
}
