// The root at many places of one leaf, or of two, and what can be drawn of it: a curve in as many pieces as there are ways
// through the code, or a map. Nothing is drawn where nobody knows the root.

import type { Tape } from "../engine/tape";
import { finite } from "./format";
import type { Model } from "./model";
import { type Range, Scale, within } from "./ranges";

const POINTS = 160;
const CELLS = [48, 30] as const;
/** So many nodes may be computed for one picture: large graphs get fewer points. */
const WORK = 2e6;
/** How often a stretch is halved to find where one way through the code ends: it is below a pixel by then. */
const HALVINGS = 12;

export type Point = readonly [x: number, y: number];

export interface Field {
  readonly ranges: readonly Range[];
  readonly points: readonly (readonly number[])[];
  readonly columns: number;
  /** The root at each point; null where only the kernel could tell. */
  readonly numbers: readonly (number | null)[];
  /** The way through the code on which it was found; null where the kernel gave it, and between whole numbers. */
  readonly paths: readonly (Tape | null)[];
  readonly low: number;
  readonly high: number;
}

/** What is drawn of a field over one leaf. */
export interface Curve {
  readonly lines: readonly (readonly Point[])[];
  /** Points of which nobody knows what lies between them. */
  readonly dots: readonly Point[];
  /** From where to where nothing is known. */
  readonly gaps: readonly Point[];
}

export function sample(
  model: Model,
  places: readonly number[],
  known: ReadonlyMap<string, number | null> = new Map(),
): Field {
  const ranges = places.map((place) => model.range(place));
  const wholes = places.map((place) => model.tape.leaves[place].whole);
  const afford = WORK / model.tape.size;
  const [first, second] = ranges;
  const scale = new Scale(first, wholes[0]);
  const share = Math.min(1, Math.sqrt(afford / (CELLS[0] * CELLS[1])));
  const counts = second
    ? CELLS.map((most) => Math.max(8, Math.floor(most * share)))
    : [Math.min(Math.max(24, Math.min(POINTS, Math.floor(afford))), wholes[0] ? scale.steps : POINTS) + 1];
  const at = ({ low, high }: Range, share: number, whole: boolean) => {
    const x = low + (high - low) * share;
    return whole ? Math.round(x) : x;
  };
  const points = second
    ? Array.from({ length: counts[0] * counts[1] }, (_, k) => [
        at(first, ((k % counts[0]) + 0.5) / counts[0], wholes[0]),
        at(second, 1 - (Math.floor(k / counts[0]) + 0.5) / counts[1], wholes[1]),
      ])
    : Array.from({ length: counts[0] }, (_, k) => [
        wholes[0]
          ? scale.number(Math.round((k * scale.steps) / (counts[0] - 1)))
          : at(first, k / (counts[0] - 1), false),
      ]);
  const found = points.map((point) => model.probe(new Map(places.map((place, k) => [place, point[k]]))));
  const numbers = points.map((point, k) => found[k]?.root ?? known.get(point.join()) ?? null);
  const joined = !wholes.includes(true);
  // A pole must not flatten everything else: the outermost fiftieth of the points may lie outside.
  const sorted = numbers.filter((y): y is number => y !== null && finite(y)).sort((one, other) => one - other);
  const cut =
    sorted.length > 50 && spread(sorted, 0) > 20 * spread(sorted, sorted.length / 50) ? sorted.length / 50 : 0;
  const here = model.run.root;
  const some = [sorted[Math.floor(cut)], sorted[sorted.length - 1 - Math.floor(cut)], here].filter(finite);
  const [least, most] = [tame(Math.min(...some)), tame(Math.max(...some))];
  const room = second ? 0 : (most - least) * 0.08 || Math.abs(most) * 0.1 || 1;
  return {
    ranges,
    points,
    columns: counts[0],
    numbers,
    paths: found.map((one) => (joined && one ? one.path : null)),
    low: least - room,
    high: most + room,
  };
}

/** A number whose distance to another such one is a number. */
export function tame(x: number): number {
  return within(x, -Number.MAX_VALUE / 4, Number.MAX_VALUE / 4);
}

function spread(sorted: readonly number[], cut: number): number {
  return sorted[sorted.length - 1 - Math.floor(cut)] - sorted[Math.floor(cut)];
}

/** The curve over one leaf. Where the code goes another way, one piece ends and another begins, each as far as it goes. */
export function curve(model: Model, place: number, { points, numbers, paths, ranges, low, high }: Field): Curve {
  const lines: Point[][] = [];
  const dots: Point[] = [];
  const gaps: Point[] = [];
  const at = (x: number) => model.probe(new Map([[place, x]]));
  /** Whether there is a jump or a pole between two points: the difference stays, or grows, however short the way becomes. */
  const leaps = (left: number, from: number, right: number, to: number): boolean => {
    const difference = Math.abs(to - from);
    if (!(difference > (high - low) / 20)) return false;
    for (let k = 0; k < HALVINGS && !(Math.abs(to - from) < difference / 2); k++) {
      const half = (left + right) / 2;
      const middle = at(half)?.root ?? NaN;
      if (Math.abs(middle - from) > Math.abs(to - middle)) [right, to] = [half, middle];
      else [left, from] = [half, middle];
    }
    return !(Math.abs(to - from) < difference / 2);
  };
  /** How far a way through the code goes from a point on it toward one that is not. */
  const end = (path: Tape, inside: number, outside: number): Point[] => {
    let last: Point[] = [];
    for (let k = 0; k < HALVINGS; k++) {
      const half = (inside + outside) / 2;
      const found = at(half);
      if (found?.path === path) {
        inside = half;
        last = [[half, found.root]];
      } else outside = half;
    }
    return last;
  };
  let [reached, unknown] = [ranges[0].low, false];
  points.forEach(([x], k) => {
    const [y, path, before] = [numbers[k], paths[k], k ? paths[k - 1] : null];
    const old = k ? points[k - 1][0] : x;
    if (before && before !== path) {
      const line = lines[lines.length - 1];
      line.push(...end(before, old, x));
      reached = line[line.length - 1][0];
    }
    if (y === null) {
      if (!unknown && !before) reached = (old + x) / 2;
      unknown = true;
      return;
    }
    if (path && path === before && leaps(old, numbers[k - 1] as number, x, y)) lines.push([]);
    if (path && path !== before) lines.push(k ? end(path, x, old) : []);
    if (path) lines[lines.length - 1].push([x, y]);
    else dots.push([x, y]);
    if (unknown) gaps.push([reached, path ? lines[lines.length - 1][0][0] : (old + x) / 2]);
    unknown = false;
  });
  if (unknown) gaps.push([reached, ranges[0].high]);
  return { lines, dots, gaps };
}

/** From where to where a piece of a line goes, as shares of a map from its upper left corner. */
export type Piece = readonly [x1: number, y1: number, x2: number, y2: number];

/** Where a map has one height: straight pieces through the cells between which the root goes smoothly. */
export function contour(field: Field, level: number): Piece[] {
  const { numbers, paths, columns, low, high } = field;
  const rows = numbers.length / columns;
  const pieces: Piece[] = [];
  for (let row = 0; row < rows - 1; row++)
    for (let column = 0; column < columns - 1; column++) {
      const corner = row * columns + column;
      const corners = [corner, corner + 1, corner + columns, corner + columns + 1];
      const some = corners.map((at) => numbers[at] as number);
      const path = paths[corner];
      const smooth = path && corners.every((at) => paths[at] === path) && some.every(finite);
      if (!smooth || Math.max(...some) - Math.min(...some) > (high - low) / 2) continue;
      const [a, b, c, d] = some.map((number) => number - level);
      const ends: number[] = [];
      const cross = (one: number, other: number, x: number, y: number, right: number, down: number) => {
        if (one < 0 === other < 0) return;
        const part = one / (one - other);
        ends.push((column + 0.5 + x + right * part) / columns, (row + 0.5 + y + down * part) / rows);
      };
      cross(a, b, 0, 0, 1, 0);
      cross(a, c, 0, 0, 0, 1);
      cross(b, d, 1, 0, 0, 1);
      cross(c, d, 0, 1, 1, 0);
      for (let k = 0; k < ends.length; k += 4) pieces.push(ends.slice(k, k + 4) as unknown as Piece);
    }
  return pieces;
}
