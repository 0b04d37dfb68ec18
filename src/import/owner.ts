import { type Block, linesAbove } from './blocks.ts';
import { type Item, prompt } from './items.ts';
import type { Program } from './python.ts';
import type { Source } from './source.ts';
import { looksPrinted, readKinds } from './stale.ts';

const interpreter = /(?:^|[\s`/])python[\d.]*(?:\.exe)?((?:\s+-[a-zA-Z]+)*)\s+(?:[\w.~/-]*\/)?/.source;
const fileAndArguments = /([\w-][\w.-]*\.py)\b([^|>&;<`\r\n]*)/.source;
/** A command that runs a Python file. Groups: its options, file and arguments; or, if run as `./x.py`, file and arguments. */
export const runCommand = new RegExp(`${interpreter}${fileAndArguments}|\\.\\/${fileAndArguments}`);

/** The old post with its blocks of code and its headings. */
export interface OldPost {
  readonly source: Source;
  readonly items: readonly Item[];
  readonly headings: readonly { readonly line: number; readonly text: string }[];
}

interface Shell {
  readonly commands: readonly string[];
  readonly output: readonly { readonly text: string; readonly line: number }[];
  readonly prompts: boolean;
}

/** The lines of a log, with their numbers in the post, from 1. */
export function plainLog({ code, lineAt }: Block): readonly { text: string; line: number }[] {
  return code.split(/\r\n|\r|\n/).map((text, index) => ({ text, line: lineAt(index) }));
}

/** Splits a shell session into commands and their output. */
export function readShell(block: Block): Shell {
  const lines = plainLog(block);
  const prompts = lines.some(({ text }) => prompt.test(text));
  const isLog =
    readKinds(lines.map(({ text }) => text)).some((kind) => kind !== undefined && kind.type !== 'text') ||
    lines.some(({ text }) => text.startsWith('Traceback '));
  const commands: string[] = [];
  const output: { text: string; line: number }[] = [];
  let goesOn = false;
  for (const { text, line } of lines) {
    const isCommand: boolean = goesOn || (prompts ? prompt.test(text) : !isLog || (commands.length === 0 && text.trim() !== ''));
    if (isCommand && text.trim() !== '') commands.push(text.replace(prompt, '').trim());
    else if (text.trim() !== '' || output.length > 0) output.push({ text, line });
    goesOn = isCommand && text.endsWith('\\');
  }
  return {
    commands: commands.filter((text) => !text.startsWith('#')),
    output: output.some(({ text }) => text.trim() !== '') ? output : [],
    prompts,
  };
}

interface Owner {
  readonly item: Item;
  readonly program: Program | undefined;
  readonly alone: boolean;
}

/** The program that wrote a log, or the reason why none is found. */
export function findOwner(post: OldPost, index: number, shell: Shell | undefined): Owner | string {
  const { items } = post;
  const item = items[index] as Item;
  if (shell !== undefined && shell.output.length === 0) return 'only commands';
  const before = items
    .slice(0, index)
    .findLast(
      ({ kind, what }) =>
        kind === 'program' ||
        kind === 'snippet' ||
        kind === 'sample' ||
        kind === 'session' ||
        (kind === 'other' && !what.startsWith('empty')),
    );
  const commandItem = shell === undefined ? items.slice(0, index).findLast(({ kind }) => kind === 'shell') : undefined;
  const near = commandItem !== undefined && items.indexOf(commandItem) === index - 1 ? readShell(commandItem.block) : undefined;
  const commands = (shell ?? near)?.commands ?? [];
  const named = findNamed(post, item) ?? findRunning(items, commands);
  if (named === undefined && before === undefined) return 'no program comes before it';
  if (named === undefined && before?.kind !== 'program') return `it follows line ${before?.block.line ?? 1}, which is not run`;
  const owner = named ?? (before as Item);
  const program = owner.reading.kind === 'program' ? owner.reading.program : undefined;
  const fit = commands.map((command) => fits(command, owner));
  const runs = fit.includes('alone') || fit.includes('watched');
  if (shell !== undefined && (!runs || fit.some((one) => one === 'other' || one === 'foreign')))
    return 'not all of its output is the program’s';
  if (!runs && (fit.includes('foreign') || (commands.length > 0 && item.kind === 'text')))
    return `it follows the command in line ${commandItem?.block.line ?? 1}, which does not run the program`;
  const lines = item.block.code.split(/\r\n|\r|\n/);
  if (
    item.kind === 'text' &&
    named === undefined &&
    !((runs && near?.output.length === 0) || introduced(post, item) || (program !== undefined && looksPrinted(program, lines)))
  )
    return 'nothing says that the program wrote it';
  return { item: owner, program, alone: !fit.includes('watched') && (runs || !fit.includes('other')) };
}

/** The program whose file the commands run, if it is exactly one. */
function findRunning(items: readonly Item[], commands: readonly string[]): Item | undefined {
  const files = commands.flatMap((command) => runCommand.exec(` ${command}`)?.slice(1) ?? []);
  const found = items.filter(({ kind, title }) => kind === 'program' && title !== undefined && files.includes(title));
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a command runs the program `alone`, runs it `watched` by something that may write too, or does something else. */
function fits(command: string, { title }: Item): 'alone' | 'watched' | 'reads' | 'foreign' | 'other' {
  const found = runCommand.exec(` ${command}`);
  const file = found?.[2] ?? found?.[4];
  if (file === undefined)
    return /^(?:cd|cat|less|more|head|tail)\s/.test(command) ? 'reads' : /\bpython[\d.]*\s/.test(command) ? 'foreign' : 'other';
  if (title !== undefined && file !== title) return 'foreign';
  const pipes = command
    .split('|')
    .slice(1)
    .map((part) => part.trim().split(/\s/)[0] ?? '');
  const simple =
    /^(?:\S*\/)?python[\d.]*(?:\.exe)?\s|^\.\//.test(command) &&
    !/\s-[a-zA-Z]*[vX]/.test(found?.[1] ?? '') &&
    !/[;&]\s*\w/.test(command.replace(/\d?>&\d/g, ''));
  return simple && pipes.every((name) => /^(?:tee|less|more|head|tail|cat|grep)$/.test(name)) ? 'alone' : 'watched';
}

/** Words that introduce output. */
const outputWord = /\b(?:outputs?|prints?|printed|logs?|logged|results?|shows?|displays?|displayed|gives|yields|says|writes|reports?)\b/i;

function introduced({ source, items }: OldPost, { block }: Item): boolean {
  const { line, text } = linesAbove(source.lines, block);
  return (
    /[:：]\**\s*$/.test(text) && outputWord.test(text) && !items.some((other) => other.block.first <= line && line <= other.block.last)
  );
}

/** The program that is named by the line above a log, or by the heading over it. */
function findNamed({ source, items, headings }: OldPost, { block }: Item): Item | undefined {
  const programs = items.filter(({ kind }) => kind === 'program');
  const above = linesAbove(source.lines, block);
  const inBlock = items.some((other) => other.block.first <= above.line && above.line <= other.block.last);
  const heading = headings.findLast(({ line }) => line < block.first);
  const late = programs.findLast((program) => program.block.first < block.first);
  const only = (matching: (item: Item) => boolean) => {
    const found = programs.filter(matching);
    return found.length === 1 ? found[0] : undefined;
  };
  const label = inBlock
    ? ''
    : above.text
        .replace(/[*_`#:.]/g, ' ')
        .trim()
        .toLowerCase();
  const output = '(?:(?:output|log|logs|result|results)(?: of| from| for)? )?';
  const noun = '(?: (?:version|program|code|log|logs|output|result))?';
  const short = (name: string) => new RegExp(`^(?:the )?${output}(?:the )?${name}${noun}$`).test(label.replace(/\s+/g, ' '));
  const byLabel = only(({ name }) => name !== undefined && short(name));
  const byFile = inBlock ? undefined : only(({ title }) => title !== undefined && above.text.includes(title));
  // A heading counts only if no program is between it and the log.
  const counts =
    heading !== undefined && heading.text.trim().split(/\s+/).length < 5 && (late === undefined || late.block.first < heading.line);
  return (
    byLabel ??
    byFile ??
    (counts ? only(({ name }) => name !== undefined && new RegExp(`\\b${name}\\b`, 'i').test(heading.text)) : undefined)
  );
}
