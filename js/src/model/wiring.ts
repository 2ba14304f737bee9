// What a root depends on, as columns: for graphs of tens of thousands of nodes, of which every one is looked at.
import type { Tape } from "../engine/tape";

export enum Sort {
  Inner = 0,
  Leaf = 1,
  Constant = 2,
}

export class Wiring {
  /** The nodes that the root depends on, and the root, in the order in which they were made. */
  readonly nodes: Int32Array;
  readonly sort: Uint8Array;
  readonly starts: Int32Array;
  readonly args: Int32Array;
  /** The users of all nodes in one column, and where those of each begin: only such that the root depends on. */
  readonly users: Int32Array;
  readonly firstUser: Int32Array;
  /** How many boxes it would be to draw every node: a constant exponent has none. */
  readonly boxes: number;

  constructor(readonly tape: Tape) {
    const { size, root } = tape;
    const { args, starts } = tape.columns;
    const [seen, exponents] = [new Uint8Array(size), new Uint8Array(size)];
    this.sort = new Uint8Array(size);
    this.firstUser = new Int32Array(size + 1);
    seen[root] = 1;
    let [count, boxes, edges] = [0, 0, 0];
    for (let node = size - 1; node >= 0; node--) {
      if (!seen[node]) continue;
      count++;
      const op = tape.op(node);
      this.sort[node] = op === "leaf" ? Sort.Leaf : op === "const" ? Sort.Constant : Sort.Inner;
      boxes += exponents[node] ? 0 : 1;
      if (op === "pow") exponents[args[starts[node] + 1]] = tape.foldedExponent(node) ? 1 : 0;
      for (let at = starts[node]; at < starts[node + 1]; at++) {
        seen[args[at]] = 1;
        this.firstUser[args[at] + 1]++;
        edges++;
      }
    }
    this.nodes = new Int32Array(count);
    for (let node = 0, at = 0; node < size; node++) if (seen[node]) this.nodes[at++] = node;
    for (let node = 0; node < size; node++) this.firstUser[node + 1] += this.firstUser[node];
    const next = this.firstUser.slice(0, size);
    this.users = new Int32Array(edges);
    for (const node of this.nodes)
      for (let at = starts[node]; at < starts[node + 1]; at++) this.users[next[args[at]]++] = node;
    [this.args, this.starts, this.boxes] = [args, starts, boxes];
  }

  argsOf(node: number): Int32Array {
    return this.args.subarray(this.starts[node], this.starts[node + 1]);
  }

  usersOf(node: number): Int32Array {
    return this.users.subarray(this.firstUser[node], this.firstUser[node + 1]);
  }

  /** How often a node is used. */
  uses(node: number): number {
    return this.firstUser[node + 1] - this.firstUser[node];
  }
}
