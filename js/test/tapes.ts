// Small tapes in the form that the kernel sends.
import { VERSION } from "../src/engine/protocol.gen";
import { encodeNumber } from "../src/engine/wire";

export interface Node {
  readonly op: string;
  readonly args?: readonly number[];
  readonly value: number;
  readonly label?: string;
  readonly flags?: number;
  /** Where the code puts a leaf; its value, unless it is said. */
  readonly start?: number;
  readonly whole?: boolean;
}

export interface Guarded {
  readonly kind: number;
  readonly relation?: number;
  readonly left: number;
  readonly right?: number;
  readonly outcome?: number;
  readonly line?: number;
  /** The first node that was made later; unless it is said there is none. */
  readonly after?: number;
}

export interface Extra {
  readonly guards?: readonly Guarded[];
  readonly trace?: number;
  readonly question?: number;
  readonly rerun?: boolean;
  readonly root?: number;
  readonly again?: boolean;
  readonly text?: number;
}

/** What the kernel says of these operations. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  add: ["+", "", "{x} + {y}", "1", "1"],
  sub: ["-", "", "{x} - {y}", "1", "-1"],
  mul: ["*", "", "{x} · {y}", "{y}", "{x}"],
  div: ["/", "", "{x} / {y}", "1 / {y}", "-{z} / {y}"],
  reciprocal: ["1/", "", "1 / {x}", "-{z}²"],
  floor: ["floor", "", "floor({x})", "0"],
  neg: ["neg", "", "-{x}", "-1"],
  pow: ["**", "", "{x}**{y}", "{y} · {x}**({y} - 1)", "{z} · log({x})"],
  sin: ["sin", "", "sin({x})", "cos({x})"],
  log: ["log", "", "log({x})", "1 / {x}"],
  exp: ["exp", "", "exp({x})", "{z}"],
  relu: ["relu", "", "max(0, {x})", "1 if {x} > 0, else 0"],
  tanh: ["tanh", "", "tanh({x})", "1 - {z}²"],
};

/** The key of a leaf: its label, and of a second leaf of that label its place. */
function keyOf(nodes: readonly Node[], node: number): string {
  const { label = "" } = nodes[node];
  return label && nodes.findIndex((other) => other.label === label) === node ? label : `${label}#${node}`;
}

interface LeafOf {
  readonly node: number;
  readonly key: string;
  readonly start: number;
  readonly whole?: boolean;
  readonly lo?: number;
  readonly hi?: number;
}

/** Leaves as they travel. */
export function leavesWire(leaves: readonly LeafOf[]): { [name: string]: unknown } {
  return {
    node: Int32Array.from(leaves, ({ node }) => node),
    key: leaves.map(({ key }) => key),
    kind: Uint8Array.from(leaves, ({ whole }) => (whole ? 3 : 0)),
    start: Float64Array.from(leaves, ({ start }) => start),
    lo: Float64Array.from(leaves, ({ lo = Number.NaN }) => lo),
    hi: Float64Array.from(leaves, ({ hi = Number.NaN }) => hi),
  };
}

export function wire(nodes: readonly Node[], extra: Extra = {}): { [name: string]: unknown } {
  const ops = [...new Set(nodes.map(({ op }) => op))];
  const starts = [0];
  for (const { args = [] } of nodes) starts.push(starts[starts.length - 1] + args.length);
  const guards = extra.guards ?? [];
  return {
    version: VERSION,
    trace: extra.trace ?? 1,
    question: extra.question ?? 0,
    ops,
    words: Object.fromEntries(ops.flatMap((op) => (WORDS[op] ? [[op, WORDS[op]]] : []))),
    codes: Uint8Array.from(nodes, ({ op }) => ops.indexOf(op)),
    starts: Int32Array.from(starts),
    args: Int32Array.from(nodes.flatMap(({ args = [] }) => args)),
    values: Float64Array.from(nodes, ({ value }) => value),
    flags: Uint8Array.from(nodes, ({ flags = 0 }) => flags),
    lines: Int32Array.from(nodes, (_, node) => node + 2),
    labels: nodes.flatMap(({ label }, node) => (label ? [[node, label]] : [])),
    symbols: [],
    root: extra.root ?? nodes.length - 1,
    leaves: leavesWire(
      nodes.flatMap(({ op, value, start = value, whole = false }, node) =>
        op === "leaf" ? [{ node, key: keyOf(nodes, node), whole, start }] : [],
      ),
    ),
    at: Object.fromEntries(
      nodes.flatMap(({ op, value, start = value }, node) =>
        op === "leaf" && !Object.is(value, start) ? [[keyOf(nodes, node), encodeNumber(value)]] : [],
      ),
    ),
    again: extra.again ?? true,
    text: extra.text ?? 0,
    guards: {
      kind: Uint8Array.from(guards, ({ kind }) => kind),
      relation: Uint8Array.from(guards, ({ relation = 0 }) => relation),
      pairs: Int32Array.from(guards, () => 1),
      left: Int32Array.from(guards, ({ left }) => left),
      right: Int32Array.from(guards, ({ right = -1 }) => right),
      outcome: Float64Array.from(guards, ({ outcome = 1 }) => outcome),
      line: Int32Array.from(guards, ({ line = 0 }) => line),
      after: Int32Array.from(guards, ({ after = nodes.length }) => after),
    },
    source: "%%autograd\n",
    rerun: extra.rerun ?? true,
    notes: [],
  };
}

/** The lecture's cell: L = (a*b + c) * f. */
export const LECTURE: readonly Node[] = [
  { op: "leaf", value: 2, label: "a" },
  { op: "leaf", value: -3, label: "b" },
  { op: "leaf", value: 10, label: "c" },
  { op: "mul", args: [0, 1], value: -6, label: "e" },
  { op: "add", args: [3, 2], value: 4, label: "d" },
  { op: "leaf", value: -2, label: "f" },
  { op: "mul", args: [4, 5], value: -8, label: "L" },
];

/** c = a * b, where b = a * 2. */
export const TWICE: readonly Node[] = [
  { op: "leaf", value: 3, label: "a" },
  { op: "const", value: 2 },
  { op: "mul", args: [0, 1], value: 6, label: "b" },
  { op: "mul", args: [0, 2], value: 18, label: "c" },
];

/** y = x*x, traced where x > 0 was true in line 3. */
export function branch(extra: Extra = {}): { [name: string]: unknown } {
  return wire(
    [
      { op: "leaf", value: 2, label: "x" },
      { op: "const", value: 0 },
      { op: "mul", args: [0, 0], value: 4, label: "y" },
    ],
    { guards: [{ kind: 0, relation: 4, left: 0, right: 1, line: 3 }], ...extra },
  );
}
