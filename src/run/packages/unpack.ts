import { unzipSync } from 'fflate';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** The most that one wheel may hold. */
const [maxBytes, maxFiles] = [1e9, 50_000];

/**
 * Unpacks a wheel into a folder (its format is that of PEP 427), without running anything: what is for site-packages, whether
 * pure or not. Scripts, headers and data of other folders are left out. Errors: Error with a reason if it is no sound wheel.
 */
export async function unpackWheel(bytes: Uint8Array, folder: string): Promise<void> {
  let size = 0;
  const sums = checksums(bytes);
  /** Of each file, where it stands in the directory, and the length that this says. */
  const told = new Map<string, { readonly index: number; readonly length: number }>();
  let count = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      size += originalSize;
      if (size > maxBytes || count >= maxFiles) throw new Error(`it holds more than ${maxBytes / 1e9} GB or ${maxFiles} files`);
      if (!isSafe(name)) throw new Error(`it holds a file at ${shown(name)}`);
      if (told.has(name)) throw new Error(`it holds two files at ${shown(name)}`);
      told.set(name, { index: count, length: originalSize });
      count += 1;
      return !name.endsWith('/');
    },
  });
  if (!Object.keys(files).some((name) => /^[^/]+\.dist-info\/WHEEL$/.test(name))) throw new Error('it has no dist-info/WHEEL');
  for (const [name, content] of Object.entries(files)) {
    const { index, length } = told.get(name) as { index: number; length: number };
    // fflate cuts what is longer than the directory says, and holds no checksum against it.
    if (content.length !== length || crc32(content) !== sums[index]) throw new Error(`${shown(name)} is not what its directory says`);
  }
  for (const [name, content] of Object.entries(files)) {
    const [, category, rest] = /^[^/]+\.data\/([^/]+)\/(.+)$/.exec(name) ?? [];
    if (category !== undefined && category !== 'purelib' && category !== 'platlib') continue;
    const path = join(folder, rest ?? name);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, content, { mode: 0o644 });
  }
}

/** The CRC-32 of each file of an archive, in the order of its central directory (APPNOTE.TXT, 4.3.12 and 4.3.16). */
function checksums(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error('it is no ZIP file');
  const sums: number[] = [];
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= end && view.getUint32(at, true) === 0x02014b50 && sums.length < maxFiles) {
    sums.push(view.getUint32(at + 16, true));
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return sums;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

/** Whether a path of an archive leads into the folder where it is unpacked. */
function isSafe(name: string): boolean {
  return !/^\/|[\\\0]|^[A-Za-z]:/.test(name) && !name.split('/').includes('..');
}
