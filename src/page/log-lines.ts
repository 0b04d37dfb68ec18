import { html, type Markup } from '../chart/markup.ts';
import { decodeText } from '../gclog/line.ts';
import type { TextLine } from '../gclog/log.ts';
import { formatCount } from '../verdict/format.ts';
import { maxLineLength, type Row } from './log-rows.ts';

/** How often the lines of a row are repeated, in words. */
export function foldWords({ lines, period, times }: Row): Markup {
  const group = period === 1 ? 'the same line' : `the same ${period} lines`;
  const repeats = `${group}, ${formatCount(times - 1)} more ${times === 2 ? 'time' : 'times'}`;
  // Of some types only, one after the other with lines of others between.
  const some = `${formatCount(lines.length * (times - 1))} more like ${lines.length === 1 ? 'this' : 'these'}`;
  return html`<span>↻ ${lines.length < period ? some : repeats}</span> <small>only the addresses differ</small>`;
}

/** A line of a log, with what the collector says of an object marked. */
export function drawLine({ text: start, bytes }: TextLine): Markup {
  const text = decodeText(start.slice(0, maxLineLength).replace(/\r$/, ''));
  const cut = bytes > maxLineLength ? html`<small>… ${formatCount(bytes - maxLineLength)} bytes more</small>` : undefined;
  const object = /^gc: (un)?collectable <(.*) (#\d+|#\?)>$/s.exec(text);
  if (!object) return html`${text}${cut}`;
  const [, un = '', type, number] = object;
  const title = number === '#?' ? html` title="The log tells of more objects than a record names."` : undefined;
  return html`gc: <b class="${un}collectable">${un}collectable</b> &lt;<i>${type}</i> <s${title}>${number}</s>&gt;`;
}
