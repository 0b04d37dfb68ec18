/** Characters that order a terminal about, end a line, or turn the direction of a text around. */
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** A text of someone else's on one line, with everything in it to be seen: control characters as pictures or by number. */
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
