/** Lines of a text broken between words so that each fits a width, those after the first indented. A word that is too long stays whole. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const room = width - (lines.length > 1 ? indent.length : 0);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

/** The width of a stream that is a terminal; endless where it is none, so that tools read whole lines. */
export function widthOf({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return isTTY === true ? (columns ?? 80) : Infinity;
}
