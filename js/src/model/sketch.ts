// What of a tape is drawn: the nodes on which the root depends, a constant exponent folded into its operation, and of a
// large graph the part nearest to the root; the rest is counted. On wish constants are left out, and a long sum is one
// node. autograd_magic/export/sketch.py is the still picture's twin, without the wishes.
import type { Tape } from "../engine/tape";

/** From so many terms on a sum is long. */
const LONG = 4;

export interface Wishes {
  readonly constants: boolean;
  /** Whether long sums are one node, but for those that are open. */
  readonly sums: boolean;
  readonly open: ReadonlySet<number>;
}

export const AS_IT_IS: Wishes = { constants: true, sums: false, open: new Set() };

export class Sketch {
  /** The drawn nodes, in creation order. */
  readonly nodes: readonly number[];
  /** How many nodes there would be to draw. */
  readonly total: number;
  readonly #args = new Map<number, readonly number[]>();
  readonly #sums = new Map<number, readonly number[]>();

  constructor(
    readonly tape: Tape,
    limit: number,
    readonly wishes: Wishes = AS_IT_IS,
  ) {
    const seen = new Uint8Array(tape.size);
    const waiting = [tape.root];
    seen[tape.root] = 1;
    for (let next = 0; next < waiting.length; next++) {
      for (const arg of this.args(waiting[next])) {
        if (seen[arg]) continue;
        seen[arg] = 1;
        waiting.push(arg);
      }
    }
    this.nodes = waiting.slice(0, limit).sort((a, b) => a - b);
    this.total = waiting.length;
  }

  /** The nodes from which an edge leads to this one. */
  args(node: number): readonly number[] {
    const known = this.#args.get(node);
    if (known) return known;
    const { tape, wishes } = this;
    let args = tape.foldedExponent(node) ? tape.args(node).slice(0, 1) : tape.args(node);
    if (wishes.sums && tape.op(node) === "add" && !wishes.open.has(node)) {
      // A running total has a name in each round of its loop: total₁, total₂, ...
      const name = (at: number) => tape.label(at).replace(/[₀-₉]+$/, "");
      const terms: number[] = [];
      const folded = [node];
      const stack = [...args].reverse();
      for (let arg = stack.pop(); arg !== undefined; arg = stack.pop()) {
        const own = !tape.label(arg) || name(arg) === name(node);
        const inner = own && tape.op(arg) === "add" && tape.uses(arg).length === 1;
        if (inner) stack.push(...[...tape.args(arg)].reverse());
        (inner ? folded : terms).push(arg);
      }
      if (terms.length >= LONG) {
        args = terms;
        this.#sums.set(node, folded);
      }
    }
    if (!wishes.constants) args = args.filter((arg) => tape.op(arg) !== "const" || tape.label(arg));
    this.#args.set(node, args);
    return args;
  }

  /** The additions for which a node stands that is a long sum; none for any other. */
  folded(node: number): readonly number[] {
    return this.#sums.get(node) ?? [];
  }
}
