import type { Html } from 'mdast';
import type { VFile } from 'vfile';
import type { Place } from '../../experiment/finding.ts';
import { matchesIn, stretchOf } from '../place.ts';

/** An image or a link in raw HTML. */
export interface Tag {
  readonly name: 'img' | 'a';
  /** The value of `src` or `href`; undefined if absent. */
  readonly url: string | undefined;
  /** The alternative text of an image; undefined if absent. */
  readonly alt: string | undefined;
  readonly place: Place;
}

/** The images and links in a piece of raw HTML, except in comments. */
export function tagsIn(file: VFile, node: Html): readonly Tag[] {
  return matchesIn(stretchOf(file, node), /<!--[\s\S]*?(?:-->|$)|<(img|a)\b((?:"[^"]*"|'[^']*'|[^>"'])*)(>?)/gi).flatMap(
    ({ match: [, name, attributes = '', end], place }): readonly Tag[] => {
      // A tag that is not closed is reported elsewhere.
      if (name === undefined || end === '') return [];
      const isImage = name.toLowerCase() === 'img';
      return [{ name: isImage ? 'img' : 'a', url: valueOf(attributes, isImage ? 'src' : 'href'), alt: valueOf(attributes, 'alt'), place }];
    },
  );
}

/** Replaces comments in raw HTML by spaces, keeping the lines; a comment that is not closed goes on to the end. */
export function blankComments(html: string): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function valueOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))|(?=[\\s/]|$))`, 'i').exec(attributes);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3] ?? '').replaceAll('&amp;', '&');
}
