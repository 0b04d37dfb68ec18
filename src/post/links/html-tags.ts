import type { Html } from 'mdast';
import type { VFile } from 'vfile';
import type { Place } from '../../experiment/finding.ts';
import { matchesIn, stretchOf } from '../place.ts';

/** A tag in raw HTML that loads something or leads somewhere. */
export interface Tag {
  readonly name: 'img' | 'a';
  /** `src` or `href`; undefined where it has none. */
  readonly url: string | undefined;
  /** The text of an image; undefined where it has none. */
  readonly alt: string | undefined;
  readonly place: Place;
}

/** The images and links in a piece of raw HTML, comments left out. */
export function tagsIn(file: VFile, node: Html): readonly Tag[] {
  return matchesIn(stretchOf(file, node), /<!--[\s\S]*?(?:-->|$)|<(img|a)\b((?:"[^"]*"|'[^']*'|[^>"'])*)(>?)/gi).flatMap(
    ({ match: [, name, attributes = '', end], place }): readonly Tag[] => {
      // What is not closed is told elsewhere.
      if (name === undefined || end === '') return [];
      const isImage = name.toLowerCase() === 'img';
      return [{ name: isImage ? 'img' : 'a', url: valueOf(attributes, isImage ? 'src' : 'href'), alt: valueOf(attributes, 'alt'), place }];
    },
  );
}

/** Raw HTML with blanks for its comments, each line as long as it was; one that nobody closes goes on to the end. */
export function blankComments(html: string): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function valueOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))|(?=[\\s/]|$))`, 'i').exec(attributes);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3] ?? '').replaceAll('&amp;', '&');
}
