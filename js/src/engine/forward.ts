// How to run a graph: forward, and backward along the local derivatives.
import { backward, forward, RULES, type Rule, STRIDE } from "./ops.gen";
import { part, program } from "./program";
import { COMPENSATED, PARTIAL } from "./protocol.gen";
import type { Graph } from "./wire";

/** The code of what the table does not know: Python's own sums, and what outside code has made. */
const OTHER = 255;

export function ruleOf(graph: Graph, node: number): Rule | undefined {
  return RULES.get(graph.ops[graph.codes[node]]);
}

/** Nodes by themselves: three arguments and what is made of them, side by side. */
export class Singles {
  readonly values: Float64Array;
  /** The local derivatives, in the places of the arguments. */
  readonly slopes: Float64Array;
  readonly program: Int32Array;

  constructor(many: number) {
    this.values = new Float64Array(4 * many);
    this.slopes = new Float64Array(4 * many);
    this.program = new Int32Array(STRIDE * many);
    for (let k = 0; k < many; k++) this.program.set([4 * k + 3, 4 * k, 4 * k + 1, 4 * k + 2], STRIDE * k);
  }

  /** Which operation one of them is. */
  is(k: number, code: number): void {
    this.program[STRIDE * k + 4] = code;
  }

  /** The local derivatives of so many of them. */
  derive(many: number): void {
    const { slopes } = this;
    for (let at = 0; at < 4 * many; at++) slopes[at] = at % 4 < 3 ? -0 : 1;
    backward(this.program.subarray(0, STRIDE * many), this.values, slopes, none);
  }
}

function none(): void {}

const single = new Singles(1);

/** What an operation makes of some numbers. */
export function one({ code }: Rule, args: ArrayLike<number>): number {
  single.is(0, code);
  single.values.set(args);
  forward(single.program, single.values, none);
  return single.values[3];
}

/** Its local derivatives, where it has made `z` of them. */
export function partials({ code, arity }: Rule, args: ArrayLike<number>, z: number): number[] {
  single.is(0, code);
  single.values.set(args);
  single.values[3] = z;
  single.derive(1);
  return [...single.slopes.subarray(0, arity)];
}

/** As Python's `sum` from 3.12 on (A. Neumaier, 1974): what each addition loses is kept, and added at the end. */
function compensated(terms: Int32Array, values: Float64Array): number {
  let total = values[terms[0]];
  let lost = 0;
  for (let at = 1; at < terms.length; at++) {
    const term = values[terms[at]];
    const both = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - both + term : term - both + total;
    total = both;
  }
  return lost && Number.isFinite(lost) ? total + lost : total;
}

/** Python's sums that keep what their additions lose, by the last addition: the nodes that they are made of. */
function sums({ flags, args, starts }: Graph): Map<number, Int32Array> {
  const found = new Map<number, Int32Array>();
  const is = (flag: number, node: number) => flags[node] & flag && starts[node + 1] - starts[node] === 2;
  flags.forEach((_, node) => {
    if (!is(COMPENSATED, node)) return;
    const terms = [args[starts[node] + 1]];
    let inner = args[starts[node]];
    for (; is(PARTIAL, inner); inner = args[starts[inner]]) terms.push(args[starts[inner] + 1]);
    found.set(node, Int32Array.from([inner, ...terms.reverse()]));
  });
  return found;
}

/** The forward pass of a graph. */
export class Forward {
  /** All that is computed. */
  readonly program: Int32Array;
  /** What is made of something, by an operation that the table may not know. */
  readonly inner: Int32Array;
  /** What an unknown operation has made: nobody can compute it anew. */
  readonly opaque: Int32Array;
  readonly #sums: ReadonlyMap<number, Int32Array>;

  constructor(readonly graph: Graph) {
    const { ops, starts, slopes } = graph;
    this.#sums = sums(graph);
    const table = ops.map((name) => RULES.get(name)?.code ?? OTHER);
    const codes = graph.codes.map((code) => table[code]);
    this.inner = Int32Array.from(codes.keys()).filter((node) => starts[node] < starts[node + 1]);
    const known = (node: number) => codes[node] !== OTHER || slopes.has(node);
    this.opaque = this.inner.filter((node) => !known(node));
    const computed = this.inner.filter(known);
    for (const node of this.#sums.keys()) codes[node] = OTHER;
    this.program = program(computed, codes, graph);
  }

  /** The program of what is computed from some nodes; marks these, and all of that. */
  above(nodes: readonly number[], marked: Uint8Array = new Uint8Array(this.graph.size)): Int32Array {
    const { starts, args } = this.graph;
    const { inner } = this;
    marked.fill(0);
    for (const node of nodes) marked[node] = 1;
    for (let at = 0; at < inner.length; at++) {
      const node = inner[at];
      for (let k = starts[node]; k < starts[node + 1]; k++) if (marked[args[k]]) marked[node] = 1;
    }
    return part(this.program, marked);
  }

  /** Marks all that marked nodes are made of. */
  below(marked: Uint8Array): Uint8Array {
    const { starts, args } = this.graph;
    for (const node of this.inner.slice().reverse())
      if (marked[node]) for (let k = starts[node]; k < starts[node + 1]; k++) marked[args[k]] = 1;
    return marked;
  }

  /** Computes what a program has. What outside code has made stays as it is. */
  run(values: Float64Array, todo = this.program): void {
    forward(todo, values, this.#other);
  }

  readonly #other = (node: number, values: Float64Array) => {
    const terms = this.#sums.get(node);
    if (terms) values[node] = compensated(terms, values);
  };
}

/** The backward pass for one root. Only nodes that reach the root take part. */
export class Backward {
  readonly reaches: Uint8Array;
  readonly #program: Int32Array;
  /** What an unknown operation is made of, and all before it: no gradient of theirs is known. */
  readonly #unknown: Int32Array;

  constructor(
    readonly forward: Forward,
    readonly root: number,
  ) {
    const { starts, args, size } = forward.graph;
    const [reaches, unknown] = [new Uint8Array(size), new Uint8Array(size)];
    reaches[root] = 1;
    this.reaches = forward.below(reaches);
    for (const node of forward.opaque)
      if (reaches[node]) for (let k = starts[node]; k < starts[node + 1]; k++) unknown[args[k]] = 1;
    forward.below(unknown);
    this.#unknown = Int32Array.from(unknown.keys()).filter((node) => unknown[node]);
    this.#program = part(forward.program, reaches);
  }

  /** Into `grads`, which are all 0. */
  run(values: Float64Array, grads: Float64Array): void {
    grads[this.root] = 1;
    backward(this.#program, values, grads, this.#other);
    for (const node of this.#unknown) grads[node] = Number.NaN;
  }

  readonly #other = (node: number, grads: Float64Array) => {
    const { starts, args, slopes } = this.forward.graph;
    const [grad, outside] = [grads[node], slopes.get(node)];
    // Whatever the slopes of outside code are, nothing comes down where nothing comes in.
    if (grad !== 0 || !outside)
      for (let k = starts[node]; k < starts[node + 1]; k++)
        grads[args[k]] += outside ? grad * outside[k - starts[node]] : grad;
  };
}
