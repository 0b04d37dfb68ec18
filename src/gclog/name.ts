/** A name that a program can choose has so many characters in a record: a line of a table, and more than any that a person gives. */
export const maxNameLength = 200;

/** A name as a record has it: a longer one is cut with an ellipsis, never through a character. */
export function cutName(name: string, most = maxNameLength): string {
  return name.length <= most ? name : `${name.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
