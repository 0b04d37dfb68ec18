import type { Capture, GarbageRecord } from '../capture/capture.ts';
import { graphChart, type Graph } from '../chart/graph.ts';
import { html, type Markup } from '../chart/markup.ts';
import { formatCount } from '../verdict/format.ts';
import type { MeasuredSample } from './memory.ts';
import { runtimeName } from './runtime-name.ts';

/** A diagram of more objects than this would be a tangle. */
const maxNodes = 12;

/** The most common group of garbage in a run of a sample: a diagram of its objects and references, and these as a list. */
export async function cycleFigure({ sample, capture }: MeasuredSample, id: string): Promise<Markup> {
  const { garbage } = capture;
  if (garbage === undefined) {
    const where = html`On ${runtimeName(capture)}, “${sample.name}”`;
    return html`<p class="figure not-run">${where} makes no garbage that the collector would have to find.</p>`;
  }
  const shown = choose(garbage);
  const references = garbage.edges.filter(([from, to]) => shown.includes(from) && shown.includes(to));
  const component = components(garbage);
  const edges = references.map(([from, to, name]) => ({
    from: shown.indexOf(from),
    to: shown.indexOf(to),
    name,
    marked: component[from] === component[to],
  }));
  const nameOf = (node: number) => garbage.names[node] || (garbage.edges.find(([from, to]) => to === node && from !== node)?.[2] ?? '');
  const title = findingOf(garbage);
  const left = garbage.objects - shown.length;
  const more = left > 0 ? ` ${left} more of its objects are left out here.` : '';
  const share = `${shareOf(garbage)} is in groups like this one.`;
  const graph: Graph = {
    id,
    title,
    description: `One group of garbage of “${sample.name}”: ${kinds(garbage)}. Unbroken references lie on a cycle.`,
    nodes: shown.map((node) => ({ kind: garbage.types[node] ?? '', name: nameOf(node) })),
    edges,
  };
  const list = references.map(([from, to, name]) => {
    const isOnCycle = component[from] === component[to];
    const text = html`${label(garbage, from)} <code>${name}</code> → ${label(garbage, to)}${isOnCycle ? ', on a cycle' : ''}`;
    return html`<li class="${isOnCycle ? 'on-cycle' : 'off-cycle'}">${text}</li>`;
  });
  const charts = html`${await graphChart(graph, 'wide')}${await graphChart(graph, 'narrow')}`;
  const region = html`<div class="charts scroll" tabindex="0" role="region" aria-label="${title}">${charts}</div>`;
  const group = `One group of what the collector found in “${sample.name}” on ${runtimeName(capture)}: ${kinds(garbage)}.${more}`;
  const cycles = 'Unbroken lines lie on a cycle: no count of references in it ever falls to zero.';
  const caption = html`<figcaption>${group} ${cycles} ${share}</figcaption>`;
  const data = html`<details class="data"><summary>The references as a list</summary><ul class="references">${list}</ul></details>`;
  const heading = html`<h3 class="figure-title">${title}</h3>`;
  return html`<figure class="figure memory cycle">${heading}${region}${data}${caption}</figure>`;
}

/** An object for the list, with its number: `tuple (2)`. */
function label({ types, names }: GarbageRecord, node: number): string {
  return `${types[node]}${names[node] ? ` ${names[node]}` : ''} (${node + 1})`;
}

/** The types of a group of objects: `2 × tuple, type`. */
function kinds({ types }: GarbageRecord): string {
  const counts = Map.groupBy(types, (type) => type);
  return [...counts].map(([type, all]) => (all.length === 1 ? type : `${all.length} × ${type}`)).join(', ');
}

/** A longer cycle is named by its first objects. */
const maxNamed = 5;
/** A cycle is told of a sample if this share of its garbage is like it. */
const mostShare = 0.5;

/** What a group of garbage shows: its cycle, `A cycle: Node → dict → Node`. */
function findingOf(garbage: GarbageRecord): string {
  const names = cycleNames(garbage);
  if (names.length === 0) return `${formatCount(garbage.objects)} objects in one group of garbage`;
  return names.length === 1 ? `An object that holds itself: ${names[0]}` : `A cycle: ${[...names, names[0]].join(' → ')}`;
}

/** What cycle holds the garbage of a sample; undefined if that was not seen, or is not so for most of it. */
export function cycleSentence({ garbage }: Capture): string | undefined {
  if (garbage === undefined || garbage.share < mostShare) return undefined;
  const names = cycleNames(garbage);
  if (names.length === 0) return undefined;
  const what = names.length === 1 ? `objects that hold themselves: ${names[0]}` : `cycles of ${[...names, names[0]].join(' → ')}`;
  return `${shareOf(garbage)} is held by ${what}.`;
}

/** How much of the garbage is like the group that was seen. */
function shareOf({ share }: GarbageRecord): string {
  return share >= 0.995 ? 'Nearly all of the garbage' : `${Math.round(share * 100)} % of the garbage`;
}

/** The objects of the main cycle of a group, a long one by its first. */
function cycleNames(garbage: GarbageRecord): readonly string[] {
  const names = mainCycle(garbage).map((node) => [garbage.types[node], garbage.names[node]].filter(Boolean).join(' '));
  return names.length <= maxNamed ? names : [...names.slice(0, maxNamed - 1), '…'];
}

/** A shortest cycle in a group, through its first object if that is on one, by index; empty if there is none. */
function mainCycle(garbage: GarbageRecord): readonly number[] {
  const cycles = garbage.types.map((_, node) => shortestCycle(garbage, node)).filter((cycle) => cycle.length > 0);
  return cycles.find((nodes) => nodes.includes(0)) ?? cycles.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** The objects to draw, by index: those of the cycle, then the others in order. */
function choose(garbage: GarbageRecord): readonly number[] {
  const all = garbage.types.map((_, node) => node);
  return [...new Set([...mainCycle(garbage).slice(0, maxNodes), ...all])].slice(0, maxNodes).toSorted((a, b) => a - b);
}

/** The nodes of a shortest cycle through `start`, by breadth-first search; empty if there is none. */
function shortestCycle({ edges }: GarbageRecord, start: number): readonly number[] {
  const previous = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const [from, to] of edges) {
      if (from !== node) continue;
      if (to === start) {
        const path = [node];
        while (path[0] !== start) path.unshift(previous.get(path[0] as number) as number);
        return path;
      }
      if (previous.has(to)) continue;
      previous.set(to, node);
      queue.push(to);
    }
  }
  return [];
}

/** The strongly connected component of each object, named by the lowest index in it. */
function components({ types, edges }: GarbageRecord): readonly number[] {
  const reach = types.map((_, node) => {
    const seen = new Set<number>([node]);
    for (const at of seen) for (const [from, to] of edges) if (from === at) seen.add(to);
    return seen;
  });
  return types.map((_, node) => types.findIndex((_type, other) => reach[node]?.has(other) === true && reach[other]?.has(node) === true));
}
