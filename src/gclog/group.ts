import { decodeText, placeholder } from './line.ts';

/** A few lines that happen to repeat are no character of a log. */
const minGroupLines = 100;
const minGroupShare = 0.25;
/** So many groups are minded at once; of more, those that cover least are forgotten, which no group of a quarter ever is. */
const maxGroups = 1000;
/** Lines longer than this in all are no group to tell. */
export const maxGroupChars = 4096;

/** Finds the group of lines that a log repeats most, from each group that it repeats. */
export class RepeatingGroup {
  #covered = new Map<string, number>();
  /** Groups as they came, and as they are told. */
  readonly #told = new Map<string, string>();

  add(templates: readonly string[], times: number): void {
    if (templates.reduce((length, { length: more }) => length + more, 0) > maxGroupChars) return;
    const key = templates.join('\0');
    const group = this.#told.get(key) ?? tell(templates);
    if (this.#told.size < maxGroups) this.#told.set(key, group);
    this.#covered.set(group, (this.#covered.get(group) ?? 0) + templates.length * times);
    if (this.#covered.size > maxGroups) this.#covered = new Map(this.#sorted().slice(0, maxGroups / 2));
  }

  /** The group's lines, addresses left out, from whichever is first in the alphabet; none where none makes up a quarter. */
  find(lines: number): readonly string[] {
    const [most] = this.#sorted();
    return most !== undefined && most[1] >= Math.max(minGroupLines, lines * minGroupShare) ? most[0].split('\n') : [];
  }

  #sorted(): readonly (readonly [string, number])[] {
    return [...this.#covered].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }
}

function tell(templates: readonly string[]): string {
  const lines = templates.map((line) => decodeText(line.replaceAll(` ${placeholder}`, '').replaceAll(placeholder, '')));
  const rotations = lines.map((_, index) => [...lines.slice(index), ...lines.slice(0, index)].join('\n'));
  return rotations.toSorted()[0] ?? '';
}
