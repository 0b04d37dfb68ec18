/*
 * Placement of labels beside their lines; all coordinates are in pixels.
 */

export type Dot = readonly [x: number, y: number];

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The size of a label, and the end of its line. */
export interface Label {
  readonly at: Dot;
  readonly width: number;
  readonly height: number;
}

/** The vertical step between places that are tried, and the usual distance of a label from its line's end. */
const [labelStep, labelDistance] = [6, 8];
/** Beyond this distance a label may be taken for another line's: each further pixel counts as this many. */
const [farAway, farCost] = [60, 12];
/** Lines are sampled as dots this far apart; covering a dot costs as much as this distance from the line's end. */
const [dotStep, dotCost] = [4, 24];
/** Every order of placing is tried for up to this many labels, only the given one for more. */
const maxOrdered = 3;

/** The dots of a line: its points and, if they are joined, dots along the segments between them. */
export function dotsOf(points: readonly Dot[], joined: boolean): readonly Dot[] {
  return points.flatMap((point, index): readonly Dot[] => {
    const before = points[index - 1];
    if (!joined || before === undefined) return [point];
    const count = Math.max(1, Math.ceil(Math.hypot(point[0] - before[0], point[1] - before[1]) / dotStep));
    return Array.from({ length: count }, (_, step) => [
      before[0] + ((point[0] - before[0]) * (step + 1)) / count,
      before[1] + ((point[1] - before[1]) * (step + 1)) / count,
    ]);
  });
}

/** Places labels within `bounds`, in the given order: without overlaps if there is room, covering as few dots as possible. */
export function placeLabels<Item extends Label>(
  labels: readonly Item[],
  bounds: Box,
  dots: readonly Dot[],
): readonly (readonly [Item, Box])[] {
  // The first label placed gets its best place, so try the orders and take the one with the lowest total cost.
  const all = orders(labels).map((order) => placeInOrder(order, bounds, dots));
  const [best] = all.toSorted((a, b) => a.cost - b.cost);
  return labels.flatMap((label) => best?.boxes.filter(([own]) => own === label) ?? []);
}

function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2 || items.length > maxOrdered) return [items];
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

function placeInOrder<Item extends Label>(
  labels: readonly Item[],
  bounds: Box,
  dots: readonly Dot[],
): { readonly boxes: readonly (readonly [Item, Box])[]; readonly cost: number } {
  const boxes: (readonly [Item, Box])[] = [];
  let sum = 0;
  for (const label of labels) {
    const { box, cost } = placeLabel(
      label,
      bounds,
      dots,
      boxes.map(([, other]) => other),
      labels.length > 1,
    );
    boxes.push([label, box]);
    sum += cost;
  }
  return { boxes, cost: sum };
}

/** The cheapest place for a label, by its distance from its line's end and the dots that it covers. */
function placeLabel(
  { at: [x, y], width, height }: Label,
  bounds: Box,
  dots: readonly Dot[],
  taken: readonly Box[],
  isOneOfMany: boolean,
): { readonly box: Box; readonly cost: number } {
  const lefts = [x - width, x, x - width / 2, x - width - labelDistance, x + labelDistance];
  const tops = [
    y - height - labelDistance,
    y + labelDistance,
    ...Array.from({ length: Math.floor((bounds.bottom - height) / labelStep) + 1 }, (_, step) => step * labelStep),
  ];
  const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));
  const boxes = lefts.flatMap((left) =>
    tops.map((top): Box => {
      const [from, above] = [
        clamp(left, bounds.left, Math.max(bounds.left, bounds.right - width)),
        clamp(top, bounds.top, Math.max(bounds.top, bounds.bottom - height)),
      ];
      return { left: from, right: from + width, top: above, bottom: above + height };
    }),
  );
  const distanceCost = (box: Box) => {
    const distance = Math.hypot(clamp(x, box.left, box.right) - x, clamp(y, box.top, box.bottom) - y);
    return isOneOfMany ? distance + Math.max(0, distance - farAway) * farCost : distance;
  };
  const free = boxes.filter((box) =>
    taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom),
  );
  const candidates = free.length > 0 ? free : boxes;
  const nearestFirst = candidates.map((box) => ({ box, distance: distanceCost(box) })).toSorted((a, b) => a.distance - b.distance);
  let best: { readonly box: Box; readonly cost: number } | undefined;
  for (const { box, distance } of nearestFirst) {
    if (best !== undefined && distance >= best.cost) break;
    const covered = dots.filter(
      ([dotX, dotY]) => dotX > box.left - 3 && dotX < box.right + 3 && dotY > box.top - 4 && dotY < box.bottom + 4,
    ).length;
    const cost = distance + covered * dotCost;
    if (best === undefined || cost < best.cost) best = { box, cost };
  }
  return best as { readonly box: Box; readonly cost: number };
}
