import { blankComments } from '../post/links/html-tags.ts';
import { authorAttributes, authorHtml } from '../post/prose/author-html.ts';
import type { Edit } from './edits.ts';

/** What is changed in a piece of HTML: edits, what to tell with its offset, and the addresses in it. */
interface Cleaned {
  readonly edits: readonly Edit[];
  readonly notes: readonly { readonly at: number; readonly text: string }[];
  readonly urls: readonly { readonly from: number; readonly to: number; readonly text: string; readonly isImage: boolean }[];
}

/** Elements that only say how something looks, and what stands for them. */
const replaced: Readonly<Record<string, string | undefined>> = {
  tt: 'code',
  strike: 's',
  acronym: 'abbr',
  center: undefined,
  font: undefined,
  big: undefined,
};

/** Attributes with an address. */
const addresses = /^(?:src|href|poster)$/;

/** Drops what a post may not have and readers do not miss: attributes for looks, and elements that are only looks. */
export function cleanHtml(html: string): Cleaned {
  const edits: Edit[] = [];
  const notes: { at: number; text: string }[] = [];
  const urls: Cleaned['urls'][number][] = [];
  const text = blankComments(html);
  for (const { 0: all, 1: src = '', index } of text.matchAll(/<iframe\b[^>]*?\ssrc=["']?([^"'\s>]+)["']?[^>]*>\s*<\/iframe>/gi)) {
    const [, id] = /(?:youtube(?:-nocookie)?\.com\/embed|youtu\.be)\/([\w-]+)/.exec(src) ?? [];
    const url = id === undefined ? src.replace(/^\/\//, 'https://') : `https://www.youtube.com/watch?v=${id}`;
    edits.push({ from: index, to: index + all.length, text: `<a href="${url}">${id === undefined ? url : 'Video'}</a>` });
    notes.push({ at: index, text: `<iframe> becomes a link to ${url}` });
  }
  for (const match of text.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:[^"'>]|"[^"]*"|'[^']*')*?)(\s*\/?)>/gi)) {
    const [all, slash = '', written = '', attributes = ''] = match;
    const name = written.toLowerCase();
    const start = match.index;
    if (name in replaced) {
      const next = replaced[name];
      edits.push({ from: start, to: start + all.length, text: next === undefined ? '' : `<${slash}${next}>` });
      if (slash === '')
        notes.push({ at: start, text: `<${name}> ${next === undefined ? 'is dropped, as it is only looks' : `becomes <${next}>`}` });
      continue;
    }
    const known = Object.hasOwn(authorHtml, name) ? authorHtml[name] : undefined;
    if (known === undefined || slash !== '') continue;
    const dropped: string[] = [];
    for (const part of attributes.matchAll(/\s+([^\s"'>/=]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
      const [whole, key = '', value = ''] = part;
      const from = start + 1 + written.length + part.index;
      const lower = key.toLowerCase();
      if (name === 'a' && lower === 'name' && !/\bid\s*=/i.test(attributes)) {
        edits.push({ from: from + whole.indexOf(key), to: from + whole.indexOf(key) + key.length, text: 'id' });
      } else if (![...known, ...authorAttributes].includes(lower)) {
        edits.push({ from, to: from + whole.length, text: '' });
        dropped.push(lower);
      } else if (addresses.test(lower) && value !== '') {
        const url = part[3] ?? part[4] ?? part[5] ?? '';
        const at = from + whole.length - value.length + value.indexOf(url, 1);
        if (url !== '') urls.push({ from: at, to: at + url.length, text: url, isImage: name === 'img' });
      }
    }
    if (dropped.length > 0)
      notes.push({ at: start, text: `<${name}>: ${dropped.join(', ')} dropped, as a post has the style of the site` });
  }
  return { edits, notes, urls };
}
