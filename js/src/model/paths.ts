// The ways through the code that were traced so far, each with its tape, and the roots under which they are looked at.

import type { Tape } from "../engine/tape";
import { alike, leafKeys, nodeLabelled } from "./names";

/** How many tapes are kept, and how many nodes they may have together. */
const KEPT = 8;
const KEPT_NODES = 50_000;

/** Where leaves are, by the key that each keeps when the code is run again. */
export type Places = ReadonlyMap<string, number>;

/** What a replay knows of the root elsewhere: its number, and the way through the code on which it is that. */
export interface Found {
  readonly root: number;
  readonly path: Tape;
}

/** Where the leaves of a tape are; null when one of them has never been seen. */
export function positionsAt(tape: Tape, places: Places): number[] | null {
  const found = leafKeys(tape).map((key) => places.get(key));
  return found.includes(undefined) ? null : (found as number[]);
}

export class Ways {
  #tapes: Tape[];
  /** The roots that were chosen, and in which tape; null for the cell's own. */
  #chosen: { readonly tape: Tape; readonly nodes: readonly number[] } | null = null;
  /** Each tape under these roots, and which of its nodes they are; none where it does not have them. */
  readonly #rooted = new Map<Tape, { readonly tape: Tape; readonly nodes: readonly number[] }>();

  constructor(tape: Tape) {
    this.#tapes = [tape];
  }

  /** Takes in what the kernel has traced, and lets go of the oldest when there are too many. */
  add(tape: Tape): void {
    this.#tapes = [tape, ...this.#tapes.filter((other) => !alike(other, tape))].slice(0, KEPT);
    while (this.#tapes.length > 1 && this.#tapes.reduce((sum, { size }) => sum + size, 0) > KEPT_NODES)
      this.#tapes.pop();
    for (const other of this.#rooted.keys()) if (!this.#tapes.includes(other)) this.#rooted.delete(other);
  }

  /** Looks at other roots: nodes of this tape, or the cell's own for none. */
  choose(tape: Tape, nodes: readonly number[]): void {
    this.#chosen = nodes.length ? { tape, nodes } : null;
    this.#rooted.clear();
  }

  /** A tape under the roots that were chosen, and the nodes that they are in it; as it came, and none, where it has none such. */
  under(raw: Tape): { readonly tape: Tape; readonly nodes: readonly number[] } {
    const chosen = this.#chosen;
    if (!chosen) return { tape: raw, nodes: [] };
    let found = this.#rooted.get(raw);
    if (!found) {
      const same = alike(chosen.tape, raw);
      const nodes = chosen.nodes.map((node) => {
        const label = chosen.tape.label(node);
        return same ? node : label ? nodeLabelled(raw, label) : null;
      });
      found = nodes.includes(null)
        ? { tape: raw, nodes: [] }
        : { tape: raw.rooted(nodes as number[]), nodes: nodes as number[] };
      this.#rooted.set(raw, found);
    }
    return found;
  }

  /** Another way than this one, on which the leaves are now. */
  other(raw: Tape, places: Places): Tape | undefined {
    return this.#others(raw).find((tape) => {
      const positions = positionsAt(tape, places);
      return positions !== null && tape.run(positions).kind === "exact";
    });
  }

  /** The root, under the name that it has in this tape, on another way with the leaves elsewhere; null where none leads there. */
  probe(raw: Tape, places: Places): Found | null {
    const wanted = this.under(raw).tape;
    for (const other of this.#others(raw)) {
      const { tape: path, nodes } = this.under(other);
      const same = path.label(path.root) === wanted.label(wanted.root) && (!this.#chosen || nodes.length);
      const positions = same ? positionsAt(path, places) : null;
      const root = positions && path.probe(positions);
      if (root !== null) return { root, path };
    }
    return null;
  }

  /** Text may decide something that no guard tells: such a way is not taken without the kernel. */
  #others(raw: Tape): Tape[] {
    return this.#tapes.filter((tape) => tape !== raw && tape.text === 0);
  }
}
