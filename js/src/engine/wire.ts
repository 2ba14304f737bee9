// Looks at a tape before it is used. A saved notebook restores this state before anybody has trusted it, so it is all hostile
// until it was looked at. Its form is declared in autograd_magic/live/protocol.py; a field that is not there is its empty value.
import { RULES } from "./ops.gen";
import {
  type Column,
  type GuardsWire,
  Kind,
  LABEL_LENGTH,
  LARGEST,
  type LeafWire,
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
  const displays = (Array.isArray(shown) ? shown : []).filter(
    (display) => Array.isArray(display) && display.every((part) => typeof part === "string"),
  );
  return {
    said: words(said, LABEL_LENGTH),
    text: words(text, OUTPUT_LENGTH),
    shown: displays.map(([form, content]) => [String(form), String(content)]),
  };
}

/** What is wrong with a state is told by the part that is wrong: nobody repairs one by hand. */
function need(condition: boolean, part: string): asserts condition {
  if (!condition) throw new WireError(`its ${part} cannot be read`);
}

function message<Message>(value: unknown, part: string): Raw<Message> {
  need(typeof value === "object" && value !== null && !Array.isArray(value), part);
  return value;
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
  return value.length > LABEL_LENGTH ? `${value.slice(0, LABEL_LENGTH)}…` : value;
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : decodeNumber(value);
}

/** In a page that was saved, bytes are text in base 64. */
function unpacked(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The bytes of a column, in memory of our own (a view may start anywhere in its buffer). */
function bytes(found: unknown, width: number, count: number | null, part: string): ArrayBuffer {
  const value = typeof found === "string" ? unpacked(found) : found;
  const inside = ArrayBuffer.isView(value);
  need(inside || value instanceof ArrayBuffer, part);
  const column: Column = value;
  const view = ArrayBuffer.isView(column)
    ? new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    : new Uint8Array(column);
  need(view.byteLength % width === 0 && view.byteLength <= 8 * LARGEST * 3, part);
  need(count === null || view.byteLength === width * count, part);
  return view.slice().buffer;
}

/** Looks at everything; throws a WireError that says in a sentence what is wrong. */
export function readGraph(state: unknown): Graph {
  const wire = message<TapeWire>(state, "graph");
  if (wire.version !== VERSION)
    throw new WireError(`it has version ${String(wire.version).slice(0, 20)}, and this widget reads ${VERSION}`);
  const ops = list(wire.ops, "operations").map((name) => text(name, "operations"));
  need(ops.length <= 256, "operations");
  for (const name of ops) {
    need(RULES.has(name) || name === "leaf" || name === "const" || name === "opaque", `operation ${name.slice(0, 40)}`);
  }
  const codes = new Uint8Array(bytes(wire.codes, 1, null, "operations"));
  const size = codes.length;
  need(size > 0 && size <= LARGEST, "operations");
  const starts = new Int32Array(bytes(wire.starts, 4, size + 1, "arguments"));
  const args = new Int32Array(bytes(wire.args, 4, null, "arguments"));
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
      list(value ?? [], part).map((pair) => {
        const [node, name] = list(pair, part);
        return [inside(node, part), text(name, part)] as const;
      }),
    );
  return {
    size,
    trace: whole(wire.trace, 0, 2 ** 53, "trace"),
    oldest: whole(wire.oldest ?? 0, 0, 2 ** 53, "oldest"),
    question: whole(wire.question ?? 0, 0, 2 ** 53, "question"),
    ops,
    words: readWords(wire.words, ops),
    codes,
    starts,
    args,
    values: new Float64Array(bytes(wire.values, 8, size, "values")),
    flags: new Uint8Array(bytes(wire.flags, 1, size, "flags")),
    lines: new Int32Array(bytes(wire.lines, 4, size, "lines")),
    origins: readOrigins(wire.origins, size),
    labels: pairs(wire.labels, "labels"),
    symbols: pairs(wire.symbols, "symbols"),
    slopes: new Map(
      list(wire.slopes ?? [], "slopes").map((entry) => {
        const [at, found] = list(entry, "slopes");
        const node = inside(at, "slopes");
        const slopes = list(found, "slopes").map(decodeNumber);
        need(ops[codes[node]] === "opaque" && slopes.length === starts[node + 1] - starts[node], "slopes");
        return [node, slopes] as const;
      }),
    ),
    measured: new Map(
      list(wire.measured ?? [], "gradients").map((entry) => {
        const [node, grad, error] = list(entry, "gradients");
        return [inside(node, "gradients"), { grad: decodeNumber(grad), error: decodeNumber(error) }] as const;
      }),
    ),
    root: inside(wire.root, "root"),
    offers: list(wire.offers ?? [], "leaves").map((item) => {
      const [name, count, on] = list(item, "leaves");
      return { name: text(name, "leaves"), count: whole(count, 0, LARGEST, "leaves"), on: on === true };
    }),
    others: list(wire.others ?? [], "roots").map((node) => inside(node, "roots")),
    leaves: readLeaves(wire.leaves, (node) => node < size && ops[codes[node]] === "leaf"),
    guards: readGuards(wire.guards, size),
    at: readAt(wire.at),
    again: wire.again !== false,
    source: typeof wire.source === "string" ? wire.source : "",
    rerun: wire.rerun === true,
    quiz: wire.quiz === true,
    text: whole(wire.text ?? 0, 0, 2 ** 31, "text"),
    theirs: new Map(
      list(wire.theirs ?? [], "gradients").map((entry) => {
        const [node, grad, why] = list(entry, "gradients");
        return [inside(node, "gradients"), { grad: decodeNumber(grad), why: text(why, "gradients") }] as const;
      }),
    ),
    notes: list(wire.notes ?? [], "notes").map((note) => text(note, "notes")),
    offer: text(wire.offer ?? "", "notes"),
    tried: wire.tried === true,
  };
}

function readOrigins(value: unknown, size: number): Origins {
  const part = "calls and loops";
  const wire = message<OriginsWire>(value ?? {}, part);
  const ints = (column: unknown, count: number | null) =>
    new Int32Array(bytes(column ?? new Uint8Array(), 4, count, part));
  const sites = list(wire.sites ?? [], part).map((site) => {
    const [loop, name, line] = list(site, part);
    return { loop: loop === true, name: text(name, part), line: whole(line, 0, 2 ** 31, part) };
  });
  if (!wire.parent) {
    const cell = () => new Int32Array([-1]);
    return { sites, parent: cell(), site: cell(), count: new Int32Array(1), of: new Int32Array(size) };
  }
  const parent = ints(wire.parent, null);
  const [site, count] = [wire.site, wire.count].map((column) => ints(column, parent.length));
  const of = ints(wire.of, size);
  need(parent[0] === -1, part);
  for (let origin = 1; origin < parent.length; origin++) {
    need(parent[origin] >= 0 && parent[origin] < origin && count[origin] >= 0, part);
    need(site[origin] >= 0 && site[origin] < sites.length, part);
  }
  need(
    of.every((origin) => origin >= 0 && origin < parent.length),
    part,
  );
  return { sites, parent, site, count, of };
}

function readWords(value: unknown, ops: readonly string[]): Map<string, Words> {
  const spoken = message<Record<string, unknown>>(value, "words");
  const words = new Map<string, Words>();
  for (const op of ops) {
    const rule = RULES.get(op);
    if (!rule) continue;
    const said = list(spoken[op], "words").map((word) => text(word, "words"));
    need(said.length === rule.arity + 3, "words");
    const [symbol, says, formula, ...partials] = said;
    words.set(op, { symbol, says, formula, partials });
  }
  return words;
}

function readLeaves(value: unknown, isLeaf: (node: number) => boolean): Leaf[] {
  const [nodes, keys] = [new Set<number>(), new Set<string>()];
  return list(value, "leaves").map((item) => {
    const leaf = message<LeafWire>(item, "leaves");
    const node = whole(leaf.node, 0, LARGEST, "leaves");
    const key = text(leaf.key, "leaves");
    need(!nodes.has(node) && !keys.has(key) && isLeaf(node), "leaves");
    nodes.add(node);
    keys.add(key);
    return {
      node,
      name: text(leaf.name ?? "", "leaves"),
      key,
      whole: leaf.whole === true,
      start: decodeNumber(leaf.start),
      startsWhole: leaf.starts_whole === true,
      begins: leaf.begins === true,
      lo: numberOrNull(leaf.lo),
      hi: numberOrNull(leaf.hi),
    };
  });
}

function readGuards(value: unknown, size: number): Guard[] {
  const wire = message<GuardsWire>(value, "guards");
  const kinds = new Uint8Array(bytes(wire.kind, 1, null, "guards"));
  const relation = new Uint8Array(bytes(wire.relation, 1, kinds.length, "guards"));
  const ints = (column: unknown) => new Int32Array(bytes(column, 4, kinds.length, "guards"));
  const [pairs, line, after] = [wire.pairs, wire.line, wire.after].map(ints);
  const outcome = new Float64Array(bytes(wire.outcome, 8, null, "guards"));
  const sides = (column: unknown) => new Int32Array(bytes(column, 4, outcome.length, "guards"));
  const [left, right] = [sides(wire.left), sides(wire.right)];
  let to = 0;
  const found = Array.from(kinds, (kind, k) => {
    const from = to;
    to += pairs[k];
    need(kind <= 3 && relation[k] <= (kind === Kind.Whole ? 3 : 5), "guards");
    need(pairs[k] >= 0 && to <= outcome.length && (pairs[k] === 1 || kind === Kind.Compare), "guards");
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
    need(
      guard.left.every((node) => node >= least && node < size),
      "guards",
    );
    need(
      guard.right.every((node) => node >= other && node < size),
      "guards",
    );
    return guard;
  });
  need(to === outcome.length, "guards");
  return found;
}
