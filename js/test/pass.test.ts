import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { AS_IT_OPENS } from "../src/model/groups";
import { BUGS, type Bug, Pass, Steps } from "../src/model/pass";
import { Plan } from "../src/model/plan";
import { above, backward, forward } from "../src/model/telling";
import { LECTURE, type Node, TWICE, wire } from "./tapes";

/** L = e * d with d = e + c: e is used twice, and one of its uses is reached before the other. */
const EARLY: readonly Node[] = [
  { op: "leaf", value: 2, label: "a" },
  { op: "leaf", value: 10, label: "c" },
  { op: "mul", args: [0, 0], value: 4, label: "e" },
  { op: "add", args: [2, 1], value: 14, label: "d" },
  { op: "mul", args: [2, 3], value: 56, label: "L" },
];

const plan = (nodes: readonly Node[]) => new Plan(Tape.read(wire(nodes)), { ...AS_IT_OPENS, constants: true });

function passed(nodes: readonly Node[], bug: Bug | null = null, stopped = -1): Pass {
  const drawn = plan(nodes);
  return new Pass(drawn.tape.run(drawn.tape.at), new Steps(drawn, true, bug?.eager, stopped), bug);
}

const named = (part: string) => BUGS.find(({ name }) => name.includes(part)) as Bug;
const grads = (pass: Pass, count: number) => pass.run.tape.nodes().map((node) => pass.grad(node, count));

describe("a backward pass", () => {
  it("visits a card only after all its uses, and ends at the gradients", () => {
    const pass = passed(LECTURE);
    const { tape } = pass.run;
    const { items, at } = pass.steps;
    expect(items.map(({ name }) => name)).toEqual(["L", "d", "e"]);
    for (const node of tape.nodes())
      if (tape.inner(node)) for (const user of tape.uses(node)) expect(at[user]).toBeLessThan(at[node]);
    expect(grads(pass, 3)).toEqual([...pass.run.grads]);
  });

  it("knows no more than has come", () => {
    const pass = passed(LECTURE);
    expect(grads(pass, 0)).toEqual([null, null, null, null, null, null, 1]);
    expect(grads(pass, 1)).toEqual([null, null, null, null, -2, 4, 1]);
    expect(pass.gave(4, 0, 1)).toBeNull();
    expect(pass.gave(6, 0, 1)).toEqual({ part: -2, local: -2 });
  });

  it("says in each step what goes where, who waits, and what a sum comes to", () => {
    const pass = passed(TWICE);
    expect(backward(pass, 0)).toContain("c.grad = 1");
    expect(backward(pass, 1)).toBe("c gives 1 · 6 = 6 to a, 1 · 3 = 3 to b. a waits: 1 of its 2 uses is in.");
    expect(backward(pass, 2)).toBe("b gives 3 · 2 = 6 to a. Both uses of a are in: a.grad = 6 + 6 = 12.");
    expect([pass.grad(0, 1), pass.grad(0, 2)]).toEqual([6, 12]);
    expect([0, 1, 2].map((count) => above(pass, 0, [0], count))).toEqual(["", "6 + …", "6 + 6"]);
    expect(above(pass, 2, [2], 2)).toBe("");
    // A group of several says that its largest is not yet whole.
    expect([0, 1, 2].map((count) => above(pass, -1, [0, 2], count))).toEqual(["", "so far", ""]);
  });

  it("is the same after so many steps, from wherever one comes", () => {
    const bugs: readonly (Bug | null)[] = [null, ...BUGS];
    for (const bug of bugs) {
      const pass = passed(EARLY, bug);
      const seen = [0, 1, 2, 3].map((count) => grads(pass, count));
      for (const count of [3, 1, 2, 0, 3, 2]) expect(grads(pass, count)).toEqual(seen[count]);
    }
  });

  it("goes by groups where there are groups, and ends at the same gradients", () => {
    const nodes: Node[] = [{ op: "leaf", value: 0.5, label: "x" }];
    for (let k = 0; k < 3000; k++)
      nodes.push({ op: k % 2 ? "sin" : "mul", args: k % 2 ? [k] : [k, 0], value: 0, label: `y${k}` });
    const drawn = plan(nodes);
    const steps = new Steps(drawn);
    const pass = new Pass(drawn.tape.run(new Map([["x", 0.7]])), steps);
    expect(steps.items.length).toBeLessThan(60);
    const done = steps.items.length;
    expect(grads(pass, done)).toEqual([...pass.run.grads]);
    // What is whole is what the engine has; what is not is less than that, and never another node's.
    for (const node of drawn.tape.nodes())
      if (pass.whole(node, 3)) expect(pass.grad(node, 3)).toBe(pass.run.grads[node]);
    expect(backward(pass, 1).length).toBeLessThan(300);
    // As far as the same nodes are done, when a group is opened.
    const opened = new Plan(drawn.tape, {
      open: new Set(drawn.items.map(({ key }) => key)),
      shut: new Set(),
      constants: true,
    });
    const finer = new Steps(opened);
    const count = finer.follow(steps, 3);
    for (const node of drawn.tape.nodes()) expect(finer.at[node] < count).toBe(steps.at[node] < 3);
    expect(steps.follow(finer, finer.items.length)).toBe(done);
  });
});

describe("a forward pass", () => {
  it("computes what all arguments are there for", () => {
    const drawn = plan(LECTURE);
    const pass = new Pass(drawn.tape.run(drawn.tape.at), new Steps(drawn, false));
    expect(pass.steps.items.map(({ name }) => name)).toEqual(["e", "d", "L"]);
    expect(forward(pass, 1)).toBe("e = a · b = 2 · (-3) = -6.");
  });
});

describe("a broken pass", () => {
  const wrongs = (pass: Pass, count: number) => pass.run.tape.nodes().filter((node) => pass.wrong(node, count));

  it("that sets in place of adding keeps the last part alone", () => {
    const pass = passed(TWICE, named("in place of"));
    expect(grads(pass, 2)).toEqual([6, 9, 3, 1]);
    expect([wrongs(pass, 1), wrongs(pass, 2)]).toEqual([[], [0]]);
    expect([above(pass, 0, [0], 2), backward(pass, 2)]).toEqual([
      "right: 12",
      "b gives 3 · 2 = 6 to a. a.grad = 6; right is 12.",
    ]);
  });

  it("without an order hands on what is not whole", () => {
    const pass = passed(EARLY, named("order"));
    expect(pass.steps.items.map(({ name }) => name)).toEqual(["L", "e", "d"]);
    // e has 14 of its 18 when it hands on.
    expect(pass.grad(2, 3)).toBe(18);
    expect([pass.grad(0, 3), pass.run.grads[0]]).toEqual([56, 72]);
    expect(wrongs(pass, 3)).toEqual([0]);
    expect(backward(pass, 2)).toContain("e gives 14 · 2 = 28 to a, 14 · 2 = 28 to a too early.");
  });

  it("with the own value in × is right where both are the same", () => {
    const pass = passed(TWICE, named("own value"));
    expect(grads(pass, 2)).toEqual([3 + 6 * 3, 6 * 2, 6, 1]);
    expect(wrongs(pass, 2)).toEqual([0, 2]);
    expect(wrongs(passed([...TWICE.slice(0, 1), { op: "mul", args: [0, 0], value: 9 }], named("own")), 1)).toEqual([]);
  });

  it("that is not cleared begins with what the first has left", () => {
    const pass = passed(TWICE, named("zero_grad"));
    expect(grads(pass, 0)).toEqual([12, 9, 3, 1]);
    expect(above(pass, 0, [0], 0)).toBe("right: none yet");
    expect(pass.grad(0, 2)).toBe(12 + 6 + 12);
    expect([above(pass, -1, [0, 2], 2), above(pass, 3, [0, 2, 3], 2)]).toEqual(["2 wrong in it", "2 wrong in it"]);
  });

  it("that stops somewhere reaches nothing behind it that way", () => {
    const pass = passed(TWICE, named("without backward"), 2);
    expect(grads(pass, 2)).toEqual([6, 0, 3, 1]);
    expect(backward(pass, 2)).toBe("b hands nothing on.");
    expect(wrongs(pass, 2)).toEqual([0]);
  });

  it("is right where its mistake changes nothing, however the parts were added", () => {
    const sum: Node[] = [
      { op: "leaf", value: 0.1, label: "x" },
      { op: "sin", args: [0], value: Math.sin(0.1), label: "s" },
      { op: "exp", args: [0], value: Math.exp(0.1), label: "t" },
      { op: "tanh", args: [0], value: Math.tanh(0.1), label: "u" },
      { op: "add", args: [1, 2], value: 0, label: "v" },
      { op: "add", args: [3, 4], value: 0, label: "w" },
    ];
    expect(wrongs(passed(sum, named("order")), 5)).toEqual([]);
    expect(passed(sum, named("order")).grad(0, 5)).toBeCloseTo(passed(sum).run.grads[0], 12);
  });

  it("says nothing of what nobody knows", () => {
    const tape = Tape.read({
      ...wire([...TWICE.slice(0, 3), { op: "opaque", args: [0, 2], value: 1 }]),
      symbols: [[3, "f"]],
    });
    const drawn = new Plan(tape, { ...AS_IT_OPENS, constants: true });
    for (const bug of BUGS) {
      const pass = new Pass(tape.run(tape.at), new Steps(drawn, true, bug.eager), bug);
      expect([pass.grad(0, 9), wrongs(pass, 9)]).toEqual([Number.NaN, []]);
    }
  });
});
