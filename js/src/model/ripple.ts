// A nudge of one node, and what it does to those that follow: the chain rule as movement.
import type { Run } from "../engine/tape";

/** By how much each node moves, to first order, when one is moved by `by`; only those that lead from it to the root are there. */
export function ripple(run: Run, from: number, by: number): Map<number, number> {
  const { tape } = run;
  const moves = new Map([[from, by]]);
  for (let node = from + 1; node <= tape.root; node++) {
    const args = tape.args(node);
    if (!args.some((arg) => moves.has(arg)) || !tape.reaches(node)) continue;
    const partials = run.partials(node);
    moves.set(
      node,
      args.reduce((sum, arg, place) => {
        const moved = moves.get(arg);
        return moved === undefined ? sum : sum + partials[place] * moved;
      }, 0),
    );
  }
  return moves;
}
