import { scaleLinear } from 'd3-scale';
import { html, type Markup } from './markup.ts';
import { areaPath, fixed, linePath, type Ink, type PlotPoint } from './plot.ts';

const [width, height, edge] = [120, 32, 3];

/** A bar as long as a share of its place, in percent. */
export function bar(percent: number | string): Markup {
  const box = html`viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"`;
  return html`<svg class="bar" ${box}><rect width="${percent}" height="10"/></svg>`;
}

/** The most points of a small line: one every few pixels. */
const maxPoints = 40;

/** The first and last points of a line, and the largest of each stretch between. */
function thin(points: readonly PlotPoint[]): readonly PlotPoint[] {
  const size = Math.ceil(points.length / maxPoints);
  if (size < 2) return points;
  const parts = Array.from({ length: Math.ceil(points.length / size) }, (_, index) => points.slice(index * size, (index + 1) * size));
  const largest = parts.map((part) => part.reduce((most, each) => (each[1] > most[1] ? each : most)));
  return [points[0] as PlotPoint, ...largest.slice(1, -1), points.at(-1) as PlotPoint];
}

/**
 * A small chart of one or two lines without axes, to show the shape of runs. Each line has its own x scale; all share a y
 * scale from zero to `maxBytes`, or to their largest value.
 */
export function spark(
  label: string,
  series: readonly { readonly points: readonly PlotPoint[]; readonly ink: Ink }[],
  maxBytes?: number,
): Markup {
  const top = maxBytes ?? Math.max(1, ...series.flatMap(({ points }) => points.map(([, bytes]) => bytes)));
  const y = scaleLinear([0, top], [height - 1, edge]);
  const lines = series.map(({ points, ink }, index) => {
    const last = points.at(-1);
    if (last === undefined) return undefined;
    const scales = { x: scaleLinear([0, last[0] || 1], [edge, width - edge]), y };
    const path = linePath(thin(points), scales);
    const [cx, cy] = [fixed(scales.x(last[0])), fixed(y(last[1]))];
    const area = index === 0 ? html`<path class="area" d="${areaPath(path, points, scales)}"/>` : undefined;
    const line = html`<path class="line" d="${path}"/><circle cx="${cx}" cy="${cy}" r="2.5"/>`;
    return html`<g class="series series-${index} ink-${ink}">${area}${line}</g>`;
  });
  const size = html`viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return html`<svg class="chart spark" ${size} role="img" aria-label="${label}"><title>${label}</title>${lines}</svg>`;
}
