import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Packer } from '../gclog/log.ts';

/** No block of ours is larger, whatever a record says. */
const mostBlockBytes = 1 << 25;

/** Packs a log's blocks as a record has them. */
export const deflate: Packer = {
  // A copy: what zlib returns holds on to a buffer many times as large.
  pack: (bytes) => new Uint8Array(deflateRawSync(bytes, { level: 9, memLevel: 9 })),
  unpack: (bytes) => inflateRawSync(bytes, { maxOutputLength: mostBlockBytes, chunkSize: 1 << 18 }),
};
