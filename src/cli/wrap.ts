/** Breaks a text between words into lines of at most `width` columns, and indents all but the first. Never breaks a long word. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const columns = width - (lines.length > 1 ? indent.length : 0);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

/** The columns of a terminal; infinite for other streams, so that tools read whole lines. */
export function widthOf({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return isTTY === true ? (columns ?? 80) : Infinity;
}
