import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { Model } from "../src/model/model";
import { apart, nudge } from "../src/model/nudge";
import { hands, line, made, most, ruleOf, usedBy, usesOf } from "../src/model/why";
import { branch, LECTURE, wire } from "./tapes";

const lecture = () => new Model(Tape.read(wire(LECTURE)));
/** b = a * 2; c = a * b */
const TWICE = [
  { op: "leaf", label: "a", value: 3 },
  { op: "const", value: 2 },
  { op: "mul", label: "b", args: [0, 1], value: 6 },
  { op: "mul", label: "c", args: [0, 2], value: 18 },
];
const twice = () => new Model(Tape.read(wire(TWICE)));
const named = (state: Model, label: string) =>
  state.tape.nodes().find((node) => state.tape.label(node) === label) as number;

describe("why a gradient is what it is", () => {
  it("begins with its uses, which are nodes to go to", () => {
    const state = twice();
    expect(usedBy(state.tape, 0)).toEqual(["a is used twice, by ", 3, " and ", 2, ": what comes back adds up."]);
    expect(usedBy(state.tape, 2)).toEqual(["b is used once, by ", 3, "."]);
    expect(usedBy(state.tape, 3)).toEqual(["It is the root, where backward begins."]);
  });

  it("has micrograd's own line for each of them", () => {
    const state = twice();
    const lines = usesOf(state.tape, 0).map((use) => line(state.run, use));
    expect(lines).toEqual([
      ["b.data * c.grad", "6 * 1"],
      ["2 * b.grad", "2 * 3"],
    ]);
    const out = Tape.read(
      wire([
        { op: "leaf", label: "n", value: 0.5 },
        { op: "tanh", label: "o", args: [0], value: Math.tanh(0.5) },
      ]),
    );
    expect(line(out.run(out.at, true), { user: 1, place: 0 })[0]).toBe("(1 - o.data**2) * o.grad");
  });

  it("decides and computes what constants alone say, and brackets a number once", () => {
    const tape = Tape.read(
      wire([
        { op: "leaf", label: "x", value: -3 },
        { op: "const", value: 2 },
        { op: "pow", label: "y", args: [0, 1], value: 9 },
        { op: "tanh", label: "o", args: [0], value: Math.tanh(-3) },
      ]),
    );
    const run = tape.run(tape.at, true);
    expect(line(run, { user: 2, place: 0 })[0]).toBe("(2 * x.data) * y.grad");
    expect(made(run, 3)).toBe("o = tanh(x) = tanh(-3) = -0.9951");
    // What has no name is not called by the formula that follows.
    const bare = Tape.read(
      wire([
        { op: "leaf", label: "x", value: -3 },
        { op: "tanh", args: [0], value: Math.tanh(-3) },
      ]),
    );
    expect(made(bare.run(bare.at), 1)).toBe("tanh(x) = tanh(-3) = -0.9951");
  });

  it("says what an operation does with a gradient, by its own sentence or its local derivatives", () => {
    const state = twice();
    expect(ruleOf(state.tape, 2).join("")).toBe("* hands on 2 to a, a to 2.");
    expect(made(state.run, 2)).toBe("b = a · 2 = 3 · 2 = 6");
    expect(hands(state.run, 2)).toBe("b hands on ×2 to a");
  });

  it("knows which leaf matters most", () => {
    expect(most(lecture().run)).toBe("a matters most: move it by a little, and L moves 6 times as far.");
    expect(most(twice().run)).toBe("Move a by a little, and c moves 12 times as far.");
    const sum = Tape.read(
      wire([
        { op: "leaf", label: "a", value: 3 },
        { op: "const", value: 2 },
        { op: "add", label: "b", args: [0, 1], value: 5 },
      ]),
    );
    expect(most(sum.run(sum.at))).toBe("Move a by a little, and b moves as far.");
    const state = lecture();
    state.moveAll(new Map([[0, 3]]));
    expect(most(state.run)).toBe(
      "a and b matter most, and equally: move one by a little, and L moves 6 times as far, or as far the other way.",
    );
  });
});

describe("a nudge", () => {
  it("finds the gradient of every node, leaf or not", () => {
    for (const state of [lecture(), twice()])
      for (const node of state.tape
        .nodes()
        .filter((each) => state.tape.op(each) !== "const" && each !== state.tape.root)) {
        const found = nudge(state, node);
        expect(found?.near).toBe(true);
        expect(Math.abs((found?.quotient ?? 0) - state.run.grads[node])).toBeLessThan(
          0.005 * Math.abs(state.run.grads[node]),
        );
      }
  });

  it("is as large as the number allows, and smaller where the root bends", () => {
    expect(nudge(lecture(), 0)?.by).toBe(0.1);
    expect(nudge(twice(), 0)?.by).toBe(0.01);
    const tiny = new Model(
      Tape.read(
        wire([
          { op: "leaf", label: "x", value: 2e-9 },
          { op: "neg", args: [0], value: -2e-9 },
        ]),
      ),
    );
    expect(nudge(tiny, 0)?.by).toBe(1e-10);
  });

  it("says nothing where only a run of the code could tell", () => {
    const state = new Model(Tape.read(branch()));
    expect(nudge(state, named(state, "x"))?.near).toBe(true);
    const bounded = (bound: number) => {
      const nodes = [
        { op: "leaf", value: 2, label: "x" },
        { op: "const", value: bound },
        { op: "neg", args: [0], value: -2 },
        { op: "mul", args: [2, 2], value: 4, label: "y" },
      ];
      return new Model(Tape.read(wire(nodes, { guards: [{ kind: 0, relation: 0, left: 0, right: 1, line: 3 }] })));
    };
    expect(nudge(bounded(2.05), 0)).toMatchObject({ by: 0.01, near: true });
    expect(nudge(bounded(2.00001), 0)).toBeNull();
    expect(nudge(bounded(2.00001), 2)?.near).toBe(true);
    state.move(0, -1, true);
    expect(state.mood).toBe("asking");
    expect(nudge(state, named(state, "x"))).toBeNull();
  });

  it("changes nothing that is shown", () => {
    const state = lecture();
    const before = [...state.run.values];
    for (const node of state.tape.nodes()) nudge(state, node);
    state.move(0, 2, true);
    expect([...state.run.values]).toEqual(before);
  });

  it("shows both numbers with so many digits that they differ", () => {
    expect(apart(-8, -7.4)).toEqual(["-8", "-7.4"]);
    expect(apart(Math.SQRT1_2, 0.7071117811)).toEqual(["0.70710678", "0.70711178"]);
    expect(apart(2, 2)).toEqual(["2", "2"]);
  });
});
