// A graph's numbers at other positions. They stand in the same arrays from one trial to the next, so that a leaf that is moved again
// costs no more than what is made of it.
import { Bounds } from "./bounds";
import type { Forward } from "./forward";
import { part } from "./program";

export class Trial {
  readonly values: Float64Array;
  /** What depends on nodes that are not where they were traced. */
  readonly moved: Uint8Array;
  /** The program of it. */
  away: Int32Array = new Int32Array(0);
  readonly bounds: Bounds;
  readonly #errors: Float64Array;
  /** The program of what has no error bounds of these values yet. */
  #unbound: Int32Array | null;
  /** The nodes that are not where they were traced; null where the values are none of a trial. */
  #from: readonly number[] | null = null;
  /** Some of them, which were put elsewhere last, and the program of what depends on them. */
  #changed: readonly number[] = [];
  #above = this.away;

  constructor(readonly forward: Forward) {
    const { graph, program } = forward;
    this.values = graph.values.slice();
    this.moved = new Uint8Array(graph.size);
    this.bounds = new Bounds(graph);
    this.#errors = new Float64Array(this.bounds.any ? graph.size : 0);
    this.#unbound = program;
  }

  /** Puts these nodes there; what does not depend on them keeps the numbers of the run that was traced. */
  put(nodes: readonly number[], positions: readonly number[]): void {
    const { forward, values } = this;
    const same = this.#from && alike(nodes, this.#from);
    if (!same) this.#begin(nodes, forward.graph.values);
    const changed = nodes.filter((node, k) => !Object.is(values[node], positions[k]));
    if (same && !changed.length) return;
    let todo = this.away;
    if (same && changed.length < nodes.length) {
      if (!alike(changed, this.#changed)) this.#above = forward.above(changed);
      this.#changed = changed;
      todo = this.#above;
    }
    for (let k = 0; k < nodes.length; k++) values[nodes[k]] = positions[k];
    this.#run(todo);
    this.#from = nodes;
  }

  /** Puts one node elsewhere in a run of which these are the values. */
  nudge(node: number, position: number, values: Float64Array): void {
    this.#begin([node], values);
    this.values[node] = position;
    this.moved[node] = 0;
    this.#run(part(this.away, this.moved));
    this.moved[node] = 1;
    this.#from = null;
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
    this.#unbound = forward.program;
    this.values.set(values);
    this.away = forward.above(nodes, moved);
    for (const node of forward.opaque) if (moved[node]) this.values[node] = Number.NaN;
  }

  #run(todo: Int32Array): void {
    this.forward.run(this.values, todo);
    this.#unbound = this.#unbound && this.#unbound !== todo ? this.forward.program : todo;
  }
}

function alike(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((node, k) => node === other[k]);
}
