import type { Code, Heading, Yaml } from 'mdast';
import { toString } from 'hast-util-to-string';
import { visit } from 'unist-util-visit';
import { VFile } from 'vfile';
import { parsePost } from '../src/post/post.ts';
import { readPython, type Program, type Reading } from './import-python.ts';
import { looksPrinted, proveStale, readKinds, type Proof } from './import-stale.ts';

/** What was done with one place of the old post. */
export interface Finding {
  /** In the old file, from 1. */
  readonly line: number;
  readonly what: string;
  readonly details: readonly string[];
}

export interface Imported {
  readonly text: string;
  /** `2023-09-22-some-words.md`; undefined where the post says no day. */
  readonly name: string | undefined;
  /** By line. */
  readonly findings: readonly Finding[];
}

interface Block {
  readonly form: 'fence' | 'indented' | 'liquid';
  readonly from: number;
  readonly to: number;
  /** Lines from 0: the first and the last of the block, and the first of its code. */
  readonly first: number;
  readonly last: number;
  readonly codeLine: number;
  readonly code: string;
  readonly language: string;
  /** What stands behind the language. */
  readonly meta: string;
  /** The kramdown attribute lines that belong to it. */
  readonly attributes: readonly number[];
}

type Kind = 'program' | 'snippet' | 'sample' | 'shell' | 'log' | 'text' | 'other';

interface Item {
  readonly block: Block;
  readonly kind: Kind;
  readonly what: string;
  readonly reading: Reading;
  name?: string;
  title?: string | undefined;
  args?: string | undefined;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface Source {
  readonly text: string;
  readonly lines: readonly { readonly text: string; readonly from: number; readonly end: string }[];
  readonly eol: string;
}

const pythons = /^(?:python|py|python3|py3|python2|py2)$/i;
const shells = /^(?:bash|sh|shell|zsh|fish|console|shell-session|shellsession|shellscript|terminal|cmd|powershell|bat|ps1)$/i;
const loose = /^(?:|text|txt|plain|plaintext|none|nohighlight|raw|output|out|log|logs|console|terminal)$/i;

/** Turns a Jekyll post into a post of Leaklog's. What is not changed stays byte for byte; nothing is run. */
export function importPost(path: string, text: string, wantedName?: string): Imported {
  const source = splitSource(text);
  const { blocks, headings, yaml } = findBlocks(source);
  const findings: Finding[] = [];
  const edits: Edit[] = [];
  const { name, ...front } = readFront(path, source, yaml, wantedName);
  edits.push(...front.edits);
  findings.push(...front.findings);
  const items = blocks.map(readItem);
  const distinct = dropTwins(items);
  namePrograms(source, distinct);
  const places: Places = { source, items: distinct, headings };
  for (const [index, item] of distinct.entries()) {
    const { edits: changes, finding } = change(places, index);
    edits.push(...changes, ...item.block.attributes.map((line) => removal(source, line)));
    findings.push(finding);
  }
  findings.push(...findLeftovers(source, blocks, yaml));
  return { text: apply(text, edits), name, findings: findings.toSorted((a, b) => a.line - b.line) };
}

function splitSource(text: string): Source {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)].map(({ 1: line = '', 2: end = '', index }) => ({ text: line, from: index, end }));
  if (lines.length > 1 && lines.at(-1)?.text === '') lines.pop();
  return { text, lines, eol: lines[0]?.end || '\n' };
}

function findBlocks(source: Source): { blocks: readonly Block[]; headings: readonly { line: number; text: string }[]; yaml: Yaml | undefined } {
  const liquid = findLiquid(source);
  // Liquid comes before Markdown: what stands in its blocks is hidden from the Markdown parser.
  const masked = apply(source.text, liquid.map(({ from, to }) => ({ from, to, text: source.text.slice(from, to).replace(/[^\r\n]/g, ' ') })));
  const { tree } = parsePost(new VFile({ path: 'post.md', value: masked }));
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  const blocks: Omit<Block, 'attributes'>[] = [...liquid];
  const headings: { line: number; text: string }[] = [];
  visit(tree, 'heading', (node: Heading) => void headings.push({ line: (node.position?.start.line ?? 1) - 1, text: toString(node as never) }));
  visit(tree, 'code', (node: Code) => {
    const from = (node.position?.start.offset ?? 0) + mark;
    const to = (node.position?.end.offset ?? 0) + mark;
    const first = (node.position?.start.line ?? 1) - 1;
    const [, fence] = /^ *(`{3,}|~{3,})/.exec(source.text.slice(from, to)) ?? [];
    const info = `${node.lang ?? ''} ${node.meta ?? ''}`.trim();
    const [, language = ''] = /^[{(]*\.?(?:language-|lang-)?([\w+#.-]*)/.exec(info) ?? [];
    const form = fence === undefined ? 'indented' : 'fence';
    blocks.push({ form, from, to, first, last: (node.position?.end.line ?? 1) - 1, codeLine: first + (fence === undefined ? 0 : 1), code: node.value, language, meta: info.slice(info.indexOf(language) + language.length) });
  });
  const ordered = blocks.toSorted((a, b) => a.from - b.from);
  return { blocks: withAttributes(source, ordered), headings, yaml: tree.children.find((node): node is Yaml => node.type === 'yaml') };
}

/** `{% highlight python %}` … `{% endhighlight %}`, each tag at the end of its line or alone. */
function findLiquid({ text, lines }: Source): readonly Omit<Block, 'attributes'>[] {
  const blocks: Omit<Block, 'attributes'>[] = [];
  let fence: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Source['lines'][number];
    const [, marks] = /^[\s>]*(`{3,}|~{3,})/.exec(line.text) ?? [];
    if (marks !== undefined) fence = fence === undefined ? marks : marks.startsWith(fence) ? undefined : fence;
    const open = fence === undefined ? /^(\s*)\{%-?\s*highlight\s+([\w+#.-]+)\s*([^%]*?)-?%\}/.exec(line.text) : null;
    if (open === null) continue;
    const inner = line.from + open[0].length;
    const close = /\{%-?\s*endhighlight\s*-?%\}(?=[ \t]*(?:[\r\n]|$))/.exec(text.slice(inner));
    if (close === null) continue;
    const to = inner + close.index + close[0].length;
    const last = lines.findLastIndex(({ from }) => from < to);
    const opened = /^[ \t]*(?:\r\n|\r|\n)/.exec(text.slice(inner));
    const written = text.slice(inner + (opened?.[0].length ?? 0), inner + close.index).replace(/(?:\r\n|\r|\n)?[ \t]*$/, '');
    // In a list, the block is indented as a whole.
    const margin = open[1] ?? '';
    const code = written.split(/(?<=\n)/).every((row) => row.trim() === '' || row.startsWith(margin)) ? written.replaceAll(new RegExp(`^${margin}`, 'gm'), '') : written;
    blocks.push({ form: 'liquid', from: line.from + (open[1] ?? '').length, to, first: index, last, codeLine: index + (opened === null ? 0 : 1), code, language: open[2] ?? '', meta: open[3] ?? '' });
    index = last;
  }
  return blocks;
}

const attributeLine = /^\s*\{:\s?[^}]*\}\s*$/;

function withAttributes({ lines }: Source, blocks: readonly Omit<Block, 'attributes'>[]): readonly Block[] {
  const taken = new Set<number>();
  return blocks.map((block) => {
    const before = block.first - 1;
    const near = [block.last + 1, ...(before > 0 && lines[before - 1]?.text.trim() === '' ? [before] : [])];
    const attributes = near.filter((line) => attributeLine.test(lines[line]?.text ?? '') && !taken.has(line));
    for (const line of attributes) taken.add(line);
    const meta = [block.meta, ...attributes.map((line) => lines[line]?.text ?? '')].join(' ');
    const [, given = ''] = /\{:[^}]*\.(?:language-|lang-)?(python\w*|py|bash|sh|shell|console|text|txt|plaintext|log|ruby|c|cpp|js|javascript|json|yaml|html|diff)\b/i.exec(meta) ?? [];
    return { ...block, meta, language: block.language || given, attributes };
  });
}

const prompt = /^\s*(?:\([\w.-]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+[^$#%>]*\]?)?(?:[$%#❯➜]|PS [A-Z]:[^>]*>|[A-Z]:\\[^>]*>)\s+(?=\S)/u;
const bareCommand = /^(?:[A-Z_]+=\S+ )*(?:(?:sudo|time|cd|ls|cat|git|export|source|npm|apt|apt-get|brew|docker|valgrind|curl|wget|ps|grep|make|uv|conda|mkdir|chmod)\s|(?:\S*\/)?(?:python|pip|pyenv|pytest)[\d.]*\s|\.\/\S)/;

function readItem(block: Block): Item {
  const code = plainCode(block.code);
  const lines = code.split(/\r\n|\r|\n/);
  const item = (kind: Kind, what: string, reading: Reading = { kind: 'other' }): Item => ({ block, kind, what, reading });
  const { language } = block;
  const isPython = pythons.test(language);
  if (isPython && /\bsample=/.test(block.meta)) return item('sample', 'sample already, stays');
  if (code.trim() === '') return item('other', 'empty, stays');
  if (/^\s*>>> /m.test(code) && (isPython || loose.test(language))) return item('other', 'interactive session, stays');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (isPython || (loose.test(language) && !/^\s*\$ /.test(first))) {
    const reading = readPython(code, block.codeLine + 1);
    if (language.endsWith('2') && reading.kind !== 'other') return item('snippet', 'python', { kind: 'snippet', why: 'Python 2, as the fence says' });
    if (reading.kind !== 'other') return item(reading.kind, 'python', reading);
    if (isPython) return item('snippet', 'python', { kind: 'snippet', why: reading.why ?? 'most of its lines are no Python' });
  }
  if (!shells.test(language) && !loose.test(language)) return item('other', `${language}, stays`);
  if (prompt.test(first) || (shells.test(language) && !loose.test(language)) || bareCommand.test(first.trim())) return item('shell', 'shell');
  if (readKinds(lines).some((kind) => kind !== undefined && kind.type !== 'text') || /^\s*Traceback \(most recent call last\)/m.test(code)) return item('log', 'log');
  return shells.test(language) ? item('shell', 'shell') : item('text', 'text');
}

/** Code without the tags that keep Liquid out of it, each on a line of its own. */
function plainCode(code: string): string {
  return code.replace(/^[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*$/gm, '');
}

/** A program that is shown again runs only once. */
function dropTwins(items: readonly Item[]): readonly Item[] {
  return items.map((item, index) => {
    const twin = item.kind === 'program' ? items.slice(0, index).find(({ kind, block }) => kind === 'program' && block.code.trim() === item.block.code.trim()) : undefined;
    return twin === undefined ? item : { ...item, kind: 'snippet', reading: { kind: 'snippet', why: `the program of line ${twin.block.first + 1} again` } };
  });
}

const run = /(?:^|[\s`/])python[\d.]*(?:\.exe)?((?:\s+-[a-zA-Z]+)*)\s+(?:[\w.~/-]*\/)?([\w-][\w.-]*\.py)\b([^|>&;<`\r\n]*)|\.\/([\w-][\w.-]*\.py)\b([^|>&;<`\r\n]*)/;

function namePrograms(source: Source, items: readonly Item[]): void {
  const programs = items.filter(({ kind }) => kind === 'program');
  const used = new Set(items.filter(({ kind }) => kind === 'sample').map(({ block }) => /sample="?([\w-]+)/.exec(block.meta)?.[1] ?? ''));
  const pair = programs.length === 2 && used.size === 0;
  for (const [index, program] of programs.entries()) {
    const { block } = program;
    const until = programs[index + 1]?.block.first ?? source.lines.length;
    const command = findRun(source, items, block.last + 1, until);
    program.title = ownTitle(source, items, block) ?? command?.title;
    program.args = command !== undefined && command.title === program.title ? command.args : undefined;
    const stem = (program.title ?? '').replace(/\.py$/, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
    const base = pair ? (index === 0 ? 'before' : 'after') : stem || `sample-${index + 1}`;
    program.name = [base, ...Array.from({ length: items.length + 1 }, (_, count) => `${base}-${count + 2}`)].find((name) => !used.has(name)) as string;
    used.add(program.name);
  }
}

/** The file that a fence names, by itself, in its first line, or in the line above. */
function ownTitle({ lines }: Source, items: readonly Item[], block: Block): string | undefined {
  const [, named] = /(?:title|file|filename|name|caption)=["']?([^"'\s}]+\.py)\b/.exec(block.meta) ?? /^[:\s{]*([\w./-]+\.py)\b/.exec(block.meta) ?? [];
  const [, comment] = /^\s*#+\s*(?:file(?:name)?:?\s*)?([\w./-]+\.py)\s*:?\s*$/i.exec(block.code.split(/\r\n|\r|\n/).find((line) => line.trim() !== '' && !line.startsWith('#!')) ?? '') ?? [];
  const above = linesAbove(lines, block);
  const label = items.some((item) => item.block !== block && item.block.first <= above.line && above.line <= item.block.last) ? [] : [...above.text.matchAll(/([\w./-]+\.py)\b/g)].map((match) => match[1]);
  const found = named ?? comment ?? (label.length === 1 && !/[$]\s|python[\d.]*\s+\S*\.py/.test(above.text) ? label[0] : undefined);
  const title = found?.split('/').at(-1);
  return title !== undefined && /^\w[\w. -]*\.py$/.test(title) ? title : undefined;
}

function linesAbove(lines: Source['lines'], block: Block): { line: number; text: string } {
  let line = block.first - 1;
  while (line >= 0 && (lines[line]?.text.trim() === '' || attributeLine.test(lines[line]?.text ?? ''))) line -= 1;
  return { line, text: lines[line]?.text ?? '' };
}

/** The first command in a stretch of the post that runs a Python file. */
function findRun({ lines }: Source, items: readonly Item[], from: number, to: number): { title: string; args: string | undefined } | undefined {
  for (let index = from; index < to; index += 1) {
    const inside = items.find(({ block }) => block.first <= index && index <= block.last);
    if (inside !== undefined && inside.kind !== 'shell') continue;
    // What follows a redirection is no argument.
    const found = run.exec((lines[index]?.text ?? '').replace(/(?<=\s)\d?(?:[<>]|&>).*$/, ''));
    const title = found?.[2] ?? found?.[4];
    if (title === undefined || !/^\w/.test(title)) continue;
    const args = (found?.[3] ?? found?.[5] ?? '').trim();
    return { title, args: inside !== undefined && args !== '' && /^[\w ./:=+,-]+$/.test(args) ? args : undefined };
  }
  return undefined;
}

interface Places {
  readonly source: Source;
  readonly items: readonly Item[];
  readonly headings: readonly { readonly line: number; readonly text: string }[];
}

function change(places: Places, index: number): { edits: readonly Edit[]; finding: Finding } {
  const { source, items } = places;
  const item = items[index] as Item;
  const { block, kind, reading } = item;
  const dropped = [...(block.attributes.length === 0 ? [] : ['its kramdown attributes are dropped']), ...(block.form === 'liquid' ? ['its Liquid tags are a fence now'] : [])];
  const finding = (what: string, details: readonly string[] = []): Finding => ({ line: block.first + 1, what, details: [...details, ...dropped] });
  const count = plainCode(block.code).trim().split(/\r\n|\r|\n/).length;
  if (kind === 'program' && reading.kind === 'program') {
    const title = item.title === undefined || item.title === `${item.name}.py` ? '' : ` title="${item.title}"`;
    const args = item.args === undefined ? '' : ` args="${item.args}"`;
    return { edits: write(source, block, `python sample=${item.name}${title}${args}`), finding: finding(`python program → sample "${item.name}" (${lineCount(count)})`, reading.notes) };
  }
  if (kind === 'snippet' && reading.kind === 'snippet') return { edits: write(source, block, pythons.test(block.language) ? undefined : 'python'), finding: finding(`python, only shown: ${reading.why}`) };
  if (kind === 'log' || kind === 'text' || kind === 'shell') {
    const shell = kind === 'shell' ? readShell(block) : undefined;
    const owner = findOwner(places, index, shell);
    if (typeof owner === 'object') {
      const lines = shell?.output ?? plainLog(block);
      const proofs = owner.program === undefined ? [] : proveStale(owner.program, lines.map(({ text }) => text), { title: owner.item.title, alone: owner.alone });
      const stale = new Set(proofs.flatMap((proof) => proof.lines)).size;
      const what = kind === 'text' ? 'output' : kind === 'shell' ? 'command with its log' : 'log';
      const told = stale === 0 ? '' : `; stale: the code cannot print ${stale} of them`;
      return { edits: [{ from: block.from, to: block.to, text: `::log{of=${owner.item.name}}` }], finding: finding(`${what}, ${lineCount(lines.length)} dropped → ::log{of=${owner.item.name}}${told}`, proofs.map((proof) => tell(proof, lines))) };
    }
    if (shell !== undefined) {
      const info = loose.test(block.language) && !/^console$/i.test(block.language) ? (shell.prompts ? 'console' : 'sh') : undefined;
      return { edits: write(source, block, info), finding: finding(`shell, ${shell.output.length === 0 ? 'only shown' : `stays: ${owner}`}`) };
    }
    return { edits: write(source, block, undefined), finding: finding(`${item.what}, stays: ${owner}`) };
  }
  return { edits: write(source, block, undefined), finding: finding(item.what) };
}

interface Shell {
  readonly commands: readonly string[];
  readonly output: readonly { readonly text: string; readonly line: number }[];
  readonly prompts: boolean;
}

function plainLog({ code, codeLine }: Block): readonly { text: string; line: number }[] {
  return code.split(/\r\n|\r|\n/).map((text, index) => ({ text, line: codeLine + index + 1 }));
}

function readShell(block: Block): Shell {
  const lines = plainLog(block);
  const prompts = lines.some(({ text }) => prompt.test(text));
  const isLog = readKinds(lines.map(({ text }) => text)).some((kind) => kind !== undefined && kind.type !== 'text') || lines.some(({ text }) => text.startsWith('Traceback '));
  const commands: string[] = [];
  const output: { text: string; line: number }[] = [];
  let goesOn = false;
  for (const { text, line } of lines) {
    const isCommand: boolean = goesOn || (prompts ? prompt.test(text) : !isLog || (commands.length === 0 && text.trim() !== ''));
    if (isCommand && text.trim() !== '') commands.push(text.replace(prompt, '').trim());
    else if (text.trim() !== '' || output.length > 0) output.push({ text, line });
    goesOn = isCommand && text.endsWith('\\');
  }
  return { commands: commands.filter((text) => !text.startsWith('#')), output: output.some(({ text }) => text.trim() !== '') ? output : [], prompts };
}

interface Owner {
  readonly item: Item;
  readonly program: Program | undefined;
  readonly alone: boolean;
}

/** The program that a log is of, or why there is none. */
function findOwner(places: Places, index: number, shell: Shell | undefined): Owner | string {
  const { items } = places;
  const item = items[index] as Item;
  if (shell !== undefined && shell.output.length === 0) return 'only commands';
  const before = items.slice(0, index).findLast(({ kind, what }) => kind === 'program' || kind === 'snippet' || kind === 'sample' || (kind === 'other' && !what.startsWith('empty')));
  const commandItem = shell === undefined ? items.slice(0, index).findLast(({ kind }) => kind === 'shell') : undefined;
  const near = commandItem !== undefined && items.indexOf(commandItem) === index - 1 ? readShell(commandItem.block) : undefined;
  const commands = (shell ?? near)?.commands ?? [];
  const named = findNamed(places, item) ?? findRunning(items, commands);
  if (named === undefined && before === undefined) return 'no program stands before it';
  if (named === undefined && before?.kind !== 'program') return `it follows line ${(before?.block.first ?? 0) + 1}, which is not run`;
  const owner = named ?? (before as Item);
  const program = owner.reading.kind === 'program' ? owner.reading.program : undefined;
  const fit = commands.map((command) => fits(command, owner));
  const runs = fit.includes('alone') || fit.includes('watched');
  if (shell !== undefined && (!runs || fit.some((one) => one === 'other' || one === 'foreign'))) return 'its output is not only that of the program';
  if (!runs && (fit.includes('foreign') || (commands.length > 0 && item.kind === 'text'))) return `it follows the command in line ${(commandItem?.block.first ?? 0) + 1}, which does not run the program`;
  const lines = item.block.code.split(/\r\n|\r|\n/);
  if (item.kind === 'text' && named === undefined && !((runs && near?.output.length === 0) || introduced(places, item) || (program !== undefined && looksPrinted(program, lines)))) return 'nothing says that the program wrote it';
  return { item: owner, program, alone: !fit.includes('watched') && (runs || !fit.includes('other')) };
}

/** The one program whose file some commands run. */
function findRunning(items: readonly Item[], commands: readonly string[]): Item | undefined {
  const files = commands.flatMap((command) => run.exec(` ${command}`)?.slice(1) ?? []);
  const found = items.filter(({ kind, title }) => kind === 'program' && title !== undefined && files.includes(title));
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a command runs the program: alone, watched by something that may write too, or not at all. */
function fits(command: string, { title }: Item): 'alone' | 'watched' | 'reads' | 'foreign' | 'other' {
  const found = run.exec(` ${command}`);
  const file = found?.[2] ?? found?.[4];
  if (file === undefined) return /^(?:cd|cat|less|more|head|tail)\s/.test(command) ? 'reads' : /\bpython[\d.]*\s/.test(command) ? 'foreign' : 'other';
  if (title !== undefined && file !== title) return 'foreign';
  const pipes = command.split('|').slice(1).map((part) => part.trim().split(/\s/)[0] ?? '');
  const simple = /^(?:\S*\/)?python[\d.]*(?:\.exe)?\s|^\.\//.test(command) && !/\s-[a-zA-Z]*[vX]/.test(found?.[1] ?? '') && !/[;&]\s*\w/.test(command.replace(/\d?>&\d/g, ''));
  return simple && pipes.every((name) => /^(?:tee|less|more|head|tail|cat|grep)$/.test(name)) ? 'alone' : 'watched';
}

const sentence = /\b(?:outputs?|prints?|printed|logs?|logged|results?|shows?|displays?|displayed|gives|yields|says|writes|reports?)\b/i;

function introduced({ source, items }: Places, { block }: Item): boolean {
  const { line, text } = linesAbove(source.lines, block);
  return /[:：]\**\s*$/.test(text) && sentence.test(text) && !items.some((other) => other.block.first <= line && line <= other.block.last);
}

/** The program that the line above a log, or the heading over it, names. */
function findNamed({ source, items, headings }: Places, { block }: Item): Item | undefined {
  const programs = items.filter(({ kind }) => kind === 'program');
  const above = linesAbove(source.lines, block);
  const inBlock = items.some((other) => other.block.first <= above.line && above.line <= other.block.last);
  const heading = headings.findLast(({ line }) => line < block.first);
  const late = programs.findLast((program) => program.block.first < block.first);
  const only = (matching: (item: Item) => boolean) => {
    const found = programs.filter(matching);
    return found.length === 1 ? found[0] : undefined;
  };
  const label = inBlock ? '' : above.text.replace(/[*_`#:.]/g, ' ').trim().toLowerCase();
  const short = (name: string) => new RegExp(`^(?:the )?(?:(?:output|log|logs|result|results)(?: of| from| for)? )?(?:the )?${name}(?: (?:version|program|code|log|logs|output|result))?$`).test(label.replace(/\s+/g, ' '));
  const byLabel = only(({ name }) => name !== undefined && short(name));
  const byFile = inBlock ? undefined : only(({ title }) => title !== undefined && above.text.includes(title));
  // A heading counts where no program stands between it and the log.
  const counts = heading !== undefined && heading.text.trim().split(/\s+/).length < 5 && (late === undefined || late.block.first < heading.line);
  return byLabel ?? byFile ?? (counts ? only(({ name }) => name !== undefined && new RegExp(`\\b${name}\\b`, 'i').test(heading.text)) : undefined);
}

const shownLines = 6;

function tell({ reason, text, lines }: Proof, log: readonly { readonly line: number }[]): string {
  const numbers = lines.map((index) => log[index]?.line ?? 0);
  const [first, ...others] = numbers;
  const more = others.length > shownLines ? `, and ${others.length - shownLines} more` : '';
  const also = others.length === 0 ? '' : ` (also ${others.length === 1 ? 'line' : 'lines'} ${others.slice(0, shownLines).join(', ')}${more})`;
  const quote = text.length > 72 ? `${text.slice(0, 71)}…` : text;
  return `line ${first}: ${quote}\n    ${reason}${also}`;
}

/** Gives a block another first line, and makes a fence of it where it is none. */
function write(source: Source, block: Block, info: string | undefined): readonly Edit[] {
  if (block.form === 'fence') {
    const given = info ?? (block.attributes.length > 0 ? block.language : undefined);
    const [, marks = ''] = /^( *(?:`{3,}|~{3,}))/.exec(source.text.slice(block.from)) ?? [];
    const line = /^[^\r\n]*/.exec(source.text.slice(block.from))?.[0] ?? '';
    const raw = info === undefined ? [] : rawLines(source, block);
    return given === undefined ? [] : [{ from: block.from, to: block.from + line.length, text: marks + given }, ...raw];
  }
  if (block.form === 'indented' && info === undefined) return [];
  const lineFrom = source.lines[block.first]?.from ?? 0;
  const prefix = source.text.slice(lineFrom, block.from).replace(/[^>\s]/g, ' ');
  const lines = plainCode(block.code).split(/\r\n|\r|\n/);
  const longest = Math.max(2, ...lines.map((line) => /^\s*(`*)/.exec(line)?.[1]?.length ?? 0));
  const marks = '`'.repeat(longest + 1);
  const [open, ...rest] = [marks + (info ?? block.language), ...lines, marks];
  const end = source.lines[block.first]?.end || source.eol;
  return [{ from: block.from, to: block.to, text: [open, ...rest.map((line) => (line === '' ? prefix.trimEnd() : prefix + line))].join(end) }];
}

/** The edits that take the `raw` tags out of a fence. */
function rawLines(source: Source, { codeLine, last }: Block): readonly Edit[] {
  const found: Edit[] = [];
  for (let line = codeLine; line < last; line += 1) {
    if (/^[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*$/.test(source.lines[line]?.text ?? '')) found.push(removal(source, line));
  }
  return found;
}

function removal({ lines }: Source, index: number): Edit {
  const { from, text, end } = lines[index] as Source['lines'][number];
  return { from, to: from + text.length + end.length, text: '' };
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    result += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + text.slice(at);
}

/** What a Jekyll site fills in and Leaklog shows as it stands. */
function findLeftovers({ lines }: Source, blocks: readonly Block[], yaml: Yaml | undefined): readonly Finding[] {
  return lines.flatMap(({ text }, line): Finding[] => {
    if (line < (yaml?.position?.end.line ?? 0) || blocks.some((block) => (block.first <= line && line <= block.last) || block.attributes.includes(line))) return [];
    const found = /\{%[^%]*%\}|\{\{[^}]*\}\}/.exec(text.replace(/`[^`]*`/g, ''))?.[0];
    if (found !== undefined) return [{ line: line + 1, what: `Liquid stays, and shows as text: ${found}`, details: [] }];
    return /^\s*\{:{1,2}[^}]*\}\s*$/.test(text) ? [{ line: line + 1, what: `kramdown attributes stay, and show as text: ${text.trim()}`, details: [] }] : [];
  });
}

function readFront(path: string, source: Source, yaml: Yaml | undefined, wantedName: string | undefined): { name: string | undefined; edits: readonly Edit[]; findings: readonly Finding[] } {
  const file = path.split(/[/\\]/).at(-1) ?? '';
  const stem = file.replace(/\.[^.]*$/, '');
  const [, fileDay, fileWords] = /^(\d{4}-\d{2}-\d{2})-(.+)$/.exec(stem) ?? [];
  const front = yaml?.value ?? '';
  const [, day] = /^date\s*:\s*["']?(\d{4}-\d{2}-\d{2})(?!\d)/m.exec(front) ?? [];
  const [, title = ''] = /^title\s*:[ \t]*(.*?)[ \t]*$/m.exec(front) ?? [];
  const [, wantedDay] = /^(\d{4}-\d{2}-\d{2})-/.exec(wantedName?.split(/[/\\]/).at(-1) ?? '') ?? [];
  const date = fileDay ?? day ?? wantedDay;
  const slug = slugify(fileWords ?? '') || slugify(title.replace(/^(["'])(.*)\1$/, '$2')) || slugify(fileWords === undefined ? stem : '') || 'post';
  const missing: [string, string][] = [];
  if (!/^title\s*:[ \t]*\S/m.test(front)) missing.push([`title: "${(fileWords ?? stem).replace(/[-_]+/g, ' ').replace(/["\\]/g, '')}"`, 'its title is made from the file’s name']);
  if (!/^date\s*:/m.test(front) && date !== undefined) missing.push([`date: ${date}`, 'its date is that of the file’s name']);
  if (/^published\s*:\s*false\b/m.test(front) && !/^draft\s*:/m.test(front)) missing.push(['draft: true', 'published: false is draft: true']);
  const added = missing.map(([line]) => line);
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  const at = yaml === undefined ? mark : (yaml.position?.end.offset ?? 3) + mark - 3;
  const text = yaml === undefined ? ['---', ...added, '---', '', ''] : [...added, ''];
  const name = date === undefined ? undefined : `${date}-${slug}.md`;
  if (missing.length === 0) return { name, edits: [], findings: [] };
  const what = yaml === undefined ? 'no front matter: some is added' : `front matter → with ${added.join(', ')}`;
  return { name, edits: [{ from: at, to: at, text: text.join(source.eol) }], findings: [{ line: 1, what, details: missing.map(([, why]) => why) }] };
}

/** `Größe: zwei` as `groesse-zwei`. */
function slugify(text: string): string {
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

function lineCount(count: number): string {
  return `${count} line${count === 1 ? '' : 's'}`;
}
