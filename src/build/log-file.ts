import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { rawBytes, type Log } from '../gclog/log.ts';

/** Too large for the pool that small buffers share, so that it can be given back alone. */
const ownBuffer = 1 << 17;

/** The next takes twice as long, and the best fifteen times, and saves a twentieth. */
const level = 3;

/** The whole log as text, gzipped, while it is read: UTF-8 where the program wrote it, its very bytes elsewhere. */
function gzipLog(log: Log): Gzip {
  const gzip = createGzip({ level, chunkSize: ownBuffer });
  fill(gzip, rawBytes(log)).catch((error: Error) => gzip.destroy(error));
  return gzip;
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

/** Writes it to a file, without ever holding all of it; the same bytes on every system, so without the system's name in the header. */
export async function writeGzippedLog(log: Log, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  let last: ArrayBuffer | undefined;
  let size = 0;
  const write = (bytes: Buffer<ArrayBuffer>) => {
    if (size <= systemByte && size + bytes.length > systemByte) bytes[systemByte - size] = 255;
    size += bytes.length;
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    // Given back at once: 64 MB of such buffers would gather until they are collected.
    if (last !== undefined && last !== bytes.buffer && last.byteLength === ownBuffer) last.transfer(0);
    last = bytes.buffer;
  };
  try {
    const sink = new Writable({
      write: (bytes: Buffer<ArrayBuffer>, _encoding, done) => {
        try {
          write(bytes);
          done();
        } catch (error) {
          done(error as Error);
        }
      },
    });
    await pipeline(gzipLog(log), sink);
  } finally {
    closeSync(file);
  }
}

const systemByte = 9;
