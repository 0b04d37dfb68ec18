import leven from 'leven';
import { lineKinds } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { standardClasses } from './names.ts';
import type { Printed, Program } from './python.ts';

/** Lines of a pasted log that its program cannot have written, all for one reason. */
export interface Proof {
  readonly reason: string;
  /** The first of these lines. */
  readonly text: string;
  /** Their numbers in the log, from 0. */
  readonly lines: readonly number[];
}

/** How a log was made, as far as the post says. */
export interface Circumstances {
  /** The program's file. */
  readonly title: string | undefined;
  /** Whether only the program wrote the log: no profiler, no other command. */
  readonly alone: boolean;
}

/**
 * Finds lines that the program cannot have written. A line is reported only if nothing else explains it: no value that
 * is filled in, no message of the interpreter, no cut or remark of the author.
 */
export function proveStale(program: Program, lines: readonly string[], { title, alone }: Circumstances): readonly Proof[] {
  const proofs = new Map<string, { reason: string; text: string; lines: number[] }>();
  const accuse = (index: number, reason: string) => {
    const proof = proofs.get(reason);
    if (proof === undefined) proofs.set(reason, { reason, text: (lines[index] ?? '').trim(), lines: [index] });
    else proof.lines.push(index);
  };
  const kinds = readKinds(lines);
  const missing = program.dynamic ? new Map<string, string>() : findMissingClasses(program, lines);
  let within = false;
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    const kind = kinds[index];
    if (text.startsWith('Traceback (most recent call last)')) within = true;
    const traced = within;
    if (within && /^\S/.test(line) && !text.startsWith('Traceback')) within = false;
    if (kind === undefined || text === '') continue;
    if (kind.type === 'object') {
      const { typeName } = kind;
      if (program.debug?.objects === false && alone) accuse(index, 'the code never asks the collector for such lines');
      else if (missing.has(typeName)) accuse(index, missing.get(typeName) ?? '');
      else if (alone && program.quiet && !program.dynamic && isForeign(program, typeName))
        accuse(index, missingClass(program, typeName, typeName));
      continue;
    }
    if (kind.type !== 'text') {
      if (kind.type !== 'shutdown' && alone && program.debug?.statistics === false)
        accuse(index, 'the code never asks the collector for statistics');
      continue;
    }
    const mentioned = [...missing.keys()].find((name) =>
      new RegExp(`__main__\\.(?:[\\w<>]+\\.)*${name}\\b|['"<. ]${name}['"> ]`, 'u').test(text),
    );
    if (mentioned !== undefined) accuse(index, missing.get(mentioned) ?? '');
    else if (traced) {
      const source = sourceOf(lines, index, title);
      if (source !== undefined && !program.source.has(source)) accuse(index, 'the code has no such line');
    } else if (
      alone &&
      program.printed !== undefined &&
      !isExplained(line, lines[index - 1]) &&
      !isCut(text) &&
      !program.printed.some((printed) => canPrint(printed, text))
    ) {
      const near = nearest(text, program.printed);
      accuse(index, near === undefined ? 'the code prints nothing' : `the code prints no such line; the nearest is ${near}`);
    }
  }
  return [...proofs.values()];
}

/** Whether a line can come from this `print`: values match anything, and runs of spaces count as one. */
function canPrint({ texts }: Printed, line: string): boolean {
  const squeeze = (text: string) => text.replace(/\s+/g, ' ');
  const wanted = texts.map(squeeze);
  const text = squeeze(line.trim());
  const [first = '', last = ''] = [wanted[0]?.trimStart(), wanted.at(-1)?.trimEnd()];
  if (texts.length === 1) return text === first.trim();
  // A value next to a space may be empty.
  if (!`${text} `.startsWith(first) || !` ${text}`.endsWith(last) || text.length + 1 < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const middle of wanted.slice(1, -1)) {
    const found = text.indexOf(middle, at);
    if (found === -1 || found + middle.length > end + 1) return false;
    at = found + middle.length;
  }
  return true;
}

/** Whether one of the lines matches a `print` that has more text of its own than one character. */
export function looksPrinted(program: Program, lines: readonly string[]): boolean {
  const telling = program.printed?.filter(({ texts }) => texts.some((text) => text.trim().length > 1)) ?? [];
  return lines.some((line) => line.trim() !== '' && telling.some((printed) => canPrint(printed, line.trim())));
}

/** How the log parser reads each line. */
export function readKinds(lines: readonly string[]) {
  const reader = new LogReader();
  reader.write(new TextEncoder().encode(lines.map((line) => `${line.replace(/[\r\n]/g, '').trim()}\n`).join('')));
  return lineKinds(reader.end());
}

/** Classes that the log takes for the program's own and that the program lacks, each with the reason. */
function findMissingClasses(program: Program, lines: readonly string[]): Map<string, string> {
  const missing = new Map<string, string>();
  for (const line of lines) {
    if (line.includes('AttributeError')) continue;
    for (const [, path = ''] of line.matchAll(
      /__main__\.((?:[\p{L}_][\p{L}\p{N}_]*|<locals>)(?:\.(?:[\p{L}_][\p{L}\p{N}_]*|<locals>))*)(?=['" >])/gu,
    )) {
      const name = path.split('.').find((part) => part !== '<locals>' && !program.words.has(part));
      if (name !== undefined && !missing.has(name)) missing.set(name, missingClass(program, name, path));
    }
  }
  return missing;
}

function isForeign(program: Program, typeName: string): boolean {
  return (
    /^_*\p{Lu}[\p{L}\p{N}_]*$/u.test(typeName) &&
    !program.words.has(typeName) &&
    !standardClasses.has(typeName) &&
    !/(?:Error|Warning|Exception|Iteration|Interrupt|Exit)$/.test(typeName)
  );
}

function missingClass(program: Program, name: string, path: string): string {
  const near = program.classes.toSorted((a, b) => leven(a, path) - leven(b, path))[0];
  return `the code has no class ${name}${near === undefined ? '' : `; the nearest is ${near}`}`;
}

function nearest(text: string, printed: readonly Printed[]): string | undefined {
  const label = (line: string) => line.toLowerCase().slice(0, 40);
  // A text before a gap is compared with as many characters of the line as it has itself.
  const distance = ({ texts, shown }: Printed) =>
    leven(
      label(texts[0] === '' ? shown : (texts[0] ?? '')),
      label(texts.length === 1 ? text : text.slice(0, Math.max(1, texts[0]?.length ?? 0))),
    );
  const near = printed.filter(({ texts }) => texts.some((part) => part.trim() !== '')).toSorted((a, b) => distance(a) - distance(b))[0];
  return near?.shown.trim();
}

/** The line of the program's own source that a traceback shows; undefined for any other line. */
function sourceOf(lines: readonly string[], index: number, title: string | undefined): string | undefined {
  const [, file = ''] = /^\s*File "(?:.*[/\\])?([^"/\\]+)", line \d+/.exec(lines[index - 1] ?? '') ?? [];
  const text = (lines[index] ?? '').trim();
  return title !== undefined && file === title && !/^File "|^[~^\s.]*$|\.\.\.$|…$/.test(text) ? text : undefined;
}

/** Parts of lines that the interpreter writes. */
const interpreterLine = new RegExp(
  [
    /\bgc: |^Traceback |^File "|^Exception (?:ignored |in )|Warning\b|Error\b|Exception\b|KeyboardInterrupt/,
    /^During handling|^The above exception|^Fatal Python|^Current thread|^Python \d/,
    /^object (?:address|type|repr|refcount)/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** Parts of lines that a shell or `time` writes. */
const shellLine = new RegExp(
  [
    /^(?:\[?\d*\]?[\s+-]*)?(?:Killed|Terminated|Aborted|Segmentation fault|Bus error|Hangup|Stopped|Done)\b/,
    /core dumped|^(?:real|user|sys)\s|^\^C|elapsed|maxresident|^exit (?:code|status)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Whether the interpreter, a shell or the author may have added a line to a log. */
function isExplained(line: string, before: string | undefined): boolean {
  const text = line.trim();
  return (
    /^[^\p{L}\p{N}]*$/u.test(text) ||
    interpreterLine.test(text) ||
    shellLine.test(text) ||
    /^(?:[$%>#]|\/\/|<-|\(|\[|←|…|\.\.|\w+@)/.test(text) ||
    (before !== undefined && /Warning: |^\s+File "/.test(before))
  );
}

/** Whether the author cut the line, or added a remark to it. */
function isCut(text: string): boolean {
  return /(?:\.{3}|…|\[\.\.\.\])|\b(?:snip|omitted|truncated|more lines)\b|\s(?:#|<-|<=|←|\/\/|--)/.test(text);
}
