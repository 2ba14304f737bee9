// A nudge of one node, and what it does to those that follow: the chain rule as movement.
import type { Run } from "../engine/tape";

/** By how much each node moves, to first order, when one is moved by `by`; only those that lead from it to the root are there. */
export function ripple(run: Run, from: number, by: number): Map<number, number> {
  const { tape } = run;
  const { args, starts } = tape.columns;
  const moves = new Map([[from, by]]);
  for (let node = from + 1; node <= tape.root; node++) {
    let partials: readonly number[] | null = null;
    let sum = 0;
    for (let k = starts[node]; k < starts[node + 1]; k++) {
      const moved = moves.get(args[k]);
      if (moved === undefined || !tape.reaches(node)) continue;
      partials ??= run.partials(node);
      sum += partials[k - starts[node]] * moved;
    }
    if (partials) moves.set(node, sum);
  }
  return moves;
}
