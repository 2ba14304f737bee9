// The form of a tape on the wire, and its checks. autograd_magic/wire.py is the other side.
// A saved notebook restores this state before anybody has trusted it, so nothing is used before it was looked at.
import { RULES } from "./ops.gen";

export const VERSION = 2;
const LARGEST = 2_000_000;
const LONGEST = 10_000;

/** The state cannot be shown; the message is one plain sentence. */
export class WireError extends Error {}

export interface LeafSpec {
  readonly node: number;
  readonly name: string;
  readonly whole: boolean;
  readonly lo: number | null;
  readonly hi: number | null;
}

export enum Kind {
  Compare = 0,
  Whole = 1,
  Raised = 2,
  Escapes = 3,
}

export interface Guard {
  readonly kind: Kind;
  readonly relation: number;
  readonly left: number;
  readonly right: number;
  readonly outcome: number;
  readonly line: number;
  readonly after: number;
}

export const STRICT = 1;
export const WHOLE = 2;
export const RAISED = 4;
export const ESCAPES = 8;

/** A tape that was looked at and can be used. */
export interface Graph {
  readonly size: number;
  readonly trace: number;
  readonly question: number;
  readonly ops: readonly string[];
  readonly words: ReadonlyMap<string, Words>;
  readonly codes: Uint8Array;
  readonly starts: Int32Array;
  readonly args: Int32Array;
  readonly values: Float64Array;
  readonly flags: Uint8Array;
  readonly lines: Int32Array;
  readonly labels: ReadonlyMap<number, string>;
  readonly symbols: ReadonlyMap<number, string>;
  readonly root: number;
  readonly leaves: readonly LeafSpec[];
  readonly guards: readonly Guard[];
  readonly source: string;
  readonly rerun: boolean;
  readonly quiz: boolean;
  readonly notes: readonly string[];
  readonly text: number;
  readonly theirs: ReadonlyMap<number, Theirs>;
}

/** What is said of an operation: its symbol, then its formula and its partials, with `{x}` where an argument stands. */
export interface Words {
  readonly symbol: string;
  readonly formula: string;
  readonly partials: readonly string[];
}

/** A gradient that somebody else's class has given, and why it is wrong; empty when it is not. */
export interface Theirs {
  readonly grad: number;
  readonly why: string;
}

/** Numbers that stand in JSON are text, which alone keeps nan, the infinities and -0. */
export function encodeNumber(x: number): string {
  return Object.is(x, -0) ? "-0.0" : String(x);
}

export function decodeNumber(text: unknown): number {
  if (typeof text !== "string" || !/^(NaN|-?Infinity|-?\d+(\.\d*)?(e[+-]?\d+)?)$/i.test(text)) {
    throw new WireError("a number in this widget's state cannot be read");
  }
  return Number(text);
}

/** What is wrong with a state is told by the part that is wrong: nobody repairs one by hand. */
function need(condition: boolean, part: string): asserts condition {
  if (!condition) throw new WireError(`its ${part} cannot be read`);
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, part: string): Fields {
  need(typeof value === "object" && value !== null && !Array.isArray(value), part);
  return value as Fields;
}

function list(value: unknown, part: string): readonly unknown[] {
  need(Array.isArray(value) && value.length <= LARGEST, part);
  return value;
}

function whole(value: unknown, low: number, high: number, part: string): number {
  need(typeof value === "number" && Number.isInteger(value) && value >= low && value < high, part);
  return value;
}

function text(value: unknown, part: string): string {
  need(typeof value === "string", part);
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

/** The bytes of a binary field, in memory of our own (a view may start anywhere in its buffer). */
function bytes(value: unknown, width: number, count: number | null, part: string): ArrayBuffer {
  const inside = ArrayBuffer.isView(value);
  need(inside || value instanceof ArrayBuffer, part);
  const view = inside ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
  need(view.byteLength % width === 0 && view.byteLength <= 8 * LARGEST * 3, part);
  need(count === null || view.byteLength === width * count, part);
  return view.slice().buffer;
}

/** Looks at everything; throws a WireError that says in a sentence what is wrong. */
export function readGraph(state: unknown): Graph {
  const wire = fields(state, "graph");
  // By name as text: the names of our own fields are shortened (build.mjs), those of the wire are not.
  const of = (name: string) => wire[name];
  if (of("version") !== VERSION)
    throw new WireError(`it has version ${String(of("version")).slice(0, 20)}, and this widget reads ${VERSION}`);
  const source = of("source");
  const ops = list(of("ops"), "operations").map((name) => text(name, "operations"));
  need(ops.length <= 256, "operations");
  for (const name of ops) {
    need(RULES.has(name) || name === "leaf" || name === "const" || name === "opaque", `operation ${name.slice(0, 40)}`);
  }
  const spoken = fields(of("words"), "words");
  const words = new Map(
    ops.flatMap((op) => {
      const rule = RULES.get(op);
      if (!rule) return [];
      const said = list(spoken[op], "words").map((word) => text(word, "words"));
      need(said.length === rule.arity + 2, "words");
      const [symbol, formula, ...partials] = said;
      return [[op, { symbol, formula, partials }] as const];
    }),
  );
  const codes = new Uint8Array(bytes(of("codes"), 1, null, "operations"));
  const size = codes.length;
  need(size > 0 && size <= LARGEST, "operations");
  const starts = new Int32Array(bytes(of("starts"), 4, size + 1, "arguments"));
  const args = new Int32Array(bytes(of("args"), 4, null, "arguments"));
  need(starts[0] === 0 && starts[size] === args.length, "arguments");
  for (let node = 0; node < size; node++) {
    need(codes[node] < ops.length, "operations");
    const count = starts[node + 1] - starts[node];
    const op = ops[codes[node]];
    const arity = RULES.get(op)?.arity ?? (op === "opaque" ? count : 0);
    need(count === arity && count >= 0, "arguments");
    for (let k = starts[node]; k < starts[node + 1]; k++) need(args[k] >= 0 && args[k] < node, "arguments");
  }
  const inside = (value: unknown, part: string) => whole(value, 0, size, part);
  const pairs = (value: unknown, part: string) =>
    new Map(
      list(value, part).map((pair) => {
        const [node, name] = list(pair, part);
        return [inside(node, part), text(name, part)] as const;
      }),
    );
  const seen = new Set<number>();
  const leaves = list(of("leaves"), "leaves").map((item): LeafSpec => {
    const leaf = fields(item, "leaves");
    const its = (name: string) => leaf[name];
    const node = inside(its("node"), "leaves");
    need(!seen.has(node) && ops[codes[node]] === "leaf", "leaves");
    seen.add(node);
    return {
      node,
      name: text(its("name"), "leaves"),
      whole: its("whole") === true,
      lo: its("lo") === null ? null : decodeNumber(its("lo")),
      hi: its("hi") === null ? null : decodeNumber(its("hi")),
    };
  });
  return {
    size,
    trace: whole(of("trace"), 0, 2 ** 53, "trace"),
    question: whole(of("question"), 0, 2 ** 53, "question"),
    ops,
    words,
    codes,
    starts,
    args,
    values: new Float64Array(bytes(of("values"), 8, size, "values")),
    flags: new Uint8Array(bytes(of("flags"), 1, size, "flags")),
    lines: new Int32Array(bytes(of("lines"), 4, size, "lines")),
    labels: pairs(of("labels"), "labels"),
    symbols: pairs(of("symbols"), "symbols"),
    root: inside(of("root"), "root"),
    leaves,
    guards: readGuards(fields(of("guards"), "guards"), size),
    source: typeof source === "string" ? source : "",
    rerun: of("rerun") === true,
    quiz: of("quiz") === true,
    text: whole(of("text") ?? 0, 0, 2 ** 31, "text"),
    theirs: new Map(
      list(of("theirs") ?? [], "gradients").map((entry) => {
        const [node, grad, why] = list(entry, "gradients");
        return [inside(node, "gradients"), { grad: decodeNumber(grad), why: text(why, "gradients") }] as const;
      }),
    ),
    notes: list(of("notes"), "notes").map((note) => text(note, "notes")),
  };
}

function readGuards(wire: Fields, size: number): Guard[] {
  const of = (name: string) => wire[name];
  const kinds = new Uint8Array(bytes(of("kind"), 1, null, "guards"));
  const relation = new Uint8Array(bytes(of("relation"), 1, kinds.length, "guards"));
  const ints = (name: string) => new Int32Array(bytes(of(name), 4, kinds.length, "guards"));
  const [left, right, line, after] = ["left", "right", "line", "after"].map(ints);
  const outcome = new Float64Array(bytes(of("outcome"), 8, kinds.length, "guards"));
  return Array.from(kinds, (kind, k) => {
    const least = kind === Kind.Escapes ? -1 : 0;
    need(kind <= 3 && relation[k] <= 5, "guards");
    need(left[k] >= least && left[k] < size, "guards");
    need(right[k] >= (kind === Kind.Compare ? 0 : -1) && right[k] < size, "guards");
    return {
      kind,
      relation: relation[k],
      left: left[k],
      right: right[k],
      outcome: outcome[k],
      line: line[k],
      after: after[k],
    };
  });
}
