// The finite difference of the root by one leaf: over a step h of any size, how far it is from the gradient, and why.
import type { Run, Tape } from "../engine/tape";
import { finite, short } from "./format";
import type { Model } from "./model";
import { rootName, title } from "./names";
import { type Range, ticks, within } from "./ranges";

/** So many nodes may be computed for one curve of errors: large graphs get fewer points. */
const WORK = 5e5;
const POINTS = 76;

/** Powers of ten, from where a step is lost in the leaf's last digits to as wide as its range. */
export function decades(model: Model, place: number): readonly [least: number, most: number] {
  const { low, high } = model.range(place);
  const most = Math.log10(high - low);
  return [model.tape.leaves[place].whole ? 0 : Math.floor(most) - 17, most];
}

/** A step within those powers: two digits, and whole for a leaf of whole numbers. */
export function stepOf(model: Model, place: number, power: number): number {
  const [least, most] = decades(model, place);
  const h = Number((10 ** within(power, least, most)).toPrecision(2));
  return model.tape.leaves[place].whole ? Math.max(1, Math.round(h)) : h;
}

/** How wide a step is that can be seen well: 1 where that can. */
export function stride({ low, high }: Range): number {
  const wide = high - low;
  return wide >= 3 && wide <= 20 ? 1 : (ticks({ low: 0, high: wide }, 8)[1] ?? wide / 8);
}

export interface Difference {
  /** The root there; null where only the kernel could tell. */
  readonly there: number | null;
  readonly quotient: number;
  readonly error: number;
  /** The way through the code that leads there. */
  readonly path: Tape | null;
}

export function difference(model: Model, place: number, h: number): Difference {
  const { values, grads, root, tape } = model.run;
  const { node } = tape.leaves[place];
  const found = model.probe(new Map([[place, values[node] + h]]));
  const quotient = found ? (found.root - root) / h : Number.NaN;
  return {
    there: found?.root ?? null,
    quotient,
    error: Math.abs(quotient - grads[node]),
    path: found?.path ?? null,
  };
}

/** How far it is off, from the smallest step to the largest; nothing where that is not known. */
export function errors(model: Model, place: number): readonly (readonly [h: number, error: number])[] {
  const [least, most] = decades(model, place);
  const count = Math.round(Math.min(POINTS, Math.max(18, WORK / model.tape.size)));
  const powers = Array.from({ length: count }, (_, k) => least + ((most - least) * k) / (count - 1));
  return powers
    .map((power) => {
      const h = model.tape.leaves[place].whole ? Math.round(10 ** power) : 10 ** power;
      return [h, difference(model, place, h).error] as const;
    })
    .filter(([, error]) => finite(error));
}

/** How far rounding may put the root off, to first order: each number of the graph is off by a few units in its last place. */
export function rounding({ values, grads }: Run): number {
  let sum = 0;
  for (let node = 0; node < values.length; node++) {
    const part = Math.abs(values[node] * grads[node]);
    if (finite(part)) sum += part;
  }
  return sum * 2 ** -50;
}

/** How far a difference is off, and why, as a sentence; empty where one of the two is no number. */
export function whyOff(model: Model, place: number, h: number, { error, path }: Difference): string {
  const { tape, values, grads } = model.run;
  const { node } = tape.leaves[place];
  const [x, leaf, root] = [values[node], title(tape, node), rootName(tape)];
  if (x + h === x) return `${leaf} + h is ${leaf} itself: h is too small for it.`;
  if (!finite(error)) return "";
  if (error <= 1e-9 * Math.abs(grads[node])) return "It is the gradient.";
  // A step that is too large for rounding to matter tells how much of it comes from the curve.
  const large = 1e-4 * Math.max(1, Math.abs(x));
  const bent = (difference(model, place, large).error / large) * h;
  const rounded = error <= rounding(model.run) / h && !(error <= 2 * bent);
  const jumps = () => tape.nodes().some((at) => tape.reaches(at) && tape.rule(at)?.step);
  const why =
    path !== tape
      ? "because the code goes another way there"
      : rounded
        ? `mostly rounding: ${root} has 16 digits, and their difference few`
        : `because the curve bends${jumps() ? ", or jumps," : ""} between the two points`;
  return `It is off by ${short(error)}, ${why}.`;
}
