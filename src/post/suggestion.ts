import leven from 'leven';

/** ` Did you mean "x"?` where a known name is near the given one, and nothing where none is. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = [...known]
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : ` Did you mean "${near.candidate}"?`;
}
