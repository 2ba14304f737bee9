import { expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { title } from "../src/model/names";
import { findNet, lengths, netOf, parts } from "../src/model/nets";
import { LECTURE, type Node, wire } from "./tapes";

/** h = tanh(w·x + b) for two neurons on one example, out = v·h, loss = out - 1, squared. */
function net(): Tape {
  const nodes: Node[] = [];
  const put = (op: string, value: number, args: readonly number[] = [], label = "") =>
    nodes.push({ op, value, args, label }) - 1;
  const add = (x: number, y: number) => put("add", nodes[x].value + nodes[y].value, [x, y]);
  const mul = (x: number, y: number) => put("mul", nodes[x].value * nodes[y].value, [x, y]);
  const leaf = (label: string, value: number) => put("leaf", value, [], label);
  const h = [0, 1].map((k) => {
    const [w0, w1, b] = [leaf(`a.w[${k},0]`, 0.1 + k), leaf(`a.w[${k},1]`, -0.2), leaf(`a.b[${k}]`, 0.3)];
    const sum = add(add(b, mul(w0, put("const", 2))), mul(w1, put("const", 3)));
    return put("tanh", Math.tanh(nodes[sum].value), [sum]);
  });
  const out = add(mul(leaf("c.w[0,0]", 0.5), h[0]), mul(leaf("c.w[0,1]", -0.5), h[1]));
  const error = add(out, put("const", -1));
  mul(error, error);
  return Tape.read(wire(nodes));
}

it("is a net by its arithmetic, and says where its numbers are", () => {
  const tape = net();
  // A number that is added to a sum of products stands in the sum, and only calls could tell that it is none of the neuron's.
  expect(findNet(tape)).toBeNull();
  const out = tape.nodes().filter((node) => tape.op(node) === "add")[4];
  const found = findNet(tape.rooted([out]));
  expect(found?.layers.map(({ label, activation }) => [label, activation])).toEqual([
    ["a", "tanh"],
    ["c", ""],
  ]);
  expect(found?.layers[0].weights).toEqual([
    ["a.w[0,0]", "a.w[0,1]"],
    ["a.w[1,0]", "a.w[1,1]"],
  ]);
  expect([found?.layers[0].bias, found?.layers[1].bias]).toEqual([["a.b[0]", "a.b[1]"], [null]]);
  if (!found) return;
  const rooted = tape.rooted([out]);
  const run = rooted.run(rooted.at);
  expect(lengths(found, run.grads)).toEqual([Math.hypot(0.5, 0.5), 1]);
  expect(parts(found, run, 0, 1, 0)).toEqual([
    run.grads[rooted.leaves.find(({ key }) => key === "a.w[1,0]")?.node ?? -1],
  ]);
});

it("is no net where there is none", () => {
  expect(findNet(Tape.read(wire(LECTURE)))).toBeNull();
});

it("calls a weight without a name by its place", () => {
  // Eight neurons on two inputs, and one on those, of leaves that have no names.
  const nodes: Node[] = [];
  const put = (op: string, value: number, args: readonly number[] = []) => nodes.push({ op, value, args }) - 1;
  const add = (x: number, y: number) => put("add", nodes[x].value + nodes[y].value, [x, y]);
  const mul = (x: number, y: number) => put("mul", nodes[x].value * nodes[y].value, [x, y]);
  const neuron = (inputs: readonly number[]) =>
    inputs.map((input, k) => mul(put("leaf", 0.1 * (k + 1)), input)).reduce((sum, term) => add(sum, term));
  const xs = [1, 2].map((x) => put("const", x));
  const h = [0, 1, 2, 3, 4, 5, 6, 7].map(() => put("tanh", Math.tanh(0.5), [neuron(xs)]));
  neuron(h);
  const tape = Tape.read(wire(nodes));
  const { net, spots } = netOf(tape);
  expect(net?.layers.map(({ weights }) => weights.length)).toEqual([8, 1]);
  expect(spots.size).toBe(24);
  const [first] = [...spots.keys()].sort((one, other) => one - other);
  expect(title(tape, first)).toBe("layer 0.w[0,0]");
});
