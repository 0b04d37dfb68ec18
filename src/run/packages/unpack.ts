import { unzipSync } from 'fflate';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The most that one wheel may hold. */
const [maxBytes, maxFiles] = [1e9, 50_000];

/**
 * Unpacks a wheel into a folder (its format is that of PEP 427), without running anything: what is for site-packages, whether
 * pure or not. Scripts, headers and data of other folders are left out. Errors: Error with a reason if it is no sound wheel.
 */
export async function unpackWheel(bytes: Uint8Array, folder: string): Promise<void> {
  let [size, count] = [0, 0];
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      size += originalSize;
      count += 1;
      if (size > maxBytes || count > maxFiles) throw new Error(`it holds more than ${maxBytes / 1e9} GB or ${maxFiles} files`);
      if (!isSafe(name)) throw new Error(`it holds a file at ${JSON.stringify(name.slice(0, 200))}`);
      return !name.endsWith('/');
    },
  });
  if (!Object.keys(files).some((name) => /^[^/]+\.dist-info\/WHEEL$/.test(name))) throw new Error('it has no dist-info/WHEEL');
  for (const [name, content] of Object.entries(files)) {
    const [, category, rest] = /^[^/]+\.data\/([^/]+)\/(.+)$/.exec(name) ?? [];
    if (category !== undefined && category !== 'purelib' && category !== 'platlib') continue;
    const path = join(folder, rest ?? name);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, content, { mode: 0o644 });
  }
}

/** Whether a path of an archive leads into the folder where it is unpacked. */
function isSafe(name: string): boolean {
  return !/^\/|[\\\0]|^[A-Za-z]:/.test(name) && !name.split('/').includes('..');
}
