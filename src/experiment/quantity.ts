const timeUnits = { ms: 1, s: 1000, m: 60_000, min: 60_000 } as const;
const sizeUnits = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Reads `60s`, `500ms` or `2m` as milliseconds; undefined if it is not a positive duration. */
export function parseDuration(text: string): number | undefined {
  return parse(text, timeUnits);
}

/** Reads `2GB`, `256MB` or `64MiB` as bytes; undefined if it is not a positive size. */
export function parseSize(text: string): number | undefined {
  return parse(text, sizeUnits);
}

/** A duration as an author would write it: `90s`, `2m`. */
export function writeDuration(ms: number): string {
  return write(Math.round(ms), { m: 60_000, s: 1000, ms: 1 });
}

/** A size as an author would write it: `512MB`. */
export function writeSize(bytes: number): string {
  return write(Math.round(bytes), { GB: 1e9, MB: 1e6, kB: 1e3, B: 1 });
}

/** Writes a value in the largest unit that divides it evenly. */
function write(value: number, units: Readonly<Record<string, number>>): string {
  const [unit = '', factor = 1] = Object.entries(units).find(([, factor]) => value % factor === 0) ?? [];
  return `${value / factor}${unit}`;
}

function parse(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s?([A-Za-z]+)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  if (number === undefined || factor === undefined) return undefined;
  const value = Math.round(Number(number) * factor);
  return value > 0 && Number.isSafeInteger(value) ? value : undefined;
}
