import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { AS_IT_OPENS, grouped } from "../src/model/groups";
import { base } from "../src/model/spoken";
import { LECTURE, type Node, wire } from "./tapes";

/** x, and so many times `y = y * x`, each in a pass of its own. */
function powers(passes: number, labels = false): Tape {
  const nodes: Node[] = [
    { op: "leaf", value: 1.01, label: "x" },
    ...Array.from({ length: passes }, (_, k) => ({
      op: "mul",
      args: [k, 0],
      value: 1.01 ** (k + 2),
      label: labels ? `y${k}` : "",
    })),
  ];
  const of = nodes.map((_, node) => node);
  return Tape.read({
    ...wire(nodes),
    origins: {
      sites: [[true, "", 3]],
      parent: Int32Array.from(of, (at) => (at ? 0 : -1)),
      site: Int32Array.from(of, (at) => (at ? 0 : -1)),
      count: Int32Array.from(of, (at) => Math.max(0, at - 1)),
      of: Int32Array.from(of),
    },
  });
}

describe("groups", () => {
  it("are the nodes themselves where these are few", () => {
    const { cards } = grouped(Tape.read(wire(LECTURE)));
    expect(cards.map(({ label }) => label)).toEqual(["a", "b", "c", "e", "d", "f", "L"]);
    expect(cards.every(({ holds, kind }) => holds === 1 && kind === "node")).toBe(true);
  });

  it("are the passes of a loop by tens, and these the steps", () => {
    const tape = powers(100);
    const first = grouped(tape);
    expect(first.cards.map(({ holds }) => holds)).toEqual([1, ...Array(10).fill(10)]);
    const [, ten] = first.cards;
    const opened = grouped(tape, { open: new Set([ten.key]), shut: new Set() });
    expect(opened.cards.length).toBe(20);
    expect(opened.cards[1].within.at(-1)?.key).toBe(ten.key);
    expect(opened.cards.slice(11)).toEqual(first.cards.slice(2));
    const around = ten.within[0];
    expect(around.label).toBe("the loop in line 3: 100 passes");
    const shut = grouped(tape, { open: new Set(), shut: new Set([around.key]) });
    expect(shut.cards.map(({ label }) => label)).toEqual(["x", "the loop in line 3: 100 passes"]);
  });

  it("hold the node whose number goes out of them", () => {
    const groups = grouped(powers(100));
    const [, ten] = groups.cards;
    expect([ten.node, ten.outputs]).toEqual([10, [10]]);
    expect(groups.at(10)).toBe(1);
  });

  it("leave out what the root does not depend on", () => {
    const tape = Tape.read(wire([...LECTURE, { op: "mul", args: [0, 1], value: -6, label: "other" }], { root: 6 }));
    expect(grouped(tape).at(7)).toBe(-1);
  });

  it("are made again for another root", () => {
    const tape = powers(100);
    expect(grouped(tape.rooted([3])).cards.length).toBe(4);
    expect(grouped(tape.rooted([3, 90]), AS_IT_OPENS).cards.reduce((sum, { nodes }) => sum + nodes.length, 0)).toBe(92);
  });

  it("find the list that an element is of", () => {
    expect(["w[2]", "l0.w[1,2]", "w['k'][2]", "x₁₂", "x", "x1"].map(base)).toEqual(["w", "l0.w", "w", "x", "x", "x1"]);
  });
});
