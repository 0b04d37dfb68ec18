import type { RunRecord } from './capture.ts';

/** The peak memory of a program's own process, without its descendants, in bytes. */
export function ownPeakBytes({ points, children, peakRssBytes }: RunRecord): number {
  return children === undefined ? peakRssBytes : Math.max(...points.map(([, , rssBytes]) => rssBytes));
}

/** The private memory of a program's descendants at a moment, in bytes, as of the last poll before it. */
export function childBytesAt(children: RunRecord['children'], atMs: number): number {
  return children?.points.findLast(([at]) => at <= atMs)?.[1] ?? 0;
}
