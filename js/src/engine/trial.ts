// A graph's numbers at other positions. They stand in the same arrays from one trial to the next, so that a leaf that is moved again
// costs no more than what is made of it.
import { Bounds } from "./bounds";
import type { Forward } from "./forward";
import { part } from "./program";
import { OWN } from "./protocol.gen";

export class Trial {
  readonly values: Float64Array;
  /** What depends on nodes that are not where they were traced. */
  readonly moved: Uint8Array;
  /** The program of it. */
  todo: Int32Array = new Int32Array(0);
  readonly #errors: Float64Array;
  /** The nodes that were moved. */
  #from: readonly number[] = [];
  /** The program of what has no error bounds of these values yet. */
  #unbound: Int32Array | null;
  /** Whether what has not moved keeps the run's own numbers, because a replay would not give all of them again. */
  readonly #own: boolean;

  readonly bounds: Bounds;

  constructor(readonly forward: Forward) {
    const { values, size } = forward.graph;
    this.bounds = new Bounds(forward.graph);
    this.values = values.slice();
    this.moved = new Uint8Array(size);
    this.#errors = new Float64Array(this.bounds.any ? size : 0);
    this.#unbound = forward.program;
    forward.run(this.values);
    this.#own = forward.opaque.length > 0 || this.values.some((value, node) => far(value, values[node]));
    this.values.set(values);
  }

  /** Puts these nodes there, and all others where they were traced, but for what is computed from them. */
  put(nodes: readonly number[], positions: readonly number[]): void {
    const { forward } = this;
    const same = nodes.length === this.#from.length && nodes.every((node, k) => node === this.#from[k]);
    if (!same) this.#begin(nodes, forward.graph.values);
    // A replay is one throughout: what has not moved is replayed too, once.
    this.#place(nodes, positions, same || this.#own || !nodes.length ? this.todo : forward.program);
  }

  /** Puts one node elsewhere in a run of which these are the values. */
  nudge(node: number, position: number, values: Float64Array): void {
    this.#begin([node], values);
    this.moved[node] = 0;
    this.todo = part(this.todo, this.moved);
    this.moved[node] = 1;
    this.#place([node], [position], this.todo);
    this.#from = [-1];
  }

  /** How far a node's number may be from that of a fresh run. */
  error(node: number): number {
    if (node < 0 || !this.bounds.any) return 0;
    if (this.#unbound) this.bounds.run(this.values, this.#errors, this.#unbound);
    this.#unbound = null;
    return this.#errors[node];
  }

  #begin(nodes: readonly number[], values: Float64Array): void {
    const { forward, moved } = this;
    this.#from = nodes;
    this.#unbound = forward.program;
    this.values.set(values);
    moved.fill(0);
    for (const node of nodes) moved[node] = 1;
    this.todo = forward.spread(moved);
    for (const node of forward.opaque) if (moved[node]) this.values[node] = Number.NaN;
  }

  #place(nodes: readonly number[], positions: readonly number[], todo: Int32Array): void {
    for (let k = 0; k < nodes.length; k++) this.values[nodes[k]] = positions[k];
    this.forward.run(this.values, todo);
    this.#unbound ??= todo;
  }
}

function far(one: number, other: number): boolean {
  return !Object.is(one, other) && !(Math.abs(one - other) <= OWN * Math.abs(other));
}
