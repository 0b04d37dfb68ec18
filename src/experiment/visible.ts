/** Characters that control a terminal, end a line, or reverse the direction of a text. */
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** Someone else's text on one line, with control characters shown as pictures or by number. */
export function visible(text: string): string {
  return text.toWellFormed().replace(hidden, (character) => {
    const code = character.charCodeAt(0);
    if (code === 9) return ' ';
    return code < 0x20
      ? String.fromCharCode(0x2400 + code)
      : code === 0x7f
        ? '\u2421'
        : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
