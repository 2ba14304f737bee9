import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { equation, grad, spoken, term } from "../src/model/gradients";
import { byName } from "../src/model/phrases";
import { backwardStop, visits } from "../src/modes/steps";
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
    expect(equation(run, 0)).toBe("∂L/∂x = ?");
    expect(term(run, 3, 0)).toEqual(["2", "?", "?"]);
    expect(byName(run.tape, 3)).toBe("f(x, w)");
  });

  it("says that it was measured, where it was", () => {
    const tape = read([[0, "6", "1e-9"]]);
    const run = tape.run(new Map());
    expect([grad(run, 0), spoken(run, 0, 6), equation(run, 0)]).toEqual(["≈ 6", "grad about 6, measured", "∂L/∂x ≈ 6"]);
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
    const { tape, ...run } = read().run(new Map([["y", 0]]));
    const stop = backwardStop(tape.run(new Map([["y", 0]])), visits(tape, true), 2);
    expect(run.positions).toEqual([3, 4, 0]);
    expect([stop.known.get(0), stop.known.get(1)]).toEqual([0, 0]);
    const second = backwardStop(tape.run(new Map()), visits(tape, true), 2);
    expect(second.words).toContain("It gives 2 · ? = ? to x, and 2 · 5 = 10 to w.");
  });
});
