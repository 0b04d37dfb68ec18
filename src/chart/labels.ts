/*
 * Where the labels of lines stand, in pixels.
 */

export type Dot = readonly [x: number, y: number];

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a label covers, and the end of its line. */
export interface Label {
  readonly at: Dot;
  readonly width: number;
  readonly height: number;
}

/** Where labels are tried, and how far one stands from its line's end. */
const [labelStep, labelDistance] = [6, 8];
/** Where there are others, a label further away than this seems another line's: each pixel costs so many. */
const [farAway, farCost] = [60, 12];
/** Lines are seen as dots so far apart; a dot that a label covers is worth so much of a way from its line's end. */
const [dotStep, dotCost] = [4, 24];
/** Of more labels, only the order in which they come is tried. */
const mostOrdered = 3;

/** The points of a line, and where they are joined those between them, so that none of it passes unseen. */
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

/** Labels, each in its place, in their order: none covers another while there is room, and each as little of any line as can be. */
export function placeLabels<Item extends Label>(
  labels: readonly Item[],
  room: Box,
  dots: readonly Dot[],
): readonly (readonly [Item, Box])[] {
  // Whichever is placed first takes the best place: the order that serves all of them counts.
  const all = orders(labels).map((order) => placeInOrder(order, room, dots));
  const [best] = all.toSorted((a, b) => a.cost - b.cost);
  return labels.flatMap((label) => best?.boxes.filter(([own]) => own === label) ?? []);
}

function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2 || items.length > mostOrdered) return [items];
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

function placeInOrder<Item extends Label>(
  labels: readonly Item[],
  room: Box,
  dots: readonly Dot[],
): { readonly boxes: readonly (readonly [Item, Box])[]; readonly cost: number } {
  const boxes: (readonly [Item, Box])[] = [];
  let sum = 0;
  for (const label of labels) {
    const { box, cost } = placeLabel(
      label,
      room,
      dots,
      boxes.map(([, other]) => other),
      labels.length > 1,
    );
    boxes.push([label, box]);
    sum += cost;
  }
  return { boxes, cost: sum };
}

/** The place for a label of which the way to its line's end and the dots that it covers cost least together. */
function placeLabel(
  { at: [x, y], width, height }: Label,
  room: Box,
  dots: readonly Dot[],
  taken: readonly Box[],
  isOneOfMany: boolean,
): { readonly box: Box; readonly cost: number } {
  const lefts = [x - width, x, x - width / 2, x - width - labelDistance, x + labelDistance];
  const tops = [
    y - height - labelDistance,
    y + labelDistance,
    ...Array.from({ length: Math.floor((room.bottom - height) / labelStep) + 1 }, (_, step) => step * labelStep),
  ];
  const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));
  const boxes = lefts.flatMap((left) =>
    tops.map((top): Box => {
      const [from, above] = [
        clamp(left, room.left, Math.max(room.left, room.right - width)),
        clamp(top, room.top, Math.max(room.top, room.bottom - height)),
      ];
      return { left: from, right: from + width, top: above, bottom: above + height };
    }),
  );
  const wayTo = (box: Box) => {
    const way = Math.hypot(clamp(x, box.left, box.right) - x, clamp(y, box.top, box.bottom) - y);
    return isOneOfMany ? way + Math.max(0, way - farAway) * farCost : way;
  };
  const free = boxes.filter((box) =>
    taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom),
  );
  const byWay = (free.length > 0 ? free : boxes).map((box) => ({ box, way: wayTo(box) })).toSorted((a, b) => a.way - b.way);
  let best: { readonly box: Box; readonly cost: number } | undefined;
  for (const { box, way } of byWay) {
    if (best !== undefined && way >= best.cost) break;
    const covered = dots.filter(
      ([dotX, dotY]) => dotX > box.left - 3 && dotX < box.right + 3 && dotY > box.top - 4 && dotY < box.bottom + 4,
    ).length;
    const cost = way + covered * dotCost;
    if (best === undefined || cost < best.cost) best = { box, cost };
  }
  return best as { readonly box: Box; readonly cost: number };
}
