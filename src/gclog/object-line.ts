import { placeholder } from './line.ts';
import type { TypeLine } from './writer.ts';

const carriageReturn = 13;
const blank = 32;
const greater = 62;
/** `>` and a newline as one little-endian number. */
const lineEnd = 0x0a3e;
/** An address without 0x needs this many digits: some Windows builds print sixteen digits and no 0x. */
const minBareDigits = 8;
const collectable = bytesOf('gc: collectable <');
const uncollectable = bytesOf('gc: uncollectable <');

/** A known form of object line: all lines of a type start with the same bytes, up to the address. */
export interface KnownLine {
  readonly type: TypeLine;
  readonly length: number;
  /** The minimum number of digits of the address: 1 after 0x, otherwise `minBareDigits`. */
  readonly minDigits: number;
  /** The bytes up to the address as 64-bit floats; the last eight bytes may overlap those before. */
  readonly words: Float64Array;
  /** The next line in the same hash bucket. */
  readonly next: KnownLine | undefined;
}

/** A line `gc: collectable <TYPE 0xADDRESS>`; the type may contain anything. The address is two signed 32-bit halves. */
export interface ObjectLine {
  /** The line up to the address, and its line end: the same for all lines of this form. */
  readonly key: string;
  readonly typeName: string;
  readonly template: string;
  readonly high: number;
  readonly low: number;
}

/** Parses the line in `bytes[start…end)`; undefined if it does not report an object. */
export function readObjectLine(bytes: Uint8Array, start: number, end: number): ObjectLine | undefined {
  const prefix = bytes[start + 4] === collectable[4] ? collectable : uncollectable;
  if (!startsWith(bytes, start, end, prefix)) return undefined;
  const last = bytes[end - 1] === carriageReturn ? end - 2 : end - 1;
  if (bytes[last] !== greater) return undefined;
  let digit = last - 1;
  while (digit > start && (hexDigits[bytes[digit] as number] as number) < 16) digit -= 1;
  const places = last - 1 - digit;
  const space = bytes[digit] === 120 && bytes[digit - 1] === 48 ? digit - 2 : places >= minBareDigits ? digit : -1;
  if (places === 0 || places > 16 || space < start + prefix.length || bytes[space] !== blank) return undefined;
  const text = String.fromCharCode(...bytes.subarray(start, digit + 1));
  const ending = last + 1 < end ? '\r' : '';
  return {
    key: text + ending,
    typeName: text.slice(prefix.length, space - start),
    template: `${text.slice(0, space - start)} ${placeholder}>${ending}`,
    high: readHex(bytes, digit + 1, last - 8),
    low: readHex(bytes, Math.max(digit + 1, last - 8), last),
  };
}

/** Recognises object lines of known types without creating strings. */
export class ObjectLines {
  /** The line found last: the index of its newline, and its address. */
  end = 0;
  high = 0;
  low = 0;
  readonly #byKey = new Map<string, KnownLine>();
  readonly #guesses: (KnownLine | undefined)[] = Array.from({ length: 256 }, () => undefined);

  /** The known line of this form. */
  get(key: string): KnownLine | undefined {
    return this.#byKey.get(key);
  }

  /** Adds a form of line. */
  add(key: string, type: TypeLine): KnownLine {
    const bytes = bytesOf(key);
    const view = new DataView(bytes.buffer);
    const words = Float64Array.from({ length: Math.ceil(bytes.length / 8) }, (_, index) =>
      view.getFloat64(Math.min(index * 8, bytes.length - 8), true),
    );
    const guess = hash(bytes, 0);
    const line = { type, length: bytes.length, minDigits: key.endsWith('0x') ? 1 : minBareDigits, words, next: this.#guesses[guess] };
    // Lines that end in CRLF are found by key only; so are those with NUL bytes, as 0 equals -0, and those that read as NaN.
    if (!key.endsWith('\r') && !words.includes(0)) this.#guesses[guess] = line;
    this.#byKey.set(key, line);
    return line;
  }

  /** The known form of the complete line at `start` in the first `size` bytes; undefined if it is incomplete or of no known form. */
  find(bytes: Uint8Array, view: DataView, start: number, size: number): KnownLine | undefined {
    // Shorter than any object line.
    if (start + 22 > size) return undefined;
    for (let line = this.#guesses[hash(bytes, start)]; line !== undefined; line = line.next) {
      const at = start + line.length;
      if (at + 14 > size || !matches(line, view, start)) continue;
      if (view.getUint16(at + 12, true) !== lineEnd) return this.#address(bytes, view, at, line.minDigits) ? line : undefined;
      // Twelve digits, as in a 64-bit process, two at a time. Inlined: a call takes longer than all of this.
      const a = pairs[view.getUint16(at, true)] as number;
      const b = pairs[view.getUint16(at + 2, true)] as number;
      const c = pairs[view.getUint16(at + 4, true)] as number;
      const d = pairs[view.getUint16(at + 6, true)] as number;
      const e = pairs[view.getUint16(at + 8, true)] as number;
      const f = pairs[view.getUint16(at + 10, true)] as number;
      if ((a | b | c | d | e | f) > 255) return undefined;
      this.end = at + 13;
      this.high = (a << 8) | b;
      this.low = (c << 24) | (d << 16) | (e << 8) | f;
      return line;
    }
    return undefined;
  }

  /** Reads an address of another length, and the end of its line. */
  #address(bytes: Uint8Array, view: DataView, start: number, least: number): boolean {
    let end = start;
    while (end - start < 17 && (hexDigits[bytes[end] ?? 0] as number) < 16) end += 1;
    if (end - start < least || end - start > 16 || end + 2 > bytes.length || view.getUint16(end, true) !== lineEnd) return false;
    this.end = end + 1;
    this.high = readHex(bytes, start, end - 8);
    this.low = readHex(bytes, Math.max(start, end - 8), end);
    return true;
  }
}

function matches({ words, length }: KnownLine, view: DataView, start: number): boolean {
  const last = words.length - 1;
  for (let index = 0; index < last; index += 1) if (view.getFloat64(start + index * 8, true) !== words[index]) return false;
  return view.getFloat64(start + length - 8, true) === words[last];
}

/** Distinguishes most types by a few letters of their name. */
function hash(bytes: Uint8Array, start: number): number {
  return ((bytes[start + 17] as number) * 7 + (bytes[start + 18] as number) * 31 + (bytes[start + 20] as number) * 3) & 255;
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start <= prefix.length) return false;
  for (let index = 0; index < prefix.length; index += 1) if (bytes[start + index] !== prefix[index]) return false;
  return true;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const noDigit = 256;
const hexDigits = new Uint16Array(256).fill(noDigit);
for (let digit = 0; digit < 16; digit += 1) {
  hexDigits[digit.toString(16).charCodeAt(0)] = digit;
  hexDigits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
/** The value of two hex digits, by their characters as one little-endian 16-bit number. */
const pairs = new Uint16Array(1 << 16);
for (let pair = 0; pair < pairs.length; pair += 1) {
  const [first, second] = [hexDigits[pair & 255] as number, hexDigits[pair >> 8] as number];
  pairs[pair] = first === noDigit || second === noDigit ? noDigit : first * 16 + second;
}

/** Up to eight hex digits as a signed 32-bit number; 0 if there are none. */
function readHex(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index += 1) number = (number << 4) | (hexDigits[bytes[index] as number] as number);
  return number;
}
