/** HTML or SVG that is safe to insert into a page unescaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Value = Markup | string | number | undefined | readonly (Markup | string | number | undefined)[];

/** Template tag for HTML and SVG: escapes inserted values, except Markup. Joins lists; undefined inserts nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = strings[0] as string;
  for (let index = 0; index < values.length; index += 1) text += print(values[index]) + (strings[index + 1] as string);
  return new Markup(text);
}

function print(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return plain.test(value) ? value : escape(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Markup) return value.text;
  let text = '';
  for (const part of value) text += print(part);
  return text;
}

/** A text without characters to escape, as most are. */
const plain = /^[ !#-%(-;=?-~]*$/;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for HTML, hidden characters included. */
function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] as string);
}

/**
 * A text with all its characters visible and valid in HTML and XML. Control characters become their pictures (U+2400 and on)
 * or code points (`⟨U+0085⟩`); so do bidirectional controls, which can make code read differently from how it runs.
 */
export function visible(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20
      ? String.fromCharCode(0x2400 + code)
      : code === 0x7f
        ? '\u2421'
        : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
