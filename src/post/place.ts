import type { Node, Parent, Point, Position } from 'unist';
import { SKIP, visit } from 'unist-util-visit';
import type { VFile } from 'vfile';

/** The source of a node, as written in the file. */
export function sourceOf(file: VFile, { position }: Node): string {
  return String(file).slice(position?.start.offset ?? 0, position?.end.offset ?? 0);
}

/** For a source that starts at a point, returns the function from an index in it to its point in the file. */
export function pointsWithin(source: string, start: Point): (index: number) => Point {
  const starts = [0, ...[...source.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: { length } }) => index + length)];
  return (index) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= index) low = middle;
      else high = middle;
    }
    const column = (low === 0 ? start.column : 1) + index - (starts[low] as number);
    return { line: start.line + low, column, offset: (start.offset ?? 0) + index };
  };
}

/** A match of a pattern, and its place in the file. */
interface Match {
  readonly match: RegExpExecArray;
  readonly place: Position;
}

/** All matches of a pattern in a source, with their places. */
export function matchesIn({ source, start }: Source, pattern: RegExp): readonly Match[] {
  const matches = [...source.matchAll(pattern)];
  if (matches.length === 0) return [];
  const pointAt = pointsWithin(source, start);
  return matches.map((match) => ({ match, place: { start: pointAt(match.index), end: pointAt(match.index + match[0].length) } }));
}

/** A part of a file, and where it starts. */
export interface Source {
  readonly source: string;
  readonly start: Point;
}

/** The source of a node, with its place. */
export function stretchOf(file: VFile, node: Node): Source {
  return { source: sourceOf(file, node), start: node.position?.start ?? { line: 1, column: 1, offset: 0 } };
}

/** Replaces each character that is not prose. */
export const masked = '\uFFFC';

/**
 * The text of a paragraph, heading or cell as its author typed it, bare addresses included; code, links, images and tags
 * are masked. Spaces and `>` at the start of a line become spaces.
 */
export function proseOf(file: VFile, node: Parent): Source {
  const { source, start } = stretchOf(file, node);
  const parts: string[] = [];
  let end = 0;
  visit(node, (child) => {
    const { position } = child;
    const own = sourceOf(file, child);
    const isBare = child.type === 'text' || ('children' in child && (child.type !== 'link' || !/^[[<]/.test(own)));
    if (isBare || position === undefined) return undefined;
    const [from, to] = [(position.start.offset ?? 0) - (start.offset ?? 0), (position.end.offset ?? 0) - (start.offset ?? 0)];
    parts.push(source.slice(end, from), own.replace(/[^\r\n]/g, masked));
    end = to;
    return SKIP;
  });
  const text = parts.join('') + source.slice(end);
  return { source: text.replace(/(?<=\n)[ \t>]+/g, (marks) => ' '.repeat(marks.length)), start };
}
