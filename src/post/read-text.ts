import { VFile } from 'vfile';
import { report } from '../experiment/finding.ts';
import { bounds } from './bounds.ts';
import { readBytes, type FileBytes } from './content-files.ts';

/** Reads a file as text, by its path from the project's root. It is empty, with the reason on it, if it cannot be read. */
export function readText(root: string, path: string): VFile {
  return toText(path, readBytes(root, path));
}

/** Decodes what was read; the file is empty, with the reason on it, if that is an error, no UTF-8, or too large. */
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
      reason: `The file has ${Math.ceil(bytes.length / 1000)} kB of text; a page has room for ${bounds.bytes / 1000} kB`,
      hint: 'Remove pasted logs, which a sample brings itself, or split the text into several posts.',
      place: { line: 1, column: 1 },
    });
  } else file.value = bytes.toString('utf8');
  return file;
}

function reportUnreadable(file: VFile, code: string | undefined): void {
  const [reason, hint] =
    code === 'EACCES' || code === 'EPERM'
      ? ['Reading the file is not allowed', `Allow it: chmod u+r ${file.path}`]
      : code === 'ENOENT'
        ? ['The link leads to no file', 'Put the file there, or delete the link.']
        : [`The file cannot be read: ${code}`, 'Fix it, or move it out of this folder.'];
  report(file, { rule: 'file-unreadable', reason, hint, place: { line: 1, column: 1 } });
}

/** Why bytes are not UTF-8 text, and where; undefined if they are. */
export function faultOfBytes(
  bytes: Buffer,
): { readonly reason: string; readonly hint: string; readonly place: { readonly line: number; readonly column: number } } | undefined {
  const hint = 'Save it as UTF-8; editors call this the encoding.';
  const top = { line: 1, column: 1 };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { reason: 'The file is UTF-16; only UTF-8 is read', hint, place: top };
  const zero = bytes.indexOf(0);
  if (zero !== -1)
    return {
      reason: 'The file has a zero byte, which no text has',
      hint: 'Delete it; or, if this is not text, move the file out of this folder.',
      place: placeOf(bytes, zero),
    };
  const lone = loneReturn(bytes);
  if (lone !== -1)
    return {
      reason: 'A line of the file ends with a carriage return alone',
      hint: 'Save it with line endings of Unix (LF) or Windows (CRLF).',
      place: placeOf(bytes, lone),
    };
  const bad = firstBadByte(bytes);
  return bad === undefined
    ? undefined
    : {
        reason: `The file is not UTF-8: the byte 0x${bytes[bad]?.toString(16).toUpperCase()} here is not part of a character`,
        hint,
        place: placeOf(bytes, bad),
      };
}

/** The offset of the first carriage return without a line feed after it; -1 if there is none. */
function loneReturn(bytes: Buffer): number {
  let at = bytes.indexOf(13);
  while (at !== -1 && bytes[at + 1] === 10) at = bytes.indexOf(13, at + 1);
  return at;
}

function firstBadByte(bytes: Buffer): number | undefined {
  const text = bytes.toString('utf8');
  let offset = 0;
  for (let index = text.indexOf('\uFFFD'); index !== -1; index = text.indexOf('\uFFFD', index + 1)) {
    offset = Buffer.byteLength(text.slice(0, index));
    // The file may contain U+FFFD itself.
    if (bytes.subarray(offset, offset + 3).toString('latin1') !== '\xEF\xBF\xBD') return offset;
  }
  return undefined;
}

function placeOf(bytes: Buffer, offset: number): { readonly line: number; readonly column: number } {
  const before = bytes.subarray(0, offset).toString('utf8').split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
