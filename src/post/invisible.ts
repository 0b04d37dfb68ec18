/** Characters that nobody sees, and that no name has. */
export const invisible = /[\u00ad\u200b\u2060\ufeff]/;

/** The finding for an invisible character. */
export function explainInvisible(character: string): { readonly reason: string; readonly hint: string } {
  const number = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return { reason: `There is an invisible character here (U+${number})`, hint: 'Delete it: some are copied along with a text.' };
}
