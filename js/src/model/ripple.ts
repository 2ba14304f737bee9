// Which nodes a nudge of one moves, on its way to the root.
import type { Tape } from "../engine/tape";

/** A node, and those that lead from it to the root. */
export function ripple(tape: Tape, from: number): Set<number> {
  const { args, starts } = tape.columns;
  const found = new Set([from]);
  for (let node = from + 1; node <= tape.root; node++) {
    if (!tape.reaches(node)) continue;
    for (let k = starts[node]; k < starts[node + 1]; k++) if (found.has(args[k])) found.add(node);
  }
  return found;
}
