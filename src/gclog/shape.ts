/** A line with more numbers than this is a shape of its own: it is unlikely to count something. */
const maxNumbers = 16;
/** The character code of a number slot in a shape; plus the number of digits if it is zero-padded. */
const numberMark = 0x100;
const maxDigits = 9;
/** The largest number that a slot of a shape can hold; a longer row of digits takes several slots. */
export const largestNumber = 10 ** maxDigits - 1;

/**
 * The shape of a line, whose characters are bytes: the line with slots in place of its decimal numbers, which are appended to
 * `numbers`. Lines that count up have the same shape.
 */
export function cutNumbers(text: string, numbers: number[]): string {
  const count = countDigits(text);
  if (count === 0 || count > maxNumbers) return text;
  let shape = '';
  let copied = 0;
  for (let from = 0; from < text.length; from += 1) {
    if (!isDigit(text.charCodeAt(from))) continue;
    let end = from + 1;
    while (isDigit(text.charCodeAt(end))) end += 1;
    // Too many digits are split from the right into several numbers.
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

/** How many decimal numbers there are. */
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

/** A parsed shape: the text around its slots, and the minimum number of digits of each. */
export interface OpenShape {
  readonly parts: readonly string[];
  readonly widths: readonly number[];
}

/** Parses a shape. */
export function openShape(shape: string): OpenShape {
  return { parts: shape.split(marks), widths: Array.from(shape.matchAll(marks), ([mark]) => mark.charCodeAt(0) - numberMark) };
}

/** The line with this shape and these numbers. */
export function fillShape({ parts, widths }: OpenShape, numbers: readonly number[]): string {
  let text = parts[0] ?? '';
  for (let index = 0; index < widths.length; index += 1)
    text += printNumber(numbers[index] ?? 0, widths[index] as number) + (parts[index + 1] as string);
  return text;
}

/** Digit by digit: V8 caches the strings of converted numbers for a while, and they become garbage later. */
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
