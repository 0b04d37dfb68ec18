import leven from 'leven';

/** ` Did you mean "x"?` where a known name is near the given one, and nothing where none is. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = [...known]
    .map((candidate) => ({ candidate, distance: distanceOf(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : ` Did you mean "${near.candidate}"?`;
}

/** Letters to change; two that changed places are one slip. */
function distanceOf(a: string, b: string): number {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  const swapped = at === -1 ? a : a.slice(0, at) + (a[at + 1] ?? '') + a[at] + a.slice(at + 2);
  return swapped === b && a !== b ? 1 : leven(a, b);
}
