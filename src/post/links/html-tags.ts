import type { Html } from 'mdast';
import type { VFile } from 'vfile';
import type { Place } from '../../experiment/finding.ts';
import { matchesIn, stretchOf } from '../place.ts';

/** An address in raw HTML: of an image, or of what a link leads to or a video, an audio or a track plays. */
export interface Tag {
  readonly isImage: boolean;
  /** The address; undefined if absent. */
  readonly url: string | undefined;
  /** The alternative text of an image; undefined if absent. */
  readonly alt: string | undefined;
  readonly place: Place;
}

/** The attributes with addresses, by element. */
const addresses = { img: ['src'], a: ['href'], audio: ['src'], video: ['src', 'poster'], source: ['src'], track: ['src'] } as const;

const tag = new RegExp(`<!--[\\s\\S]*?(?:-->|$)|<(${Object.keys(addresses).join('|')})\\b((?:"[^"]*"|'[^']*'|[^>"'])*)(>?)`, 'gi');

/** The addresses in a piece of raw HTML, except in comments. */
export function tagsIn(file: VFile, node: Html): readonly Tag[] {
  return matchesIn(stretchOf(file, node), tag).flatMap(({ match: [, name, attributes = '', end], place }): readonly Tag[] => {
    // A tag that is not closed is reported elsewhere.
    if (name === undefined || end === '') return [];
    const element = name.toLowerCase() as keyof typeof addresses;
    return addresses[element].map((key) => ({
      isImage: element === 'img',
      url: valueOf(attributes, key),
      alt: valueOf(attributes, 'alt'),
      place,
    }));
  });
}

/** Replaces comments in raw HTML by spaces, keeping the lines; a comment that is not closed goes on to the end. */
export function blankComments(html: string): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function valueOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))|(?=[\\s/]|$))`, 'i').exec(attributes);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3] ?? '').replaceAll('&amp;', '&');
}
