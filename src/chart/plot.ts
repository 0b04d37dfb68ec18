import type { ScaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { html, type Markup } from './markup.ts';

/** [x, bytes]; in a list, x rises. */
export type PlotPoint = readonly [number, number];

/** A colour by what it says: harm, none, something odd, or nothing. */
export type Ink = 'bad' | 'good' | 'odd' | 'quiet';

export interface Scales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

/** A coordinate as text, rounded to a tenth of a pixel. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Every so-many-th item, and the last one: about `most` of them. */
export function everyNth<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.ceil(items.length / most);
  return items.filter((_, index) => index % step === 0 || index === items.length - 1);
}

/** Points nearer than this to the line through the points around them are left out, in pixels: nobody sees them. */
const tolerance = 0.25;

/** The `d` of a path through points, in pixels. */
export function linePath(points: readonly PlotPoint[], { x, y }: Scales): string {
  const path = line<PlotPoint>().digits(1);
  return path(simplify(points.map((point): PlotPoint => [x(point[0]), y(point[1])])) as PlotPoint[]) ?? '';
}

/** A line with fewer points that is nowhere further from the given one than `tolerance` (Ramer, Douglas and Peucker). */
function simplify(points: readonly PlotPoint[]): readonly PlotPoint[] {
  const kept = new Set([0, points.length - 1]);
  const parts: [from: number, to: number][] = [[0, points.length - 1]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    const [[x0, y0], [x1, y1]] = [points[from] ?? [0, 0], points[to] ?? [0, 0]];
    const length = Math.hypot(x1 - x0, y1 - y0);
    let [furthest, most] = [-1, tolerance];
    for (let index = from + 1; index < to; index += 1) {
      const [px, py] = points[index] as PlotPoint;
      const distance = length === 0 ? Math.hypot(px - x0, py - y0) : Math.abs((x1 - x0) * (y0 - py) - (x0 - px) * (y1 - y0)) / length;
      if (distance > most) [furthest, most] = [index, distance];
    }
    if (furthest === -1) continue;
    kept.add(furthest);
    parts.push([from, furthest], [furthest, to]);
  }
  return points.filter((_, index) => kept.has(index));
}

/** The `d` of the area between zero and a line, given the line's own path. */
export function areaPath(path: string, points: readonly PlotPoint[], scales: Scales): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const floor = fixed(scales.y(0));
  return `${path}L${fixed(scales.x(last[0]))},${floor}L${fixed(scales.x(first[0]))},${floor}Z`;
}

/** Horizontal lines at round sizes, labelled in megabytes on the left if `labels` is set. */
export function drawGrid({ y }: Scales, width: number, labels: boolean): Markup {
  const ticks = y.ticks(4);
  const top = ticks.at(-1);
  const lines = ticks.map((tick) => {
    const [at, textAt] = [fixed(y(tick)), fixed(y(tick) + 4)];
    const unit = tick === top ? ' MB' : '';
    const label = labels ? html`<text class="tick" x="-8" y="${textAt}" text-anchor="end">${tick / 1e6}${unit}</text>` : undefined;
    return html`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="0" x2="${fixed(width)}" y1="${at}" y2="${at}"/>${label}`;
  });
  return html`${lines}`;
}

/** The smallest distance between the numbers under an axis, in pixels. */
const minTickDistance = 64;

/** An axis along the bottom, `base` pixels down, with its ticks, and below them a label that says what they count. */
export function drawAxis(x: Scales['x'], base: number, width: number, label: string, format: (value: number) => string): Markup {
  const count = Math.max(1, Math.min(4, Math.floor(width / minTickDistance) - 1));
  const ticks = x.ticks(count).map((tick) => {
    const at = fixed(x(tick));
    const anchor = tick === 0 ? 'start' : x(tick) > width - 14 ? 'end' : 'middle';
    const mark = html`<line class="axis" x1="${at}" x2="${at}" y1="${fixed(base)}" y2="${fixed(base + 5)}"/>`;
    return html`${mark}<text class="tick" x="${at}" y="${fixed(base + 19)}" text-anchor="${anchor}">${format(tick)}</text>`;
  });
  const line = html`<line class="axis" x1="0" x2="${fixed(width)}" y1="${fixed(base)}" y2="${fixed(base)}"/>`;
  const [labelX, labelY] = [fixed(width / 2), fixed(base + 37)];
  return html`${line}${ticks}<text class="axis-label" x="${labelX}" y="${labelY}" text-anchor="middle">${label}</text>`;
}

/** An SVG element for a page, `wide` or `narrow` (the style sheet shows the one that fits), or for a post's card. */
export function drawSvg(
  name: 'wide' | 'narrow' | 'lead' | 'card',
  { id, title, description }: Described,
  width: number,
  height: number,
  content: Markup,
): Markup {
  const [titleId, descriptionId] = [`${id}-${name}-title`, `${id}-${name}-desc`];
  const size = html`width="${width}" height="${fixed(height)}" viewBox="0 0 ${width} ${fixed(height)}"`;
  const attributes = html`class="chart chart-${name}" ${size} role="img" aria-labelledby="${titleId} ${descriptionId}"`;
  const text = html`<title id="${titleId}">${title}</title><desc id="${descriptionId}">${description}</desc>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${text}${content}</svg>`;
}

/** The texts of a chart for screen readers: its finding, and a description in sentences. The id is unique in a page. */
export interface Described {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** The length of a pause: `146 ms`, `3.1 ms`. */
export function pauseText(ms: number): string {
  return `${ms >= 10 ? Math.round(ms) : Math.round(ms * 10) / 10} ms`;
}
