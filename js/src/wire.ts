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
  readonly names: ReadonlyMap<string, number>;
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

function need(condition: boolean, what: string): asserts condition {
  if (!condition) throw new WireError(what);
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, what: string): Fields {
  need(typeof value === "object" && value !== null && !Array.isArray(value), `${what} is missing`);
  return value as Fields;
}

function list(value: unknown, what: string): readonly unknown[] {
  need(Array.isArray(value), `${what} is no list`);
  need(value.length <= LARGEST, `${what} is too long`);
  return value;
}

function whole(value: unknown, low: number, high: number, what: string): number {
  need(typeof value === "number" && Number.isInteger(value) && value >= low && value < high, `${what} is out of range`);
  return value;
}

function text(value: unknown, what: string): string {
  need(typeof value === "string", `${what} is no text`);
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

/** The bytes of a binary field, in memory of our own (a view may start anywhere in its buffer). */
function bytes(value: unknown, width: number, count: number | null, what: string): ArrayBuffer {
  let view: Uint8Array;
  if (value instanceof ArrayBuffer) view = new Uint8Array(value);
  else if (ArrayBuffer.isView(value)) view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  else throw new WireError(`${what} is missing`);
  need(view.byteLength % width === 0 && view.byteLength <= 8 * LARGEST * 3, `${what} has a broken length`);
  need(count === null || view.byteLength === width * count, `${what} is not as long as the graph`);
  const copy = new Uint8Array(view.byteLength);
  copy.set(view);
  return copy.buffer;
}

/** Looks at everything; throws a WireError that says in a sentence what is wrong. */
export function readGraph(state: unknown): Graph {
  const wire = fields(state, "the graph");
  need(
    wire.version === VERSION,
    `this graph has version ${String(wire.version).slice(0, 20)}, and this widget reads ${VERSION}`,
  );
  const ops = list(wire.ops, "the list of operations").map((name) => text(name, "an operation's name"));
  need(ops.length <= 256, "there are too many operations");
  for (const name of ops) {
    need(
      RULES.has(name) || name === "leaf" || name === "const" || name === "opaque",
      `the operation ${name.slice(0, 40)} is unknown`,
    );
  }
  const spoken = fields(wire.words, "the operations' words");
  const words = new Map(
    ops.flatMap((op) => {
      const rule = RULES.get(op);
      if (!rule) return [];
      const said = list(spoken[op], "an operation's words").map((word) => text(word, "an operation's word"));
      need(said.length === rule.arity + 2, "an operation's words do not fit");
      const [symbol, formula, ...partials] = said;
      return [[op, { symbol, formula, partials }] as const];
    }),
  );
  const codes = new Uint8Array(bytes(wire.codes, 1, null, "the operations"));
  const size = codes.length;
  need(size > 0 && size <= LARGEST, "the graph is empty or too large");
  const starts = new Int32Array(bytes(wire.starts, 4, size + 1, "the argument index"));
  const args = new Int32Array(bytes(wire.args, 4, null, "the arguments"));
  need(starts[0] === 0 && starts[size] === args.length, "the argument index does not fit");
  for (let node = 0; node < size; node++) {
    need(codes[node] < ops.length, "an operation is out of range");
    const count = starts[node + 1] - starts[node];
    const op = ops[codes[node]];
    const arity = RULES.get(op)?.arity ?? (op === "opaque" ? count : 0);
    need(count === arity && count >= 0, `${op} has a wrong number of arguments`);
    for (let k = starts[node]; k < starts[node + 1]; k++) {
      need(args[k] >= 0 && args[k] < node, "an argument is made after its use");
    }
  }
  const inside = (value: unknown, what: string) => whole(value, 0, size, what);
  const pairs = (value: unknown, what: string) =>
    new Map(
      list(value, what).map((pair) => {
        const [node, name] = list(pair, what);
        return [inside(node, what), text(name, what)] as const;
      }),
    );
  const seen = new Set<number>();
  const leaves = list(wire.leaves, "the leaves").map((item): LeafSpec => {
    const leaf = fields(item, "a leaf");
    const node = inside(leaf.node, "a leaf");
    need(!seen.has(node) && ops[codes[node]] === "leaf", "a leaf is no leaf, or is there twice");
    seen.add(node);
    return {
      node,
      name: text(leaf.name, "a leaf's name"),
      whole: leaf.whole === true,
      lo: leaf.lo === null ? null : decodeNumber(leaf.lo),
      hi: leaf.hi === null ? null : decodeNumber(leaf.hi),
    };
  });
  return {
    size,
    trace: whole(wire.trace, 0, 2 ** 53, "the trace's number"),
    question: whole(wire.question, 0, 2 ** 53, "the question's number"),
    ops,
    words,
    codes,
    starts,
    args,
    values: new Float64Array(bytes(wire.values, 8, size, "the values")),
    flags: new Uint8Array(bytes(wire.flags, 1, size, "the flags")),
    lines: new Int32Array(bytes(wire.lines, 4, size, "the lines")),
    labels: pairs(wire.labels, "the labels"),
    symbols: pairs(wire.symbols, "the symbols"),
    root: inside(wire.root, "the root"),
    leaves,
    guards: readGuards(fields(wire.guards, "the guards"), size),
    names: new Map(
      list(wire.names, "the names").map((pair) => {
        const [name, node] = list(pair, "the names");
        return [text(name, "a name"), inside(node, "a name")] as const;
      }),
    ),
    source: typeof wire.source === "string" ? wire.source : "",
    rerun: wire.rerun === true,
    quiz: wire.quiz === true,
    text: whole(wire.text ?? 0, 0, 2 ** 31, "the line of text"),
    theirs: new Map(
      list(wire.theirs ?? [], "their gradients").map((entry) => {
        const [node, grad, why] = list(entry, "their gradients");
        return [inside(node, "their gradients"), { grad: decodeNumber(grad), why: text(why, "a reason") }] as const;
      }),
    ),
    notes: list(wire.notes, "the notes").map((note) => text(note, "a note")),
  };
}

function readGuards(wire: Fields, size: number): Guard[] {
  const kind = new Uint8Array(bytes(wire.kind, 1, null, "the guards"));
  const count = kind.length;
  const relation = new Uint8Array(bytes(wire.relation, 1, count, "the guards' relations"));
  const ints = (name: string) => new Int32Array(bytes(wire[name], 4, count, `the guards' ${name}`));
  const [left, right, line, after] = [ints("left"), ints("right"), ints("line"), ints("after")];
  const outcome = new Float64Array(bytes(wire.outcome, 8, count, "the guards' outcomes"));
  const guards: Guard[] = [];
  for (let k = 0; k < count; k++) {
    need(kind[k] <= 3 && relation[k] <= 5, "a guard is of no known kind");
    need(left[k] >= (kind[k] === Kind.Escapes ? -1 : 0) && left[k] < size, "a guard is out of range");
    need(right[k] >= (kind[k] === Kind.Compare ? 0 : -1) && right[k] < size, "a guard is out of range");
    guards.push({
      kind: kind[k],
      relation: relation[k],
      left: left[k],
      right: right[k],
      outcome: outcome[k],
      line: line[k],
      after: after[k],
    });
  }
  return guards;
}
