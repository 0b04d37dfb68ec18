import { join } from 'node:path';
import { html } from '../chart/markup.ts';
import type { Finding } from './report.ts';
import { root } from './root.ts';

/** The parts of Vite's server that send errors to open pages, and announce changed files. */
export interface Pages {
  readonly watcher: { emit(event: 'change', path: string): void };
  readonly ws: { send(payload: object): void; on(event: 'connection', listener: () => void): void };
}

/** Shows an error over every open page until it is fixed. */
export class Overlay {
  #pages: Pages | undefined;
  #error: object | undefined;

  connect(pages: Pages): void {
    this.#pages = pages;
    pages.ws.on('connection', () => this.#error && pages.ws.send(this.#error));
  }

  /** Reports a changed file to the watcher, which may miss it in a new folder, or if it is the second of two changes within 50 ms. */
  changed(path: string): void {
    this.#pages?.watcher.emit('change', path);
  }

  show(finding: Finding | undefined): void {
    const had = this.#error !== undefined;
    this.#error = finding && overlayError(finding);
    if (this.#error !== undefined) this.#pages?.ws.send(this.#error);
    else if (had) this.#pages?.ws.send({ type: 'full-reload' });
  }
}

/** An error in the form of Astro's overlay: message and hint are HTML, the rest is text. */
function overlayError({ file, line, column, reason, hint, rule }: Finding): object {
  const id = join(root, file);
  return {
    type: 'error',
    err: {
      name: rule,
      title: 'The post has an error',
      message: escapeHtml(reason),
      hint: escapeHtml(hint),
      stack: `${file}:${line}:${column}`,
      id,
      loc: { file: id, line, column },
      plugin: 'leaklog',
    },
  };
}

function escapeHtml(text: string): string {
  return String(html`${text}`);
}
