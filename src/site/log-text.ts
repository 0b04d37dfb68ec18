import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Capture } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { rawText } from '../gclog/log.ts';

/** The whole log as text, gzipped, while it is read: UTF-8 where the program wrote it, its very bytes elsewhere. */
export function gzipLog(capture: Capture): Readable {
  const log = decodeLog(capture.conditions['as-written'].log);
  return Readable.from(sameEverywhere(Readable.from(bytesOf(rawText(log))).pipe(createGzip({ level: 9 }))));
}

/** Writes it to a file, without ever holding all of it. */
export async function writeGzippedLog(capture: Capture, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(gzipLog(capture), createWriteStream(path));
}

function* bytesOf(texts: Iterable<string>): Generator<Buffer> {
  for (const text of texts) yield Buffer.from(text, 'latin1');
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
