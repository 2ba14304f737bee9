// Runs of a graph: each is what it would be if it were the first, in the order of the kernel's additions.
import { describe, expect, it } from "vitest";

import { Tape } from "../src/engine/tape";
import { LECTURE, type Node, TWICE, wire } from "./tapes";

const read = (nodes: readonly Node[], more = {}) => Tape.read({ ...wire(nodes), ...more });
const numbers = (tape: Tape, at: [string, number][]) => {
  const { values, grads } = tape.run(new Map(at));
  return [[...values], [...grads]];
};

describe("a run", () => {
  it("does not depend on what was tried before", () => {
    const moves: [string, number][][] = [[["a", 4]], [["a", 5]], [], [["a", 5]]];
    const tape = read(TWICE);
    for (const at of moves) {
      expect(numbers(tape, at)).toEqual(numbers(read(TWICE), at));
      // Constants are nudged too, where somebody checks their gradient.
      for (const node of [0, 1, 2]) tape.nudged(tape.run(new Map(at)).values, node, 7);
      expect(numbers(tape, at)).toEqual(numbers(read(TWICE), at));
      tape.probe(new Map([["a", -1]]));
    }
  });

  it("computes what depends on the leaves that were moved since the last", () => {
    const tape = read(LECTURE);
    const at: Record<string, number> = { a: 3, b: -1, f: 4 };
    for (const [key, number] of [["a", 1] as const, ["f", 5] as const, ["f", 6] as const, ["b", 2] as const]) {
      at[key] = number;
      for (const moved of [at, { ...at, c: 7 }, at, { b: 9 }, at]) {
        const entries = Object.entries(moved);
        expect(numbers(tape, entries)).toEqual(numbers(read(LECTURE), entries));
      }
    }
  });

  it("adds a gradient up from the last use to the first, whatever the uses are", () => {
    const nodes: Node[] = [
      { op: "leaf", value: 1, label: "x" },
      { op: "const", value: 1e16 },
      { op: "const", value: -1e16 },
      { op: "const", value: 1 },
      { op: "mul", args: [0, 1], value: 1e16 },
      { op: "add", args: [0, 4], value: 1e16 },
      { op: "mul", args: [0, 2], value: -1e16 },
      { op: "mul", args: [0, 3], value: 1 },
      { op: "add", args: [5, 6], value: 0 },
      { op: "add", args: [8, 7], value: 1 },
    ];
    expect(numbers(read(nodes), [])[1][0]).toBe(1 + -1e16 + 1 + 1e16);
  });

  it("knows no gradient below one that is not known", () => {
    const tape = read(
      [
        { op: "leaf", value: 2, label: "x" },
        { op: "const", value: 1 },
        { op: "sub", args: [0, 1], value: 1 },
        { op: "opaque", args: [2], value: 5 },
        { op: "opaque", args: [3], value: 6 },
      ],
      {
        slopes: [
          [3, ["2.0"]],
          [4, ["NaN"]],
        ],
      },
    );
    expect(numbers(tape, [])[1]).toEqual([NaN, NaN, NaN, NaN, 1]);
  });
});
