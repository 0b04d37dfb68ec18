import type { Nodes, Root } from 'mdast';
import type { VFile } from 'vfile';
import { report, type Place } from './message.ts';

/** What walks a tree goes one call deeper for each level, and has room for some thousand. */
const [mostSigns, mostLevels] = [300, 200];

/** Parses, unless quotations, lists or emphasis are nested deeper than any prose: then that is on the file, and the tree is empty. */
export function parseShallow(file: VFile, parse: (file: VFile) => Root): Root {
  const place = findRun(String(file));
  if (place !== undefined) return refuse(file, place);
  try {
    const tree = parse(file);
    const deep = findDeep(tree);
    return deep === undefined ? tree : refuse(file, deep.position);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(file, { line: 1, column: 1 });
  }
}

/** A line that opens more levels, or holds more signs of emphasis in a row, than can be read. */
function findRun(text: string): Place | undefined {
  if (text.length < mostSigns) return undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.length < mostSigns || /^[-*_\s]*$/.test(line)) continue;
    const opens = new RegExp(`^(?:[ \\t]*(?:>|[-+*](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))){${mostSigns}}`).test(line);
    const run = opens ? 0 : line.search(new RegExp(`\\*{${mostSigns}}|_{${mostSigns}}`));
    if (run !== -1) return { line: index + 1, column: run + 1 };
  }
  return undefined;
}

function findDeep(tree: Root): Nodes | undefined {
  let level: readonly Nodes[] = [tree];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostLevels) return level[0];
    level = level.flatMap((node) => ('children' in node ? (node.children as readonly Nodes[]) : []));
  }
  return undefined;
}

function refuse(file: VFile, place: Place | undefined): Root {
  report(file, { rule: 'nested-deep', reason: 'The text is nested too deep to be read', hint: 'Take some levels of quotation, list or emphasis away; what is only to be shown stands in a fence.', place });
  return { type: 'root', children: [] };
}
