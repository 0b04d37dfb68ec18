/** Markup that is safe to put into a page as it is. */
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

/** Builds HTML or SVG; whatever is put in is escaped, unless it is Markup itself. Lists are joined, undefined is nothing. */
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

/** What most texts are: nothing of it has to be written otherwise. */
const plain = /^[ !#-%(-;=?-~]*$/;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for a page. */
function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] as string);
}

/**
 * A text as it may stand in HTML and in XML, nothing in it hidden: control characters are their pictures (U+2400 and on) or
 * numbers, and so are those that turn the direction of a text around, which make code read otherwise than it runs.
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
