import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { rawBytes, type Log } from '../gclog/log.ts';

/** Too large for the memory pool that small buffers share, so that each buffer can be freed separately. */
const ownBuffer = 1 << 17;

/** The next level takes twice as long, the best one fifteen times as long, and saves a twentieth. */
const level = 3;

/** Compresses the whole log as a stream: the bytes as the program wrote them, even if they are not UTF-8. */
function gzipLog(log: Log): Gzip {
  const gzip = createGzip({ level, chunkSize: ownBuffer });
  pump(gzip, rawBytes(log)).catch((error: Error) => gzip.destroy(error));
  return gzip;
}

/** Writes chunks one after the other, each after the last one is done, as they share their memory. */
async function pump(gzip: Gzip, chunks: Iterable<Uint8Array>): Promise<void> {
  for (const bytes of chunks) {
    await new Promise<void>((resolve, reject) => {
      gzip.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  gzip.end();
}

/** Writes a log to a gzip file, without ever holding all of it. The bytes are the same on every system: the header does not name it. */
export async function writeGzippedLog(log: Log, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  let last: ArrayBuffer | undefined;
  let size = 0;
  const write = (bytes: Buffer<ArrayBuffer>) => {
    if (size <= systemByte && size + bytes.length > systemByte) bytes[systemByte - size] = 255;
    size += bytes.length;
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    // Freed at once: up to 64 MB of such buffers would wait for the garbage collector.
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

/** Writes the bytes of a log to a file, as they are if it is small, or else gzipped: `rawTextName` says which, by its name. */
export async function writeRawText(log: Log, path: string): Promise<void> {
  if (path.endsWith('.gz')) return writeGzippedLog(log, path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  for (const bytes of rawBytes(log)) appendFileSync(path, bytes);
}

/** The index of the byte in a gzip header that names the operating system; 255 is unknown. */
const systemByte = 9;
