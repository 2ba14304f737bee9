// How to run a graph: node by node, the two operations that large graphs are made of inline.
import { RULES, type Rule } from "./ops.gen";
import { COMPENSATED, PARTIAL } from "./protocol.gen";
import type { Graph } from "./wire";

export function ruleOf(graph: Graph, node: number): Rule | undefined {
  return RULES.get(graph.ops[graph.codes[node]]);
}

/** As Python's `sum` from 3.12 on (A. Neumaier, 1974): what each addition loses is kept, and added at the end. */
export function compensated([first, ...more]: readonly number[]): number {
  let [total, lost] = [first, 0];
  for (const term of more) {
    const both = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - both + term : term - both + total;
    total = both;
  }
  return lost && Number.isFinite(lost) ? total + lost : total;
}

function sums({ flags, args, starts }: Graph): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const is = (flag: number, node: number) => flags[node] & flag && starts[node + 1] - starts[node] === 2;
  flags.forEach((_, node) => {
    if (!is(COMPENSATED, node)) return;
    const terms = [args[starts[node] + 1]];
    let inner = args[starts[node]];
    for (; is(PARTIAL, inner); inner = args[starts[inner]]) terms.push(args[starts[inner] + 1]);
    found.set(node, [inner, ...terms.reverse()]);
  });
  return found;
}

/** The forward pass of a graph. */
export class Forward {
  readonly computed: Int32Array;
  /** What is made of something, by an operation that the table may not know. */
  readonly inner: Int32Array;
  /** What an unknown operation has made: nobody can compute it anew. */
  readonly opaque: Int32Array;
  readonly rules: readonly (Rule | undefined)[];
  readonly add: number;
  readonly mul: number;
  /** Python's sums that keep what their additions lose, by the last addition: the nodes that they are made of. */
  readonly #sums: ReadonlyMap<number, readonly number[]>;

  constructor(readonly graph: Graph) {
    const { ops, codes } = graph;
    this.#sums = sums(graph);
    this.rules = ops.map((name) => RULES.get(name));
    this.add = ops.indexOf("add");
    this.mul = ops.indexOf("mul");
    this.computed = new Int32Array(codes.length)
      .map((_, node) => node)
      .filter((node) => this.rules[codes[node]] || graph.slopes.has(node));
    const { starts } = graph;
    this.inner = new Int32Array(codes.length).map((_, node) => node).filter((node) => starts[node] < starts[node + 1]);
    this.opaque = this.inner.filter((node) => !this.rules[codes[node]] && !graph.slopes.has(node));
  }

  /** Marks what is computed from a marked node. */
  spread(moved: Uint8Array): void {
    const { starts, args } = this.graph;
    for (const node of this.inner) {
      for (let k = starts[node]; k < starts[node + 1]; k++) if (moved[args[k]]) moved[node] = 1;
    }
  }

  /** Computes all nodes, or those that are marked. What outside code has made stays as it is. */
  run(values: Float64Array, marked: Uint8Array | null = null): void {
    const { graph, rules, computed, add, mul } = this;
    const { starts, args, codes } = graph;
    if (marked) for (const node of this.opaque) if (marked[node]) values[node] = Number.NaN;
    for (let at = 0; at < computed.length; at++) {
      const node = computed[at];
      if (marked && !marked[node]) continue;
      const k = starts[node];
      const code = codes[node];
      if (code === add) {
        const terms = this.#sums.size ? this.#sums.get(node) : undefined;
        values[node] = terms ? compensated(terms.map((term) => values[term])) : values[args[k]] + values[args[k + 1]];
      } else if (code === mul) values[node] = values[args[k]] * values[args[k + 1]];
      else values[node] = rules[code]?.one(values[args[k]], values[args[k + 1]], values[args[k + 2]]) ?? values[node];
    }
  }
}

/**
 * The backward pass for one root. Only nodes that reach the root take part. A node's gradient is the sum over its uses from the last made
 * to the first, argument by argument: the same order as in the kernel, so that both agree to the bit where the machine's arithmetic is exact.
 */
export class Backward {
  readonly reaches: Uint8Array;
  readonly #order: Int32Array;
  /** What an unknown operation is made of, and all before it: no gradient of theirs is known. */
  readonly #unknown: Uint8Array;

  constructor(
    readonly forward: Forward,
    readonly root: number,
  ) {
    const { starts, args, size } = forward.graph;
    this.reaches = new Uint8Array(size);
    this.reaches[root] = 1;
    this.#unknown = new Uint8Array(size);
    const opaque = new Set(forward.opaque);
    for (const node of forward.inner.slice().reverse()) {
      if (!this.reaches[node]) continue;
      for (let k = starts[node]; k < starts[node + 1]; k++) {
        this.reaches[args[k]] = 1;
        if (this.#unknown[node] || opaque.has(node)) this.#unknown[args[k]] = 1;
      }
    }
    this.#order = forward.computed.filter((node) => this.reaches[node]).reverse();
  }

  run(values: Float64Array, grads: Float64Array): void {
    const { graph, rules, add, mul } = this.forward;
    const { starts, args, codes } = graph;
    const order = this.#order;
    grads.fill(0);
    grads[this.root] = 1;
    for (let at = 0; at < order.length; at++) {
      const node = order[at];
      const grad = grads[node];
      const k = starts[node];
      const code = codes[node];
      const [a, b] = [args[k], args[k + 1]];
      if (code === add) {
        grads[a] += grad;
        grads[b] += grad;
      } else if (code === mul) {
        const [x, y] = [values[a], values[b]];
        grads[a] += grad * y;
        grads[b] += grad * x;
      } else if (!rules[code]) {
        // Whatever the slopes of outside code are, nothing comes down where nothing comes in.
        if (grad)
          graph.slopes.get(node)?.forEach((slope, place) => {
            grads[args[k + place]] += grad * slope;
          });
      } else {
        const { arity, local } = rules[code] as Rule;
        const [x, y, w, z] = [values[a], values[b], values[args[k + 2]], values[node]];
        for (let place = 0; place < arity; place++) grads[args[k + place]] += grad * local[place](x, y, w, z);
      }
    }
    for (let node = 0; node < grads.length; node++) if (this.#unknown[node]) grads[node] = Number.NaN;
  }
}
