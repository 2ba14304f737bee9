import { describe, expect, it } from "vitest";
import { BUGS, wrong } from "../src/bugs";
import { stepped } from "../src/descent";
import { History } from "../src/history";
import { countPaths, somePaths, written } from "../src/paths";
import { sample } from "../src/plot";
import { marked } from "../src/quiz";
import { State } from "../src/state";
import { backwardStop, forwardStop, visits } from "../src/steps";
import { Tape } from "../src/tape";
import { branch, LECTURE, type Node, wire } from "./tapes";

const lecture = () => new State(Tape.read(wire(LECTURE)));

describe("the passes, step by step", () => {
  it("visit a node only after all its uses, and end at the gradients", () => {
    const { tape } = lecture();
    const order = visits(tape, true);
    order.forEach((node, step) => {
      for (const user of tape.uses(node)) expect(order.indexOf(user)).toBeLessThan(step);
    });
    const { known } = backwardStop(tape, order, order.length);
    for (const [node, grad] of known) expect(grad).toBe(tape.grads[node]);
    expect(known.size).toBe(tape.size);
  });

  it("know no more than has been visited", () => {
    const { tape } = lecture();
    expect([...backwardStop(tape, visits(tape, true), 0).known.keys()]).toEqual([tape.root]);
    const first = forwardStop(tape, visits(tape, false), 1);
    expect(first.known.get(first.node as number)).toBe(tape.values[first.node as number]);
    expect(first.known.has(tape.root)).toBe(false);
  });
});

describe("paths", () => {
  it("add up to the gradient", () => {
    const { tape } = lecture();
    for (let node = 0; node < tape.size; node++) {
      const paths = somePaths(tape, node, 100);
      expect(paths).toHaveLength(countPaths(tape, node));
      const sum = paths.reduce((sum, { factors }) => sum + factors.reduce((x, y) => x * y, 1), 0);
      expect(sum).toBeCloseTo(tape.grads[node], 12);
    }
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
    const { tape } = new State(Tape.read(wire(chain())));
    const [path] = somePaths(tape, 0, 3);
    expect(path.nodes).toHaveLength(20_001);
    expect(written(tape, path).length).toBeLessThan(2000);
    const order = visits(tape, true);
    expect(backwardStop(tape, order, order.length).known.get(0)).toBe(1);
  });
});

describe("bugs", () => {
  it("say that a stop needs a node", () => {
    const { tape } = lecture();
    const stops = BUGS.find(({ name }) => name === "stops");
    expect(stops && [...wrong(stops, tape, null)]).toEqual([...tape.grads]);
    expect(stops && [...wrong(stops, tape, 4)]).not.toEqual([...tape.grads]);
  });
});

describe("the curve", () => {
  it("is blank where text may decide, but for the traced point", () => {
    const state = new State(Tape.read({ ...wire(LECTURE), text: 3 }));
    const { points, numbers } = sample(state, [0]);
    points.forEach(([x], k) => {
      expect(numbers[k] === null).toBe(x !== 2);
    });
  });

  it("is the root over the leaf's range, and moves nothing", () => {
    const state = lecture();
    const before = [...state.tape.values];
    const { points, numbers } = sample(state, [0]);
    points.forEach(([x], k) => {
      expect(numbers[k]).toBeCloseTo((x * -3 + 10) * -2, 10);
    });
    expect([...state.tape.values]).toEqual(before);
  });

  it("is blank where only the kernel could tell", () => {
    const state = new State(Tape.read(branch()));
    const { points, numbers } = sample(state, [0]);
    expect(numbers.some((y) => y === null)).toBe(true);
    expect(numbers.some((y) => y !== null)).toBe(true);
    expect(points).toHaveLength(numbers.length);
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
