/** A count, rounded: `604,139`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A size with three significant digits, in powers of a thousand: `271 MB`, `14.5 MB`, `780 kB`. */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const [unit, factor] = size < 1e3 ? ['bytes', 1] : size < 999_500 ? ['kB', 1e3] : size < 999_500_000 ? ['MB', 1e6] : ['GB', 1e9];
  return `${threeDigits(bytes / (factor as number))} ${unit}`;
}

/** A time given in milliseconds: `2.4 s`, `15 ms`. */
export function formatDuration(ms: number): string {
  return ms < 999.5 ? `${threeDigits(ms)} ms` : `${(ms / 1000).toFixed(ms < 99_950 ? 1 : 0)} s`;
}

function threeDigits(number: number): string {
  const size = Math.abs(number);
  if (Number.isInteger(number) || size >= 99.95) return String(Math.round(number));
  return number.toFixed(size >= 9.995 ? 1 : 2);
}

/** A text whose first letter is a capital. */
export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A number of lines: `1 line`, `403,165 lines`. */
export function lineCount(lines: number): string {
  return lines === 1 ? '1 line' : `${formatCount(lines)} lines`;
}
