import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { marked, type Name, near } from "../src/model/mistakes";
import { LECTURE, type Node, wire } from "./tapes";

/** b = a * 2; c = a * b */
const TWICE: readonly Node[] = [
  { op: "leaf", value: 3, label: "a" },
  { op: "const", value: 2 },
  { op: "mul", args: [0, 1], value: 6, label: "b" },
  { op: "mul", args: [0, 2], value: 18, label: "c" },
];

const O = Math.tanh(0.8813735870195432);
/** The neuron of the lecture. */
const NEURON: readonly Node[] = [
  { op: "leaf", value: 2, label: "x1" },
  { op: "leaf", value: 0, label: "x2" },
  { op: "leaf", value: -3, label: "w1" },
  { op: "leaf", value: 1, label: "w2" },
  { op: "leaf", value: 6.881373587019543, label: "b" },
  { op: "mul", args: [0, 2], value: -6, label: "p" },
  { op: "mul", args: [1, 3], value: 0, label: "q" },
  { op: "add", args: [5, 6], value: -6, label: "s" },
  { op: "add", args: [7, 4], value: 0.8813735870195432, label: "n" },
  { op: "tanh", args: [8], value: O, label: "o" },
];

const of = (nodes: readonly Node[]) => {
  const tape = Tape.read(wire(nodes));
  const run = tape.run(tape.at, true);
  return {
    run,
    mark: (label: string, answer: number) => {
      const said = marked(run, tape.nodes().find((node) => tape.label(node) === label) as number, answer);
      return { ...said, words: said.words.join("") };
    },
  };
};

type Case = readonly [label: string, answer: number, name: Name, words: string];

const named = (nodes: readonly Node[], cases: readonly Case[]) =>
  it.each(cases)("%s: %d is %s", (label, answer, name, words) => {
    const said = of(nodes).mark(label, answer);
    expect(said.right).toBe(false);
    expect(said.names[0]).toBe(name);
    expect(said.words).toContain(words);
  });

describe("mistakes in the lecture's cell", () => {
  named(LECTURE, [
    [
      "b",
      2,
      "local",
      "2 is the local derivative, the value of a: b moves by 1, and e moves by 2. And when e moves by 1, how far does L move?",
    ],
    ["a", -3, "local", "-3 is the local derivative, the value of b"],
    ["e", 1, "local", "1 is the local derivative: e moves by 1, and d moves by 1."],
    ["b", -3, "own value", "-3 is b’s own value: a product hands each input the other input’s value."],
    ["b", 6, "own value", "6 is made with b’s own value"],
    ["d", 4, "own value", "4 is d’s own value"],
    ["f", -2, "own value", "-2 is f’s own value"],
    ["e", -1, "halves", "-1 is half of d.grad: a sum is not shared out, each input gets the whole of it."],
    ["c", -1, "halves", "-1 is half of d.grad"],
    [
      "e",
      10,
      "other input",
      "10 is the value of c: a product would hand that on, but a sum hands its gradient on as it is.",
    ],
    ["c", 12, "other input", "12 is made with the value of e"],
    ["a", -2, "above", "-2 is e.grad: on its way to a it is multiplied by how far e moves when a moves by 1."],
    ["f", 1, "above", "1 is L.grad"],
    ["a", -6, "sign", "-6 is the gradient with the other sign: when a grows, L grows."],
    ["f", -4, "sign", "when f grows, L grows."],
    ["c", 2, "sign", "when c grows, L falls."],
    [
      "a",
      -0.06,
      "step",
      "-0.06 is a step (0.01 times the gradient): the gradient is how far L moves for each 1 that a moves.",
    ],
    ["b", -0.4, "step", "-0.4 is a step (0.1 times the gradient)"],
  ]);
});

describe("mistakes where a number is used twice", () => {
  named(TWICE, [
    ["a", 6, "one path", "6 is what comes back by c or by b alone: a is used twice, and what comes back adds up."],
    ["a", 2, "local", "2 is the local derivative, the other input: a moves by 1, and b moves by 2."],
    [
      "a",
      8,
      "local",
      "8 is the sum of the local derivatives: each is still to be multiplied by the gradient of what uses a.",
    ],
    ["a", 3, "own value", "3 is a’s own value"],
    ["b", 6, "own value", "6 is b’s own value"],
    ["b", 1, "above", "1 is c.grad"],
    ["a", -12, "sign", "when a grows, c grows"],
    ["a", 0.012, "step", "0.012 is a step (0.001 times the gradient)"],
  ]);

  it("says both where two give the same number", () => {
    const said = of(TWICE).mark("a", 4);
    expect(said.names).toEqual(["above"]); // c.grad and b.grad, handed on as they are
    expect(of(TWICE).mark("b", 18).names).toEqual([]);
    expect(of(NEURON).mark("w2", 0.5)).toMatchObject({ names: ["own value", "above"] });
    expect(of(NEURON).mark("w2", 0.5).words).toBe(
      "0.5 is made with w2’s own value (or q.grad): a product hands each input the other input’s value.",
    );
  });

  it("tells two uses of one operation apart from two users", () => {
    const square = of([
      { op: "leaf", value: 3, label: "x" },
      { op: "mul", args: [0, 0], value: 9, label: "y" },
    ]);
    expect(square.mark("x", 3).words).toBe(
      "3 is what comes back by one of its uses alone (or x’s own value): x is used twice, and what comes back adds up.",
    );
  });

  it("names the way that is left out of several", () => {
    const sum = of([
      { op: "leaf", value: 2, label: "x" },
      { op: "leaf", value: 5, label: "k" },
      { op: "mul", args: [0, 1], value: 10, label: "p" },
      { op: "add", args: [2, 0], value: 12, label: "q" },
      { op: "sin", args: [0], value: Math.sin(2), label: "r" },
      { op: "add", args: [3, 4], value: 12 + Math.sin(2), label: "s" },
    ]);
    expect(sum.mark("x", 6 + Math.cos(2)).right).toBe(true);
    expect(sum.mark("x", 6).words).toContain("6 is what comes back without the way by r:");
    expect(sum.mark("x", 5).words).toContain("5 is what comes back by p alone");
  });
});

describe("mistakes in a difference", () => {
  const SHARED =
    "a difference is not shared out, its first input gets the whole of it, and what it subtracts minus the whole";
  named(
    [
      { op: "leaf", value: 5, label: "a" },
      { op: "leaf", value: 4, label: "b" },
      { op: "sub", args: [0, 1], value: 1, label: "d" },
      { op: "leaf", value: 3, label: "k" },
      { op: "mul", args: [2, 3], value: 3, label: "L" },
    ],
    [
      ["a", 1.5, "halves", `1.5 is half of d.grad: ${SHARED}.`],
      ["b", -1.5, "halves", `-1.5 is minus half of d.grad: ${SHARED}.`],
      [
        "b",
        5,
        "other input",
        "5 is the value of a: a product would hand that on, but a difference hands its gradient on as it is, and with the other sign to what it subtracts.",
      ],
    ],
  );
});

describe("mistakes in a neuron", () => {
  named(NEURON, [
    ["n", O, "output", "0.7071 is the output of tanh: its local derivative is 1 - o²."],
    ["n", 1, "above", "1 is o.grad"],
    ["s", 1, "local", "1 is the local derivative"],
    ["s", 0.25, "halves", "0.25 is half of n.grad"],
    ["b", 0.25, "halves", "0.25 is half of n.grad"],
    ["b", -6, "other input", "-6 is the value of s"],
    ["x1", -3, "local", "-3 is the local derivative, the value of w1"],
    ["w1", 2, "local", "2 is the local derivative, the value of x1"],
    ["x2", 0, "own value", "0 is x2’s own value"],
    ["x2", 1, "local", "1 is the local derivative, the value of w2"],
    ["x1", 1, "own value", "1 is made with x1’s own value"],
    ["w2", 1, "own value", "1 is w2’s own value"],
    ["w1", 0.5, "above", "0.5 is p.grad"],
    ["x1", 1.5, "sign", "1.5 is the gradient with the other sign: when x1 grows, o falls."],
    ["x1", 0.15, "step", "0.15 is a step (0.1 times the gradient)"],
  ]);
});

describe("what no mistake explains", () => {
  it("is not named by one that cannot be made there", () => {
    expect(of(LECTURE).mark("b", -2).names).toEqual(["above"]); // half of it, but there is no sum
    expect(of(LECTURE).mark("a", -6).names).toEqual(["sign"]); // e's number, but e comes of no function
    expect(of(LECTURE).mark("e", -6).names).toEqual([]); // its own value, but there is no product
    expect(of(NEURON).mark("n", 0.25).names).toEqual([]);
    expect(of(TWICE).mark("b", 1.5).names).toEqual([]);
  });

  it.each([
    ["a", 7, "Close: the sign is right, and the size nearly."],
    ["a", 600, "The sign is right, but it is too large."],
    ["a", 1, "The sign is right, but it is too small."],
    ["a", -5, "The sign is wrong: when a grows, L grows."],
    ["a", 0, "The sign is wrong: when a grows, L grows."],
    ["a", Number.POSITIVE_INFINITY, "The sign is right, but it is too large."],
    ["a", Number.NaN, "The sign"],
  ])("%s: %d", (label, answer, words) => {
    const said = of(LECTURE).mark(label, answer);
    expect(said.right).toBe(false);
    if (!Number.isNaN(answer)) expect(said.names).toEqual([]);
    if (!Number.isNaN(answer)) expect(said.words).toBe(words);
  });
});

describe("what is right", () => {
  it.each([
    ["the lecture", LECTURE],
    ["a number that is used twice", TWICE],
    ["the neuron", NEURON],
  ])("is right first in %s", (_, nodes) => {
    const { run } = of(nodes);
    run.tape.nodes().forEach((node) => {
      if (node === run.tape.root) return;
      for (const answer of [run.grads[node], run.grads[node] * 1.004, -0 + run.grads[node]])
        expect(marked(run, node, answer).right).toBe(true);
      expect(marked(run, node, run.grads[node] * 1.006 + 1e-9).right).toBe(false);
    });
  });

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
  ])("is within half a per cent: %d where it is %d", (answer, grad, right) => expect(near(answer, grad)).toBe(right));

  it("is 0 where the parts cancel but for their last digits", () => {
    const cancels = of([
      { op: "leaf", value: 1, label: "x" },
      { op: "const", value: 0.1 },
      { op: "const", value: 0.2 },
      { op: "const", value: -0.3 },
      { op: "mul", args: [0, 1], value: 0.1 },
      { op: "mul", args: [0, 2], value: 0.2 },
      { op: "mul", args: [0, 3], value: -0.3 },
      { op: "add", args: [4, 5], value: 0.1 + 0.2 },
      { op: "add", args: [7, 6], value: 0.1 + 0.2 - 0.3, label: "y" },
    ]);
    expect(cancels.run.grads[0]).not.toBe(0);
    expect(cancels.mark("x", 0).right).toBe(true);
    expect(cancels.mark("x", 0.001).right).toBe(false);
  });

  it("is no other number where a gradient is small beside its parts, and yet not nothing", () => {
    const apart = of([
      { op: "leaf", value: 1, label: "x" },
      { op: "const", value: 1e9 + 0.5 },
      { op: "const", value: -1e9 },
      { op: "mul", args: [0, 1], value: 1e9 + 0.5 },
      { op: "mul", args: [0, 2], value: -1e9 },
      { op: "add", args: [3, 4], value: 0.5, label: "y" },
    ]);
    expect(apart.mark("x", 0.5).right).toBe(true);
    for (const answer of [1.4, 0, -0.4]) expect(apart.mark("x", answer).right).toBe(false);
  });

  it("is no finite number where a gradient is infinite", () => {
    const pole = of([
      { op: "leaf", value: 0, label: "x" },
      { op: "log", args: [0], value: -Infinity, label: "y" },
    ]);
    expect(pole.run.grads[0]).toBe(Infinity);
    for (const answer of [0, 5, -Infinity]) expect(pole.mark("x", answer).right).toBe(false);
    expect(pole.mark("x", Infinity).right).toBe(true);
  });

  it("says how it comes about", () => {
    expect(of(LECTURE).mark("f", 4).words).toBe("Right: f.grad = 1 · 4 = 4.");
    expect(of(TWICE).mark("a", 12).words).toBe("Right: a.grad = 1 · 6 + 3 · 2 = 12.");
  });
});
