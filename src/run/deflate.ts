import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LogError } from '../gclog/log-error.ts';
import type { Codec } from '../gclog/log.ts';

/** The largest size of an unpacked block: the writer closes blocks long before that (gclog/block.ts). */
const maxUnpackedBytes = 1 << 21;
/** zlib's buffer size. Most blocks fit into one such buffer, which can be freed, unlike those of Node's pool for small ones. */
const chunkSize = 1 << 17;

/** Compresses the blocks of a log for a record: raw deflate. */
export const deflate: Codec = {
  // Copied, as zlib returns a view of a much larger buffer.
  pack: (bytes) => new Uint8Array(deflateRawSync(bytes, { level: 9, memLevel: 9 })),
  unpack: (bytes) => {
    try {
      return inflateRawSync(bytes, { maxOutputLength: maxUnpackedBytes, chunkSize });
    } catch (error) {
      throw new LogError(`A block of the log cannot be decompressed: ${(error as Error).message}.`);
    }
  },
  // Freed at once: otherwise tens of megabytes pile up until the next collection.
  free: ({ buffer }) => {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= chunkSize) buffer.transfer(0);
  },
};
