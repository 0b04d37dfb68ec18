import { type Block, linesAbove } from './blocks.ts';
import { type Item, traceback } from './items.ts';
import { packageIn, useModule } from './needs.ts';
import { findOwner, type OldPost, readShell, runCommand } from './owner.ts';
import type { Source } from './source.ts';

/** Turns a program that was shown before into a snippet, so that it runs only once. */
export function dropDuplicates(items: readonly Item[]): readonly Item[] {
  return items.map((item, index) => {
    const first =
      item.kind === 'program'
        ? items.slice(0, index).find(({ kind, block }) => kind === 'program' && block.code.trim() === item.block.code.trim())
        : undefined;
    return first === undefined
      ? item
      : { ...item, kind: 'snippet', reading: { kind: 'snippet', why: `it repeats the program of line ${first.block.line}` } };
  });
}

/** Sets the sample name of each program, and the file name and arguments that the post gives it. */
export function namePrograms(source: Source, items: readonly Item[]): void {
  const programs = items.filter(({ kind }) => kind === 'program');
  const used = new Set(items.filter(({ kind }) => kind === 'sample').map(({ block }) => /sample="?([\w-]+)/.exec(block.meta)?.[1] ?? ''));
  const pair = programs.length === 2 && used.size === 0;
  for (const [index, program] of programs.entries()) {
    const { block } = program;
    const until = programs[index + 1]?.block.first ?? source.lines.length;
    const command = findRun(source, items, block.last + 1, until);
    program.title = ownTitle(source, items, block) ?? command?.title;
    program.args = command !== undefined && command.title === program.title ? command.args : undefined;
    const stem = (program.title ?? '')
      .replace(/\.py$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60);
    const base = pair ? (index === 0 ? 'before' : 'after') : stem || `sample-${index + 1}`;
    program.name = [base, ...Array.from({ length: items.length + 1 }, (_, count) => `${base}-${count + 2}`)].find(
      (name) => !used.has(name),
    ) as string;
    used.add(program.name);
  }
}

/** Tells of programs that import what another fence of the post has that it is a file, not a package. */
export function explainModules(source: Source, items: readonly Item[]): readonly Item[] {
  return items.map((item) => {
    const module = item.reading.kind === 'snippet' ? packageIn(item.reading.why) : undefined;
    const file =
      module === undefined ? undefined : items.find((other) => other !== item && ownTitle(source, items, other.block) === `${module}.py`);
    return module === undefined || file === undefined
      ? item
      : { ...item, reading: { kind: 'snippet', why: useModule(module, file.block.line) } };
  });
}

/** Notes which programs are shown to end with an error. */
export function markFailures(post: OldPost): void {
  for (const [index, { kind, block }] of post.items.entries()) {
    if ((kind !== 'log' && kind !== 'shell') || !traceback.test(block.code)) continue;
    const owner = findOwner(post, index, kind === 'shell' ? readShell(block) : undefined);
    if (typeof owner === 'object') owner.item.failsIn = block.line;
  }
}

/** The file name of a program: in its info string, in its first line, or in the line above. */
function ownTitle({ lines }: Source, items: readonly Item[], block: Block): string | undefined {
  const [, named] =
    /(?:title|file|filename|name|caption)=["']?([^"'\s}]+\.py)\b/.exec(block.meta) ?? /^[:\s{]*([\w./-]+\.py)\b/.exec(block.meta) ?? [];
  const [, comment] =
    /^\s*#+\s*(?:file(?:name)?:?\s*)?([\w./-]+\.py)\s*:?\s*$/i.exec(
      block.code.split(/\r\n|\r|\n/).find((line) => line.trim() !== '' && !line.startsWith('#!')) ?? '',
    ) ?? [];
  const above = linesAbove(lines, block);
  const label = items.some((item) => item.block !== block && item.block.first <= above.line && above.line <= item.block.last)
    ? []
    : [...above.text.matchAll(/([\w./-]+\.py)\b/g)].map((match) => match[1]);
  const found = named ?? comment ?? (label.length === 1 && !/[$]\s|python[\d.]*\s+\S*\.py/.test(above.text) ? label[0] : undefined);
  const title = found?.split('/').at(-1);
  return title !== undefined && /^\w[\w. -]*\.py$/.test(title) ? title : undefined;
}

/** The first command in a range of lines that runs a Python file. */
function findRun(
  { lines }: Source,
  items: readonly Item[],
  from: number,
  to: number,
): { title: string; args: string | undefined } | undefined {
  for (let index = from; index < to; index += 1) {
    const inside = items.find(({ block }) => block.first <= index && index <= block.last);
    if (inside !== undefined && inside.kind !== 'shell') continue;
    // What follows a redirection is not an argument.
    const found = runCommand.exec((lines[index]?.text ?? '').replace(/(?<=\s)\d?(?:[<>]|&>).*$/, ''));
    const title = found?.[2] ?? found?.[4];
    if (title === undefined || !/^\w/.test(title)) continue;
    const args = (found?.[3] ?? found?.[5] ?? '').trim();
    return { title, args: inside !== undefined && args !== '' && /^[\w ./:=+,-]+$/.test(args) ? args : undefined };
  }
  return undefined;
}
