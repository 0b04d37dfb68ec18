import type { GarbageRecord } from '../capture/capture.ts';
import { graphChart, type Graph } from '../chart/graph.ts';
import { html, type Markup } from '../chart/markup.ts';
import { formatCount } from '../verdict/format.ts';
import { runtimeName, type Measured } from './memory.ts';

/** More objects than this in a diagram are a knot. */
const mostNodes = 12;

/** The objects of the usual group of garbage of a sample and their references, as they were in a run. */
export async function cycleFigure({ sample, capture }: Measured, id: string): Promise<Markup> {
  const { garbage } = capture;
  if (garbage === undefined)
    return html`<p class="figure not-run">On ${runtimeName(capture)}, “${sample.name}” makes no garbage that the collector would have to find.</p>`;
  const kept = choose(garbage);
  const found = garbage.edges.filter(([from, to]) => kept.includes(from) && kept.includes(to));
  const component = components(garbage);
  const edges = found.map(([from, to, name]) => ({
    from: kept.indexOf(from),
    to: kept.indexOf(to),
    name,
    marked: component[from] === component[to],
  }));
  const nameOf = (node: number) => garbage.names[node] || (garbage.edges.find(([from, to]) => to === node && from !== node)?.[2] ?? '');
  const title = garbage.objects === 1 ? 'One object that holds itself' : `${formatCount(garbage.objects)} objects in one group of garbage`;
  const left = garbage.objects - kept.length;
  const more = left > 0 ? ` ${left} more of its objects are left out here.` : '';
  const share =
    garbage.share >= 0.995
      ? 'Nearly all of the garbage is in groups like this one.'
      : `${Math.round(garbage.share * 100)} % of the garbage is in groups like this one.`;
  const graph: Graph = {
    id,
    title,
    description: `One group of garbage of “${sample.name}”: ${kinds(garbage)}. Unbroken references lie on a cycle.`,
    nodes: kept.map((node) => ({ kind: garbage.types[node] ?? '', name: nameOf(node) })),
    edges,
  };
  const list = found.map(
    ([from, to, name]) =>
      html`<li class="${component[from] === component[to] ? 'on-cycle' : 'off-cycle'}">${label(garbage, from)} <code>${name}</code> → ${label(garbage, to)}${component[from] === component[to] ? ', on a cycle' : ''}</li>`,
  );
  return html`<figure class="figure memory cycle"><h3 class="figure-title">${title}</h3><div class="charts scroll" tabindex="0" role="region" aria-label="${title}">${await graphChart(graph, 'wide')}${await graphChart(graph, 'narrow')}</div><figcaption>One group of what the collector found in “${sample.name}” on ${runtimeName(capture)}: ${kinds(garbage)}.${more} Unbroken lines lie on a cycle: no count of references in it ever falls to zero. ${share}</figcaption><details class="data"><summary>The references as a list</summary><ul class="references">${list}</ul></details></figure>`;
}

function label({ types, names }: GarbageRecord, node: number): string {
  return `${types[node]}${names[node] ? ` ${names[node]}` : ''} (${node + 1})`;
}

/** `2 × tuple, type`. */
function kinds({ types }: GarbageRecord): string {
  const counts = Map.groupBy(types, (type) => type);
  return [...counts].map(([type, all]) => (all.length === 1 ? type : `${all.length} × ${type}`)).join(', ');
}

/** The objects to draw: those of the shortest cycle through the first one that is on any, then the nearest. */
function choose(garbage: GarbageRecord): readonly number[] {
  const all = garbage.types.map((_, node) => node);
  const cycles = all.map((node) => shortestCycle(garbage, node)).filter((cycle) => cycle.length > 0);
  const cycle = cycles.find((nodes) => nodes.includes(0)) ?? cycles.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return [...new Set([...cycle.slice(0, mostNodes), ...all])].slice(0, mostNodes).toSorted((a, b) => a - b);
}

function shortestCycle({ edges }: GarbageRecord, start: number): readonly number[] {
  const came = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const [from, to] of edges) {
      if (from !== node) continue;
      if (to === start) {
        const path = [node];
        while (path[0] !== start) path.unshift(came.get(path[0] as number) as number);
        return path;
      }
      if (came.has(to)) continue;
      came.set(to, node);
      queue.push(to);
    }
  }
  return [];
}

/** For each object the lowest of those that it reaches and that reach it: the same number is the same component. */
function components({ types, edges }: GarbageRecord): readonly number[] {
  const reach = types.map((_, node) => {
    const seen = new Set<number>([node]);
    for (const at of seen) for (const [from, to] of edges) if (from === at) seen.add(to);
    return seen;
  });
  return types.map((_, node) => types.findIndex((_type, other) => reach[node]?.has(other) === true && reach[other]?.has(node) === true));
}
