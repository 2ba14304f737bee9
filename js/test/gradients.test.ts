import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { grad, spoken, term } from "../src/model/gradients";
import { AS_IT_OPENS } from "../src/model/groups";
import { Pass, Steps } from "../src/model/pass";
import { byName } from "../src/model/phrases";
import { Plan } from "../src/model/plan";
import { backward } from "../src/model/telling";
import { type Node, wire } from "./tapes";

/** L = y * f(x, w), of which the derivative by x is not known; that by w was measured. */
const CALL: readonly Node[] = [
  { op: "leaf", value: 3, label: "x" },
  { op: "leaf", value: 4, label: "w" },
  { op: "leaf", value: 2, label: "y" },
  { op: "opaque", args: [0, 1], value: 7, label: "z" },
  { op: "mul", args: [2, 3], value: 14, label: "L" },
];

const read = (measured: readonly unknown[] = []) =>
  Tape.read({ ...wire(CALL), symbols: [[3, "f"]], slopes: [[3, ["NaN", "5"]]], measured });

describe("a gradient", () => {
  it("is a question mark while nobody knows it", () => {
    const run = read().run(new Map());
    expect(run.tape.nodes().map((node) => grad(run, node))).toEqual(["?", "10", "7", "2", "1"]);
    expect(spoken(run, 0, run.grads[0])).toBe("grad not known");
    expect(term(run, 3, 0)).toEqual(["2", "?", "?"]);
    expect(byName(run.tape, 3)).toBe("f(x, w)");
  });

  it("says that it was measured, where it was", () => {
    const tape = read([[0, "6", "1e-9"]]);
    const run = tape.run(new Map());
    expect([grad(run, 0), spoken(run, 0, 6)]).toEqual(["≈ 6", "grad about 6, measured"]);
    const moved = tape.run(new Map([["y", 3]]));
    expect([moved.verdict.kind, grad(moved, 0), grad(moved, 1)]).toEqual(["exact", "?", "15"]);
  });

  it("stays nan where it is no number", () => {
    const run = Tape.read(
      wire([
        { op: "leaf", value: NaN, label: "x" },
        { op: "mul", args: [0, 0], value: NaN },
      ]),
    ).run(new Map());
    expect(grad(run, 0)).toBe("nan");
  });

  it("of another root is known where only the graph leads there", () => {
    const lost = read([
      [0, "6", "1e-9"],
      [2, "8", "1e-9"],
    ]);
    const run = lost.rooted([3]).run(new Map());
    expect([0, 1, 2].map((node) => grad(run, node))).toEqual(["?", "5", "?"]);
    expect(grad(lost.rooted([2]).run(new Map()), 2)).toBe("1");
  });

  it("is handed on step by step, and nothing is where nothing comes down", () => {
    const tape = read();
    const steps = new Steps(new Plan(tape, { ...AS_IT_OPENS, constants: true }));
    const none = new Pass(tape.run(new Map([["y", 0]])), steps);
    expect([none.grad(0, 2), none.grad(1, 2)]).toEqual([0, 0]);
    const pass = new Pass(tape.run(new Map()), steps);
    expect(backward(pass, 2)).toBe("z gives 2 · ? = ? to x, 2 · 5 = 10 to w.");
    expect([pass.grad(0, 1), pass.grad(0, 2), pass.grad(1, 2)]).toEqual([null, Number.NaN, 10]);
  });
});
