import { VFile } from 'vfile';
import { report } from '../experiment/finding.ts';
import { bounds } from './bounds.ts';
import { readBytes, type FileBytes } from './content-files.ts';

/** A file as text, by its path from the project's root. One that cannot be read as UTF-8 is empty, with the reason on it. */
export function readText(root: string, path: string): VFile {
  return toText(path, readBytes(root, path));
}

/** What was read as text; what is no UTF-8 is empty, with the reason on it. */
export function toText(path: string, read: FileBytes): VFile {
  const file = new VFile({ path, value: '' });
  if ('code' in read) {
    reportUnreadable(file, read.code);
    return file;
  }
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  const fault = faultOfBytes(bytes);
  if (fault !== undefined) report(file, { rule: 'file-encoding', ...fault });
  else if (bytes.length > bounds.bytes) {
    report(file, {
      rule: 'file-large',
      reason: `The file has ${Math.ceil(bytes.length / 1000)} kB of text, and a page has room for ${bounds.bytes / 1000} kB`,
      hint: 'Take pasted logs out, which a sample brings itself, or part the text into several posts.',
      place: { line: 1, column: 1 },
    });
  } else file.value = bytes.toString('utf8');
  return file;
}

function reportUnreadable(file: VFile, code: string | undefined): void {
  const [reason, hint] =
    code === 'EACCES' || code === 'EPERM'
      ? ['The file may not be read', `Allow it: chmod u+r ${file.path}`]
      : code === 'ENOENT'
        ? ['The link leads to no file', 'Put the file there, or delete the link.']
        : [`The file cannot be read: ${code}`, 'Mend it, or take it out of this folder.'];
  report(file, { rule: 'file-unreadable', reason, hint, place: { line: 1, column: 1 } });
}

/** What keeps bytes from being text in UTF-8, and where; undefined where nothing does. */
export function faultOfBytes(
  bytes: Buffer,
): { readonly reason: string; readonly hint: string; readonly place: { readonly line: number; readonly column: number } } | undefined {
  const hint = 'Save it as UTF-8; editors ask for it as the encoding.';
  const top = { line: 1, column: 1 };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { reason: 'The file is UTF-16, and UTF-8 is what is read', hint, place: top };
  const zero = bytes.indexOf(0);
  if (zero !== -1)
    return {
      reason: 'The file holds a zero byte, which no text does',
      hint: 'Delete it; or, if this is no text, take the file out of this folder.',
      place: placeOf(bytes, zero),
    };
  const bad = firstBadByte(bytes);
  return bad === undefined
    ? undefined
    : {
        reason: `The file is not UTF-8: the byte 0x${bytes[bad]?.toString(16).toUpperCase()} here is no part of a sign`,
        hint,
        place: placeOf(bytes, bad),
      };
}

function firstBadByte(bytes: Buffer): number | undefined {
  const text = bytes.toString('utf8');
  let offset = 0;
  for (let index = text.indexOf('\uFFFD'); index !== -1; index = text.indexOf('\uFFFD', index + 1)) {
    offset = Buffer.byteLength(text.slice(0, index));
    // A file may hold that sign itself.
    if (bytes.subarray(offset, offset + 3).toString('latin1') !== '\xEF\xBF\xBD') return offset;
  }
  return undefined;
}

function placeOf(bytes: Buffer, offset: number): { readonly line: number; readonly column: number } {
  const before = bytes.subarray(0, offset).toString('utf8').split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
