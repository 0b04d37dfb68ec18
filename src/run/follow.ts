import { fstatSync, readSync } from 'node:fs';
import { LogReader } from '../gclog/reader.ts';
import type { LogLimit } from '../gclog/writer.ts';
import { deflate } from './deflate.ts';
import { readReport } from './marks.ts';

/** What a run writes, and how much of it is read and kept. */
interface Followed {
  /** Descriptors to read the log and the marks by. */
  readonly log: number;
  readonly marks: number;
  readonly seal: string;
  /** The folder that never shows. */
  readonly hidden: string;
  /** So many bytes are read. */
  readonly maxBytes: number;
  /** How much of the log is kept. */
  readonly limit: LogLimit;
}

/** Reads the log while it is written, up to the output limit, so that nothing is left to do when the program ends. */
export function follow({ log, marks, seal, hidden, maxBytes, limit }: Followed) {
  const reader = new LogReader({ hidden, codec: deflate, limit });
  const buffer = Buffer.alloc(256 * 1024);
  let at = 0;
  let marksSize = 0;
  let started = false;
  let runBytes = Infinity;
  const feed = (end: number) => {
    while (at < end) {
      const length = readSync(log, buffer, 0, Math.min(buffer.length, end - at), at);
      if (length === 0) break;
      reader.write(buffer.subarray(0, length));
      at += length;
    }
  };
  const step = (bytes: number) => {
    // The size first: all of it was written before the end that the marks may tell of.
    const { size } = fstatSync(log);
    const { size: told } = fstatSync(marks);
    if (told !== marksSize && runBytes === Infinity) {
      runBytes = readEnd(marks, marksSize, seal);
      marksSize = told;
    }
    const end = Math.min(size, maxBytes, at + bytes);
    if (end >= runBytes) {
      feed(Math.min(runBytes, end));
      reader.endRun();
    }
    feed(end);
    // A program that cuts off what was told has started all the same.
    started ||= told > 0;
    return { size, started, ended: runBytes !== Infinity };
  };
  const end = () => {
    step(Infinity);
    return { log: reader.end(), ...readReport(readText(marks, 0), seal) };
  };
  const hasStarted = () => started;
  return { step, end, hasStarted };
}

/** Where in the log the program ended, if the marks from this offset on say so. */
function readEnd(marks: number, from: number, seal: string): number {
  return readReport(readText(marks, from), seal).marks.find(({ kind }) => kind === 'end')?.logBytes ?? Infinity;
}

/** A run of a day tells no more; a sample that writes there what it likes is cut. */
const maxMarkBytes = 64e6;

function readText(file: number, from: number): string {
  const buffer = Buffer.alloc(Math.min(maxMarkBytes, Math.max(0, fstatSync(file).size - from)));
  return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, from));
}
