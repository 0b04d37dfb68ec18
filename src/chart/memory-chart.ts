import { scaleLinear } from 'd3-scale';
import { dotsOf, placeLabels } from './labels.ts';
import { html, type Markup } from './markup.ts';
import {
  areaPath,
  drawAxis,
  drawGrid,
  drawSvg,
  fixed,
  linePath,
  pauseText,
  type Described,
  type Ink,
  type PlotPoint,
  type Scales,
} from './plot.ts';

/** The line of a run in a panel: its memory over the x axis, and the texts of the label at its end. */
export interface Series {
  readonly name: string;
  readonly points: readonly PlotPoint[];
  readonly label: string;
  readonly note: string;
  /** The colour, which says how the run is judged; its dashes say which sample it is. */
  readonly ink: Ink;
  /** A moment of the line that decides, and its text. */
  readonly moment?: { readonly x: number; readonly text: string } | undefined;
  /** Set if this is not a run but a part of the memory of the run before it: the CSS class that draws it. */
  readonly part?: 'in-use' | 'own' | undefined;
}

/** The parts of a run that its verdict is about, as [from, to] on the x axis. */
export interface Judged {
  readonly series: number;
  readonly spans: readonly PlotPoint[];
}

/** The rounds of a verdict: what is counted, their numbers, and for each its place on the x axis and its share of the largest. */
export interface Rounds {
  readonly ink: Ink;
  readonly label: string;
  readonly text: string;
  readonly columns: readonly (readonly [from: number, to: number, share: number])[];
}

/** The collections of one of a panel's runs, drawn below it. */
export interface Strip {
  readonly text: string;
  /** Full collections: [x, pauseMs]. */
  readonly full: readonly PlotPoint[];
  /** Young collections, by x. */
  readonly young: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly series: readonly Series[];
  readonly judged: readonly Judged[];
  /** What each round of a verdict added, as columns below the plot. */
  readonly rounds?: Rounds | undefined;
  readonly strip: Strip;
}

export interface MemoryChart extends Described {
  readonly panels: readonly Panel[];
  readonly x: { readonly label: string; readonly max: number; readonly format: (value: number) => string };
}

interface Frame {
  readonly width: number;
  readonly columns: number;
  readonly left: number;
  readonly right: number;
  readonly gap: number;
  readonly headHeight: number;
  readonly plotHeight: number;
  /** Whether to leave out subtitle, notes and collections, for a picture that is shown small. */
  readonly bare?: boolean;
}

const frames = {
  wide: { width: 960, columns: 3, left: 58, right: 10, gap: 26, headHeight: 46, plotHeight: 250 },
  narrow: { width: 360, columns: 1, left: 58, right: 10, gap: 0, headHeight: 46, plotHeight: 190 },
  lead: { width: 960, columns: 2, left: 58, right: 10, gap: 26, headHeight: 46, plotHeight: 220 },
  card: { width: 800, columns: 3, left: 58, right: 8, gap: 24, headHeight: 30, plotHeight: 270, bare: true },
} as const satisfies Record<string, Frame>;

/** The height of the collections below a panel, and of their text alone where there is no full one in the whole chart. */
const [stripHeight, textHeight] = [74, 26];
const footHeight = 44;

/** Draws the chart in one width, or for a card. Each panel carries its scale in `data-box`, for the script that reads values. */
export function memoryChart(chart: MemoryChart, name: keyof typeof frames): Markup {
  const given: Frame = frames[name];
  const columns = Math.min(given.columns, chart.panels.length);
  const frame = { ...given, columns };
  const rows = Math.ceil(chart.panels.length / columns);
  const collects = chart.panels.some(({ strip }) => strip.full.length > 0);
  const strip = collects ? stripHeight : textHeight;
  const rounds = chart.panels.some((panel) => panel.rounds !== undefined) ? roundsHeight : 0;
  const panelHeight = frame.headHeight + frame.plotHeight + (frame.bare ? 2 : rounds + strip + footHeight);
  const panelWidth = (frame.width - frame.left - frame.right - frame.gap * (columns - 1)) / columns;
  const sizes = chart.panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([, bytes]) => bytes)));
  // Leaves room for a label above the highest line, and no more.
  const y = scaleLinear([0, Math.max(1, ...sizes) * 1.24], [frame.plotHeight, 0]);
  const exact = scaleLinear([0, chart.x.max || 1], [0, panelWidth]);
  const nice = exact.copy().nice(4);
  // A loop to 100,000 may have been last seen at 99,940: the axis goes on to the round number.
  const x = (nice.domain()[1] ?? 0) < chart.x.max * 1.02 ? nice : exact;
  const maxPause = Math.max(1, ...chart.panels.flatMap(({ strip }) => strip.full.map(([, pause]) => pause)));
  const panels = chart.panels.map((panel, index) => {
    const left = frame.left + (index % columns) * (panelWidth + frame.gap);
    const top = Math.floor(index / columns) * panelHeight;
    const space = {
      x,
      y,
      width: panelWidth,
      height: frame.plotHeight,
      head: frame.headHeight,
      bare: frame.bare ?? false,
      labels: index % columns === 0,
      rounds,
      strip,
      maxPause,
      chart,
    };
    return html`<g class="panel" transform="translate(${fixed(left)} ${top})">${drawPanel(panel, space)}</g>`;
  });
  return drawSvg(name, chart, frame.width, rows * panelHeight, html`${panels}`);
}

interface Space extends Scales {
  readonly width: number;
  readonly height: number;
  readonly head: number;
  readonly bare: boolean;
  readonly labels: boolean;
  readonly rounds: number;
  readonly strip: number;
  readonly maxPause: number;
  readonly chart: MemoryChart;
}

function drawPanel(panel: Panel, space: Space): Markup {
  const { x, y, width, height, head, labels, bare } = space;
  const [maxX, maxY] = [x.domain()[1] ?? 0, y.domain()[1] ?? 0];
  const subtitle = bare ? undefined : html`<text class="panel-subtitle" x="0" y="34">${panel.subtitle}</text>`;
  const strip = bare
    ? undefined
    : html`<g transform="translate(0 ${head + height + 8 + space.rounds})">${drawStrip(panel.strip, space)}</g>`;
  const rounds = bare ? undefined : html`<g transform="translate(0 ${head + height + 8})">${drawRounds(panel, space)}</g>`;
  const title = html`<text class="panel-title" x="0" y="16">${panel.title}</text>`;
  const explanations = bare ? undefined : html`${drawJudged(panel, space)}`;
  const runCount = panel.series.filter(({ part }) => part === undefined).length;
  const lines = panel.series.map((series, index) => drawSeries(series, index, runCount, space));
  const content = html`${drawGrid(space, width, labels)}${explanations}${lines}${drawLabels(panel.series, space)}`;
  const box = `${fixed(width)} ${height} ${maxX} ${maxY}`;
  const plot = html`<g class="plot" data-box="${box}" transform="translate(0 ${head})">${content}</g>`;
  return html`${title}${subtitle}${plot}${rounds}${strip}`;
}

/** Bars at the foot of the plot that mark what verdicts are about, one row for each run. */
function drawJudged({ judged, series: runs }: Panel, { x, height }: Space): Markup {
  const bars = judged.flatMap(({ series, spans }, index) =>
    spans.map(([from, to]) => {
      const [left, right] = [fixed(x(from)), fixed(Math.max(x(from) + 2, x(to)))];
      const row = height - 4 - index * 6;
      const names = `judged series-${series} ${inkClass(runs[series]?.ink)}`;
      return html`<line class="${names}" x1="${left}" x2="${right}" y1="${row}" y2="${row}"/>`;
    }),
  );
  return html`${bars}`;
}

/** The height of the largest round, and of the columns with their text, in pixels. */
const [roundHeight, roundsHeight] = [20, 44];

function drawRounds({ rounds }: Panel, { x }: Space): Markup | undefined {
  if (rounds === undefined) return undefined;
  const columns = rounds.columns.map(([from, to, share]) => {
    const [left, width] = [fixed(x(from) + 1), fixed(Math.max(1, x(to) - x(from) - 2))];
    const tall = share <= 0 ? 1 : Math.max(2, share * roundHeight);
    return html`<rect x="${left}" y="${fixed(roundsHeight - 6 - tall)}" width="${width}" height="${fixed(tall)}"/>`;
  });
  const text = html`<title>${rounds.text}</title><text x="0" y="12">${rounds.label}</text>`;
  return html`<g class="round-columns ${inkClass(rounds.ink)}">${text}${columns}</g>`;
}

function drawSeries({ name, points, part, ink, moment }: Series, index: number, count: number, { x, y, bare }: Space): Markup | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  if (part === 'own')
    return html`<g class="series own ink-quiet" data-name="${name}"><path class="line" d="${linePath(points, { x, y })}"/></g>`;
  if (part !== undefined) {
    // Dots without a line: between distant looks the value is unknown.
    const dots = points.map(([at, bytes]) => html`<circle class="look" cx="${fixed(x(at))}" cy="${fixed(y(bytes))}" r="1.5"/>`);
    return html`<g class="series ${part}" data-name="${name}">${dots}</g>`;
  }
  // A line with another one drawn over it is wider, so that both are visible where they coincide.
  const under = index < count - 1 ? ' under' : '';
  const path = linePath(points, { x, y });
  const area = index === 0 ? html`<path class="area" d="${areaPath(path, points, { x, y })}"/>` : undefined;
  const line = html`<path class="line" d="${path}"/><circle cx="${fixed(x(last[0]))}" cy="${fixed(y(last[1]))}" r="4"/>`;
  const mark = bare || moment === undefined ? undefined : drawMoment(moment, points, { x, y });
  return html`<g class="series series-${index} ${inkClass(ink)}${under}" data-name="${name}">${area}${line}${mark}</g>`;
}

/** A dot on a line, and above it what happens there. */
function drawMoment({ x: at, text }: NonNullable<Series['moment']>, points: readonly PlotPoint[], { x, y }: Scales): Markup {
  const bytes = (points.findLast(([each]) => each <= at) ?? points[0])?.[1] ?? 0;
  const [left, top] = [x(at), y(bytes)];
  const label = html`<text class="moment" x="${fixed(left)}" y="${fixed(top - 10)}" text-anchor="middle">${text}</text>`;
  return html`<circle cx="${fixed(left)}" cy="${fixed(top)}" r="3"/>${label}`;
}

/** Approximate sizes of a label, in pixels: the heights of its line of name and value and of its note, and widths of a letter. */
const [valueHeight, noteHeight, valueLetter, noteLetter] = [17, 17, 8.8, 7];

/** Labels near the ends of their lines, placed by `placeLabels`. */
function drawLabels(series: readonly Series[], { x, y, width, height, bare }: Space): readonly Markup[] {
  const dots = series.flatMap(({ points, part }) =>
    dotsOf(
      points.map(([at, bytes]) => [x(at), y(bytes)] as const),
      part === undefined,
    ),
  );
  const labels = series.flatMap((item, index) =>
    item.points.slice(-1).map(([at, bytes]) => {
      const value = `${item.name} ${item.label}`;
      const size = {
        width: Math.max(value.length * valueLetter, bare ? 0 : item.note.length * noteLetter),
        height: bare || item.note === '' ? valueHeight : valueHeight + noteHeight,
      };
      return { item, index, value, at: [x(at), y(bytes)] as const, ...size };
    }),
  );
  return placeLabels(labels, { left: 0, right: width, top: 0, bottom: height - 8 }, dots).map(
    ([
      {
        item,
        index,
        value,
        at: [end],
      },
      box,
    ]) => {
      // Align the text with the edge of the panel that it touches, or else with the side nearer to its line's end.
      const isLeft = box.left === 0 || (box.right < width && Math.abs(box.left - end) <= Math.abs(box.right - end));
      const [anchor, place] = isLeft ? ['start', fixed(box.left)] : ['end', fixed(box.right)];
      const [valueY, noteY] = [fixed(box.top + valueHeight - 3), fixed(box.bottom - 4)];
      const title = html`<text class="value" x="${place}" y="${valueY}" text-anchor="${anchor}">${value}</text>`;
      const note =
        bare || item.note === ''
          ? undefined
          : html`<text class="note" x="${place}" y="${noteY}" text-anchor="${anchor}">${item.note}</text>`;
      return html`<g class="label ${item.part ?? `series-${index} ${inkClass(item.ink)}`}">${title}${note}</g>`;
    },
  );
}

/** The class of a colour. */
const inkClass = (ink: Ink | undefined) => `ink-${ink ?? 'quiet'}`;

function drawStrip({ text, full, young }: Strip, { x, width, strip, maxPause, chart }: Space): Markup {
  const base = strip - 8;
  const top = (pause: number) => base - Math.max(3, (pause / maxPause) * (base - 38));
  // One path for all: a line for each would be a tenth of the page.
  const ticks = young.map((at) => `M${fixed(x(at))} ${base - 4}v4`).join('');
  const youngLines = ticks === '' ? undefined : html`<path class="young" d="${ticks}"/>`;
  const fullLines = full.map(([at, pause]) => {
    const [place, end] = [fixed(x(at)), fixed(top(pause))];
    const line = html`<line class="full" x1="${place}" x2="${place}" y1="${end}" y2="${base}"/>`;
    return html`${line}<circle cx="${place}" cy="${end}" r="2.5"/>`;
  });
  const longest = full.reduce<PlotPoint | undefined>((max, each) => (max === undefined || each[1] > max[1] ? each : max), undefined);
  const pauseX = longest && fixed(Math.min(width, Math.max(54, x(longest[0]) + 20)));
  const pauseY = longest && fixed(Math.max(30, top(longest[1]) - 7));
  const pause = longest && html`<text class="pause" text-anchor="end" x="${pauseX}" y="${pauseY}">${pauseText(longest[1])}</text>`;
  const collections = html`<g class="gc">${youngLines}${fullLines}${pause}</g>`;
  const axis = drawAxis(x, base, width, chart.x.label, chart.x.format);
  return html`<text class="strip-text" x="0" y="12">${text}</text>${collections}${axis}`;
}
