import { instance, type Viz } from '@viz-js/viz';
import { html, visible, type Markup } from './markup.ts';
import { drawSvg, fixed, type Described } from './plot.ts';

/** Objects and their references, for a diagram; the first node is drawn as the one to start reading at. */
export interface Graph extends Described {
  /** The kind is shown in bold, with the name below it; a name may be empty. */
  readonly nodes: readonly { readonly kind: string; readonly name: string }[];
  /** `marked` edges lie on a cycle. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly name: string; readonly marked: boolean }[];
}

const across = { rankdir: 'LR', nodesep: 0.3, ranksep: 0.7 };
const down = { rankdir: 'TB', nodesep: 0.35, ranksep: 0.5 };
/** A diagram up to this width, in pixels, is laid out from left to right; a wider one from top to bottom. */
const maxWidth = 1000;
const nodeHeight = 46;
/** The approximate width of a character, and the padding of a box, in pixels: boxes fit their text in any font. */
const [kindWidth, nameWidth, padding] = [8.6, 7.8, 24];

/** The parts of Graphviz's JSON output that are read; its y axis points up. */
interface GraphvizOutput {
  readonly bb: string;
  readonly objects?: readonly { readonly pos: string }[];
  readonly edges?: readonly {
    readonly tail: number;
    readonly head: number;
    readonly lp?: string;
    readonly _draw_: readonly DrawOperation[];
    readonly _hdraw_: readonly DrawOperation[];
  }[];
}
interface DrawOperation {
  readonly op: string;
  readonly points?: readonly (readonly [number, number])[];
}

/** Graphviz, loaded once. */
let graphviz: Promise<Viz> | undefined;

/** Draws a graph laid out by Graphviz: from left to right if it is `wide` and fits, otherwise from top to bottom. */
export async function graphChart(graph: Graph, name: 'wide' | 'narrow'): Promise<Markup> {
  const widths = graph.nodes.map((node) => Math.max(lengthOf(node.kind) * kindWidth, lengthOf(node.name) * nameWidth) + padding);
  const viz = await (graphviz ??= instance());
  const layOut = (graphAttributes: typeof across) =>
    viz.renderJSON({
      graphAttributes,
      nodeAttributes: { shape: 'box', fixedsize: true, label: '', height: nodeHeight / 72 },
      nodes: graph.nodes.map((_, index) => ({ name: `n${index}`, attributes: { width: (widths[index] as number) / 72 } })),
      edges: graph.edges.map((edge) => ({
        tail: `n${edge.from}`,
        head: `n${edge.to}`,
        // Room for the name: Graphviz has escapes of its own, and its JSON leaves control characters as they are.
        attributes: { label: ` ${'x'.repeat(lengthOf(edge.name))} `, fontname: 'Courier', fontsize: 12, arrowsize: 0.8 },
      })),
    }) as unknown as GraphvizOutput;
  const sizeOf = ({ bb }: GraphvizOutput) => bb.split(',').slice(2).map(Number) as [number, number];
  const first = layOut(name === 'wide' ? across : down);
  const layout = name === 'wide' && sizeOf(first)[0] > maxWidth ? layOut(down) : first;
  const [width, height] = sizeOf(layout);
  const margin = 8;
  const place = (x: number, y: number) => `${fixed(x + margin)},${fixed(height - y + margin)}`;
  const points = (ops: readonly DrawOperation[], wanted: string) => ops.find(({ op }) => op === wanted)?.points ?? [];
  const edges = (layout.edges ?? []).map((edge, index) => {
    const [start, ...curve] = points(edge._draw_, 'b').map(([x, y]) => place(x, y));
    const head = points(edge._hdraw_, 'P').map(([x, y]) => place(x, y));
    const [x, y] = (edge.lp ?? '').split(',').map(Number) as [number, number];
    const { name: label, marked } = graph.edges[index] as Graph['edges'][number];
    const text =
      edge.lp === undefined
        ? undefined
        : html`<text x="${fixed(x + margin)}" y="${fixed(height - y + margin + 4)}" text-anchor="middle">${label}</text>`;
    const arrow = html`<path d="M${start ?? ''}C${curve.join(' ')}"/><polygon points="${head.join(' ')}"/>`;
    return {
      shape: html`<g class="edge${marked ? ' marked' : ''}">${arrow}</g>`,
      text: html`<g class="edge-name">${text}</g>`,
    };
  });
  const nodes = (layout.objects ?? []).map(({ pos }, index) => {
    const [x, y] = pos.split(',').map(Number) as [number, number];
    const node = graph.nodes[index] as Graph['nodes'][number];
    const [cx, cy, wide] = [x + margin, height - y + margin, widths[index] as number];
    const marked = graph.edges.some((edge) => edge.marked && (edge.from === index || edge.to === index));
    const [left, top, kindY] = [cx - wide / 2, cy - nodeHeight / 2, node.name === '' ? cy + 5 : cy - 3];
    const box = html`<rect x="${fixed(left)}" y="${fixed(top)}" width="${fixed(wide)}" height="${nodeHeight}" rx="10"/>`;
    const kind = html`<text class="kind" x="${fixed(cx)}" y="${fixed(kindY)}" text-anchor="middle">${node.kind}</text>`;
    const name = html`<text x="${fixed(cx)}" y="${fixed(cy + 15)}" text-anchor="middle">${node.name}</text>`;
    return html`<g class="node${marked ? ' marked' : ''}${index === 0 ? ' first' : ''}">${box}${kind}${name}</g>`;
  });
  return drawSvg(
    name,
    graph,
    Math.ceil(width) + 2 * margin,
    Math.ceil(height) + 2 * margin,
    html`<g class="graph">${edges.map(({ shape }) => shape)}${nodes}${edges.map(({ text }) => text)}</g>`,
  );
}

/** The length of a text as it is shown. */
function lengthOf(text: string): number {
  return visible(text).length;
}
