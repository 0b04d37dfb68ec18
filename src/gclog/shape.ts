/** A line with more numbers than these is a shape of its own: it tells of something else than a count. */
const maxNumbers = 16;
/** A number in a shape: this character, and so many more as it has digits where it starts with zeros. */
const numberMark = 0x100;
const maxDigits = 9;
/** No number that is put into a shape is larger. */
export const largestNumber = 10 ** maxDigits - 1;

/** The line without its numbers, which are put into the empty `numbers`: lines that count differ in nothing else. Its characters are bytes. */
export function cutNumbers(text: string, numbers: number[]): string {
  const count = countDigits(text);
  if (count === 0 || count > maxNumbers) return text;
  let shape = '';
  let copied = 0;
  for (let from = 0; from < text.length; from += 1) {
    if (!isDigit(text.charCodeAt(from))) continue;
    let end = from + 1;
    while (isDigit(text.charCodeAt(end))) end += 1;
    // Of too many digits, the last ones are a number of their own.
    let to = from + ((end - from) % maxDigits || maxDigits);
    for (let first = from; first < end; first = to, to += maxDigits) {
      let number = 0;
      for (let index = first; index < to; index += 1) number = number * 10 + text.charCodeAt(index) - zero;
      numbers.push(number);
      const padded = first > from || (to - first > 1 && text.charCodeAt(first) === zero);
      shape += text.slice(copied, first) + String.fromCharCode(numberMark + (padded ? to - first : 0));
      copied = to;
    }
    from = end;
  }
  return shape + text.slice(copied);
}

/** How many rows of digits there are. */
function countDigits(text: string): number {
  let count = 0;
  let within = false;
  for (let index = 0; index < text.length; index += 1) {
    const digit = isDigit(text.charCodeAt(index));
    if (digit && !within) count += 1;
    within = digit;
  }
  return count;
}

const zero = 48;

function isDigit(code: number): boolean {
  return code >= zero && code < zero + 10;
}

/** A shape, ready to be filled: what stands around its numbers, and how many digits each has at least. */
export interface OpenShape {
  readonly parts: readonly string[];
  readonly widths: readonly number[];
}

export function openShape(shape: string): OpenShape {
  return { parts: shape.split(marks), widths: Array.from(shape.matchAll(marks), ([mark]) => mark.charCodeAt(0) - numberMark) };
}

/** The line of a shape and its numbers. */
export function fillShape({ parts, widths }: OpenShape, numbers: readonly number[]): string {
  let text = parts[0] ?? '';
  for (let index = 0; index < widths.length; index += 1)
    text += printNumber(numbers[index] ?? 0, widths[index] as number) + (parts[index + 1] as string);
  return text;
}

/** By digits: numbers made strings stay for a while in a cache of the engine's, and are garbage later. */
function printNumber(number: number, width: number): string {
  let text = '';
  let rest = number;
  do {
    text = (tenDigits[rest % 10] ?? '?') + text;
    rest = Math.floor(rest / 10);
  } while (rest > 0 || text.length < width);
  return text;
}

const tenDigits = [...'0123456789'];
const marks = /[\u0100-\u0109]/g;
