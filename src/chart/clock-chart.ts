import { scaleLinear } from 'd3-scale';
import { html, type Markup } from './markup.ts';
import { areaPath, drawAxis, drawGrid, drawing, fixed, linePath, pauseText, type Named, type PlotPoint } from './plot.ts';

/** Runs on one clock, the collections of the first of them shaded. */
export interface ClockChart extends Named {
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly PlotPoint[];
    readonly label: string;
    readonly note: string;
  }[];
  /** Full collections of the first run: [endMs, pauseMs]. */
  readonly pauses: readonly PlotPoint[];
  /** What the shade means, in numbers. */
  readonly subtitle: string;
  readonly x: { readonly label: string; readonly max: number; readonly format: (value: number) => string };
}

const frames = {
  wide: { width: 960, left: 58, right: 116, height: 240, headroom: 1.05 },
  // Labels stand above the ends of their lines, below the time of the longest collection.
  narrow: { width: 360, left: 58, right: 10, height: 190, headroom: 1.45 },
} as const;
const headHeight = 34;

/** The chart in one width: memory over wall time, and how much of that time the collector took. */
export function clockChart(chart: ClockChart, name: keyof typeof frames): Markup {
  const { width, left, right, height, headroom } = frames[name];
  const plotWidth = width - left - right;
  const largest = Math.max(1, ...chart.series.flatMap(({ points }) => points.map(([, bytes]) => bytes)));
  const y = scaleLinear([0, largest * headroom], [height, 0]).nice(5);
  const x = scaleLinear([0, chart.x.max || 1], [0, plotWidth]);
  const scales = { x, y };
  const longest = chart.pauses.reduce<PlotPoint | undefined>(
    (most, pause) => (most === undefined || pause[1] > most[1] ? pause : most),
    undefined,
  );
  const shades = chart.pauses.map(
    ([end, ms]) => html`<rect class="shade" x="${fixed(x(end - ms))}" width="${fixed(Math.max(1, x(ms)))}" y="0" height="${height}"/>`,
  );
  const label =
    longest &&
    html`<text class="pause" text-anchor="middle" x="${fixed(Math.max(24, x(longest[0] - longest[1] / 2)))}" y="18">${pauseText(longest[1])}</text>`;
  const lines = chart.series.map(({ points }, index) => {
    const last = points.at(-1);
    if (last === undefined) return undefined;
    // Where a run ended, its line goes on as dots, to be compared with the others.
    const rest =
      x(last[0]) < plotWidth - 8
        ? html`<line class="rest" x1="${fixed(x(last[0]))}" x2="${fixed(plotWidth)}" y1="${fixed(y(last[1]))}" y2="${fixed(y(last[1]))}"/>`
        : undefined;
    const path = linePath(points, scales);
    return html`<g class="series series-${index}">${index === 0 ? html`<path class="area" d="${areaPath(path, points, scales)}"/>` : undefined}<path class="line" d="${path}"/>${rest}<circle cx="${fixed(x(last[0]))}" cy="${fixed(y(last[1]))}" r="4"/></g>`;
  });
  const labels = stackLabels(chart, y, name === 'wide' ? [height, 8] : [height - 24, 23]).map(({ series, index, top }) => {
    const [place, anchor] = name === 'wide' ? [plotWidth + 10, 'start'] : [plotWidth - 4, 'end'];
    return html`<g class="label series-${index}" text-anchor="${anchor}"><text class="value" x="${fixed(place)}" y="${fixed(top)}">${series.name} ${name === 'wide' ? '' : series.label}</text>${name === 'wide' ? html`<text class="value" x="${fixed(place)}" y="${fixed(top + 17)}">${series.label}</text>` : undefined}<text class="note" x="${fixed(place)}" y="${fixed(top + (name === 'wide' ? 33 : 15))}">${series.note}</text></g>`;
  });
  const subtitle = wrap(chart.subtitle, name === 'wide' ? 140 : 44).map(
    (text, index) => html`<text class="panel-subtitle" x="0" y="${14 + index * 16}">${text}</text>`,
  );
  const top = headHeight + (subtitle.length - 1) * 16;
  return drawing(
    name,
    chart,
    width,
    top + height + 48,
    html`<g transform="translate(${left} 0)">${subtitle}<g transform="translate(0 ${top})">${shades}${drawGrid(scales, plotWidth, true)}${lines}${label}${labels}${drawAxis(x, height, plotWidth, chart.x.label, chart.x.format)}</g></g>`,
  );
}

/** Labels from the lowest line up, so far above its end, and none on another. */
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

function wrap(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
