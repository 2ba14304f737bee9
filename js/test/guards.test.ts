import { describe, expect, it } from "vitest";
import { Kind, STRICT, WHOLE } from "../src/engine/protocol.gen";
import { Tape } from "../src/engine/tape";
import { type Guarded, type Node, wire } from "./tapes";

/** What is said of a graph with its first leaf elsewhere. */
function verdict(nodes: readonly Node[], guards: readonly Guarded[], x: number): readonly [string, string] {
  const { kind, text } = Tape.read(wire(nodes, { guards })).run(new Map([["x", x]])).verdict;
  return [kind, text];
}

const HELD: readonly [string, string] = ["exact", ""];

const SQUARE: readonly Node[] = [
  { op: "leaf", value: 2, label: "x" },
  { op: "leaf", value: 3, label: "b" },
  { op: "mul", args: [0, 0], value: 4, label: "y" },
];

describe("a number that left the graph", () => {
  it("must not change", () => {
    const guards = [{ kind: Kind.Escapes, left: 2, line: 4 }];
    expect(verdict(SQUARE, guards, 3)).toEqual(["flipped", "line 4: y left the graph and has changed"]);
    expect(verdict(SQUARE, guards, 2)).toEqual(HELD);
    expect(verdict(SQUARE, [{ kind: Kind.Escapes, left: 1 }], 3)).toEqual(HELD);
  });

  it("may depend on anything", () => {
    const guards = [{ kind: Kind.Escapes, left: -1, line: 4 }];
    expect(verdict(SQUARE, guards, 3)).toEqual([
      "flipped",
      "line 4: a gradient, or a number of single precision, left the graph and has changed",
    ]);
    expect(verdict(SQUARE, guards, 2)).toEqual(HELD);
  });
});

describe("a whole number", () => {
  const whole: readonly Node[] = [
    { op: "leaf", value: 3, label: "x", whole: true },
    { op: "mul", args: [0, 0], value: 9, label: "y", flags: WHOLE },
  ];

  it("is exact up to 2**53", () => {
    expect(verdict(whole, [], 94906265)).toEqual(HELD);
    expect(verdict(whole, [], 94906267)).toEqual(["flipped", "line 3: y is a whole number beyond 2**53"]);
  });

  it("may be the largest such", () => {
    const twice = [whole[0], { op: "add", args: [0, 0], value: 6, label: "y", flags: WHOLE }];
    expect(verdict(twice, [], 2 ** 52)).toEqual(HELD);
    expect(verdict(twice, [], 2 ** 52 + 1)[0]).toBe("flipped");
    expect(verdict(twice, [], -(2 ** 52) - 1)[0]).toBe("flipped");
  });
});

describe("what Python refuses", () => {
  const nodes: readonly Node[] = [
    { op: "leaf", value: 2, label: "x" },
    { op: "const", value: 0 },
    { op: "div", args: [0, 0], value: 1, label: "y", flags: STRICT },
  ];
  const more = (after: number) => [{ kind: Kind.Compare, relation: 4, left: 0, right: 1, line: 9, after }];
  const refused = ["flipped", "line 4: Python would refuse div(x, x) here"];

  it("comes in its place among the guards", () => {
    expect(verdict(nodes, more(2), 0)).toEqual(["flipped", "line 9: x > 0 is no longer true"]);
    expect(verdict(nodes, more(3), 0)).toEqual(refused);
    expect(verdict(nodes, more(2), 5)).toEqual(HELD);
  });

  it("is told after the last guard, and without any", () => {
    const holds = [{ kind: Kind.Compare, relation: 5, left: 0, right: 1, line: 9, after: 2 }];
    expect(verdict(nodes, holds, 0)).toEqual(refused);
    expect(verdict(nodes, [], 0)).toEqual(refused);
  });
});
