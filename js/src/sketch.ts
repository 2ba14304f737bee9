// What of a tape is drawn: the nodes on which the root depends, a constant exponent folded into its operation, and of a
// large graph the part nearest to the root; the rest is counted. autograd_magic/sketch.py is the still picture's twin.
import type { Tape } from "./tape";

export interface Sketch {
  /** The drawn nodes, in creation order. */
  readonly nodes: readonly number[];
  /** How many nodes there would be to draw. */
  readonly total: number;
}

/** The arguments of a node without a folded exponent. */
export function drawnArgs(tape: Tape, node: number): readonly number[] {
  const args = tape.args(node);
  return tape.foldedExponent(node) ? args.slice(0, 1) : args;
}

export function sketch(tape: Tape, limit: number): Sketch {
  const seen = new Uint8Array(tape.size);
  const waiting = [tape.root];
  seen[tape.root] = 1;
  for (let next = 0; next < waiting.length; next++) {
    for (const arg of drawnArgs(tape, waiting[next])) {
      if (seen[arg]) continue;
      seen[arg] = 1;
      waiting.push(arg);
    }
  }
  return { nodes: waiting.slice(0, limit).sort((a, b) => a - b), total: waiting.length };
}
