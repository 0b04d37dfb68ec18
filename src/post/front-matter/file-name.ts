import type { VFile } from 'vfile';
import { report } from '../../experiment/finding.ts';
import { isDeviceName } from '../fences/device-name.ts';
import { isDay } from './calendar.ts';
import type { FrontMatter } from './front-matter.ts';

const place = { line: 1, column: 1 };

const form = /^(\d{4}-\d{2}-\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** The words of a post's file name, which are its address; the whole name if it has another form. */
export function readWords(file: VFile): string {
  return form.exec(file.stem ?? '')?.[2] ?? file.stem ?? '';
}

/** The same, but reports a name of another form. */
export function readName(file: VFile, { date }: FrontMatter): string {
  const [, day = '', words] = form.exec(file.stem ?? '') ?? [];
  if (words === undefined || isDeviceName(words)) {
    report(file, {
      rule: 'file-name',
      reason: `The file name "${file.basename}" is not YYYY-MM-DD-some-words.md`,
      hint:
        words === undefined
          ? `Name the file after its day and some words in lower case: ${nameFor(file.stem ?? '', date)}`
          : `Windows reserves the name ${words}: use other words.`,
      place,
    });
    return file.stem ?? '';
  }
  if (!isDay(day))
    report(file, {
      rule: 'file-name',
      reason: `The file name starts with ${day}, which is not a calendar day`,
      hint: `Name the file ${nameFor(words, date)}`,
      place,
    });
  return words;
}

/** A file name of the right form, with the words of a wrong one. */
function nameFor(stem: string, date: string): string {
  const words = stem
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^(?:(?:\d{1,4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{4})(?:-|$))?-*|-+$/g, '');
  return `${date === '' ? '2023-09-22' : date}-${words || 'some-words'}.md`;
}
