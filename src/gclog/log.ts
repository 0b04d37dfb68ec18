import { decodeText, hole, readLine, type Line } from './line.ts';

/**
 * A whole log: every line, in order. A line is a template (its bytes, one character each, with a hole for each
 * address) and the objects that fill the holes, numbered from 1 in order of first appearance.
 */
export interface Log {
  readonly templates: readonly string[];
  /** The template of each line. */
  readonly lines: Uint32Array;
  /** The objects of all holes, line after line. */
  readonly objects: Uint32Array;
  /** How many lines were written before the program ended; the others are the interpreter's shutdown. */
  readonly runLines: number;
  /** The size of the raw log. */
  readonly bytes: number;
  /** Whether the last line ends without a newline. */
  readonly open: boolean;
}

export type Phase = 'run' | 'shutdown';

/** What each template of the log says. */
export function readTemplates(log: Log): readonly Line[] {
  return log.templates.map(readLine);
}

/** How many holes each template has. */
export function countHoles(log: Log): Uint8Array | Uint32Array {
  return Uint32Array.from(log.templates, (template) => template.split(hole).length - 1);
}

/** Calls back with the text of each line from `from` to `to` (from 0, `to` excluded); addresses are `#n`, bytes stay bytes. */
export function eachLine(log: Log, from: number, to: number, callback: (text: string, index: number) => void): void {
  const holes = countHoles(log);
  let at = 0;
  for (let index = 0; index < from; index += 1) at += holes[log.lines[index] as number] as number;
  for (let index = from; index < to; index += 1) {
    const template = log.templates[log.lines[index] as number] as string;
    const count = holes[log.lines[index] as number] as number;
    callback(count === 0 ? template : fill(template, log.objects, at), index);
    at += count;
  }
}

/** The text of the lines at these places, which rise; as eachLine gives it. */
export function linesAt(log: Log, indexes: readonly number[]): readonly string[] {
  const holes = countHoles(log);
  let at = 0;
  let index = 0;
  return indexes.map((wanted) => {
    for (; index < wanted; index += 1) at += holes[log.lines[index] as number] as number;
    return fill(log.templates[log.lines[wanted] as number] as string, log.objects, at);
  });
}

/** The text of some lines, decoded. */
export function lineTexts(log: Log, from: number, to: number): readonly string[] {
  const texts: string[] = [];
  eachLine(log, from, to, (text) => texts.push(decodeText(text)));
  return texts;
}

function fill(template: string, objects: Uint32Array, at: number): string {
  let next = at;
  return template.replace(/\n/g, () => `#${objects[next++]}`);
}
