import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { countTypes } from '../gclog/counts.ts';
import { repeatingGroup } from '../gclog/fold.ts';
import { hole } from '../gclog/line.ts';
import type { Log } from '../gclog/log.ts';
import type { LogRecord } from './capture.ts';

/*
 * A log's data: deflated, then base64. Inside, numbers are varints (7 bits a byte, lowest first):
 * length of the templates' JSON, the JSON, whether the last line is open, the template of each line, and for each hole
 * 0 for an object not seen before, else how many objects ago it was named, from 1.
 */

/** A whole log as a record keeps it. */
export function encodeLog(log: Log): LogRecord {
  const templates = Buffer.from(JSON.stringify(log.templates), 'utf8');
  const numbers = new Varints(templates.length + log.lines.length + log.objects.length + 64);
  numbers.write(templates.length);
  numbers.append(templates);
  numbers.write(log.open ? 1 : 0);
  for (let index = 0; index < log.lines.length; index += 1) numbers.write(log.lines[index] as number);
  let named = 0;
  for (let index = 0; index < log.objects.length; index += 1) {
    const object = log.objects[index] as number;
    if (object > named) numbers.write(0);
    else numbers.write(named - object + 1);
    named = Math.max(named, object);
  }
  return {
    lines: log.lines.length,
    runLines: log.runLines,
    bytes: log.bytes,
    ...countTypes(log),
    group: [...repeatingGroup(log)],
    data: deflateRawSync(numbers.bytes(), { level: 9, memLevel: 9 }).toString('base64'),
  };
}

/** The whole log of a record again, its addresses as object numbers. Errors: whatever is no such data. */
export function decodeLog(record: LogRecord): Log {
  const bytes = inflateRawSync(Buffer.from(record.data, 'base64'));
  let at = 0;
  const read = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('The log of the record is cut short.');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const length = read();
  const templates = JSON.parse(bytes.toString('utf8', at, at + length)) as string[];
  at += length;
  const open = read() === 1;
  const holes = templates.map((template) => template.split(hole).length - 1);
  const lines = new Uint32Array(record.lines);
  let count = 0;
  for (let index = 0; index < lines.length; index += 1) {
    lines[index] = read();
    count += holes[lines[index] as number] ?? 0;
  }
  const objects = new Uint32Array(count);
  let named = 0;
  for (let index = 0; index < count; index += 1) {
    const back = read();
    objects[index] = back === 0 ? ++named : named - back + 1;
  }
  return { templates, lines, objects, runLines: record.runLines, bytes: record.bytes, open };
}

class Varints {
  #bytes: Buffer;
  #length = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  write(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  append(bytes: Buffer): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
