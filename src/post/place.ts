import type { Node, Parent, Point, Position } from 'unist';
import { SKIP, visit } from 'unist-util-visit';
import type { VFile } from 'vfile';

/** The source of a node, as it stands in the file. */
export function sourceOf(file: VFile, { position }: Node): string {
  return String(file).slice(position?.start.offset ?? 0, position?.end.offset ?? 0);
}

/** The place of a stretch of some source that starts at a point. */
export function placeWithin(source: string, start: Point, index: number, length: number): Position {
  return { start: pointWithin(source, start, index), end: pointWithin(source, start, index + length) };
}

function pointWithin(source: string, start: Point, index: number): Point {
  const before = source.slice(0, index).split(/\r\n|\n|\r/);
  const last = before.at(-1) ?? '';
  return { line: start.line + before.length - 1, column: before.length === 1 ? start.column + last.length : last.length + 1, offset: (start.offset ?? 0) + index };
}

/** Every match of a pattern in some source that starts at a point, with its place. */
export function matchesIn({ source, start }: Source, pattern: RegExp): readonly { readonly match: RegExpExecArray; readonly place: Position }[] {
  return [...source.matchAll(pattern)].map((match) => ({ match, place: placeWithin(source, start, match.index, match[0].length) }));
}

/** A stretch of a file, and where it starts. */
export interface Source {
  readonly source: string;
  readonly start: Point;
}

/** The source of a node, with its place. */
export function stretchOf(file: VFile, node: Node): Source {
  return { source: sourceOf(file, node), start: node.position?.start ?? { line: 1, column: 1, offset: 0 } };
}

/** What stands in the place of each character that is no text. */
export const masked = '\uFFFC';

/**
 * The text of a paragraph, heading or cell as its author typed it, with bare addresses; code, links, images and tags in
 * it are masked, and so is what marks a quotation at the start of a line.
 */
export function proseOf(file: VFile, node: Parent): Source {
  const { source, start } = stretchOf(file, node);
  const parts: string[] = [];
  let end = 0;
  visit(node, (child) => {
    const { position } = child;
    const own = sourceOf(file, child);
    const isBare = child.type === 'text' || 'children' in child && (child.type !== 'link' || !/^[[<]/.test(own));
    if (isBare || position === undefined) return undefined;
    const [from, to] = [(position.start.offset ?? 0) - (start.offset ?? 0), (position.end.offset ?? 0) - (start.offset ?? 0)];
    parts.push(source.slice(end, from), own.replace(/[^\r\n]/g, masked));
    end = to;
    return SKIP;
  });
  const text = parts.join('') + source.slice(end);
  return { source: text.replace(/(?<=\n)[ \t>]+/g, (marks) => ' '.repeat(marks.length)), start };
}
