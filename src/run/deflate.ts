import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LogError } from '../gclog/log-error.ts';
import type { Codec } from '../gclog/log.ts';

/** No block of ours is larger, whatever a record says: it is closed long before (gclog/block.ts). */
const maxUnpackedBytes = 1 << 21;
/** Most blocks are smaller, and so in one buffer: one of their own, for the pool of small ones is not given back. */
const chunkSize = 1 << 17;

/** Packs a log's blocks as a record has them. */
export const deflate: Codec = {
  // A copy: what zlib returns holds on to a buffer many times as large.
  pack: (bytes) => new Uint8Array(deflateRawSync(bytes, { level: 9, memLevel: 9 })),
  unpack: (bytes) => {
    try {
      return inflateRawSync(bytes, { maxOutputLength: maxUnpackedBytes, chunkSize });
    } catch (error) {
      throw new LogError(`A block of the log cannot be unpacked: ${(error as Error).message}.`);
    }
  },
  // At once: tens of megabytes would gather until they are collected.
  free: ({ buffer }) => {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= chunkSize) buffer.transfer(0);
  },
};
