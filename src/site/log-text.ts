import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { Capture } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { rawBytes } from '../gclog/log.ts';

/** The best takes ten times as long, and saves a twentieth. */
const level = 6;

/** The whole log as text, gzipped, while it is read: UTF-8 where the program wrote it, its very bytes elsewhere. */
export function gzipLog(capture: Capture): Readable {
  const gzip = createGzip({ level });
  fill(gzip, rawBytes(decodeLog(capture.conditions['as-written'].log))).catch((error: Error) => gzip.destroy(error));
  return Readable.from(sameEverywhere(gzip));
}

/** Writes pieces one after the other, each when the last one is done with: they share their memory. */
async function fill(gzip: Gzip, pieces: Iterable<Uint8Array>): Promise<void> {
  for (const bytes of pieces) {
    await new Promise<void>((resolve, reject) => {
      gzip.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  gzip.end();
}

/** Writes it to a file, without ever holding all of it. */
export async function writeGzippedLog(capture: Capture, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(gzipLog(capture), createWriteStream(path));
}

/** The header without the system's name. */
async function* sameEverywhere(gzipped: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const bytes of gzipped) {
    if (at <= 9 && at + bytes.length > 9) bytes[9 - at] = 255;
    at += bytes.length;
    yield bytes;
  }
}
