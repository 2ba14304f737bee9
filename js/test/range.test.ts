import { describe, expect, it } from "vitest";
import { defaultRange, refused, Scale, ticks } from "../src/model/ranges";

describe("default ranges", () => {
  it.each([
    [2, { low: -2, high: 6 }],
    [0, { low: -1, high: 1 }],
    [-3, { low: -9, high: 3 }],
    [0.1, { low: -0.9, high: 1.1 }],
    [Number.NaN, { low: -1, high: 1 }],
    [Number.POSITIVE_INFINITY, { low: -1, high: 1 }],
  ])("around %d", (x, range) => expect(defaultRange(x, false, () => false)).toEqual(range));

  it("stops short of 0 where the code refuses", () => {
    const atZero = (x: number) => x === 0;
    expect(defaultRange(100, false, atZero)).toEqual({ low: 1, high: 300 });
    expect(defaultRange(-2, false, (x) => x > 1)).toEqual({ low: -6, high: -0.02 });
    expect(defaultRange(3, true, atZero)).toEqual({ low: 1, high: 9 });
    expect(defaultRange(2, false, (x) => x > 0)).toEqual({ low: -2, high: 6 });
    expect(defaultRange(0, false, atZero)).toEqual({ low: -1, high: 1 });
  });
  it("gives a small number three decades to each side", () => {
    const { low, high } = defaultRange(1e-10, false, () => false);
    expect(low).toBeCloseTo(1e-13, 20);
    expect(high).toBeCloseTo(1e-7, 15);
  });
  it("is finite at the largest numbers", () => {
    expect(refused(defaultRange(Number.MAX_VALUE, false, () => false))).toBe("");
    expect(refused(defaultRange(-Number.MAX_VALUE, false, () => false))).toBe("");
    expect(refused(defaultRange(5e-324, false, () => false))).toBe("");
  });
});

describe("a scale", () => {
  it("has round numbers on its steps", () => {
    const scale = new Scale({ low: -2, high: 6 }, false);
    expect(scale.number(scale.step(3))).toBe(3);
    expect(scale.number(scale.step(0))).toBe(0);
    expect(scale.number(0)).toBe(-2);
    expect(scale.number(scale.steps)).toBe(6);
  });
  it("goes both ways for every step", () => {
    for (const range of [
      { low: -2, high: 6 },
      { low: 0.137, high: 4.2 },
      { low: 1e-13, high: 1e-7 },
      { low: -1e-7, high: -1e-13 },
      { low: -1e300, high: 1e300 },
    ]) {
      const scale = new Scale(range, false);
      let before = Number.NEGATIVE_INFINITY;
      for (let step = 0; step <= scale.steps; step++) {
        const x = scale.number(step);
        expect(x).toBeGreaterThanOrEqual(range.low);
        expect(x).toBeLessThanOrEqual(range.high);
        expect(x).toBeGreaterThan(before);
        expect(Math.abs(scale.step(x) - step)).toBeLessThanOrEqual(1);
        before = x;
      }
    }
  });
  it("is whole for a whole number", () => {
    const scale = new Scale({ low: -3, high: 9 }, true);
    expect(scale.steps).toBe(12);
    expect(scale.number(5)).toBe(2);
  });
  it("shows a number that is none in the middle", () => {
    const scale = new Scale({ low: -1, high: 1 }, false);
    expect(scale.number(scale.step(Number.NaN))).toBe(0);
    expect(scale.step(Number.POSITIVE_INFINITY)).toBe(scale.steps);
  });
});

describe("a range is refused", () => {
  it.each([
    [3, 1],
    [1, 1],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
    [-Number.MAX_VALUE, Number.MAX_VALUE],
  ])("from %d to %d", (low, high) => expect(refused({ low, high })).toMatch(/range/));
});

describe("the numbers at an axis", () => {
  it.each([
    [-3, 9, [-2, 0, 2, 4, 6, 8]],
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-1e-10, 1e-10, [-1e-10, -5e-11, 0, 5e-11, 1e-10]],
    [1e6, 1e6 + 3, [1e6, 1e6 + 0.5, 1e6 + 1, 1e6 + 1.5, 1e6 + 2, 1e6 + 2.5, 1e6 + 3]],
    [1, 1, []],
    [Number.NaN, 1, []],
    [-Number.MAX_VALUE / 2, Number.MAX_VALUE / 2, [-5e307, 0, 5e307]],
  ])("from %d to %d are round", (low, high, found) => expect(ticks({ low, high }, 6)).toEqual(found));
});
