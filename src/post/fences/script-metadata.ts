import { parse, TomlError } from 'smol-toml';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { fromSpecifiers } from './python-range.ts';
import { explainRequirement, requiredName } from './requirement.ts';

/** What a script says that it needs (PEP 723), each with its line in the code, from 0. */
export interface ScriptMetadata {
  readonly line: number;
  readonly dependencies: readonly string[];
  /** The Pythons that it is for, as a range in npm's notation, and as they are written, with their place. */
  readonly python: { readonly range: string; readonly written: string; readonly line: number; readonly column: number } | undefined;
}

/** A fault in a script's metadata, by line and column of the code, both from 0. */
export interface MetadataFault {
  readonly reason: string;
  readonly hint: string;
  readonly line: number;
  readonly column: number;
}

const example = '# /// script, then # dependencies = ["httpx"], then # ///, each on a line of its own';

/** Reads the metadata of a script, by the regular expression of PEP 723; undefined if it has none. */
export function readScriptMetadata(code: string): ScriptMetadata | MetadataFault | undefined {
  const lines = code.split('\n');
  const starts = lines.flatMap((line, index) => (/^# \/\/\/ script\s*$/.test(line) ? [index] : []));
  const [start, second] = starts;
  if (start === undefined) {
    const near = lines.findIndex((line) => isNearStart(line));
    return near === -1
      ? undefined
      : { reason: 'The script’s metadata begin otherwise', hint: `They are ${example}.`, line: near, column: 0 };
  }
  const rest = lines.slice(start + 1);
  const length = rest.findIndex((line) => !/^#(?: .*)?$/.test(line));
  const block = length === -1 ? rest : rest.slice(0, length);
  const end = block.findLastIndex((line) => /^# \/\/\/\s*$/.test(line));
  if (end === -1) {
    const next = rest[block.length] ?? '';
    const nearEnd = [...block, next].findIndex((line) => /^\s*#*\s*\/{2,}/.test(line));
    const glued = /^\s*#\s*(?:\S.*[=\],"]|\])\s*$/.test(next) ? block.length : -1;
    const line = start + 1 + (nearEnd === -1 ? glued : nearEnd);
    if (nearEnd !== -1) return { reason: 'The script’s metadata end otherwise', hint: `They are ${example}.`, line, column: 0 };
    if (glued !== -1)
      return { reason: 'The line is none of the script’s metadata', hint: 'Begin it with # and one space.', line, column: 0 };
    return { reason: 'The script’s metadata do not end', hint: `They are ${example}.`, line: start, column: 0 };
  }
  if (second !== undefined) return { reason: 'The script has metadata twice', hint: 'Join them into one.', line: second, column: 0 };
  const toml = block.slice(0, end).map((line) => line.slice(2));
  const at = (line: number, column = 2) => ({ line: start + 1 + line, column });
  let value: Record<string, unknown>;
  try {
    value = parse(toml.join('\n'));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? '';
    return {
      reason: `The script’s metadata are no TOML: ${reason}`,
      hint: 'Correct the line: a list of texts is ["httpx", "rich"].',
      ...at(error.line - 1, error.column + 1),
    };
  }
  const find = (text: string) => {
    const line = toml.findIndex((each) => each.includes(text));
    return line === -1 ? { line: start, column: 0 } : at(line, 2 + (toml[line] ?? '').indexOf(text));
  };
  const { dependencies = [], 'requires-python': python } = value;
  if (!Array.isArray(dependencies) || !dependencies.every((item) => typeof item === 'string'))
    return { reason: 'dependencies is no list of texts', hint: 'Write dependencies = ["httpx"]', ...find('dependencies') };
  const wrong = dependencies.find((item) => requiredName(item) === undefined);
  if (wrong !== undefined)
    return { reason: `"${wrong}" is no requirement that can be locked`, hint: `${explainRequirement(wrong)}.`, ...find(wrong) };
  const range = typeof python === 'string' ? fromSpecifiers(python) : undefined;
  const other = Object.keys(value).find((key) => !keys.includes(key));
  if (other !== undefined)
    return {
      reason: `The script’s metadata have no "${other}".${didYouMean(other, keys)}`,
      hint: 'PEP 723 knows dependencies, requires-python and tables of tools, [tool.x].',
      ...find(other),
    };
  if (python !== undefined && range === undefined)
    return {
      reason: 'requires-python cannot be read',
      hint: 'Write a range of versions: requires-python = ">=3.9", or leave it to python="…" of the fence.',
      ...find('requires-python'),
    };
  const written = range === undefined ? undefined : { range, written: String(python), ...find('requires-python') };
  return { line: start, dependencies, python: written };
}

const keys = ['dependencies', 'requires-python', 'tool'];

/** Whether a line is most likely meant to begin metadata: `# ///script`, `# /// scripts`, or what is in them without a beginning. */
function isNearStart(line: string): boolean {
  const [, type] = /^\s*#+\s*\/{2,}\s*(\w+)\s*:?\s*$/.exec(line) ?? [];
  if (type !== undefined) return type === 'pyproject' || didYouMean(type, ['script']) !== '';
  return /^#\s*dependencies\s*=\s*\[/.test(line);
}
