import type { RunRecord } from './capture.ts';

/** The memory that the processes which a program started have of their own at a moment, in bytes: as at the last look before it. */
export function childBytesAt(children: RunRecord['children'], atMs: number): number {
  return children?.points.findLast(([at]) => at <= atMs)?.[1] ?? 0;
}
