import { Addresses } from './addresses.ts';
import { hole } from './line.ts';
import type { Log } from './log.ts';
import { Numbers } from './numbers.ts';

const newline = 10;
const carriageReturn = 13;
const blank = 32;
const greater = 62;
const collectable = Uint8Array.from('gc: collectable <', (character) => character.charCodeAt(0));
const uncollectable = Uint8Array.from('gc: uncollectable <', (character) => character.charCodeAt(0));

interface Known {
  readonly bytes: Uint8Array;
  readonly template: number;
  readonly next: Known | undefined;
}

/**
 * Reads a log from chunks of bytes, cut anywhere, into a Log. Distinct lines are kept once, so a log of millions of
 * repeated lines stays small. `hidden` is a folder whose name never shows, nor that of the one around it. Never throws on any bytes.
 */
export class LogReader {
  readonly #hidden: string;
  readonly #templates: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #known = new Map<number, Known>();
  readonly #lines = new Numbers();
  readonly #objects = new Numbers();
  readonly #addresses = new Addresses();
  #rest: Uint8Array[] = [];
  #bytes = 0;
  #runLines = -1;

  constructor({ hidden = '' }: { readonly hidden?: string } = {}) {
    this.#hidden = hidden;
  }

  /** Reads the next bytes of the log; the chunk may be reused afterwards. */
  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    let start = 0;
    if (this.#rest.length > 0) {
      const end = chunk.indexOf(newline);
      if (end === -1) {
        if (chunk.length > 0) this.#rest.push(copy(chunk, 0));
        return;
      }
      const line = join([...this.#rest, chunk.subarray(0, end)]);
      this.#rest = [];
      this.#line(line, 0, line.length);
      start = end + 1;
    }
    for (;;) {
      const end = chunk.indexOf(newline, start);
      if (end === -1) break;
      this.#line(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.#rest.push(copy(chunk, start));
  }

  /** Says that the program ended here: what follows is the shutdown. A line that is not yet whole belongs to the run. */
  endRun(): void {
    if (this.#runLines === -1) this.#runLines = this.#lines.length + (this.#rest.length > 0 ? 1 : 0);
  }

  /** The log, once everything is written. */
  end(): Log {
    const open = this.#rest.length > 0;
    if (open) {
      const line = join(this.#rest);
      this.#rest = [];
      this.#line(line, 0, line.length);
    }
    this.endRun();
    return {
      templates: this.#templates,
      lines: this.#lines.view(),
      objects: this.#objects.view(),
      runLines: Math.min(this.#runLines, this.#lines.length),
      bytes: this.#bytes,
      open,
    };
  }

  #line(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#objectLine(bytes, start, end)) this.#lines.push(this.#text(latin1(bytes, start, end)));
  }

  /** `gc: collectable <TYPE 0xADDRESS>`, by far the most lines, without making strings; the type may hold anything. */
  #objectLine(bytes: Uint8Array, start: number, end: number): boolean {
    const prefix = bytes[start + 4] === collectable[4] ? collectable : uncollectable;
    if (!startsWith(bytes, start, end, prefix)) return false;
    const last = bytes[end - 1] === carriageReturn ? end - 2 : end - 1;
    if (bytes[last] !== greater) return false;
    let digit = last - 1;
    while (digit > start && hexDigit(bytes[digit] as number) !== -1) digit -= 1;
    const place = last - 1 - digit;
    // Some Windows builds print sixteen digits and no 0x.
    const space = bytes[digit] === 120 && bytes[digit - 1] === 48 ? digit - 2 : place >= 8 ? digit : -1;
    if (place === 0 || place > 16 || space < start + prefix.length || bytes[space] !== blank) return false;
    this.#lines.push(this.#typed(bytes, start, space, last + 1 < end));
    this.#objects.push(this.#addresses.name(readHex(bytes, digit + 1, last)));
    return true;
  }

  #typed(bytes: Uint8Array, start: number, space: number, returns: boolean): number {
    let hash = returns ? 7 : space - start;
    for (let index = start + 4; index < space; index += 1) hash = (Math.imul(hash, 31) + (bytes[index] as number)) | 0;
    const first = this.#known.get(hash);
    for (let known = first; known !== undefined; known = known.next) {
      if (equal(known.bytes, bytes, start, space, returns)) return known.template;
    }
    const template = this.#intern(`${latin1(bytes, start, space)} ${hole}>${returns ? '\r' : ''}`);
    const kept = new Uint8Array(space - start + 1);
    kept.set(bytes.subarray(start, space));
    kept[space - start] = returns ? carriageReturn : 0;
    this.#known.set(hash, { bytes: kept, template, next: first });
    return template;
  }

  #text(line: string): number {
    const shown = this.#hidden !== '' && line.includes(this.#hidden.slice(0, this.#hidden.lastIndexOf('/'))) ? this.#hide(line) : line;
    if (!shown.includes('0x')) return this.#intern(shown);
    const torn = shown.includes('gc: ');
    const template = shown.replace(/( at |[Tt]hread )?0x([0-9a-fA-F]{1,16})(?![0-9a-zA-Z])/g, (whole, before: string | undefined, digits: string) => {
      const address = Number.parseInt(digits, 16);
      // Any other number of the program's stays as it is, unless the collector named an object by it.
      const meant = before !== undefined || (torn && digits.length > 5) || this.#addresses.has(address);
      if (!meant || address === 0) return whole;
      this.#objects.push(this.#addresses.name(address));
      return `${before ?? ''}${hole}`;
    });
    return this.#intern(template);
  }

  #hide(line: string): string {
    const base = this.#hidden.slice(0, this.#hidden.lastIndexOf('/'));
    return line.replaceAll(`${this.#hidden}/`, '').replaceAll(this.#hidden, '.').replaceAll(base, '..');
  }

  #intern(template: string): number {
    const known = this.#ids.get(template);
    if (known !== undefined) return known;
    this.#templates.push(template);
    this.#ids.set(template, this.#templates.length - 1);
    return this.#templates.length - 1;
  }
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start <= prefix.length) return false;
  for (let index = 0; index < prefix.length; index += 1) if (bytes[start + index] !== prefix[index]) return false;
  return true;
}

function equal(known: Uint8Array, bytes: Uint8Array, start: number, space: number, returns: boolean): boolean {
  const length = space - start;
  if (known.length !== length + 1 || (known[length] !== 0) !== returns) return false;
  for (let index = 0; index < length; index += 1) if (known[index] !== bytes[start + index]) return false;
  return true;
}

const hexDigits = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  hexDigits[digit.toString(16).charCodeAt(0)] = digit;
  hexDigits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

function hexDigit(byte: number): number {
  return hexDigits[byte] as number;
}

function readHex(bytes: Uint8Array, start: number, end: number): number {
  const middle = Math.max(start, end - 7);
  let high = 0;
  let low = 0;
  for (let index = start; index < middle; index += 1) high = high * 16 + hexDigit(bytes[index] as number);
  for (let index = middle; index < end; index += 1) low = (low << 4) | hexDigit(bytes[index] as number);
  return high * 268435456 + low;
}

/** A copy: Node's `Buffer` would share its memory with a slice. */
function copy(bytes: Uint8Array, start: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start));
}

/** Bytes as a string of one character each, so that nothing is lost. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < 4096) return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  let text = '';
  for (let from = start; from < end; from += 4096) text += latin1(bytes, from, Math.min(end, from + 4095)) + (from + 4095 < end ? String.fromCharCode(bytes[from + 4095] as number) : '');
  return text;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
