import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { curve, finer, sample } from "../src/model/field";
import { History } from "../src/model/history";
import { Model } from "../src/model/model";
import { BUGS, wrong } from "../src/modes/bugs";
import { countChains, someChains, written } from "../src/modes/chains";
import { stepped } from "../src/modes/descent";
import { marked } from "../src/modes/quiz";
import { backwardStop, forwardStop, visits } from "../src/modes/steps";
import { branch, LECTURE, type Node, wire } from "./tapes";

/** y = 1 / (x - at), with x = 2. */
const pole = (at: number): Node[] => [
  { op: "leaf", value: 2, label: "x" },
  { op: "const", value: -at },
  { op: "add", args: [0, 1], value: 2 - at },
  { op: "reciprocal", args: [2], value: 1 / (2 - at), label: "y" },
];

/** c = a * b, where b = a * 2. */
const TWICE: readonly Node[] = [
  { op: "leaf", value: 3, label: "a" },
  { op: "const", value: 2 },
  { op: "mul", args: [0, 1], value: 6, label: "b" },
  { op: "mul", args: [0, 2], value: 18, label: "c" },
];

const lecture = () => new Model(Tape.read(wire(LECTURE)));

describe("the passes, step by step", () => {
  it("visit a node only after all its uses, and end at the gradients", () => {
    const { tape, run } = lecture();
    const order = visits(tape, true);
    order.forEach((node, step) => {
      for (const user of tape.uses(node)) expect(order.indexOf(user)).toBeLessThan(step);
    });
    const { known } = backwardStop(run, order, order.length);
    for (const [node, grad] of known) expect(grad).toBe(run.grads[node]);
    expect(known.size).toBe(tape.size);
  });

  it("know no more than has been visited", () => {
    const { tape, run } = lecture();
    expect([...backwardStop(run, visits(tape, true), 0).known.keys()]).toEqual([tape.root]);
    const first = forwardStop(run, visits(tape, false), 1);
    expect(first.known.get(first.node as number)).toBe(run.values[first.node as number]);
    expect(first.known.has(tape.root)).toBe(false);
    expect(first.notes.get(first.node as number)).toBe("2 · (-3) = -6");
  });

  it("write over each argument what it is given, and how many of its uses have been visited", () => {
    const { tape, run } = new Model(Tape.read(wire(TWICE)));
    const order = visits(tape, true);
    expect([...backwardStop(run, order, 1).notes]).toEqual([
      [0, "+ 1 · 6 = 6 (1 of 2 uses)"],
      [2, "+ 1 · 3 = 3"],
    ]);
    expect([...backwardStop(run, order, 2).notes]).toEqual([[0, "+ 3 · 2 = 6"]]);
  });
});

describe("paths", () => {
  it("add up to the gradient", () => {
    const { tape, run } = lecture();
    for (let node = 0; node < tape.size; node++) {
      const paths = someChains(run, node, 100);
      expect(paths).toHaveLength(countChains(tape, node));
      const sum = paths.reduce((sum, { factors }) => sum + factors.reduce((x, y) => x * y, 1), 0);
      expect(sum).toBeCloseTo(run.grads[node], 12);
    }
  });
});

describe("the product along a path", () => {
  it("goes the way of the backward pass, so that it overflows only where that does", () => {
    const factors = [1e200, 1e200, 1e-300];
    const nodes: Node[] = [{ op: "leaf", value: 1e-250, label: "x" }];
    for (const factor of factors) {
      const from = nodes.length - 1;
      nodes.push({ op: "const", value: factor });
      nodes.push({ op: "mul", args: [from, nodes.length - 1], value: nodes[from].value * factor, label: `y${from}` });
    }
    const tape = Tape.read(wire(nodes));
    const [path] = someChains(tape.run(tape.at), 0, 1);
    expect(written(tape, path)).toBe("x → y0 → y2 → y4: 1e200 · 1e200 · 1e-300 = 1e100");
  });
});

describe("long chains", () => {
  const chain = (): Node[] => {
    const nodes: Node[] = [
      { op: "leaf", value: 1.5, label: "x" },
      { op: "const", value: 1 },
    ];
    for (let k = 0; k < 20_000; k++) nodes.push({ op: "add", value: 2.5 + k, args: [k ? k + 1 : 0, 1] });
    return nodes;
  };

  it("have a path, and steps", () => {
    const { tape, run } = new Model(Tape.read(wire(chain())));
    const [path] = someChains(run, 0, 3);
    expect(path.nodes).toHaveLength(20_001);
    expect(written(tape, path).length).toBeLessThan(2000);
    const order = visits(tape, true);
    expect(backwardStop(run, order, order.length).known.get(0)).toBe(1);
  });
});

describe("bugs", () => {
  it("say that a stop needs a node", () => {
    const { run } = lecture();
    const stops = BUGS.find(({ name }) => name === "stops");
    expect(stops && [...wrong(stops, run, null)]).toEqual([...run.grads]);
    expect(stops && [...wrong(stops, run, 4)]).not.toEqual([...run.grads]);
  });
});

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
    const leaves = [{ node: 0, name: "x", key: "x", start: "2", starts_whole: true, whole: true, lo: "1", hi: "5" }];
    const whole = new Model(Tape.read({ ...branch(), leaves }));
    const { lines, dots } = curve(whole, 0, sample(whole, [0]));
    expect(lines).toEqual([]);
    expect(dots).toEqual([1, 2, 3, 4, 5].map((x) => [x, x * x]));
  });
});

describe("a map", () => {
  it("follows from its points only where all four lie on one way through the code", () => {
    const state = lecture();
    const field = sample(state, [0, 1]);
    const fine = finer(field, 4);
    expect(fine).toHaveLength(16 * field.numbers.length);
    for (const number of fine) {
      expect(number).toBeGreaterThanOrEqual(Math.min(...(field.numbers as number[])));
      expect(number).toBeLessThanOrEqual(Math.max(...(field.numbers as number[])));
    }
    const numbers = field.numbers.map((number, k) => (k % 2 ? number : null));
    const rough = finer({ ...field, numbers, paths: field.paths.map((path, k) => (k % 2 ? path : null)) }, 4);
    for (const number of rough) expect(number === null || numbers.includes(number)).toBe(true);
    expect(rough.includes(null)).toBe(true);
  });
});

describe("descent", () => {
  it("moves the chosen leaves against their gradients", () => {
    const state = lecture();
    expect([...stepped(state, new Set([0, 2]), 0.1)]).toEqual([
      [0, 2 - 0.1 * 6],
      [2, 10 - 0.1 * -2],
    ]);
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

describe("the quiz", () => {
  it.each([
    [6, 6.02, true],
    [0, -0, true],
    [Infinity, Infinity, true],
    [NaN, NaN, true],
    [5, Infinity, false],
    [5, NaN, false],
    [5, 6, false],
    [0, 6, false],
    [-6, 6, false],
  ])("for %d where it is %d", (guess, grad, right) => expect(marked(guess, grad).right).toBe(right));
});
