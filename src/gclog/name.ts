/** The longest name of a program's choice in a record, in characters: a line of a table, and longer than any name a person gives. */
export const maxNameLength = 200;

/** Shortens a name to `max` characters, the last of them an ellipsis, without splitting a surrogate pair. */
export function cutName(name: string, max = maxNameLength): string {
  return name.length <= max ? name : `${name.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
