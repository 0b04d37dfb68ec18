import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { line as linePath } from 'd3-shape';
import { html, type Markup } from './markup.ts';

/** One run in a panel: its memory over the x axis, and what stands at its end. */
export interface Series {
  readonly name: string;
  /** [x, bytes], x rising. */
  readonly points: readonly (readonly [number, number])[];
  readonly label: string;
  readonly note: string;
}

/** Collections below a panel, of one of its runs. */
export interface Strip {
  readonly text: string;
  /** Full collections: [x, pauseMs]. */
  readonly needles: readonly (readonly [number, number])[];
  /** Where young collections were. */
  readonly ticks: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly series: readonly Series[];
  readonly strip: Strip;
}

export interface MemoryChart {
  /** The finding, and all of it in a sentence: what a screen reader says. */
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly x: { readonly label: string; readonly max: number; readonly format: (value: number) => string };
  /** Makes the ids of this chart's title and description unique in a page. */
  readonly id: string;
}

interface Frame {
  readonly width: number;
  readonly columns: number;
  readonly left: number;
  readonly right: number;
  readonly gap: number;
  readonly plotHeight: number;
}

const frames = {
  wide: { width: 960, columns: 3, left: 58, right: 10, gap: 26, plotHeight: 250 },
  narrow: { width: 360, columns: 1, left: 58, right: 10, gap: 0, plotHeight: 190 },
} as const satisfies Record<string, Frame>;

const headHeight = 46;
const stripHeight = 74;
const footHeight = 44;

/** The chart in both widths; style sheets show the one that fits. Sizes are in pixels of the frame's width. */
export function memoryChart(chart: MemoryChart): Markup {
  return html`${drawFrame(chart, 'wide')}${drawFrame(chart, 'narrow')}`;
}

function drawFrame(chart: MemoryChart, name: keyof typeof frames): Markup {
  const given: Frame = frames[name];
  const columns = Math.min(given.columns, chart.panels.length);
  const frame = { ...given, columns };
  const rows = Math.ceil(chart.panels.length / columns);
  const panelHeight = headHeight + frame.plotHeight + stripHeight + footHeight;
  const panelWidth = (frame.width - frame.left - frame.right - frame.gap * (columns - 1)) / columns;
  const largest = Math.max(1, ...chart.panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([, bytes]) => bytes))));
  // Room for the label above the highest line.
  const y = scaleLinear([0, largest * 1.14], [frame.plotHeight, 0]).nice(5);
  const exact = scaleLinear([0, chart.x.max || 1], [0, panelWidth]);
  const nice = exact.copy().nice(4);
  // A loop to 100,000 was last seen at 99,940: the axis ends where the loop does.
  const x = (nice.domain()[1] ?? 0) < chart.x.max * 1.02 ? nice : exact;
  const longest = Math.max(1, ...chart.panels.flatMap(({ strip }) => strip.needles.map(([, pause]) => pause)));
  const panels = chart.panels.map((panel, index) => {
    const left = frame.left + (index % columns) * (panelWidth + frame.gap);
    const top = Math.floor(index / columns) * panelHeight;
    return html`<g transform="translate(${fixed(left)} ${top})">${drawPanel(panel, { x, y, width: panelWidth, height: frame.plotHeight, labels: index % columns === 0, longest, chart })}</g>`;
  });
  const title = `${chart.id}-${name}-title`;
  const description = `${chart.id}-${name}-desc`;
  return html`<svg class="chart chart-${name}" viewBox="0 0 ${frame.width} ${rows * panelHeight}" role="img" aria-labelledby="${title} ${description}"><title id="${title}">${chart.title}</title><desc id="${description}">${chart.description}</desc>${panels}</svg>`;
}

interface Space {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly width: number;
  readonly height: number;
  readonly labels: boolean;
  readonly longest: number;
  readonly chart: MemoryChart;
}

function drawPanel(panel: Panel, space: Space): Markup {
  return html`<text class="panel-title" x="0" y="16">${panel.title}</text><text class="panel-subtitle" x="0" y="34">${panel.subtitle}</text><g transform="translate(0 ${headHeight})">${drawGrid(space)}${panel.series.map((series, index) => drawSeries(series, index, panel.series.length, space))}${drawLabels(panel.series, space)}</g><g transform="translate(0 ${headHeight + space.height + 8})">${drawStrip(panel.strip, space)}</g>`;
}

function drawGrid({ y, width, labels }: Space): Markup {
  const ticks = y.ticks(5);
  const top = ticks.at(-1);
  return html`${ticks.map((tick) => html`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="0" x2="${fixed(width)}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/>${labels ? html`<text class="tick" x="-8" y="${fixed(y(tick) + 4)}" text-anchor="end">${tick / 1e6}${tick === top ? ' MB' : ''}</text>` : undefined}`)}`;
}

function drawSeries({ points }: Series, index: number, count: number, { x, y }: Space): Markup | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const path = linePath<readonly [number, number]>((point) => x(point[0]), (point) => y(point[1])).digits(1);
  const d = path(points as [number, number][]) ?? '';
  const first = points[0] as readonly [number, number];
  const area = `${d}L${fixed(x(last[0]))},${fixed(y(0))}L${fixed(x(first[0]))},${fixed(y(0))}Z`;
  // A line that another is drawn over is wider, so that both are seen where they lie on each other.
  const under = index < count - 1 ? ' under' : '';
  return html`<g class="series series-${index}${under}">${index === 0 ? html`<path class="area" d="${area}"/>` : undefined}<path class="line" d="${d}"/><circle cx="${fixed(x(last[0]))}" cy="${fixed(y(last[1]))}" r="4"/></g>`;
}

const labelHeight = 34;

/** Labels stand above the ends of their lines, the lowest line's lowest, and never on each other. */
function drawLabels(series: readonly Series[], { x, y, width }: Space): readonly Markup[] {
  const ends = series
    .flatMap((item, index) => item.points.slice(-1).map(([at, bytes]) => ({ item, index, x: x(at), y: y(bytes) })))
    .toSorted((a, b) => (Math.abs(a.y - b.y) < 6 ? b.index - a.index : b.y - a.y));
  let ceiling = Infinity;
  return ends.map(({ item, index, x: at, y: end }) => {
    const bottom = Math.min(end - 12, ceiling);
    ceiling = bottom - labelHeight;
    const [anchor, place] = at > width / 2 ? ['end', Math.min(at, width - 2)] : ['start', at];
    return html`<g class="label series-${index}" text-anchor="${anchor}"><text class="value" x="${fixed(place)}" y="${fixed(bottom - 15)}">${item.name} ${item.label}</text><text class="note" x="${fixed(place)}" y="${fixed(bottom)}">${item.note}</text></g>`;
  });
}

function drawStrip({ text, needles, ticks }: Strip, { x, width, longest, chart }: Space): Markup {
  const base = stripHeight - 8;
  const height = (pause: number) => Math.max(3, (pause / longest) * (base - 38));
  const most = needles.reduce<readonly [number, number] | undefined>((high, needle) => (high === undefined || needle[1] > high[1] ? needle : high), undefined);
  return html`<text class="strip-text" x="0" y="12">${text}</text><g class="gc">${ticks.map((tick) => html`<line class="young" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="${base - 4}" y2="${base}"/>`)}${needles.map(([at, pause]) => html`<line class="full" x1="${fixed(x(at))}" x2="${fixed(x(at))}" y1="${fixed(base - height(pause))}" y2="${base}"/><circle cx="${fixed(x(at))}" cy="${fixed(base - height(pause))}" r="2.5"/>`)}${most === undefined ? undefined : html`<text class="pause" text-anchor="end" x="${fixed(Math.min(width, Math.max(54, x(most[0]) + 20)))}" y="${fixed(Math.max(30, base - height(most[1]) - 7))}">${pauseText(most[1])}</text>`}</g><line class="axis" x1="0" x2="${fixed(width)}" y1="${base}" y2="${base}"/>${x.ticks(4).map((tick) => html`<line class="axis" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="${base}" y2="${base + 5}"/><text class="tick" x="${fixed(x(tick))}" y="${base + 19}" text-anchor="${tick === 0 ? 'start' : x(tick) > width - 14 ? 'end' : 'middle'}">${chart.x.format(tick)}</text>`)}<text class="axis-label" x="${fixed(width / 2)}" y="${base + 37}" text-anchor="middle">${chart.x.label}</text>`;
}

function pauseText(ms: number): string {
  return `${ms >= 10 ? Math.round(ms) : Math.round(ms * 10) / 10} ms`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
