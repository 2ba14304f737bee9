// How to run a graph: nodes of one level and one operation stand together, and each such group is one tight loop.
import { RULES, type Rule } from "./ops.gen";
import type { Graph } from "./wire";

const NONE = new Int32Array(0);

/** Below this mean size of a group, loops over groups do not pay, and nodes are run one by one. */
const CROWD = 3;

interface Group {
  readonly rule: Rule;
  readonly out: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly slot: Int32Array;
  readonly level: number;
}

export function ruleOf(graph: Graph, node: number): Rule | undefined {
  return RULES.get(graph.ops[graph.codes[node]]);
}

/** The forward pass of a graph. */
export class Forward {
  readonly level: Int32Array;
  readonly computed: Int32Array;
  readonly groups: readonly Group[];
  readonly grouped: boolean;
  readonly #rules: readonly (Rule | undefined)[];

  constructor(readonly graph: Graph) {
    const { size, starts, args, codes, ops } = graph;
    this.#rules = ops.map((name) => RULES.get(name));
    this.level = new Int32Array(size);
    const computed: number[] = [];
    const members = new Map<number, number[]>();
    for (let node = 0; node < size; node++) {
      if (!this.#rules[codes[node]]) continue;
      let level = 0;
      for (let k = starts[node]; k < starts[node + 1]; k++) level = Math.max(level, this.level[args[k]]);
      this.level[node] = level + 1;
      computed.push(node);
      const key = (level + 1) * 256 + codes[node];
      const group = members.get(key);
      if (group) group.push(node);
      else members.set(key, [node]);
    }
    this.computed = Int32Array.from(computed);
    this.grouped = computed.length >= CROWD * members.size;
    const keys = this.grouped ? [...members.keys()].sort((x, y) => x - y) : [];
    this.groups = keys.map((key) => this.group(members.get(key) ?? [], NONE));
  }

  /** Nodes of one level and one operation as columns. */
  group(nodes: readonly number[], slot: Int32Array): Group {
    const { starts, args, codes } = this.graph;
    const rule = this.#rules[codes[nodes[0]]];
    if (!rule) throw new Error("only computed nodes stand in groups");
    const column = (place: number) =>
      place < rule.arity ? Int32Array.from(nodes, (node) => args[starts[node] + place]) : NONE;
    return {
      rule,
      out: Int32Array.from(nodes),
      a: column(0),
      b: column(1),
      c: column(2),
      slot,
      level: this.level[nodes[0]],
    };
  }

  /** Marks what is computed from a marked node. */
  spread(moved: Uint8Array): void {
    const { starts, args } = this.graph;
    for (const node of this.computed) {
      for (let k = starts[node]; k < starts[node + 1]; k++) if (moved[args[k]]) moved[node] = 1;
    }
  }

  /** Computes all nodes, or those that are marked. */
  run(values: Float64Array, marked: Uint8Array | null = null): void {
    if (this.grouped && !marked) {
      for (const { rule, out, a, b, c } of this.groups) {
        if (rule.forward) rule.forward(values, out, a, b, c);
        else for (let k = 0; k < out.length; k++) values[out[k]] = rule.one(values[a[k]], values[b[k]], values[c[k]]);
      }
      return;
    }
    const { starts, args, codes } = this.graph;
    for (const node of this.computed) {
      const rule = this.#rules[codes[node]];
      const k = starts[node];
      if (rule && (!marked || marked[node]))
        values[node] = rule.one(values[args[k]], values[args[k + 1]], values[args[k + 2]]);
    }
  }
}

/**
 * The backward pass for one root. Only nodes that reach the root take part. A node's gradient is the sum over its uses from the last made
 * to the first, argument by argument: the same order as in the kernel, so that both agree to the bit where the machine's arithmetic is exact.
 */
export class Backward {
  readonly reaches: Uint8Array;
  readonly #computed: readonly number[];
  readonly #groups: Group[] = [];
  readonly #target: Int32Array;
  readonly #bounds: Int32Array;
  readonly #part: Float64Array;

  constructor(
    readonly forward: Forward,
    readonly root: number,
  ) {
    const { graph, level } = forward;
    const { starts, args, size } = graph;
    this.reaches = new Uint8Array(size);
    this.reaches[root] = 1;
    const computed: number[] = [];
    for (let at = forward.computed.length - 1; at >= 0; at--) {
      const node = forward.computed[at];
      if (!this.reaches[node]) continue;
      computed.push(node);
      for (let k = starts[node]; k < starts[node + 1]; k++) this.reaches[args[k]] = 1;
    }
    this.#computed = computed;
    // Slots: those of one node side by side, nodes by level, so that a level's sums are one sweep.
    const count = new Int32Array(size + 1);
    for (const node of computed) for (let k = starts[node]; k < starts[node + 1]; k++) count[args[k]]++;
    let deepest = 0;
    for (const node of computed) deepest = Math.max(deepest, level[node]);
    const order = forward.grouped ? byLevel(level, deepest) : { nodes: NONE, bounds: NONE };
    const place = new Int32Array(size);
    let edges = 0;
    this.#bounds = new Int32Array(deepest + 2);
    for (let at = 0, now = 0; at < order.nodes.length; at++) {
      const node = order.nodes[at];
      while (now < level[node]) this.#bounds[++now] = edges;
      place[node] = edges;
      edges += count[node];
      if (at === order.nodes.length - 1)
        for (let rest = now + 1; rest < this.#bounds.length; rest++) this.#bounds[rest] = edges;
    }
    this.#target = new Int32Array(edges);
    this.#part = new Float64Array(edges);
    if (!forward.grouped) return;
    const slotOf = new Int32Array(args.length);
    for (const node of computed) {
      for (let k = starts[node]; k < starts[node + 1]; k++) {
        slotOf[k] = place[args[k]]++;
        this.#target[slotOf[k]] = args[k];
      }
    }
    for (const group of forward.groups) {
      const nodes = Array.from(group.out).filter((node) => this.reaches[node]);
      if (!nodes.length) continue;
      const slot = Int32Array.from(
        nodes.flatMap((node) => Array.from(slotOf.subarray(starts[node], starts[node + 1]))),
      );
      this.#groups.push(forward.group(nodes, slot));
    }
  }

  run(values: Float64Array, grads: Float64Array): void {
    grads.fill(0);
    grads[this.root] = 1;
    if (!this.forward.grouped) {
      this.#runEach(values, grads);
      return;
    }
    let summed = this.#bounds.length - 1;
    for (let at = this.#groups.length - 1; at >= 0; at--) {
      const { rule, out, a, b, c, slot, level } = this.#groups[at];
      while (summed > level) this.#sum(--summed, grads);
      if (rule.backward) rule.backward(values, grads, this.#part, slot, out, a, b, c);
      else backward(rule, values, grads, this.#part, slot, out, a, b, c);
    }
    while (summed > 0) this.#sum(--summed, grads);
  }

  #sum(level: number, grads: Float64Array): void {
    const target = this.#target;
    const part = this.#part;
    const stop = this.#bounds[level + 1];
    for (let k = this.#bounds[level]; k < stop; k++) grads[target[k]] += part[k];
  }

  #runEach(values: Float64Array, grads: Float64Array): void {
    const { graph } = this.forward;
    const { starts, args } = graph;
    for (const node of this.#computed) {
      const rule = ruleOf(graph, node);
      if (!rule) continue;
      const k = starts[node];
      const [x, y, w, z] = [values[args[k]], values[args[k + 1]], values[args[k + 2]], values[node]];
      for (let place = 0; place < rule.arity; place++)
        grads[args[k + place]] += grads[node] * rule.local[place](x, y, w, z);
    }
  }
}

function backward(
  { arity, local }: Rule,
  v: Float64Array,
  g: Float64Array,
  part: Float64Array,
  slot: Int32Array,
  out: Int32Array,
  a: Int32Array,
  b: Int32Array,
  c: Int32Array,
): void {
  for (let k = 0; k < out.length; k++)
    for (let place = 0; place < arity; place++)
      part[slot[arity * k + place]] = g[out[k]] * local[place](v[a[k]], v[b[k]], v[c[k]], v[out[k]]);
}

/** The nodes of levels 0 to deepest, by level, in creation order within one. */
function byLevel(level: Int32Array, deepest: number): { nodes: Int32Array; bounds: Int32Array } {
  const bounds = new Int32Array(deepest + 2);
  for (const at of level) if (at <= deepest) bounds[at + 1]++;
  for (let at = 0; at <= deepest; at++) bounds[at + 1] += bounds[at];
  const next = bounds.slice();
  const nodes = new Int32Array(bounds[deepest + 1]);
  for (let node = 0; node < level.length; node++) if (level[node] <= deepest) nodes[next[level[node]]++] = node;
  return { nodes, bounds };
}
