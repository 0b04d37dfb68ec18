import { decodeText, placeholder } from './line.ts';

/** A group must cover this many lines, and this share of the run's lines, to be typical of a log. */
const minGroupLines = 100;
const minGroupShare = 0.25;
/** Groups tracked at once. Beyond that the half that covers least is dropped, which never includes one that covers a quarter of the log. */
const maxGroups = 1000;
/** Groups with more characters in total than this are ignored. */
export const maxGroupChars = 4096;

/** Finds the group of lines that covers most of a log, given each group that repeats in it. */
export class RepeatingGroup {
  #covered = new Map<string, number>();
  /** Maps each group as it occurs to its canonical form. */
  readonly #canonical = new Map<string, string>();

  /** Counts a group of line templates that occurs `times` times in a row. */
  add(templates: readonly string[], times: number): void {
    if (templates.reduce((length, { length: more }) => length + more, 0) > maxGroupChars) return;
    const key = templates.join('\0');
    const group = this.#canonical.get(key) ?? canonicalForm(templates);
    if (this.#canonical.size < maxGroups) this.#canonical.set(key, group);
    this.#covered.set(group, (this.#covered.get(group) ?? 0) + templates.length * times);
    if (this.#covered.size > maxGroups) this.#covered = new Map(this.#sorted().slice(0, maxGroups / 2));
  }

  /** The lines of the group that covers most of `lines` lines, in canonical form; empty if none covers a quarter. */
  find(lines: number): readonly string[] {
    const [most] = this.#sorted();
    return most !== undefined && most[1] >= Math.max(minGroupLines, lines * minGroupShare) ? most[0].split('\n') : [];
  }

  #sorted(): readonly (readonly [string, number])[] {
    return [...this.#covered].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }
}

/** A group's lines as text without addresses, rotated to the order that sorts first. */
function canonicalForm(templates: readonly string[]): string {
  const lines = templates.map((line) => decodeText(line.replaceAll(` ${placeholder}`, '').replaceAll(placeholder, '')));
  const rotations = lines.map((_, index) => [...lines.slice(index), ...lines.slice(0, index)].join('\n'));
  return rotations.toSorted()[0] ?? '';
}
