/** So many numbers of a line are told from its shape. */
const mostNumbers = 8;
/** A number in a shape: this character, and so many more as it has digits where it starts with zeros. */
const numberMark = 0x100;
const mostDigits = 9;

/** The line without its numbers, which are added to `numbers`: lines that count differ in nothing else. Its characters are bytes. */
export function cutNumbers(text: string, numbers: number[]): string {
  const most = numbers.length + mostNumbers;
  return text.replace(/\d+/g, (digits) => {
    let shape = '';
    for (let from = 0; from < digits.length; ) {
      const to = from + ((digits.length - from) % mostDigits || mostDigits);
      if (numbers.length === most) return shape + digits.slice(from);
      const part = digits.slice(from, to);
      numbers.push(Number(part));
      shape += String.fromCharCode(numberMark + (part.length > 1 && part.startsWith('0') || from > 0 ? part.length : 0));
      from = to;
    }
    return shape;
  });
}

/** How many numbers a shape wants. */
export function countNumbers(shape: string): number {
  return shape.match(marks)?.length ?? 0;
}

/** The line of a shape and its numbers. */
export function fillNumbers(shape: string, numbers: readonly number[]): string {
  let next = 0;
  return shape.replace(marks, (mark) => String(numbers[next++]).padStart(mark.charCodeAt(0) - numberMark, '0'));
}

const marks = /[\u0100-\u0109]/g;
