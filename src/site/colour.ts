/** A colour in sRGB, each part from 0 to 1. */
type Colour = readonly [red: number, green: number, blue: number];

/** Reads `#7a3cff`; undefined for anything else. */
export function readColour(text: string): Colour | undefined {
  const [, ...parts] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? [];
  return parts.length === 3 ? (parts.map((part) => parseInt(part, 16) / 255) as unknown as Colour) : undefined;
}

/** The contrast of two colours as WCAG 2.2 defines it, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [lighter = 1, darker = 0] = [a, b].map((text) => luminance(readColour(text) ?? [0, 0, 0])).toSorted((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Mixes a colour with as little white as it needs to have a contrast on a dark background. */
export function lighten(text: string, background: string, minContrast: number): string {
  const colour = readColour(text) ?? [0, 0, 0];
  for (let share = 0; share < 1; share += 0.02) {
    const shade = print(colour.map((part) => part + (1 - part) * share) as unknown as Colour);
    if (contrast(shade, background) >= minContrast) return shade;
  }
  return '#ffffff';
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as unknown as Colour;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function print(colour: Colour): string {
  return `#${colour
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
