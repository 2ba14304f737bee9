// A small layered layout: boxes of given sizes, left to right, and the paths of the edges between them.
// autograd_magic/export/layout.py says how it works and draws the still picture in the same way; a test holds the two together.
import { ACROSS, DOWN, LARGE, PLACINGS, SWEEPS } from "./geometry.gen";

/** How wide a box is, and how far it reaches above and below the height at which its edges come and go. */
export interface Box {
  readonly width: number;
  readonly above: number;
  readonly below: number;
}

export type Point = readonly [x: number, y: number];

/** The way from `source` to argument `position` of `target`; level within a column, free to curve between two. */
export interface Edge {
  readonly source: number;
  readonly target: number;
  readonly position: number;
  readonly points: readonly Point[];
}

/** The upper left corner of each box, the edges, and the size of the whole. */
export interface Layout {
  readonly places: readonly Point[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

/** The boxes and, after them, the bends: one in each layer that an edge only passes. */
class Units {
  readonly layer: number[];
  readonly left: number[][];
  readonly right: number[][];
  readonly way: number[][];
  layers: number[][];

  /** `away`: how many layers before the last each box stands. */
  constructor(args: readonly (readonly number[])[], away: readonly number[]) {
    const boxes = args.length;
    const last = away.reduce((most, steps) => Math.max(most, steps), 0);
    this.layer = away.map((steps) => last - steps);
    this.left = args.map(() => []);
    this.right = args.map(() => []);
    this.way = args.map((_, box) => [box]);
    args.forEach((sources, target) => {
      for (const arg of sources) {
        const way = this.way[arg];
        const steps = this.layer[target] - this.layer[arg];
        while (way.length < steps) this.#bend(way);
        this.#link(way[steps - 1], target);
      }
    });
    this.layers = boxes ? Array.from({ length: last + 1 }, () => []) : [];
  }

  #bend(way: number[]): void {
    const unit = this.layer.length;
    const before = way[way.length - 1];
    this.layer.push(this.layer[before] + 1);
    this.left.push([]);
    this.right.push([]);
    this.#link(before, unit);
    way.push(unit);
  }

  #link(left: number, right: number): void {
    if (this.right[left].includes(right)) return;
    this.right[left].push(right);
    this.left[right].push(left);
  }
}

/** All that leads to a box stands before it. */
function further(away: number[], args: readonly (readonly number[])[]): number[] {
  for (let box = args.length - 1; box >= 0; box--)
    for (const arg of args[box]) away[arg] = Math.max(away[arg], away[box] + 1);
  return away;
}

/** Of a layer that is thicker than `limit` some stand one further away: first what is made of nothing. */
function thinned(
  away: number[],
  args: readonly (readonly number[])[],
  boxes: readonly Box[],
  limit: number,
  down: number,
): number[] {
  for (let layer = 1; layer <= Math.max(...away); layer++) {
    const here = [...away.keys()].filter((box) => away[box] === layer);
    const passing = new Set(args.flatMap((sources, box) => (away[box] < layer ? sources : [])));
    const thick = (box: number) => boxes[box].above + boxes[box].below;
    let all = [...passing].filter((box) => away[box] > layer).length * down - down;
    for (const box of here) all += thick(box) + down;
    for (const box of here.sort((one, other) => args[one].length - args[other].length).slice(0, -1)) {
      if (all <= limit) break;
      away[box]++;
      all -= thick(box);
    }
    further(away, args);
  }
  return away;
}

/**
 * `args[k]` are the boxes from which an edge leads to box `k`, each less than `k`. A layer is no thicker than `limit`, as far as that can
 * be; the still picture, which may be as large as it likes, has none.
 */
export function layout(
  boxes: readonly Box[],
  args: readonly (readonly number[])[],
  across = ACROSS,
  down = DOWN,
  limit = Infinity,
): Layout {
  const away = further(new Array<number>(boxes.length).fill(0), args);
  const units = new Units(args, limit < Infinity ? thinned(away, args, boxes, limit, down) : away);
  firstOrder(units, boxes.length);
  fewerCrossings(units);
  const middle = placed(units, boxes, down, limit);
  let right = 0;
  const columns = units.layers.map((members): Point => {
    const width = members.reduce((most, unit) => (unit < boxes.length ? Math.max(most, boxes[unit].width) : most), 0);
    const left = right;
    right += width + across;
    return [left, left + width];
  });
  const places = boxes.map(({ width, above }, box): Point => {
    return [columns[units.layer[box]][1] - width, middle[box] - above];
  });
  const edges = boxes.flatMap((_, target) =>
    args[target].map((source, position) => {
      return { source, target, position, points: route(units, source, target, columns, places, boxes, middle) };
    }),
  );
  const bottom = places.reduce((most, [, y], box) => Math.max(most, y + boxes[box].above + boxes[box].below), 0);
  return {
    places,
    edges,
    width: Math.max(0, right - across),
    height: middle.reduce((most, y) => Math.max(most, y), bottom),
  };
}

/** Fills the layers in the order in which a walk from the last box meets the units: a tree has no crossing at all. */
function firstOrder(units: Units, boxes: number): void {
  const met = new Uint8Array(units.layer.length);
  for (let start = boxes - 1; start >= 0; start--) {
    const stack = [start];
    for (let unit = stack.pop(); unit !== undefined; unit = stack.pop()) {
      if (met[unit]) continue;
      met[unit] = 1;
      units.layers[units.layer[unit]].push(unit);
      stack.push(...[...units.left[unit]].reverse());
    }
  }
}

function fewerCrossings(units: Units): void {
  const { layers } = units;
  const place = new Array<number>(units.layer.length).fill(0);
  for (const members of layers) number(members, place);
  let best = layers.map((members) => members.slice());
  let fewest = crossings(units, place);
  const large = units.layer.length > LARGE;
  for (let sweep = 0; sweep < (large ? 2 : SWEEPS) && fewest > 0; sweep++) {
    const leftwards = sweep % 2 === 0;
    if (leftwards) for (let at = layers.length - 2; at >= 0; at--) byBarycenter(layers[at], units.right, place);
    else for (let at = 1; at < layers.length; at++) byBarycenter(layers[at], units.left, place);
    if (!large) swap(units, place);
    const count = crossings(units, place);
    if (count < fewest) {
      best = layers.map((members) => members.slice());
      fewest = count;
    }
  }
  units.layers = best;
}

function number(members: readonly number[], place: number[]): void {
  members.forEach((unit, index) => {
    place[unit] = index;
  });
}

/** Sorts a layer by where each unit's neighbours stand; a unit without neighbours keeps its place. */
function byBarycenter(members: number[], neighbours: readonly (readonly number[])[], place: number[]): void {
  const mean = (unit: number) =>
    neighbours[unit].reduce((sum, other) => sum + place[other], 0) / neighbours[unit].length;
  const tied = members
    .filter((unit) => neighbours[unit].length)
    .map((unit) => ({ unit, at: mean(unit) }))
    .sort((one, other) => one.at - other.at);
  let next = 0;
  members.forEach((unit, index) => {
    if (neighbours[unit].length) members[index] = tied[next++].unit;
  });
  number(members, place);
}

/** Swaps neighbours of a layer as long as edges cross less for it. */
function swap(units: Units, place: number[]): void {
  for (let round = 0; round < 4; round++) {
    let swapped = false;
    for (const members of units.layers) {
      for (let index = 0; index < members.length - 1; index++) {
        const [upper, lower] = [members[index], members[index + 1]];
        let gain = 0;
        for (const side of [units.left, units.right]) {
          gain += inversions(side[upper], side[lower], place) - inversions(side[lower], side[upper], place);
        }
        if (gain > 0) {
          members[index] = lower;
          members[index + 1] = upper;
          place[upper] = index + 1;
          place[lower] = index;
          swapped = true;
        }
      }
    }
    if (!swapped) return;
  }
}

function inversions(upper: readonly number[], lower: readonly number[], place: readonly number[]): number {
  let count = 0;
  for (const a of upper) for (const b of lower) if (place[a] > place[b]) count++;
  return count;
}

/** How many pairs of edges cross. */
function crossings(units: Units, place: readonly number[]): number {
  let count = 0;
  for (const members of units.layers) {
    const ends: number[] = [];
    for (const unit of members) {
      const reached = units.right[unit].map((other) => place[other]).sort((a, b) => a - b);
      for (const end of reached) count += ends.length - above(ends, end);
      for (const end of reached) ends.splice(above(ends, end), 0, end);
    }
  }
  return count;
}

/** Where a number belongs in an ordered list, after its equals. */
function above(ordered: readonly number[], wanted: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (ordered[half] > wanted) high = half;
    else low = half + 1;
  }
  return low;
}

/** The middle of each unit: as near to its neighbours' mean as order and distance allow; bends weigh more. */
function placed(units: Units, sizes: readonly Box[], down: number, limit: number): number[] {
  const boxes = sizes.length;
  const above = units.layer.map((_, unit) => (unit < boxes ? sizes[unit].above : 0));
  const below = units.layer.map((_, unit) => (unit < boxes ? sizes[unit].below : 0));
  const distance = (upper: number, lower: number) =>
    below[upper] + above[lower] + (upper < boxes || lower < boxes ? down : down / 2);
  const middle = new Array<number>(above.length).fill(0);
  const gaps = (members: readonly number[]) => members.slice(1).map((unit, index) => distance(members[index], unit));
  for (const members of units.layers) {
    let total = 0;
    const between = gaps(members);
    members.forEach((unit, index) => {
      total += index ? between[index - 1] : 0;
      middle[unit] = total;
    });
    for (const unit of members) middle[unit] -= total / 2;
  }
  const rounds = above.length > LARGE ? 2 : PLACINGS;
  for (let turn = 0; turn < rounds; turn++) {
    const settled = turn >= rounds - 2;
    for (const members of turn % 2 ? units.layers : [...units.layers].reverse()) {
      const wanted: number[] = [];
      const weights: number[] = [];
      for (const unit of members) {
        let [sum, weight] = [0, 0];
        for (const side of settled ? [units.left, units.right] : [turn % 2 ? units.left : units.right]) {
          for (const other of side[unit]) {
            const pull = unit >= boxes && other >= boxes ? 4 : 1;
            sum += pull * middle[other];
            weight += pull;
          }
        }
        wanted.push(weight ? sum / weight : middle[unit]);
        weights.push(weight || 0.1);
      }
      settle(members, wanted, weights, middle, gaps(members));
    }
  }
  if (limit < Infinity)
    for (const members of units.layers) squeeze(members, middle, above, below, gaps(members), limit);
  const top = middle.reduce((least, y, unit) => Math.min(least, y - above[unit]), Infinity);
  return middle.map((y) => y - top);
}

/** Moves the units of a layer together, in their order, until they are within `limit` around 0, if there is room. */
function squeeze(
  members: readonly number[],
  middle: number[],
  above: readonly number[],
  below: readonly number[],
  gaps: readonly number[],
  limit: number,
): void {
  let end = Infinity;
  for (let index = members.length - 1; index >= 0; index--) {
    const unit = members[index];
    middle[unit] = Math.min(middle[unit], limit / 2 - below[unit], end);
    end = middle[unit] - (gaps[index - 1] ?? 0);
  }
  let start = -Infinity;
  members.forEach((unit, index) => {
    middle[unit] = Math.max(middle[unit], above[unit] - limit / 2, start);
    start = middle[unit] + (gaps[index] ?? 0);
  });
}

interface Pool {
  readonly mean: number;
  readonly weight: number;
  readonly count: number;
}

/** The places nearest to the wanted ones, in order and no closer than the gaps: least squares, by pooling what would overlap. */
function settle(
  members: readonly number[],
  wanted: readonly number[],
  weights: readonly number[],
  middle: number[],
  gaps: readonly number[],
): void {
  const shift = [0];
  for (const gap of gaps) shift.push(shift[shift.length - 1] + gap);
  const pools: Pool[] = [];
  wanted.forEach((y, index) => {
    let pool: Pool = { mean: y - shift[index], weight: weights[index], count: 1 };
    while (pools.length && pools[pools.length - 1].mean >= pool.mean) {
      const other = pools.pop() as Pool;
      const weight = pool.weight + other.weight;
      const mean = (pool.mean * pool.weight + other.mean * other.weight) / weight;
      pool = { mean, weight, count: pool.count + other.count };
    }
    pools.push(pool);
  });
  let index = 0;
  for (const { mean, count } of pools) {
    for (const end = index + count; index < end; index++) middle[members[index]] = mean + shift[index];
  }
}

/** From the right side of `source` to the left side of `target`, level through every column between. */
function route(
  units: Units,
  source: number,
  target: number,
  columns: readonly Point[],
  places: readonly Point[],
  boxes: readonly Box[],
  middle: readonly number[],
): Point[] {
  const [first, last] = [units.layer[source], units.layer[target]];
  const points: Point[] = [
    [places[source][0] + boxes[source].width, middle[source]],
    [columns[first][1], middle[source]],
  ];
  for (const unit of units.way[source].slice(1, last - first)) {
    const [start, stop] = columns[units.layer[unit]];
    points.push([start, middle[unit]], [stop, middle[unit]]);
  }
  points.push([columns[last][0], middle[target]], [places[target][0], middle[target]]);
  return points;
}

/** The box that is nearest to one within its column, or beside it: further on, or back. */
export function beside(
  places: readonly Point[],
  boxes: readonly Box[],
  at: number,
  forward: boolean,
): number | undefined {
  const end = (index: number) => places[index][0] + boxes[index].width;
  let [best, nearest] = [undefined as number | undefined, Infinity];
  places.forEach(([, top], index) => {
    const across = top - places[at][1];
    if (index === at || (forward ? across <= 0 : across >= 0)) return;
    const distance = Math.abs(across) + Math.abs(end(index) - end(at)) / 2;
    if (distance < nearest) [best, nearest] = [index, distance];
  });
  return best;
}
