import { plainCode } from './blocks.ts';
import { type Edit, type Finding, write } from './edits.ts';
import { type Item, loose, pythons } from './items.ts';
import { findOwner, type Places, plainLog, readShell } from './owner.ts';
import { type Proof, proveStale } from './stale.ts';

/** What becomes of one piece of code: the edits, and what is told of them. */
export function change(places: Places, index: number): { edits: readonly Edit[]; finding: Finding } {
  const { source, items } = places;
  const item = items[index] as Item;
  const { block, kind, reading } = item;
  const dropped = [
    ...(block.attributes.length === 0 ? [] : ['its kramdown attributes are dropped']),
    ...(block.form === 'liquid' ? ['its Liquid tags are a fence now'] : []),
  ];
  const finding = (what: string, details: readonly string[] = []): Finding => ({
    line: block.first + 1,
    what,
    details: [...details, ...dropped],
  });
  const count = plainCode(block.code)
    .trim()
    .split(/\r\n|\r|\n/).length;
  if (kind === 'program' && reading.kind === 'program') {
    const title = item.title === undefined || item.title === `${item.name}.py` ? '' : ` title="${item.title}"`;
    const args = item.args === undefined ? '' : ` args="${item.args}"`;
    return {
      edits: write(source, block, `python sample=${item.name}${title}${args}`),
      finding: finding(`python program → sample "${item.name}" (${lineCount(count)})`, reading.notes),
    };
  }
  if (kind === 'snippet' && reading.kind === 'snippet')
    return {
      edits: write(source, block, pythons.test(block.language) ? undefined : 'python'),
      finding: finding(`python, only shown: ${reading.why}`),
    };
  if (kind === 'log' || kind === 'text' || kind === 'shell') {
    const shell = kind === 'shell' ? readShell(block) : undefined;
    const owner = findOwner(places, index, shell);
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
      const told = stale === 0 ? '' : `; stale: the code cannot print ${stale} of them`;
      return {
        edits: [{ from: block.from, to: block.to, text: `::log{of=${owner.item.name}}` }],
        finding: finding(
          `${what}, ${lineCount(lines.length)} dropped → ::log{of=${owner.item.name}}${told}`,
          proofs.map((proof) => tell(proof, lines)),
        ),
      };
    }
    if (shell !== undefined) {
      const info = loose.test(block.language) && !/^console$/i.test(block.language) ? (shell.prompts ? 'console' : 'sh') : undefined;
      return {
        edits: write(source, block, info),
        finding: finding(`shell, ${shell.output.length === 0 ? 'only shown' : `stays: ${owner}`}`),
      };
    }
    return { edits: write(source, block, undefined), finding: finding(`${item.what}, stays: ${owner}`) };
  }
  return { edits: write(source, block, undefined), finding: finding(item.what) };
}

const shownLines = 6;

function tell({ reason, text, lines }: Proof, log: readonly { readonly line: number }[]): string {
  const numbers = lines.map((index) => log[index]?.line ?? 0);
  const [first, ...others] = numbers;
  const more = others.length > shownLines ? `, and ${others.length - shownLines} more` : '';
  const also =
    others.length === 0 ? '' : ` (also ${others.length === 1 ? 'line' : 'lines'} ${others.slice(0, shownLines).join(', ')}${more})`;
  const quote = text.length > 72 ? `${text.slice(0, 71)}…` : text;
  return `line ${first}: ${quote}\n    ${reason}${also}`;
}

function lineCount(count: number): string {
  return `${count} line${count === 1 ? '' : 's'}`;
}
