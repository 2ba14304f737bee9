// The engine: a graph as it was traced, and what it comes to with its leaves elsewhere. A run changes nothing but its own numbers.
import { Backward, Forward, partials, ruleOf } from "./forward";
import { EXACT, Guards, type Verdict } from "./guards";
import type { Rule } from "./ops.gen";
import { Kind } from "./protocol.gen";
import { rooted } from "./roots";
import { Trial } from "./trial";
import {
  type At,
  type Graph,
  type Leaf,
  type Measured,
  type Origins,
  readGraph,
  type Theirs,
  type Words,
} from "./wire";

export type { Verdict } from "./guards";

/** The steps of a difference, as parts of the number. */
const STEPS = [1e-3, 1e-4, 1e-5];
/** Relatively: what two gradients may differ by rounding, and two slopes by a wrong step. */
const [ROUNDING, AGREE] = [1e-14, 1e-3];

function alike(one: number, other: number, tolerance: number): boolean {
  return Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other));
}

/** A graph at some numbers: its values, the gradient of the root by each node, and whether a fresh run would give the same. */
export class Run {
  constructor(
    readonly tape: Tape,
    /** Where the leaves are, in the order of `tape.leaves`. */
    readonly positions: readonly number[],
    readonly values: Float64Array,
    readonly grads: Float64Array,
    readonly verdict: Verdict,
  ) {}

  /** The root's number. */
  get root(): number {
    return this.values[this.tape.root];
  }

  /** The local derivative to each argument. */
  partials(node: number): number[] {
    const args = this.tape.args(node).map((arg) => this.values[arg]);
    const rule = this.tape.rule(node);
    return rule ? partials(rule, args, this.values[node]) : [...(this.tape.slopes(node) ?? [])];
  }

  /** Whether a partial of this node is a convention rather than a derivative here. */
  kink(node: number): boolean {
    const [x, y, w] = this.tape.args(node).map((arg) => this.values[arg]);
    return this.tape.rule(node)?.kink?.(x, y, w, this.values[node]) ?? false;
  }

  /** Whether a node's gradient is nan because nobody knows it. */
  unknown(node: number): boolean {
    return Number.isNaN(this.grads[node]) && this.tape.lost(node);
  }

  /** How a node's gradient was measured, where it is one that was. */
  measured(node: number): Measured | undefined {
    const found = this.tape.measured(node);
    return found?.grad === this.grads[node] ? found : undefined;
  }

  /** What measuring would do for the leaves whose gradient is not known here; empty for nothing. */
  get offer(): string {
    const { tape } = this;
    const lost = tape.leaves.some(({ node }) => this.unknown(node));
    return lost && !(tape.tried && this.atTraced) ? tape.offer : "";
  }

  /** Whether the leaves are where the graph was traced. */
  get atTraced(): boolean {
    return this.tape.leaves.every(({ node }) => Object.is(this.values[node], this.tape.traced[node]));
  }
}

export class Tape {
  readonly #graph: Graph;
  readonly #guards: Guards;
  readonly #backward: Backward;
  #uses: Map<number, number[]> | null = null;
  #watched: Uint8Array | null = null;
  #unknown: Uint8Array | null = null;
  /** Numbers that nobody sees: a run gets its own copy. */
  readonly #trial: Trial;

  /** Looks at everything in the state; throws a WireError with one plain sentence. `name` is what people call a node of a graph. */
  static read(state: unknown, name: (graph: Graph, node: number) => string = labelled): Tape {
    return new Tape(readGraph(state), name);
  }

  private constructor(
    graph: Graph,
    readonly called: (graph: Graph, node: number) => string,
  ) {
    this.#graph = graph;
    const forward = new Forward(graph);
    this.#trial = new Trial(forward);
    this.#guards = new Guards(graph, (node) => this.called(graph, node));
    this.#backward = new Backward(forward, graph.root);
  }

  get size(): number {
    return this.#graph.size;
  }
  /** All nodes, in the order in which they were made. */
  nodes(): number[] {
    return [...Array(this.size).keys()];
  }
  get trace(): number {
    return this.#graph.trace;
  }
  /** Traces with lower numbers hold no more. */
  get oldest(): number {
    return this.#graph.oldest;
  }
  get question(): number {
    return this.#graph.question;
  }
  get leaves(): readonly Leaf[] {
    return this.#graph.leaves;
  }
  /** What was moved when this was traced. */
  get at(): At {
    return this.#graph.at;
  }
  /** Whether this may be taken up again later without the kernel. */
  get again(): boolean {
    return this.#graph.again;
  }
  get source(): string {
    return this.#graph.source;
  }
  get rerun(): boolean {
    return this.#graph.rerun;
  }
  /** Whether the gradients are to be guessed first. */
  get quiz(): boolean {
    return this.#graph.quiz;
  }
  get notes(): readonly string[] {
    return this.#graph.notes;
  }
  /** What measuring the gradients that are not known would do; empty where nothing can be measured. */
  get offer(): string {
    return this.#graph.offer;
  }
  /** Whether that has been done where the graph was traced. */
  get tried(): boolean {
    return this.#graph.tried;
  }
  /** What somebody else's class has given as a node's gradient, where this graph is theirs; it holds for the traced numbers alone. */
  theirs(node: number): Theirs | undefined {
    return this.#graph.theirs.get(node);
  }
  /** The line that makes text of numbers, which may decide something; 0 for none. */
  get text(): number {
    return this.#graph.text;
  }
  /** The values as they arrived. */
  get traced(): Float64Array {
    return this.#graph.values;
  }
  get root(): number {
    return this.#backward.root;
  }

  get offers(): Graph["offers"] {
    return this.#graph.offers;
  }
  /** What the cell offers as roots besides its own. */
  get others(): readonly number[] {
    return this.#graph.others;
  }

  /** The same graph with another root: one of its nodes, or the sum of several. */
  rooted(nodes: readonly number[], names: readonly string[] = nodes.map((node) => this.label(node))): Tape {
    // What was measured is the gradient of this root; of another it is known where only the graph itself leads there.
    const lost = [...this.#graph.measured.keys()].filter((node) => !this.unknown(node) && !nodes.includes(node));
    const measured = new Map(lost.map((node) => [node, { grad: Number.NaN, error: Number.NaN }]));
    return new Tape(rooted({ ...this.#graph, measured, offer: "" }, nodes, names), this.called);
  }

  op(node: number): string {
    return this.#graph.ops[this.#graph.codes[node]];
  }

  rule(node: number): Rule | undefined {
    return ruleOf(this.#graph, node);
  }

  words(node: number): Words | undefined {
    return this.#graph.words.get(this.op(node));
  }

  /** The operation's own symbol; of one that the table does not know, what the code called it. */
  sign(node: number): string {
    return this.words(node)?.symbol ?? this.#graph.symbols.get(node) ?? "";
  }

  foldedExponent(node: number): boolean {
    return this.op(node) === "pow" && this.op(this.args(node)[1]) === "const";
  }

  args(node: number): readonly number[] {
    const { args, starts } = this.#graph;
    const found: number[] = [];
    for (let k = starts[node]; k < starts[node + 1]; k++) found.push(args[k]);
    return found;
  }

  /** The arguments of all nodes in one column, and where those of each begin (and of one more). */
  get columns(): { readonly args: Int32Array; readonly starts: Int32Array } {
    return this.#graph;
  }

  /** The derivatives of what outside code has made, by its arguments; nan where nobody knows. */
  slopes(node: number): readonly number[] | undefined {
    return this.#graph.slopes.get(node);
  }

  /** Whether a gradient goes through a node to its arguments, be it one that nobody knows. */
  inner(node: number): boolean {
    return (this.rule(node) ?? this.slopes(node)) !== undefined;
  }

  /** The gradient that runs with this leaf nudged have shown, which holds for the traced numbers. */
  measured(node: number): Measured | undefined {
    return this.#graph.measured.get(node);
  }

  /** Whether the gradient of a node is not known: it goes through outside code that nobody knows the derivative of. */
  unknown(node: number): boolean {
    if (!this.#unknown) {
      const found = new Uint8Array(this.size);
      for (const at of this.nodes()) {
        if (!this.reaches(at)) continue;
        const slopes = this.slopes(at);
        this.args(at).forEach((arg, place) => {
          if (slopes ? Number.isNaN(slopes[place]) : !this.rule(at)) found[arg] = 1;
        });
      }
      this.#unknown = this.#trial.forward.below(found);
    }
    return this.#unknown[node] === 1;
  }

  /** Whether nobody knows a node's gradient but where it was measured: a nan that belongs to it means no more. */
  lost(node: number): boolean {
    return this.unknown(node) || this.measured(node) !== undefined;
  }

  /** The users of a node that reach the root, one entry an edge, in the order in which the gradient is gathered. */
  uses(node: number): readonly number[] {
    if (!this.#uses) {
      this.#uses = new Map();
      for (let user = this.size - 1; user >= 0; user--) {
        if (!this.reaches(user) || !this.inner(user)) continue;
        for (const arg of this.args(user)) {
          const known = this.#uses.get(arg);
          if (known) known.push(user);
          else this.#uses.set(arg, [user]);
        }
      }
    }
    return this.#uses.get(node) ?? [];
  }

  label(node: number): string {
    return this.#graph.labels.get(node) ?? "";
  }

  /** Which call and which pass of a loop made each node. */
  get origins(): Origins {
    return this.#graph.origins;
  }

  line(node: number): number {
    return this.#graph.lines[node];
  }

  flags(node: number): number {
    return this.#graph.flags[node];
  }

  reaches(node: number): boolean {
    return this.#backward.reaches[node] === 1;
  }

  /** Whether something that the code decides or hands out depends on a node. */
  decides(node: number): boolean {
    if (!this.#watched) {
      const found = new Uint8Array(this.size);
      for (const { left, right } of this.#graph.guards)
        for (const side of [left, right]) for (const at of side) if (at >= 0) found[at] = 1;
      this.#watched = this.#trial.forward.below(found);
    }
    return this.#watched[node] === 1;
  }

  /** The lines that decide something by these nodes' numbers, or by what is made of them, and what: of one that compares once. */
  deciders(nodes: readonly number[]): string[] {
    const made = new Uint8Array(this.size);
    this.#trial.forward.above(nodes, made);
    const found = new Map<number, string>();
    for (const guard of this.#graph.guards) {
      const { kind, left, right, line, outcome } = guard;
      if (line <= 0 || ![...left, ...right].some((at) => made[at])) continue;
      const once = kind === Kind.Compare && left.length === 1 && !found.has(line);
      found.set(line, once ? ` (${this.#guards.compared(guard, 0)} is ${outcome[0] !== 0})` : "");
    }
    return [...found].map((each) => each.join(""));
  }

  /** The lines where a node's number leaves the graph. */
  escapes(node: number): number[] {
    const lines = this.#graph.guards
      .filter((guard) => guard.kind === Kind.Escapes && guard.left[0] === node)
      .map((guard) => guard.line);
    return [...new Set(lines)];
  }

  /** Where the leaves are when these are moved: in the order of `leaves`. */
  positions(at: At): number[] {
    return this.leaves.map(({ key, start }) => at.get(key) ?? start);
  }

  /**
   * Forward, guards, backward. Of a run whose verdict is neither "exact" nor "unconfirmed" the numbers are not what a fresh run gives.
   * `confirmed` when the kernel has looked at these positions and found that every guard holds.
   */
  run(at: At, confirmed = false): Run {
    const positions = this.positions(at);
    const { verdict, ran, away } = this.#try(positions);
    const values = this.#trial.values.slice();
    const grads = new Float64Array(this.size);
    if (verdict !== EXACT && !(confirmed && ran)) return new Run(this, positions, values, grads, verdict);
    this.#backward.run(values, grads);
    for (const [node, { grad }] of this.#graph.measured) grads[node] = away ? Number.NaN : grad;
    const { text } = this;
    const said: Verdict =
      text && away
        ? { kind: "unconfirmed", line: text, text: `line ${text} makes text of numbers, which may decide something` }
        : this.#guards.unconfirmed(this.#trial);
    return new Run(this, positions, values, grads, said);
  }

  /** The numbers at other positions, until the next trial; null where a fresh run may give others. */
  probe(at: At): Float64Array | null {
    const { verdict, away } = this.#try(this.positions(at));
    const sure = verdict === EXACT && this.#guards.unconfirmed(this.#trial) === EXACT;
    return sure && !(away && this.text) ? this.#trial.values : null;
  }

  /** Whether Python would refuse to go on with a leaf there, or the root would be nan. */
  refuses(node: number, position: number): boolean {
    const trial = new Trial(this.#trial.forward);
    trial.put([node], [position]);
    const born = Number.isNaN(trial.values[this.root]) && !Number.isNaN(this.traced[this.root]);
    return this.#guards.refuses(trial) || (born && !trial.forward.opaque.length);
  }

  /** The same if a node had another number in such a run; null where only a run of the code could tell. */
  nudged(values: Float64Array, node: number, number: number): Float64Array | null {
    const trial = this.#trial;
    trial.nudge(node, number, values);
    const sure = this.#guards.verdict(trial) === EXACT && this.#guards.unconfirmed(trial) === EXACT && !this.text;
    return sure ? trial.values : null;
  }

  /**
   * How the gradient by each node changes with one leaf, where a run has these values, on the same path: central differences at two
   * steps, and one step of Richardson's (L. F. Richardson, 1911). nan where no two steps agree.
   */
  bend(values: Float64Array, leaf: number): Float64Array {
    const slopes = (h: number) => {
      const [up, down] = [h, -h].map((by) => {
        const grads = new Float64Array(this.size);
        this.#trial.nudge(leaf, values[leaf] + by, values);
        this.#backward.run(this.#trial.values, grads);
        return grads;
      });
      return up.map((grad, node) => (alike(grad, down[node], ROUNDING) ? 0 : (grad - down[node]) / (2 * h)));
    };
    const found = new Float64Array(this.size).fill(Number.NaN);
    for (const part of STEPS) {
      const step = part * Math.max(Math.abs(values[leaf]), part);
      const [far, near] = [slopes(step), slopes(step / 2)];
      for (let node = 0; node < this.size; node++)
        if (Number.isNaN(found[node]) && alike(near[node], far[node], AGREE))
          found[node] = (4 * near[node] - far[node]) / 3;
      if (!Number.isNaN(found[leaf])) break;
    }
    return found;
  }

  /** Forward at these positions, in the trial. */
  #try(positions: readonly number[]): { verdict: Verdict; ran: boolean; away: boolean } {
    const { leaves, values } = this.#graph;
    const [moved, there]: [number[], number[]] = [[], []];
    for (let place = 0; place < leaves.length; place++) {
      const { node, whole, name, start, startsWhole } = leaves[place];
      const position = positions[place];
      if (!Object.is(position, values[node])) {
        moved.push(node);
        there.push(position);
      }
      const turned =
        whole && !Number.isInteger(position)
          ? "was a whole number"
          : !whole && startsWhole && position === start
            ? "is a whole number again"
            : "";
      if (turned) {
        const verdict: Verdict = { kind: "flipped", line: 0, text: `${name || "a leaf"} ${turned}` };
        return { verdict, ran: false, away: true };
      }
    }
    this.#trial.put(moved, there);
    const away = moved.length > 0;
    return { verdict: away ? this.#guards.verdict(this.#trial) : EXACT, ran: true, away };
  }
}

function labelled(graph: Graph, node: number): string {
  return graph.labels.get(node) || String(graph.values[node]);
}
