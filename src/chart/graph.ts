import { instance, type Viz } from '@viz-js/viz';
import { html, type Markup } from './markup.ts';
import { drawing, fixed, type Named } from './plot.ts';

/** Objects and their references: a diagram whose first node is the one to start from. */
export interface Graph extends Named {
  /** A kind in bold, and below it a name, which may be empty. */
  readonly nodes: readonly { readonly kind: string; readonly name: string }[];
  /** `marked` edges lie on a cycle. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly name: string; readonly marked: boolean }[];
}

const across = { rankdir: 'LR', nodesep: 0.3, ranksep: 0.7 };
const down = { rankdir: 'TB', nodesep: 0.35, ranksep: 0.5 };
/** A diagram as wide as the page lies across; any other goes downwards. */
const mostWidth = 1000;
const nodeHeight = 46;
/** What a character takes, roughly, in pixels: boxes are as wide as their text, whatever the font. */
const [kindWidth, nameWidth, padding] = [8.6, 7.8, 24];

interface Drawn {
  readonly bb: string;
  readonly objects?: readonly { readonly pos: string }[];
  readonly edges?: readonly {
    readonly tail: number;
    readonly head: number;
    readonly lp?: string;
    readonly _draw_: readonly Op[];
    readonly _hdraw_: readonly Op[];
  }[];
}
interface Op {
  readonly op: string;
  readonly points?: readonly (readonly [number, number])[];
}

/** Graphviz, started once. */
let graphviz: Promise<Viz> | undefined;

/** Lays the graph out with Graphviz, in one of two widths: across where there is room, or downwards. */
export async function graphChart(graph: Graph, name: 'wide' | 'narrow'): Promise<Markup> {
  const widths = graph.nodes.map((node) => Math.max(node.kind.length * kindWidth, node.name.length * nameWidth) + padding);
  const viz = await (graphviz ??= instance());
  const lay = (graphAttributes: typeof across) =>
    viz.renderJSON({
      graphAttributes,
      nodeAttributes: { shape: 'box', fixedsize: true, label: '', height: nodeHeight / 72 },
      nodes: graph.nodes.map((_, index) => ({ name: `n${index}`, attributes: { width: (widths[index] as number) / 72 } })),
      edges: graph.edges.map((edge) => ({
        tail: `n${edge.from}`,
        head: `n${edge.to}`,
        attributes: { label: ` ${edge.name} `, fontname: 'Courier', fontsize: 12, arrowsize: 0.8 },
      })),
    }) as unknown as Drawn;
  const sizeOf = ({ bb }: Drawn) => bb.split(',').slice(2).map(Number) as [number, number];
  const first = lay(name === 'wide' ? across : down);
  const laid = name === 'wide' && sizeOf(first)[0] > mostWidth ? lay(down) : first;
  const [width, height] = sizeOf(laid);
  const margin = 8;
  const place = (x: number, y: number) => `${fixed(x + margin)},${fixed(height - y + margin)}`;
  const points = (ops: readonly Op[], wanted: string) => ops.find(({ op }) => op === wanted)?.points ?? [];
  const edges = (laid.edges ?? []).map((edge, index) => {
    const [start, ...curve] = points(edge._draw_, 'b').map(([x, y]) => place(x, y));
    const head = points(edge._hdraw_, 'P').map(([x, y]) => place(x, y));
    const [x, y] = (edge.lp ?? '').split(',').map(Number) as [number, number];
    const { name: label, marked } = graph.edges[index] as Graph['edges'][number];
    const text =
      edge.lp === undefined
        ? undefined
        : html`<text x="${fixed(x + margin)}" y="${fixed(height - y + margin + 4)}" text-anchor="middle">${label}</text>`;
    return {
      shape: html`<g class="edge${marked ? ' marked' : ''}"><path d="M${start ?? ''}C${curve.join(' ')}"/><polygon points="${head.join(' ')}"/></g>`,
      text: html`<g class="edge-name">${text}</g>`,
    };
  });
  const nodes = (laid.objects ?? []).map(({ pos }, index) => {
    const [x, y] = pos.split(',').map(Number) as [number, number];
    const node = graph.nodes[index] as Graph['nodes'][number];
    const [cx, cy, wide] = [x + margin, height - y + margin, widths[index] as number];
    const marked = graph.edges.some((edge) => edge.marked && (edge.from === index || edge.to === index));
    return html`<g class="node${marked ? ' marked' : ''}${index === 0 ? ' first' : ''}"><rect x="${fixed(cx - wide / 2)}" y="${fixed(cy - nodeHeight / 2)}" width="${fixed(wide)}" height="${nodeHeight}" rx="10"/><text class="kind" x="${fixed(cx)}" y="${fixed(node.name === '' ? cy + 5 : cy - 3)}" text-anchor="middle">${node.kind}</text><text x="${fixed(cx)}" y="${fixed(cy + 15)}" text-anchor="middle">${node.name}</text></g>`;
  });
  return drawing(
    name,
    graph,
    Math.ceil(width) + 2 * margin,
    Math.ceil(height) + 2 * margin,
    html`<g class="graph">${edges.map(({ shape }) => shape)}${nodes}${edges.map(({ text }) => text)}</g>`,
  );
}
