import leven from 'leven';

/** ` Did you mean "x"?` if a known name is close to the given one, else an empty text. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = [...known]
    .map((candidate) => ({ candidate, distance: distanceOf(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : ` Did you mean "${near.candidate}"?`;
}

/** The number of edits between two names; two swapped neighbours count as one edit. */
function distanceOf(a: string, b: string): number {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  const swapped = at === -1 ? a : a.slice(0, at) + (a[at + 1] ?? '') + a[at] + a.slice(at + 2);
  return swapped === b && a !== b ? 1 : leven(a, b);
}
