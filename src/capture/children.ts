import type { RunRecord } from './capture.ts';

/** The most memory of a program's first process, in bytes. */
export function ownPeakBytes({ points, children, peakRssBytes }: RunRecord): number {
  return children === undefined ? peakRssBytes : Math.max(...points.map(([, , rssBytes]) => rssBytes));
}

/** The memory that the processes which a program started have of their own at a moment, in bytes: as at the last look before it. */
export function childBytesAt(children: RunRecord['children'], atMs: number): number {
  return children?.points.findLast(([at]) => at <= atMs)?.[1] ?? 0;
}
