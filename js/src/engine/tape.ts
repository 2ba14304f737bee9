// The engine: a graph with numbers in it, run forward and backward, and asked whether it is still the right graph.
import { short } from "../model/format";
import { Backward, Forward, ruleOf } from "./forward";
import { EXACT, Guards, type Verdict } from "./guards";
import type { Rule } from "./ops.gen";
import { rooted } from "./roots";
import { type Graph, Kind, type LeafSpec, readGraph, type Theirs, type Words } from "./wire";

export type { Verdict } from "./guards";

export class Tape {
  readonly values: Float64Array;
  readonly grads: Float64Array;
  readonly #graph: Graph;
  readonly #forward: Forward;
  readonly #guards: Guards;
  readonly #backward: Backward;
  #uses: Map<number, number[]> | null = null;
  #watched: Uint8Array | null = null;
  #trial: Float64Array;
  /** Whether a replay would not give all of the run's own numbers again: those of single precision, for one. */
  readonly #own: boolean;

  /** Looks at everything in the state; throws a WireError with one plain sentence. */
  static read(state: unknown): Tape {
    return new Tape(readGraph(state));
  }

  private constructor(graph: Graph) {
    this.#graph = graph;
    this.values = graph.values.slice();
    this.#trial = graph.values.slice();
    this.grads = new Float64Array(graph.size);
    this.#forward = new Forward(graph);
    this.#forward.run(this.#trial);
    this.#own = this.#trial.some((value, node) => far(value, graph.values[node]));
    this.#guards = new Guards(this.#forward, (node) => this.name(node));
    this.#backward = new Backward(this.#forward, graph.root);
    this.#backward.run(this.values, this.grads);
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
  get question(): number {
    return this.#graph.question;
  }
  get leaves(): readonly LeafSpec[] {
    return this.#graph.leaves;
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
  /** What somebody else's class has given as a node's gradient, where this graph is theirs; it holds for the traced numbers alone. */
  theirs(node: number): Theirs | undefined {
    return this.#graph.theirs.get(node);
  }
  /** Whether the leaves are where the graph was traced. */
  atTraced(): boolean {
    return this.leaves.every(({ node }) => Object.is(this.values[node], this.#graph.values[node]));
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

  /** The same graph with another root, at the numbers at which it was traced: one of its nodes, or the sum of several. */
  rooted(nodes: readonly number[]): Tape {
    return new Tape(rooted(this.#graph, nodes));
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

  /** What the round node shows: a power with a constant exponent is one symbol, as in the lecture. */
  symbol(node: number): string {
    if (this.foldedExponent(node)) return `**${short(this.values[this.args(node)[1]])}`;
    return this.words(node)?.symbol ?? this.#graph.symbols.get(node) ?? "";
  }

  foldedExponent(node: number): boolean {
    return this.op(node) === "pow" && this.op(this.args(node)[1]) === "const";
  }

  args(node: number): readonly number[] {
    const { args, starts } = this.#graph;
    return Array.from(args.subarray(starts[node], starts[node + 1]));
  }

  /** The users of a node that reach the root, one entry an edge, in the order in which the gradient is gathered. */
  uses(node: number): readonly number[] {
    if (!this.#uses) {
      this.#uses = new Map();
      for (let user = this.size - 1; user >= 0; user--) {
        if (!this.reaches(user) || !this.rule(user)) continue;
        for (const arg of this.args(user)) {
          const known = this.#uses.get(arg);
          if (known) known.push(user);
          else this.#uses.set(arg, [user]);
        }
      }
    }
    return this.#uses.get(node) ?? [];
  }

  /** The local derivative to each argument, at the present numbers. */
  partials(node: number): number[] {
    const [x, y, w] = this.args(node).map((arg) => this.values[arg]);
    return (this.rule(node)?.local ?? []).map((local) => local(x, y, w, this.values[node]));
  }

  /** Whether a partial of this node is a convention rather than a derivative here. */
  kink(node: number): boolean {
    const [x, y, w] = this.args(node).map((arg) => this.values[arg]);
    return this.rule(node)?.kink?.(x, y, w, this.values[node]) ?? false;
  }

  label(node: number): string {
    return this.#graph.labels.get(node) ?? "";
  }

  /** What people call a node: its label, else its number. */
  name(node: number): string {
    return this.label(node) || short(this.values[node]);
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
      this.#watched = new Uint8Array(this.size);
      for (const { left, right } of this.#graph.guards)
        for (const at of [left, right]) if (at >= 0) this.#watched[at] = 1;
      for (let at = this.size - 1; at >= 0; at--)
        if (this.#watched[at]) for (const arg of this.args(at)) this.#watched[arg] = 1;
    }
    return this.#watched[node] === 1;
  }

  /** The lines where a node's number leaves the graph. */
  escapes(node: number): number[] {
    const lines = this.#graph.guards
      .filter((guard) => guard.kind === Kind.Escapes && guard.left === node)
      .map((guard) => guard.line);
    return [...new Set(lines)];
  }

  /** The present leaf values, in the order of `leaves`. */
  leafPositions(): number[] {
    return this.leaves.map((leaf) => this.values[leaf.node]);
  }

  /** The root's number at other positions, and nothing else changes; null where a fresh run may give another. */
  probe(positions: readonly number[]): number | null {
    const { verdict, moved } = this.#try(positions);
    return verdict === EXACT && !(moved && this.#graph.text) ? this.#trial[this.root] : null;
  }

  /** Forward at these positions, into the trial numbers. */
  #try(positions: readonly number[]): { verdict: Verdict; ran: boolean; moved: boolean } {
    const trial = this.#trial;
    const { leaves, values } = this.#graph;
    const moved = new Uint8Array(this.size);
    for (let place = 0; place < leaves.length; place++) {
      const { node, whole, name } = leaves[place];
      trial[node] = positions[place];
      if (!Object.is(trial[node], values[node])) moved[node] = 1;
      if (whole && !Number.isInteger(trial[node])) {
        return { verdict: { kind: "flipped", line: 0, text: `${name} was a whole number` }, ran: false, moved: true };
      }
    }
    const away = moved.includes(1);
    if (away) {
      if (this.#own) {
        // What has not moved keeps the run's own numbers.
        this.#forward.spread(moved);
        for (let node = 0; node < this.size; node++) if (!moved[node]) trial[node] = values[node];
      }
      this.#forward.run(trial, this.#own ? moved : null);
    } else trial.set(values);
    return { verdict: this.#guards.verdict(trial, moved), ran: true, moved: away };
  }

  /**
   * Forward, guards, backward. On any verdict but "exact" the numbers stay the last exact ones. `confirmed` when the kernel
   * has looked at these positions and found that every guard holds.
   */
  run(positions: readonly number[], confirmed = false): Verdict {
    const { verdict, ran, moved } = this.#try(positions);
    if (verdict !== EXACT && !(confirmed && ran)) return verdict;
    this.values.set(this.#trial);
    this.#backward.run(this.values, this.grads);
    const { text } = this.#graph;
    if (text === 0 || !moved) return EXACT;
    return { kind: "unconfirmed", line: text, text: `line ${text} makes text of numbers, which may decide something` };
  }
}

function far(one: number, other: number): boolean {
  return !Object.is(one, other) && !(Math.abs(one - other) <= 1e-12 * Math.abs(other));
}
