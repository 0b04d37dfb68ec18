import type { ScaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { html, type Markup } from './markup.ts';

/** [x, bytes], x rising. */
export type PlotPoint = readonly [number, number];

export interface Scales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

/** A coordinate in a tenth of a pixel. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The path through some points, in pixels. */
export function linePath(points: readonly PlotPoint[], { x, y }: Scales): string {
  const path = line<PlotPoint>(
    (point) => x(point[0]),
    (point) => y(point[1]),
  ).digits(1);
  return path(points as PlotPoint[]) ?? '';
}

/** The area between a line, whose path is given, and zero. */
export function areaPath(path: string, points: readonly PlotPoint[], scales: Scales): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const floor = fixed(scales.y(0));
  return `${path}L${fixed(scales.x(last[0]))},${floor}L${fixed(scales.x(first[0]))},${floor}Z`;
}

/** Horizontal lines at round sizes, in megabytes on the left where `labels` says so. */
export function drawGrid({ y }: Scales, width: number, labels: boolean): Markup {
  const ticks = y.ticks(5);
  const top = ticks.at(-1);
  return html`${ticks.map((tick) => html`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="0" x2="${fixed(width)}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/>${labels ? html`<text class="tick" x="-8" y="${fixed(y(tick) + 4)}" text-anchor="end">${tick / 1e6}${tick === top ? ' MB' : ''}</text>` : undefined}`)}`;
}

/** Numbers under an axis need so much room, in pixels. */
const tickRoom = 64;

/** An axis along the bottom, `base` pixels down, with its ticks and what they count. */
export function drawAxis(x: Scales['x'], base: number, width: number, label: string, format: (value: number) => string): Markup {
  return html`<line class="axis" x1="0" x2="${fixed(width)}" y1="${fixed(base)}" y2="${fixed(base)}"/>${x.ticks(Math.max(1, Math.min(4, Math.floor(width / tickRoom) - 1))).map((tick) => html`<line class="axis" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="${fixed(base)}" y2="${fixed(base + 5)}"/><text class="tick" x="${fixed(x(tick))}" y="${fixed(base + 19)}" text-anchor="${tick === 0 ? 'start' : x(tick) > width - 14 ? 'end' : 'middle'}">${format(tick)}</text>`)}<text class="axis-label" x="${fixed(width / 2)}" y="${fixed(base + 37)}" text-anchor="middle">${label}</text>`;
}

/** An SVG in one of two widths, `wide` or `narrow`, of which a style sheet shows the one that fits, or for a card. */
export function drawing(
  name: 'wide' | 'narrow' | 'card',
  { id, title, description }: Named,
  width: number,
  height: number,
  content: Markup,
): Markup {
  const [titleId, descriptionId] = [`${id}-${name}-title`, `${id}-${name}-desc`];
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-${name}" width="${width}" height="${fixed(height)}" viewBox="0 0 ${width} ${fixed(height)}" role="img" aria-labelledby="${titleId} ${descriptionId}"><title id="${titleId}">${title}</title><desc id="${descriptionId}">${description}</desc>${content}</svg>`;
}

/** The finding of a chart and all of it in a sentence, as a screen reader says it; the id is unique in a page. */
export interface Named {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** `146 ms`, `3.1 ms`. */
export function pauseText(ms: number): string {
  return `${ms >= 10 ? Math.round(ms) : Math.round(ms * 10) / 10} ms`;
}
