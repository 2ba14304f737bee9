// A gradient checked by what it means: a node's number is moved a little, and the root looked at.

import type { Run } from "../engine/tape";
import { finite } from "./format";
import type { Model } from "./model";
import { within } from "./ranges";

/** From the first nudge on, each is a tenth of the one before, until the curve is straight enough. */
const TRIES = 4;
/** As near as a quotient must be to a gradient to say so. */
const NEAR = 0.005;

export interface Nudge {
  /** By how much the number is moved. */
  readonly by: number;
  /** The root before and after. */
  readonly from: number;
  readonly to: number;
  /** How much the root moves for each 1. */
  readonly quotient: number;
  /** Whether that is the gradient, nearly. */
  readonly near: boolean;
  /** Every node's number afterwards; null where the code goes another way there. */
  readonly values: Float64Array | null;
}

/** What was found last: the picture and the strip ask for the same. */
const last = new WeakMap<Run, readonly [node: number, found: Nudge | null]>();

/** A tenth of a round number of about the size of this one. */
function tenth(x: number): number {
  const size = Math.abs(x);
  const unit =
    size >= 0.1 || size === 0 || !finite(size)
      ? Math.max(1, 10 ** Math.floor(Math.log10(size || 1)))
      : 10 ** Math.floor(Math.log10(size));
  return Number((unit / 10).toPrecision(1));
}

/** By how much a node is nudged at first: by a tenth of its size, a whole number by 1. */
export function firstStep({ tape, values }: Run, node: number): number {
  return tape.leaves.some((leaf) => leaf.node === node && leaf.whole) ? 1 : tenth(values[node]);
}

/** Nudges a node; null where only a run of the code could tell what comes of it, or where what is shown is of before. */
export function nudge(model: Model, node: number): Nudge | null {
  const { run } = model;
  if (model.mood !== "exact" || model.stale) return null;
  const known = last.get(run);
  if (known?.[0] === node) return known[1];
  const found = tried(model, node);
  last.set(run, [node, found]);
  return found;
}

function tried(model: Model, node: number): Nudge | null {
  const { run, tape } = model;
  const x = run.values[node];
  const place = tape.leaves.findIndex((leaf) => leaf.node === node);
  const whole = place >= 0 && tape.leaves[place].whole;
  const grad = run.grads[node];
  let best: Nudge | null = null;
  for (let k = 0, by = firstStep(run, node); k < (whole ? 1 : TRIES); k++, by = Number((by / 10).toPrecision(1))) {
    const found = place >= 0 ? model.probe(new Map([[place, x + by]])) : null;
    const values = place >= 0 ? found?.values : tape.nudged(run.values, node, x + by);
    const path = found?.path ?? tape;
    const to = values?.[path.root];
    if (!values || to === undefined || !finite(to) || !finite(run.root)) continue;
    const quotient = (to - run.root) / by;
    const near = Math.abs(quotient - grad) <= NEAR * Math.abs(grad) || quotient === grad;
    best = { by, from: run.root, to, quotient, near, values: path === tape ? values.slice() : null };
    if (near) return best;
  }
  return best;
}

/** Two numbers with so many digits that they can be told apart. */
export function apart(one: number, other: number): [string, string] {
  const size = Math.max(Math.abs(one), Math.abs(other));
  const digits = one === other ? 4 : within(2 + Math.ceil(Math.log10(size / Math.abs(one - other))), 4, 15);
  const text = (x: number) => String(Number(x.toPrecision(digits)));
  return [text(one), text(other)];
}
