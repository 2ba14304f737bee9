// Where a slider can go, and which number each of its steps means.

import { finite } from "./format";

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A number, or the nearer of two ends. */
export function within(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x));
}

const STEPS = 1000;
const DECADES = 1e4;
const SMALL = 1e-3;

/** How near to 0 a range comes that may not go there, as a share of its number. */
const SHORT = 0.01;

/**
 * Around the number, far enough to see something; a small number gets three decades to each side. It stops short of 0 where the code
 * refuses to go on at 0, or at the end beyond it.
 */
export function defaultRange(x: number, whole: boolean, refuses: (x: number) => boolean): Range {
  const size = Math.abs(x);
  if (!finite(x)) return { low: -1, high: 1 };
  if (!whole && size > 0 && size < SMALL) {
    return x > 0 ? { low: x / 1e3, high: x * 1e3 } : { low: x * 1e3, high: x / 1e3 };
  }
  const reach = Math.min(Math.max(1, 2 * size), Number.MAX_VALUE / 4);
  const [low, high] = [x - reach, x + reach].map((end) => within(tidy(end), -Number.MAX_VALUE, Number.MAX_VALUE));
  const short = whole ? Math.sign(x) : tidy(SHORT * x);
  if (!x || low * high >= 0 || !(refuses(0) || refuses(x > 0 ? low : high))) return { low, high };
  return x > 0 ? { low: short, high } : { low, high: short };
}

/** Why a range cannot be; empty when it can. */
export function refused({ low, high }: Range): string {
  if (!finite(low) || !finite(high)) return "A range goes from one finite number to another.";
  if (!finite(high - low)) return "This range is too wide for a number to measure.";
  return low < high ? "" : "A range goes from a smaller number to a larger one.";
}

export class Scale {
  /** The largest step; the smallest is 0. */
  readonly steps: number;
  readonly #step: number;
  readonly #log: boolean;

  constructor(
    readonly range: Range,
    whole: boolean,
  ) {
    const { low, high } = range;
    this.#log = !whole && low * high > 0 && Math.max(low / high, high / low) >= DECADES;
    const wanted = (high - low) / STEPS;
    this.#step = whole ? Math.max(1, Math.ceil(wanted / 10)) : roundStep(wanted);
    this.steps = this.#log ? STEPS : Math.max(1, Math.ceil((high - low) / this.#step - 1e-9));
  }

  /** Whether each step of another scale means the same number. */
  like(other: Scale): boolean {
    const [one, two] = [this.range, other.range];
    return one.low === two.low && one.high === two.high && this.steps === other.steps && this.#step === other.#step;
  }

  number(step: number): number {
    const { low, high } = this.range;
    if (step <= 0) return low;
    if (step >= this.steps) return high;
    if (this.#log) {
      const [from, to] = [Math.log(Math.abs(low)), Math.log(Math.abs(high))];
      return Number((Math.sign(low) * Math.exp(from + ((to - from) * step) / this.steps)).toPrecision(4));
    }
    const grid = Math.round(low / this.#step) + step;
    return within(tidy(grid * this.#step), low, high);
  }

  /** The step nearest to a number. */
  step(x: number): number {
    const { low, high } = this.range;
    if (Number.isNaN(x)) return Math.round(this.steps / 2);
    const inside = within(x, low, high);
    const share = this.#log
      ? Math.log(Math.abs(inside / low)) / Math.log(Math.abs(high / low))
      : (inside - low) / (this.steps * this.#step);
    return within(Math.round(share * this.steps), 0, this.steps);
  }
}

/** Round numbers within a range, about so many. */
export function ticks({ low, high }: Range, about: number): number[] {
  const step = roundStep((high - low) / about);
  const first = Math.ceil(low / step);
  const count = Math.min(2 * about, Math.floor(high / step) - first + 1);
  return Array.from({ length: Math.max(0, count) || 0 }, (_, k) => tidy((first + k) * step) || 0);
}

/** 1, 2 or 5 times a power of ten, no smaller than wanted. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find((many) => many * power >= wanted * (1 - 1e-9)) ?? 10;
  return tidy(factor * power) || Number.MIN_VALUE;
}

/** Without the last digits that binary arithmetic leaves: 0.30000000000000004 is 0.3. */
function tidy(x: number): number {
  return Number(x.toPrecision(12));
}
