import { fstatSync, readSync } from 'node:fs';
import { LogReader } from '../gclog/reader.ts';
import type { LogLimit } from '../gclog/writer.ts';
import { deflate } from './deflate.ts';
import { readReport } from './marks.ts';

/** The files that a run writes, and how much of them is read and kept. */
interface Followed {
  /** Descriptors of the log and of the marks, open for reading. */
  readonly log: number;
  readonly marks: number;
  /** The nonce that marks of the harness start with. */
  readonly seal: string;
  /** A folder whose path is removed from the log. */
  readonly hidden: string;
  /** How much of the log is read, in bytes. */
  readonly maxBytes: number;
  /** How much of the log is kept. */
  readonly limit: LogLimit;
}

/** Reads a log while it is written, up to `maxBytes`, so that little is left to do when the program ends. */
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
    // The log's size first: all of that was written before an end that the marks may report.
    const { size } = fstatSync(log);
    const { size: newMarksSize } = fstatSync(marks);
    if (newMarksSize !== marksSize && runBytes === Infinity) {
      runBytes = readEnd(marks, marksSize, seal);
      marksSize = newMarksSize;
    }
    const end = Math.min(size, maxBytes, at + bytes);
    if (end >= runBytes) {
      feed(Math.min(runBytes, end));
      reader.endRun();
    }
    feed(end);
    // Remembered, as the program may truncate the marks afterwards.
    started ||= newMarksSize > 0;
    return { size, started, ended: runBytes !== Infinity };
  };
  const end = () => {
    step(Infinity);
    return { log: reader.end(), ...readReport(readText(marks, 0), seal) };
  };
  const hasStarted = () => started;
  return { step, end, hasStarted };
}

/** The size of the log when the program ended, if the marks from this offset on report it; otherwise Infinity. */
function readEnd(marks: number, from: number, seal: string): number {
  return readReport(readText(marks, from), seal).marks.find(({ kind }) => kind === 'end')?.logBytes ?? Infinity;
}

/** How much of the marks is read, in bytes: more than a run of a day writes. A sample may write there, too. */
const maxMarkBytes = 64e6;

function readText(file: number, from: number): string {
  const buffer = Buffer.alloc(Math.min(maxMarkBytes, Math.max(0, fstatSync(file).size - from)));
  return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, from));
}
