import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { VFile } from 'vfile';
import { report, type Place } from '../../experiment/finding.ts';
import { decode, publicFolder, type Fault } from './target.ts';

/** An image as written; its address or text is undefined if it is given elsewhere. */
export interface WrittenImage {
  readonly url: string | undefined;
  readonly alt: string | undefined;
  readonly place: Place | undefined;
  /** What to call it if its address is given elsewhere. */
  readonly name?: string;
  readonly isHtml?: boolean;
}

/**
 * Reports an image without a text, and one that the page may not load. Returns whether it is a file of this site, so that it
 * remains to be checked whether the file exists.
 */
export function checkImage(file: VFile, { url, alt, place, name = url, isHtml = false }: WrittenImage): boolean {
  if (alt !== undefined) checkAlt(file, alt, name ?? '', place, isHtml);
  // In Markdown, an empty address is reported by a lint rule.
  if (url === undefined || (url === '' && !isHtml) || /^data:/i.test(url)) return false;
  const fail = (rule: string, reason: string, hint: string) => report(file, { rule, reason, hint, place });
  const shown = url.length > 60 ? `${url.slice(0, 60)}…` : url;
  const plain = url.replaceAll('\\', '/').replace(/^[a-z]:\//i, '');
  const below = plain.replace(/^(?:\.{1,2}\/)+/, '').replace(/^public\//, '');
  if (url.includes('\\'))
    fail(
      'image-missing',
      `The image ${shown} is a Windows path, and would not be published`,
      `Put it below ${publicFolder}/ and write its path from there: /${plain.split('/').at(-1)}`,
    );
  else if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(url))
    fail(
      'image-foreign',
      `The image ${shown} is on another site, which the page may not load`,
      `Save it below ${publicFolder}/ and write its path: ![text](/name.png)`,
    );
  else if (!url.startsWith('/'))
    fail(
      'image-missing',
      `The image ${shown} would not be published`,
      `Put it below ${publicFolder}/ and write its path from there: ![text](/${below})`,
    );
  else return true;
  return false;
}

/** What is wrong with the address of an image of this site; undefined if the file exists. */
export function faultOfImage(url: string, root: string): Fault | undefined {
  const path = url.replace(/[?#].*$/s, '');
  if (path.startsWith('/posts/') || existsSync(join(root, publicFolder, decode(path)))) return undefined;
  const [, below] = /^\/public(\/.*)$/.exec(path) ?? [];
  return {
    rule: 'file-missing',
    reason: `There is no file ${publicFolder}${path}`,
    hint: below === undefined ? 'Put it there, or fix the path.' : `Write the path of a file below ${publicFolder}/ from there: ${below}`,
  };
}

function checkAlt(file: VFile, alt: string, name: string, place: Place | undefined, isHtml: boolean): void {
  const text = alt.trim();
  const hint = isHtml
    ? 'Say what it shows: alt="The heap after an hour"; alt="" for mere decoration.'
    : 'Say what it shows: ![The heap after an hour](/heap.png)';
  if (text === '') report(file, { rule: 'image-alt', reason: `The image ${name} has no text for those who cannot see it`, hint, place });
  else if (
    text === name.split('/').at(-1) ||
    /^(?:image|img|picture|pic|photo|screenshot|figure|alt|alt text|text|untitled|todo)$/i.test(text)
  ) {
    report(file, { rule: 'image-alt', reason: `"${text}" does not say what the image ${name} shows`, hint, place, level: 'warning' });
  }
}
