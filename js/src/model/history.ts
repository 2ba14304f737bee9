// Where the leaves have been: undo and redo for every change that was made in this view, and the trail for the plots.

import type { Tape } from "../engine/tape";
import type { State } from "./model";
import type { Places } from "./paths";

/** How many positions are kept together: of graphs with many leaves fewer stands. */
const KEPT = 200_000;

/** Where the leaves were once, and the root there (nan while it is not known), under its name. */
export interface Stand {
  readonly places: Places;
  readonly root: number;
  readonly name: string;
  /** The leaves that the change to the neighbouring stand has moved; what others have moved since is theirs. */
  readonly moved: readonly string[];
}

export class History {
  #past: Stand[] = [];
  #future: Stand[] = [];
  #now: Stand;
  readonly #listeners = new Set<() => void>();
  readonly end: () => void;

  constructor(readonly state: State) {
    this.#now = this.#stand(state.places);
    const moved = state.onMove((done) => {
      const places = new Map(state.places);
      const moved = differing(this.#now.places, places);
      if (!done || !moved.length) return;
      this.#past = [...this.#past, { ...this.#now, moved }].slice(-Math.max(20, KEPT / places.size));
      this.#future = [];
      this.#now = this.#stand(places);
      this.#tell();
    });
    // A root that only the kernel could tell is known some time later.
    const followed = state.listen({
      status: () => {
        if (!differing(this.#now.places, state.places).length) this.#now = this.#stand(state.places);
      },
      followed: () => {
        this.#now = this.#stand(state.places);
      },
    });
    this.end = () => {
      moved();
      followed();
    };
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** From the first stand to the present one. */
  get trail(): readonly Stand[] {
    return [...this.#past, this.#now];
  }

  /** Calls back when there is another stand; gives back how to end it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  undo(): void {
    const before = this.#past.pop();
    if (before) this.#go(before, this.#future);
  }

  redo(): void {
    const after = this.#future.pop();
    if (after) this.#go(after, this.#past);
  }

  #go(stand: Stand, left: Stand[]): void {
    const { state } = this;
    const { moved } = stand;
    left.push({ ...this.#now, moved });
    const back = new Map(moved.map((key) => [key, stand.places.get(key) ?? NaN]));
    // What is put back is no new change: the listener finds it in place.
    this.#now = { ...stand, places: new Map([...state.places, ...back]) };
    state.put(back);
    this.#tell();
  }

  #stand(places: Places): Stand {
    const { tape, mood } = this.state;
    const known = mood === "exact" || mood === "unconfirmed";
    const root = known ? tape.values[tape.root] : NaN;
    return { places: new Map(places), root, name: rootName(tape), moved: [] };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** By what a root is known again on another way through the code. */
export function rootName(tape: Tape): string {
  return tape.label(tape.root) || `#${tape.root}`;
}

/** The leaves that stand elsewhere in one than in the other; those that only one of them has do not count. */
function differing(one: Places, other: Places): string[] {
  return [...other].flatMap(([key, position]) => (one.has(key) && !Object.is(one.get(key), position) ? [key] : []));
}
