import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { decades, difference, errors, rounding, stepOf, whyOff } from "../src/model/difference";
import { contour, curve, sample } from "../src/model/field";
import { History } from "../src/model/history";
import { Model } from "../src/model/model";
import { diverges, stepped } from "../src/modes/descent";
import { branch, LECTURE, leavesWire, type Node, wire } from "./tapes";

/** y = 1 / (x - at), with x = 2. */
const pole = (at: number): Node[] => [
  { op: "leaf", value: 2, label: "x" },
  { op: "const", value: -at },
  { op: "add", args: [0, 1], value: 2 - at },
  { op: "reciprocal", args: [2], value: 1 / (2 - at), label: "y" },
];

const lecture = () => new Model(Tape.read(wire(LECTURE)));

describe("the curve", () => {
  it("is blank where text may decide, but for the traced point", () => {
    const state = new Model(Tape.read({ ...wire(LECTURE), text: 3 }));
    const { points, numbers } = sample(state, [0]);
    points.forEach(([x], k) => {
      expect(numbers[k] === null).toBe(x !== 2);
    });
  });

  it("is the root over the leaf's range, and moves nothing", () => {
    const state = lecture();
    const before = [...state.run.values];
    const { points, numbers } = sample(state, [0]);
    points.forEach(([x], k) => {
      expect(numbers[k]).toBeCloseTo((x * -3 + 10) * -2, 10);
    });
    expect([...state.run.values]).toEqual(before);
  });

  it("is blank where only the kernel could tell", () => {
    const state = new Model(Tape.read(branch()));
    const { points, numbers } = sample(state, [0]);
    expect(numbers.some((y) => y === null)).toBe(true);
    expect(numbers.some((y) => y !== null)).toBe(true);
    expect(points).toHaveLength(numbers.length);
  });

  it("reaches to where its way through the code ends, and the gap begins there", () => {
    const state = new Model(Tape.read(branch()));
    const { lines, dots, gaps } = curve(state, 0, sample(state, [0]));
    expect(dots).toEqual([]);
    expect(lines).toHaveLength(1);
    const [x, y] = lines[0][0];
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(1e-4);
    expect(y).toBe(x * x);
    expect(gaps).toEqual([[-2, x]]);
  });

  it("is broken where the root jumps from one known way to another", () => {
    const state = new Model(Tape.read(branch()));
    const other = wire(
      [
        { op: "leaf", value: -1, label: "x" },
        { op: "const", value: 0 },
        { op: "const", value: -7 },
        { op: "add", args: [0, 2], value: -8, label: "y" },
      ],
      { guards: [{ kind: 0, relation: 4, left: 0, right: 1, line: 3, outcome: 0 }], trace: 2 },
    );
    state.replace(Tape.read(other), false);
    const { lines, gaps } = curve(state, 0, sample(state, [0]));
    expect(gaps).toEqual([]);
    const [left, right] = lines;
    expect(lines).toHaveLength(2);
    expect(left[left.length - 1][1]).toBeCloseTo(-7, 2);
    expect(right[0][1]).toBeCloseTo(0, 2);
    expect(right[0][0] - left[left.length - 1][0]).toBeLessThan(1e-4);
  });

  it("does not join the two sides of a pole", () => {
    const state = new Model(Tape.read(wire(pole(1.3123), { root: 3 })));
    const { lines } = curve(state, 0, sample(state, [0]));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(new Set(line.map(([, y]) => y > 0)).size).toBe(1);
  });

  it("is broken where a step jumps, and in one piece where it is but steep", () => {
    const floor: Node[] = [
      { op: "leaf", value: 2.5, label: "x" },
      { op: "floor", args: [0], value: 2, label: "y" },
    ];
    const state = new Model(Tape.read(wire(floor)));
    for (const line of curve(state, 0, sample(state, [0])).lines) expect(new Set(line.map(([, y]) => y)).size).toBe(1);
    const steep: Node[] = [
      { op: "leaf", value: 0, label: "x" },
      { op: "const", value: 200 },
      { op: "mul", args: [0, 1], value: 0 },
      { op: "tanh", args: [2], value: 0, label: "y" },
    ];
    const other = new Model(Tape.read(wire(steep)));
    expect(curve(other, 0, sample(other, [0])).lines).toHaveLength(1);
  });

  it("has ends also where the root does not fit between them", () => {
    const nodes: Node[] = [
      { op: "leaf", value: 2, label: "x" },
      { op: "const", value: 8e307 },
      { op: "mul", args: [0, 1], value: 1.6e308, label: "y" },
    ];
    const { low, high, numbers } = sample(new Model(Tape.read(wire(nodes))), [0]);
    expect(numbers.some((y) => y === Infinity)).toBe(true);
    expect([low, high, high - low].every(Number.isFinite)).toBe(true);
  });

  it("is made of points where the kernel gave them, and of whole numbers", () => {
    const state = new Model(Tape.read(branch()));
    const known = new Map(sample(state, [0]).points.map((point) => [point.join(), 1] as const));
    const filled = curve(state, 0, sample(state, [0], known));
    expect(filled.gaps).toEqual([]);
    expect(filled.dots.length).toBeGreaterThan(10);
    for (const [x, y] of filled.dots) expect([x <= 0, y]).toEqual([true, 1]);
    const leaves = leavesWire([{ node: 0, key: "x", start: 2, whole: true, lo: 1, hi: 5 }]);
    const whole = new Model(Tape.read({ ...branch(), leaves }));
    const { lines, dots } = curve(whole, 0, sample(whole, [0]));
    expect(lines).toEqual([]);
    expect(dots).toEqual([1, 2, 3, 4, 5].map((x) => [x, x * x]));
  });
});

describe("a map", () => {
  it("has lines of equal height, on which the root is that high", () => {
    const state = lecture();
    const field = sample(state, [0, 1]);
    const [first, second] = field.ranges;
    for (const level of [-20, 0, 30]) {
      const pieces = contour(field, level);
      expect(pieces.length).toBeGreaterThan(10);
      for (const [x1, y1, x2, y2] of pieces)
        for (const [x, y] of [
          [x1, y1],
          [x2, y2],
        ]) {
          const a = first.low + x * (first.high - first.low);
          const b = second.high - y * (second.high - second.low);
          // Along the side of a cell the root is straight in one leaf: the ends are exact.
          expect((a * b + 10) * -2).toBeCloseTo(level, 8);
        }
    }
  });

  it("has them only between four points on one way through the code", () => {
    const field = sample(lecture(), [0, 1]);
    const all = contour(field, 0);
    const { columns } = field;
    const holes = field.numbers.map((number, k) => (k % columns < 20 ? null : number));
    const left = contour({ ...field, numbers: holes }, 0);
    expect(left.length).toBeLessThan(all.length);
    for (const [x] of left) expect(x).toBeGreaterThanOrEqual(20 / columns);
    const paths = field.paths.map((path, k) => (k % 2 ? path : null));
    expect(contour({ ...field, paths }, 0)).toEqual([]);
  });
});

describe("a finite difference", () => {
  it("is off by half its step times the second derivative, until rounding takes over", () => {
    const nodes: Node[] = [
      { op: "leaf", value: 3, label: "x" },
      { op: "mul", args: [0, 0], value: 9, label: "y" },
    ];
    const state = new Model(Tape.read(wire(nodes)));
    const [least, most] = decades(state, 0);
    expect([least, 10 ** most]).toEqual([-16, expect.closeTo(12, 9)]);
    const found = errors(state, 0);
    for (const [h, error] of found.filter(([h]) => h > 1e-6)) expect(error / h).toBeCloseTo(1, 2);
    expect(found[0][1]).toBe(6); // the step is lost, and with it the difference
    const best = found.reduce((one, two) => (two[1] < one[1] ? two : one));
    expect(best[0]).toBeGreaterThan(1e-10);
    expect(best[0]).toBeLessThan(1e-5);
    const close = difference(state, 0, 1e-13);
    expect(close.error).toBeLessThan(rounding(state.run) / 1e-13);
    expect(whyOff(state, 0, 1e-13, close)).toContain("mostly rounding");
    expect(whyOff(state, 0, 1, difference(state, 0, 1))).toBe(
      "It is off by 1, because the curve bends between the two points.",
    );
  });

  it("has whole steps for a leaf of whole numbers", () => {
    const leaves = leavesWire([{ node: 0, key: "x", start: 2, whole: true, lo: 1, hi: 5 }]);
    const state = new Model(Tape.read({ ...branch(), leaves }));
    expect([-3, 0.2, 0.5, 9].map((power) => stepOf(state, 0, power))).toEqual([1, 2, 3, 4]);
    expect(difference(state, 0, 2)).toMatchObject({ there: 16, quotient: 6, error: 2 });
  });
});

describe("descent", () => {
  it("moves the chosen leaves against their gradients", () => {
    const state = lecture();
    expect([...stepped(state.run, new Set([0, 2]), 0.1)]).toEqual([
      [0, 2 - 0.1 * 6],
      [2, 10 - 0.1 * -2],
    ]);
  });

  it("stops before a step to no number, beyond all bounds, or to nowhere", () => {
    const state = lecture();
    const far = new Map([[0, 100]]);
    const step = (a: number) => diverges(state, new Map([[0, a]]), far);
    expect(step(3)).toBe("");
    expect(step(2)).toBe("no leaf moves any more");
    expect(step(-101)).toBe("a runs away, and would be -101 next; try a smaller rate");
    expect(step(1e308)).toBe("the next step would make L inf; try a smaller rate");
    expect(step(Number.NaN)).toBe("a leaf would no longer be finite; try a smaller rate");
  });
});

describe("history", () => {
  it("takes changes back and makes them again", () => {
    const state = lecture();
    const history = new History(state);
    expect(history.canUndo).toBe(false);
    state.move(0, 2.5, false);
    state.move(0, 3, true);
    state.move(1, 1, true);
    history.undo();
    expect(state.positions[1]).toBe(-3);
    expect(state.positions[0]).toBe(3);
    history.undo();
    expect(state.positions[0]).toBe(2);
    expect(history.canUndo).toBe(false);
    history.redo();
    expect(state.positions[0]).toBe(3);
    state.move(2, 0, true);
    expect(history.canRedo).toBe(false);
  });
});
