import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import { parser } from '@lezer/python';
import { classes } from 'virtual:leaklog/python';
import { html, type Markup } from '../chart/markup.ts';

const highlighter = tagHighlighter([
  { tag: tags.comment, class: classes.comment },
  { tag: [tags.keyword, tags.operator, tags.modifier], class: classes.keyword },
  { tag: [tags.string, tags.special(tags.string)], class: classes.string },
  { tag: [tags.number, tags.bool, tags.null, tags.self], class: classes.constant },
  { tag: tags.function(tags.definition(tags.variableName)), class: classes.function },
]);

/** Lines of Python in the colours of the page. */
export function highlightLines(code: string): readonly Markup[] {
  const lines: Markup[][] = [[]];
  highlightCode(
    code,
    parser.parse(code),
    highlighter,
    (text, style) => void lines.at(-1)?.push(style === '' ? html`${text}` : html`<span class="${style}">${text}</span>`),
    () => void lines.push([]),
  );
  return lines.map((parts) => html`${parts}`);
}

/** What Tab puts in, and what it takes out. */
const indent = '    ';

/** Makes a text area an editor of Python, over the same text in the colours of the page. */
export class Editor {
  readonly #area: HTMLTextAreaElement;
  readonly #shown: HTMLElement;
  /** After Escape, Tab leaves, as it does elsewhere. */
  #leaves = false;

  constructor(area: HTMLTextAreaElement, shown: HTMLElement, onChange: () => void, onRun: () => void) {
    this.#area = area;
    this.#shown = shown;
    area.oninput = () => {
      this.#draw();
      onChange();
    };
    area.onblur = () => (this.#leaves = false);
    area.onkeydown = (event) => this.#press(event, onRun);
    this.#draw();
  }

  get code(): string {
    return this.#area.value;
  }

  set code(code: string) {
    this.#area.value = code;
    this.#draw();
  }

  focus(): void {
    this.#area.focus();
  }

  #press(event: KeyboardEvent, onRun: () => void): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    if (isComposing) return;
    if (key === 'Escape') {
      this.#leaves = true;
      return;
    }
    if (key === 'Enter' && (ctrlKey || metaKey)) {
      event.preventDefault();
      onRun();
    } else if (key === 'Tab' && !this.#leaves && !ctrlKey && !metaKey && !altKey) {
      event.preventDefault();
      if (shiftKey) this.#unindent();
      else this.#insert(indent);
    } else if (key === 'Enter') {
      const before = this.#area.value.slice(this.#lineStart(), this.#area.selectionStart);
      const [own = ''] = /^[ \t]*/.exec(before) ?? [];
      event.preventDefault();
      this.#insert(`\n${own}${/:\s*(?:#.*)?$/.test(before) ? indent : ''}`);
    }
    if (key !== 'Shift') this.#leaves = false;
  }

  #lineStart(): number {
    return this.#area.value.lastIndexOf('\n', this.#area.selectionStart - 1) + 1;
  }

  #unindent(): void {
    const { selectionStart, value } = this.#area;
    const start = this.#lineStart();
    const [blank = ''] = /^ {1,4}/.exec(value.slice(start)) ?? [];
    if (blank === '') return;
    this.#area.setSelectionRange(start, start + blank.length);
    this.#insert('');
    const at = Math.max(start, selectionStart - blank.length);
    this.#area.setSelectionRange(at, at);
  }

  /** Replaces the selection so that it can be undone, which only this old command does. */
  #insert(text: string): void {
    this.#area.focus();
    if (text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text)) return;
    this.#area.setRangeText(text, this.#area.selectionStart, this.#area.selectionEnd, 'end');
    this.#area.dispatchEvent(new Event('input'));
  }

  #draw(): void {
    this.#shown.innerHTML = String(html`${highlightLines(this.#area.value).map((line) => html`<span class="row">${line}\n</span>`)}`);
  }
}
