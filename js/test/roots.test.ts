import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { Model } from "../src/model/model";
import { symbol } from "../src/model/names";
import { Plan } from "../src/model/plan";
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
  const as = { open: new Set<string>(), shut: new Set<string>(), constants: true };
  it("is everything, unless it is wished otherwise", () => {
    expect(new Plan(sum(), as).items).toHaveLength(18);
    expect(new Plan(sum(), { ...as, constants: false }).items).toHaveLength(12);
  });

  it("is the names alone, each with the steps that lead to it, until it is opened", () => {
    const tape = sum();
    const plan = new Plan(tape, { ...as, names: true });
    expect(plan.items.map(({ kind, holds }) => [kind, holds > 1])).toEqual([
      ["leaf", false],
      ["group", true],
    ]);
    const run = tape.run(tape.at);
    const [way] = plan.ways;
    // Six uses, whose parts add up, and the root's derivative by x along all of them.
    expect(way.uses).toHaveLength(6);
    expect(plan.brought(way, run, (node) => run.grads[node])).toEqual({ part: 21, local: 21 });
    const open = new Plan(tape, { ...as, names: true, open: new Set([plan.items[1].key]) });
    expect(open.items.length).toBeGreaterThan(2);
    expect(open.items.every(({ within }, k) => !k || within[0].key === plan.items[1].key)).toBe(true);
  });
});
