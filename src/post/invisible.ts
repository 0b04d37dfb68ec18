/** Characters that nobody sees, and that no name has. */
export const invisible = /[\u00ad\u200b\u2060\ufeff]/;

/** A character by its number in Unicode: `U+200B`. */
export function describeCharacter(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The finding for an invisible character. */
export function explainInvisible(character: string): { readonly reason: string; readonly hint: string } {
  const reason = `There is an invisible character here (${describeCharacter(character)})`;
  return { reason, hint: 'Delete it: some are copied along with a text.' };
}
