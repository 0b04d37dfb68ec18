import { scaleLinear } from 'd3-scale';
import { html, type Markup } from './markup.ts';
import { areaPath, drawAxis, drawGrid, drawSvg, fixed, linePath, pauseText, type Described, type Ink, type PlotPoint } from './plot.ts';

/** Memory of runs over wall time on a shared axis, with the full collections of the first run shaded. */
export interface ClockChart extends Described {
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly PlotPoint[];
    readonly label: string;
    readonly note: string;
    readonly ink: Ink;
    /** When the process had ended. */
    readonly endMs: number;
  }[];
  /** Full collections of the first run: [endMs, pauseMs]. */
  readonly pauses: readonly PlotPoint[];
  /** The shaded time in numbers. */
  readonly subtitle: string;
  readonly x: { readonly label: string; readonly max: number; readonly format: (value: number) => string };
}

const frames = {
  wide: { width: 960, left: 58, right: 116, height: 240, headroom: 1.05 },
  // Labels are above the ends of their lines, and below the time of the longest collection.
  narrow: { width: 360, left: 58, right: 10, height: 190, headroom: 1.45 },
} as const;
const headHeight = 34;

/** Draws the chart in one width. */
export function clockChart(chart: ClockChart, name: keyof typeof frames): Markup {
  const { width, left, right, height, headroom } = frames[name];
  const plotWidth = width - left - right;
  const maxBytes = Math.max(1, ...chart.series.flatMap(({ points }) => points.map(([, bytes]) => bytes)));
  const y = scaleLinear([0, maxBytes * headroom], [height, 0]).nice(5);
  const x = scaleLinear([0, chart.x.max || 1], [0, plotWidth]);
  const scales = { x, y };
  const longest = chart.pauses.reduce<PlotPoint | undefined>(
    (max, pause) => (max === undefined || pause[1] > max[1] ? pause : max),
    undefined,
  );
  const shades = chart.pauses.map(
    ([end, ms]) => html`<rect class="shade" x="${fixed(x(end - ms))}" width="${fixed(Math.max(1, x(ms)))}" y="0" height="${height}"/>`,
  );
  const longestX = longest && fixed(Math.max(24, x(longest[0] - longest[1] / 2)));
  const pause = longest && html`<text class="pause" text-anchor="middle" x="${longestX}" y="18">${pauseText(longest[1])}</text>`;
  const lines = chart.series.map(({ points, ink, endMs }, index) => {
    const last = points.at(-1);
    if (last === undefined) return undefined;
    const [endX, endY] = [fixed(x(last[0])), fixed(y(last[1]))];
    // After the program has ended, the interpreter takes itself apart.
    const rest =
      x(endMs) > x(last[0]) + 2 ? html`<line class="rest" x1="${endX}" x2="${fixed(x(endMs))}" y1="${endY}" y2="${endY}"/>` : undefined;
    const path = linePath(points, scales);
    const area = index === 0 ? html`<path class="area" d="${areaPath(path, points, scales)}"/>` : undefined;
    const line = html`<path class="line" d="${path}"/>${rest}<circle cx="${endX}" cy="${endY}" r="4"/>`;
    return html`<g class="series series-${index} ink-${ink}">${area}${line}</g>`;
  });
  const isWide = name === 'wide';
  const labels = stackLabels(chart, y, isWide ? [height, 8] : [height - 24, 23]).map(({ series, top }) => {
    const [place, anchor] = isWide ? [fixed(plotWidth + 10), 'start'] : [fixed(plotWidth - 4), 'end'];
    const title = html`<text class="value" x="${place}" y="${fixed(top)}">${series.name} ${isWide ? '' : series.label}</text>`;
    const value = isWide ? html`<text class="value" x="${place}" y="${fixed(top + 17)}">${series.label}</text>` : undefined;
    const note = html`<text class="note" x="${place}" y="${fixed(top + (isWide ? 33 : 15))}">${series.note}</text>`;
    return html`<g class="label ink-${series.ink}" text-anchor="${anchor}">${title}${value}${note}</g>`;
  });
  const subtitle = wrap(chart.subtitle, isWide ? 140 : 44).map(
    (text, index) => html`<text class="panel-subtitle" x="0" y="${14 + index * 16}">${text}</text>`,
  );
  const top = headHeight + (subtitle.length - 1) * 16;
  const axis = drawAxis(x, height, plotWidth, chart.x.label, chart.x.format);
  const plot = html`${shades}${drawGrid(scales, plotWidth, true)}${lines}${pause}${labels}${axis}`;
  const content = html`<g transform="translate(${left} 0)">${subtitle}<g transform="translate(0 ${top})">${plot}</g></g>`;
  return drawSvg(name, chart, width, top + height + 48, content);
}

/** The labels from the lowest line up, each at least `above` pixels over its line's end and clear of the one below. */
function stackLabels({ series }: ClockChart, y: (bytes: number) => number, [floor, above]: readonly [number, number]) {
  let ceiling = floor - 26;
  return series
    .map((item, index) => ({ series: item, index, end: y(item.points.at(-1)?.[1] ?? 0) }))
    .toSorted((a, b) => b.end - a.end || b.index - a.index)
    .map(({ series: item, index, end }) => {
      const top = Math.max(14, Math.min(end - above, ceiling));
      ceiling = top - 54;
      return { series: item, index, top };
    });
}

/** Breaks a text into lines of at most `maxLength` characters, at spaces. */
function wrap(text: string, maxLength: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < maxLength) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
