// The paths through the code that were traced so far, each a tape under its number, and the roots under which they are looked at.
import { KEPT, KEPT_NODES } from "../engine/protocol.gen";
import type { Run, Tape } from "../engine/tape";
import type { At } from "../engine/wire";
import { alike, nodeLabelled, title } from "./names";

/** What a replay knows of the root elsewhere: its number, and the path on which it is that. */
export interface Elsewhere {
  readonly root: number;
  /** Every node's number there, until the next trial. */
  readonly values: Float64Array;
  readonly path: Tape;
}

/** A tape under the roots that were chosen, and which of its nodes these are; as it came, and none, where it has none such. */
interface Rooted {
  readonly tape: Tape;
  readonly nodes: readonly number[];
}

const NONE: readonly number[] = [];

export class Paths {
  readonly #tapes = new Map<number, Tape>();
  /** The roots that were chosen, and in which tape; null for the cell's own. */
  #chosen: Rooted | null = null;
  readonly #rooted = new Map<Tape, Rooted>();

  constructor(tape: Tape) {
    this.#tapes.set(tape.trace, tape);
  }

  /** Takes in what the kernel has traced, and lets go of what holds no more, and of the oldest when there are too many. */
  add(tape: Tape): void {
    for (const [number, other] of this.#tapes)
      if (number < tape.oldest || alike(other, tape)) this.#tapes.delete(number);
    this.#tapes.set(tape.trace, tape);
    const size = () => [...this.#tapes.values()].reduce((sum, each) => sum + each.size, 0);
    while (this.#tapes.size > 1 && (this.#tapes.size > KEPT || size() > KEPT_NODES))
      this.#tapes.delete(Math.min(...this.#tapes.keys()));
    const kept = new Set(this.#tapes.values());
    for (const other of this.#rooted.keys()) if (!kept.has(other)) this.#rooted.delete(other);
  }

  get(number: number): Tape | undefined {
    return this.#tapes.get(number);
  }

  /** Looks at other roots: nodes of this tape, or the cell's own for none. */
  choose(tape: Tape, nodes: readonly number[]): void {
    this.#chosen = nodes.length ? { tape, nodes } : null;
    this.#rooted.clear();
  }

  under(tape: Tape): Rooted {
    const chosen = this.#chosen;
    if (!chosen) return { tape, nodes: NONE };
    let found = this.#rooted.get(tape);
    if (!found) {
      const same = alike(chosen.tape, tape);
      const nodes = chosen.nodes.map((node) => {
        const label = chosen.tape.label(node);
        return same ? node : label ? nodeLabelled(tape, label) : null;
      });
      found = nodes.includes(null)
        ? { tape, nodes: NONE }
        : {
            tape: tape.rooted(
              nodes as number[],
              (nodes as number[]).map((node) => title(tape, node)),
            ),
            nodes: nodes as number[],
          };
      this.#rooted.set(tape, found);
    }
    return found;
  }

  /** Another path than this one, on which the leaves are now, and what it comes to there under the chosen roots. */
  other(tape: Tape, at: At): { readonly tape: Tape; readonly run: Run } | null {
    for (const other of this.#others(tape)) {
      const run = this.under(other).tape.run(at);
      if (run.verdict.kind === "exact") return { tape: other, run };
    }
    return null;
  }

  /** The root, under the name that it has in this tape, on another path with the leaves elsewhere; null where none leads there. */
  probe(tape: Tape, at: At): Elsewhere | null {
    const wanted = this.under(tape).tape;
    for (const other of this.#others(tape)) {
      const { tape: path, nodes } = this.under(other);
      const same = path.label(path.root) === wanted.label(wanted.root) && (!this.#chosen || nodes.length);
      const values = same ? path.probe(at) : null;
      if (values) return { root: values[path.root], values, path };
    }
    return null;
  }

  /** Text may decide something that no guard tells, and a list outside may be another one: such a path is not taken without the kernel. */
  #others(tape: Tape): Tape[] {
    return [...this.#tapes.values()].reverse().filter((other) => other !== tape && other.again);
  }
}
