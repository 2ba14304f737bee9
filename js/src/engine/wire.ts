// Looks at a tape before it is used. A saved notebook restores this state before anybody has trusted it, so it is all hostile
// until it was looked at. Its form is declared in autograd_magic/live/protocol.py; a field that is not there is its empty value.
import { RULES } from "./ops.gen";
import {
  type Column,
  type GuardsWire,
  Kind,
  LABEL_LENGTH,
  LARGEST,
  type LeavesWire,
  type OriginsWire,
  OUTPUT_LENGTH,
  type OutputWire,
  type TapeWire,
  VERSION,
} from "./protocol.gen";

/** The state cannot be shown; the message is one plain sentence. */
export class WireError extends Error {}

/** What came in the place of such a message: nobody has looked at its fields yet. */
export type Raw<Message> = { readonly [Name in keyof Message]?: unknown };

/** Where leaves are that somebody has moved, by key. */
export type At = ReadonlyMap<string, number>;

export interface Leaf {
  readonly node: number;
  readonly name: string;
  readonly key: string;
  readonly whole: boolean;
  /** Where the code itself puts it, and whether that is a whole number. */
  readonly start: number;
  readonly startsWhole: boolean;
  /** Whether a sum or a product only starts from it. */
  readonly begins: boolean;
  readonly lo: number | null;
  readonly hi: number | null;
}

/** A list of numbers or the like that could be sliders, or that is (`on`) because it was asked for. */
export interface Offer {
  readonly name: string;
  readonly count: number;
  readonly on: boolean;
}

/** A guard about a pair of nodes, or about the many pairs of a comparison of arrays: an entry a pair. */
export interface Guard {
  readonly kind: Kind;
  readonly relation: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly outcome: Float64Array;
  readonly line: number;
  readonly after: number;
}

/** A function, or a loop: the function in which it stands (empty: none), and its line (0: not in the cell's text). */
export interface Site {
  readonly loop: boolean;
  readonly name: string;
  readonly line: number;
}

/**
 * Which call and which pass of a loop made each node: a tree, each origin after the one that it is inside of (`parent`; the first is the
 * cell itself, -1). `count` is the how manieth such call or pass it is there, `of` the origin of each node.
 */
export interface Origins {
  readonly sites: readonly Site[];
  readonly parent: Int32Array;
  readonly site: Int32Array;
  readonly count: Int32Array;
  readonly of: Int32Array;
}

/** A tape that was looked at and can be used. */
export interface Graph {
  readonly size: number;
  readonly trace: number;
  readonly oldest: number;
  readonly question: number;
  readonly ops: readonly string[];
  readonly words: ReadonlyMap<string, Words>;
  readonly codes: Uint8Array;
  readonly starts: Int32Array;
  readonly args: Int32Array;
  readonly values: Float64Array;
  readonly flags: Uint8Array;
  readonly lines: Int32Array;
  readonly origins: Origins;
  readonly labels: ReadonlyMap<number, string>;
  readonly symbols: ReadonlyMap<number, string>;
  /** The derivatives of what outside code has made, by its arguments; nan where nobody knows. */
  readonly slopes: ReadonlyMap<number, readonly number[]>;
  /** Gradients that runs with a leaf nudged have shown, with their errors. */
  readonly measured: ReadonlyMap<number, Measured>;
  readonly root: number;
  readonly others: readonly number[];
  readonly offers: readonly Offer[];
  readonly leaves: readonly Leaf[];
  readonly guards: readonly Guard[];
  readonly at: At;
  readonly again: boolean;
  readonly source: string;
  readonly rerun: boolean;
  readonly quiz: boolean;
  readonly notes: readonly string[];
  readonly offer: string;
  readonly tried: boolean;
  readonly text: number;
  readonly theirs: ReadonlyMap<number, Theirs>;
}

/** What is said of an operation: its symbol, then its formula and its partials, with `{x}` where an argument stands. */
export interface Words {
  readonly symbol: string;
  /** What the operation does with a gradient, its point between stars; empty where its local derivatives have to say it. */
  readonly says: string;
  readonly formula: string;
  readonly partials: readonly string[];
}

/** A gradient that somebody else's class has given, and why it is wrong; empty when it is not. */
export interface Theirs {
  readonly grad: number;
  readonly why: string;
}

/** A derivative by central differences, and an estimate of its error. */
export interface Measured {
  readonly grad: number;
  readonly error: number;
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

/** Moved leaves as they travel. */
export function encodeAt(at: At): Record<string, string> {
  return Object.fromEntries([...at].map(([key, number]) => [key, encodeNumber(number)]));
}

/** The same from the wire; numbers that cannot be read move nothing. */
export function readAt(value: unknown): Map<string, number> {
  const at = new Map<string, number>();
  for (const [key, text] of Object.entries(raw<Record<string, unknown>>(value))) {
    try {
      at.set(key, decodeNumber(text));
    } catch {
      // A number that is none.
    }
  }
  return at;
}

/** Something as a message of which nobody has looked at the fields; an empty one for what is no message. */
export function raw<Message>(value: unknown): Raw<Message> {
  return typeof value === "object" && value !== null ? value : {};
}

/** What the last run has put out beside the cell's own output: what is said of that, what was printed, and displays by their form. */
export interface Output {
  readonly said: string;
  readonly text: string;
  readonly shown: readonly (readonly [form: string, content: string])[];
}

/** What of it can be read. */
export function readOutput(value: unknown): Output {
  const { said, text, shown } = raw<OutputWire>(value);
  const words = (part: unknown, longest: number) => (typeof part === "string" ? part.slice(-longest) : "");
  const isDisplay = (found: unknown): found is [string, string] =>
    Array.isArray(found) && found.length === 2 && found.every((part) => typeof part === "string");
  return {
    said: words(said, LABEL_LENGTH),
    text: words(text, OUTPUT_LENGTH),
    shown: (Array.isArray(shown) ? shown : []).filter(isDisplay),
  };
}

/** What is wrong with a state is told by the part that is wrong: nobody repairs one by hand. */
function part<Read>(name: string, read: () => Read): Read {
  try {
    return read();
  } catch {
    throw new WireError(`its ${name} cannot be read`);
  }
}

function need(condition: boolean): asserts condition {
  if (!condition) throw new WireError("its state cannot be read");
}

function message<Message>(value: unknown): Raw<Message> {
  need(typeof value === "object" && value !== null && !Array.isArray(value));
  return value;
}

function list(value: unknown): readonly unknown[] {
  need(Array.isArray(value) && value.length <= LARGEST);
  return value;
}

/** A list of lists, none where there is nothing. */
function rows<Row>(value: unknown, read: (row: readonly unknown[]) => Row): Row[] {
  return list(value ?? []).map((row) => read(list(row)));
}

function whole(value: unknown, high: number): number {
  need(typeof value === "number" && Number.isInteger(value) && value >= 0 && value < high);
  return value;
}

function text(value: unknown): string {
  need(typeof value === "string");
  return value.length > LABEL_LENGTH ? `${value.slice(0, LABEL_LENGTH)}…` : value;
}

/** The bytes of a column, in memory of our own (a view may start anywhere in its buffer). In a page that was saved they are text in base 64. */
function bytes(found: unknown, width: number, count?: number): ArrayBuffer {
  const value = typeof found === "string" ? Uint8Array.from(atob(found), (letter) => letter.charCodeAt(0)) : found;
  const inside = ArrayBuffer.isView(value);
  need(inside || value instanceof ArrayBuffer);
  const column: Column = value;
  const view = ArrayBuffer.isView(column)
    ? new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    : new Uint8Array(column);
  const size = view.byteLength;
  need(count === undefined ? size % width === 0 && size <= 8 * LARGEST * 3 : size === width * count);
  return view.slice().buffer;
}

const ints = (found: unknown, count?: number) => new Int32Array(bytes(found, 4, count));
const floats = (found: unknown, count?: number) => new Float64Array(bytes(found, 8, count));

/** Looks at everything; throws a WireError that says in a sentence what is wrong. */
export function readGraph(state: unknown): Graph {
  const wire = part("graph", () => message<TapeWire>(state));
  if (wire.version !== VERSION)
    throw new WireError(`it has version ${String(wire.version).slice(0, 20)}, and this widget reads ${VERSION}`);
  const [ops, codes] = part("operations", () => {
    const names = list(wire.ops).map(text);
    need(names.length <= 256 && names.every((name) => RULES.has(name) || /^(leaf|const|opaque)$/.test(name)));
    const found = new Uint8Array(bytes(wire.codes, 1));
    need(found.length > 0 && found.length <= LARGEST && found.every((code) => code < names.length));
    return [names, found];
  });
  const size = codes.length;
  const [starts, args] = part("arguments", () => {
    const [from, all] = [ints(wire.starts, size + 1), ints(wire.args)];
    need(from[0] === 0 && from[size] === all.length);
    for (let node = 0; node < size; node++) {
      const count = from[node + 1] - from[node];
      const op = ops[codes[node]];
      need(count === (RULES.get(op)?.arity ?? (op === "opaque" ? count : 0)) && count >= 0);
      for (let k = from[node]; k < from[node + 1]; k++) need(all[k] >= 0 && all[k] < node);
    }
    return [from, all];
  });
  const inside = (value: unknown) => whole(value, size);
  const large = (value: unknown) => whole(value ?? 0, 2 ** 53);
  /** What is known of some nodes. */
  const of = <Known>(name: string, value: unknown, read: (...more: unknown[]) => Known) =>
    part(name, () => new Map(rows(value, ([node, ...more]) => [inside(node), read(...more, node)])));
  const texts = (name: string, value: unknown) => part(name, () => list(value ?? []).map(text));
  const labels = of("labels", wire.labels, text);
  return {
    size,
    ...part("trace", () => ({
      trace: large(wire.trace),
      oldest: large(wire.oldest),
      question: large(wire.question),
    })),
    ops,
    words: part("words", () => readWords(wire.words, ops)),
    codes,
    starts,
    args,
    values: part("values", () => floats(wire.values, size)),
    flags: part("flags", () => new Uint8Array(bytes(wire.flags, 1, size))),
    lines: part("lines", () => ints(wire.lines, size)),
    origins: part("calls and loops", () => readOrigins(wire.origins ?? {}, size)),
    labels,
    symbols: of("symbols", wire.symbols, text),
    slopes: of("slopes", wire.slopes, (found, at) => {
      const node = inside(at);
      const slopes = list(found).map(decodeNumber);
      need(ops[codes[node]] === "opaque" && slopes.length === starts[node + 1] - starts[node]);
      return slopes;
    }),
    measured: of("gradients", wire.measured, (grad, error) => ({
      grad: decodeNumber(grad),
      error: decodeNumber(error),
    })),
    root: part("root", () => inside(wire.root)),
    offers: part("leaves", () =>
      rows(wire.offers, ([name, count, on]) => ({ name: text(name), count: whole(count, LARGEST), on: on === true })),
    ),
    others: part("roots", () => list(wire.others ?? []).map(inside)),
    leaves: part("leaves", () => readLeaves(wire.leaves, labels, (node) => ops[codes[node]] === "leaf")),
    guards: part("guards", () => readGuards(wire.guards, size)),
    at: readAt(wire.at),
    again: wire.again !== false,
    source: typeof wire.source === "string" ? wire.source : "",
    rerun: wire.rerun === true,
    quiz: wire.quiz === true,
    text: part("text", () => large(wire.text)),
    theirs: of("gradients", wire.theirs, (grad, why) => ({ grad: decodeNumber(grad), why: text(why) })),
    notes: texts("notes", wire.notes),
    offer: texts("notes", [wire.offer ?? ""])[0],
    tried: wire.tried === true,
  };
}

function readOrigins(value: unknown, size: number): Origins {
  const wire = message<OriginsWire>(value);
  const sites = rows(wire.sites, ([loop, name, line]) => {
    return { loop: loop === true, name: text(name), line: whole(line, 2 ** 53) };
  });
  if (!wire.parent) {
    const cell = new Int32Array([-1]);
    return { sites, parent: cell, site: cell, count: new Int32Array(1), of: new Int32Array(size) };
  }
  const parent = ints(wire.parent);
  const [site, count] = [wire.site, wire.count].map((column) => ints(column, parent.length));
  const of = ints(wire.of, size);
  need(parent[0] === -1);
  for (let origin = 1; origin < parent.length; origin++) {
    need(parent[origin] >= 0 && parent[origin] < origin && count[origin] >= 0);
    need(site[origin] >= 0 && site[origin] < sites.length);
  }
  need(of.every((origin) => origin >= 0 && origin < parent.length));
  return { sites, parent, site, count, of };
}

function readWords(value: unknown, ops: readonly string[]): Map<string, Words> {
  const spoken = message<Record<string, unknown>>(value);
  const words = new Map<string, Words>();
  for (const op of ops) {
    const rule = RULES.get(op);
    if (!rule) continue;
    const [symbol, says, formula, ...partials] = list(spoken[op]).map(text);
    need(partials.length === rule.arity);
    words.set(op, { symbol, says, formula, partials });
  }
  return words;
}

function readLeaves(value: unknown, labels: ReadonlyMap<number, string>, isLeaf: (node: number) => boolean): Leaf[] {
  const wire = message<LeavesWire>(value);
  const keys = list(wire.key).map(text);
  const { length } = keys;
  const nodes = ints(wire.node, length);
  const kinds = new Uint8Array(bytes(wire.kind, 1, length));
  const [start, lo, hi] = [wire.start, wire.lo, wire.hi].map((column) => floats(column, length));
  need(nodes.every(isLeaf) && [nodes, keys].every((all) => new Set<unknown>(all).size === length));
  const end = (x: number) => (Number.isNaN(x) ? null : x);
  return Array.from(nodes, (node, k) => ({
    node,
    name: labels.get(node) ?? "",
    key: keys[k],
    whole: kinds[k] % 2 > 0,
    start: start[k],
    startsWhole: kinds[k] % 4 > 1,
    begins: kinds[k] > 3,
    lo: end(lo[k]),
    hi: end(hi[k]),
  }));
}

function readGuards(value: unknown, size: number): Guard[] {
  const wire = message<GuardsWire>(value);
  const kinds = new Uint8Array(bytes(wire.kind, 1));
  const relation = new Uint8Array(bytes(wire.relation, 1, kinds.length));
  const [pairs, line, after] = [wire.pairs, wire.line, wire.after].map((column) => ints(column, kinds.length));
  const outcome = floats(wire.outcome);
  const [left, right] = [wire.left, wire.right].map((column) => ints(column, outcome.length));
  let to = 0;
  const found = Array.from(kinds, (kind, k) => {
    const from = to;
    to += pairs[k];
    need(kind <= 3 && relation[k] <= (kind === Kind.Whole ? 3 : 5));
    need(pairs[k] >= 0 && to <= outcome.length && (pairs[k] === 1 || kind === Kind.Compare));
    const guard = {
      kind,
      relation: relation[k],
      left: left.subarray(from, to),
      right: right.subarray(from, to),
      outcome: outcome.subarray(from, to),
      line: line[k],
      after: after[k],
    };
    const [least, other] = [kind === Kind.Escapes ? -1 : 0, kind === Kind.Compare ? 0 : -1];
    need(guard.left.every((node) => node >= least && node < size));
    need(guard.right.every((node) => node >= other && node < size));
    return guard;
  });
  need(to === outcome.length);
  return found;
}
