import { rewriteBlock } from './blocks.ts';
import type { Edit, ImportStep } from './edits.ts';
import { type Item, pythonLanguage, vagueLanguage } from './items.ts';
import { findOwner, type OldPost, plainLog, readShell } from './owner.ts';
import { type Proof, proveStale } from './stale.ts';

/** When a program that nothing in it ends is stopped. */
const stopAfter = '5s';

/** Converts one block of code; returns the edits, and the step to report. */
export function change(post: OldPost, index: number): { edits: readonly Edit[]; step: ImportStep } {
  const { source, items } = post;
  const item = items[index] as Item;
  const { block, kind, reading } = item;
  const dropped = block.attributes.length === 0 ? [] : ['its kramdown attributes are dropped'];
  const step = (what: string, details: readonly string[] = []): ImportStep => ({
    line: block.line,
    what,
    details: [...details, ...dropped],
  });
  if (kind === 'program' && reading.kind === 'program') {
    const title = item.title === undefined || item.title === `${item.name}.py` ? '' : ` title="${item.title}"`;
    const args = item.args === undefined ? '' : ` args="${item.args}"`;
    const stop = reading.program.endless ? ` stop=${stopAfter}` : '';
    const exit = item.failsIn === undefined ? '' : ' exit=1';
    const versions = reading.program.versions === undefined ? '' : ` python="${reading.program.versions}"`;
    const code = item.code ?? block.code;
    const count = code.trim().split(/\r\n|\r|\n/).length;
    const notes = [
      ...(item.notes ?? []),
      ...(stop === '' ? [] : [`nothing in it ends its loop: it is stopped after ${stopAfter}`]),
      ...(exit === '' ? [] : [`an error ends it, as line ${item.failsIn} shows`]),
      ...(versions === '' ? [] : [`its syntax needs Python ${reading.program.versions?.slice(2)}`]),
    ];
    const what = item.what === 'python' ? 'python program' : item.what;
    const edits = rewriteBlock(source, block, `python sample=${item.name}${title}${args}${stop}${exit}${versions}`, code);
    return {
      edits: item.output === undefined ? edits : [...edits, ...addOutput(post, item, item.output)],
      step: step(`${what} → sample "${item.name}" (${lineCount(count)})`, notes),
    };
  }
  if (kind === 'snippet' && reading.kind === 'snippet')
    return {
      edits: rewriteBlock(source, block, pythonLanguage.test(block.language) ? undefined : 'python'),
      step: step(`python, only shown: ${reading.why}`),
    };
  if (kind === 'log' || kind === 'text' || kind === 'shell') {
    const shell = kind === 'shell' ? readShell(block) : undefined;
    const owner = findOwner(post, index, shell);
    if (typeof owner === 'object') {
      const lines = shell?.output ?? plainLog(block);
      const proofs =
        owner.program === undefined
          ? []
          : proveStale(
              owner.program,
              lines.map(({ text }) => text),
              { title: owner.item.title, alone: owner.alone },
            );
      const stale = new Set(proofs.flatMap((proof) => proof.lines)).size;
      const what = kind === 'text' ? 'output' : kind === 'shell' ? 'command with its log' : 'log';
      const staleNote = stale === 0 ? '' : `; stale: the code cannot print ${stale} of them`;
      return {
        edits: [{ from: block.from, to: block.to, text: `::log{of=${owner.item.name}}` }],
        step: step(
          `${what}, ${lineCount(lines.length)} dropped → ::log{of=${owner.item.name}}${staleNote}`,
          proofs.map((proof) => describeProof(proof, lines)),
        ),
      };
    }
    if (shell !== undefined) {
      const info =
        vagueLanguage.test(block.language) && !/^console$/i.test(block.language) ? (shell.prompts ? 'console' : 'sh') : undefined;
      return {
        edits: rewriteBlock(source, block, info),
        step: step(`shell, ${shell.output.length === 0 ? 'only shown' : `stays: ${owner}`}`),
      };
    }
    return { edits: rewriteBlock(source, block, undefined), step: step(`${item.what}, stays: ${owner}`) };
  }
  return { edits: rewriteBlock(source, block, undefined), step: step(item.what) };
}

/** The edit that shows some output in a fence below a block. */
function addOutput({ source }: OldPost, { block }: Item, output: readonly string[]): readonly Edit[] {
  const prefix = source.text.slice(source.lines[block.first]?.from ?? 0, block.from).replace(/[^>\s]/g, ' ');
  const longest = Math.max(2, ...output.map((line) => /^\s*(`*)/.exec(line)?.[1]?.length ?? 0));
  const marks = '`'.repeat(longest + 1);
  const rows = ['', '', `${marks}text`, ...output, marks].map((row, index) => (index === 0 ? row : (prefix + row).trimEnd()));
  return [{ from: block.to, to: block.to, text: rows.join(source.eol) }];
}

/** How many further lines with the same fault are listed. */
const maxListedLines = 6;

function describeProof({ reason, text, lines }: Proof, log: readonly { readonly line: number }[]): string {
  const numbers = lines.map((index) => log[index]?.line ?? 0);
  const [first, ...others] = numbers;
  const more = others.length > maxListedLines ? `, and ${others.length - maxListedLines} more` : '';
  const also =
    others.length === 0 ? '' : ` (also ${others.length === 1 ? 'line' : 'lines'} ${others.slice(0, maxListedLines).join(', ')}${more})`;
  const quote = text.length > 72 ? `${text.slice(0, 71)}…` : text;
  return `line ${first}: ${quote}\n    ${reason}${also}`;
}

function lineCount(count: number): string {
  return `${count} line${count === 1 ? '' : 's'}`;
}
