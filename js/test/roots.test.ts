import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { Model } from "../src/model/model";
import { symbol } from "../src/model/names";
import { AS_IT_IS, Sketch } from "../src/model/sketch";
import { branch, LECTURE, type Node, wire } from "./tapes";

const NOWHERE = new Map<string, number>();
const lecture = () => Tape.read(wire(LECTURE));

describe("another root", () => {
  it("has its own gradients, and the graph it came from keeps its own", () => {
    const tape = lecture();
    const rooted = tape.rooted([4]);
    expect(rooted.run(NOWHERE).grads[0]).toBe(-3);
    expect(rooted.reaches(5)).toBe(false);
    expect([...tape.run(NOWHERE).grads].slice(0, 3)).toEqual([6, -4, -2]);
  });

  it("may be the sum of several", () => {
    const rooted = lecture().rooted([6, 4, 3]);
    expect(rooted.label(rooted.root)).toBe("(L + d + e)");
    expect(rooted.run(NOWHERE).root).toBe(-8 + 4 - 6);
    expect(rooted.run(NOWHERE).grads[0]).toBe(6 - 3 - 3);
    expect(rooted.run(new Map([["a", 3]])).root).toBe(-2 + 1 - 9);
    expect(rooted.op(rooted.root)).toBe("add");
    expect(symbol(rooted, rooted.root)).toBe("+");
  });

  it("needs no addition in the graph", () => {
    const rooted = Tape.read(branch()).rooted([2, 0]);
    expect(rooted.run(NOWHERE).root).toBe(6);
    expect(rooted.run(NOWHERE).grads[0]).toBe(5);
  });
});

describe("a view with other roots", () => {
  it("follows the leaves, and goes back", () => {
    const state = new Model(lecture());
    state.move(0, 3, true);
    state.root([4]);
    expect(state.roots).toEqual([4]);
    expect(state.run.values[state.tape.root]).toBe(1);
    state.move(0, 4, true);
    expect(state.run.values[state.tape.root]).toBe(-2);
    expect(state.ownRoot).toBe("L");
    state.root([]);
    expect(state.roots).toEqual([]);
    expect(state.run.values[state.tape.root]).toBe(4);
  });

  it("keeps the last good picture where the kernel must be asked", () => {
    const state = new Model(Tape.read(branch()));
    state.move(0, 3, true);
    state.move(0, -1, true);
    expect(state.mood).toBe("asking");
    state.root([0]);
    expect(state.mood).toBe("asking");
    expect(state.run.values[state.tape.root]).toBe(3);
    expect(state.positions[0]).toBe(-1);
  });

  it("keeps its root when the code was run again", () => {
    const state = new Model(Tape.read(branch()));
    state.root([0]);
    state.replace(Tape.read(branch({ trace: 2 })), false);
    expect(state.tape.root).toBe(0);
    expect(state.roots).toEqual([0]);
    expect(state.ownRoot).toBe("y");
  });
});

/** y = x*1 + x*2 + ... + x*6, none of it named. */
function sum(): Tape {
  const nodes: Node[] = [{ op: "leaf", value: 1, label: "x" }];
  let total = -1;
  for (let k = 1; k <= 6; k++) {
    nodes.push({ op: "const", value: k }, { op: "mul", args: [0, nodes.length], value: k });
    const term = nodes.length - 1;
    if (total >= 0) nodes.push({ op: "add", args: [total, term], value: (k * (k + 1)) / 2 });
    total = nodes.length - 1;
  }
  return Tape.read(wire(nodes));
}

describe("what is drawn", () => {
  it("is everything, unless it is wished otherwise", () => {
    expect(new Sketch(sum(), 300).nodes).toHaveLength(18);
    expect(new Sketch(sum(), 300, { ...AS_IT_IS, constants: false }).nodes).toHaveLength(12);
  });

  it("is a long sum as one node with all its terms in order", () => {
    const tape = sum();
    const sketch = new Sketch(tape, 300, { ...AS_IT_IS, sums: true });
    expect(sketch.args(tape.root).map((node) => tape.traced[node])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(sketch.folded(tape.root)).toHaveLength(5);
    expect(sketch.nodes).toHaveLength(14);
    const open = new Sketch(tape, 300, { constants: true, sums: true, open: new Set(sketch.folded(tape.root)) });
    expect(open.nodes).toHaveLength(18);
    expect(open.folded(tape.root)).toEqual([]);
  });
});
