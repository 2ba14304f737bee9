// Where the leaves have been: undo and redo for every change that was made in this view, and the trail for the plots.
import { title } from "./naming";
import type { State } from "./state";

/** How many positions are kept together: of graphs with many leaves fewer stands. */
const KEPT = 200_000;

/** Where the leaves were once, and the root there (nan while it is not known), under its name. */
export interface Stand {
  readonly places: ReadonlyMap<string, number>;
  readonly root: number;
  readonly name: string;
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
      if (!done || !differs(this.#now.places, places)) return;
      this.#past = [...this.#past, this.#now].slice(-Math.max(20, KEPT / places.size));
      this.#future = [];
      this.#now = this.#stand(places);
      this.#tell();
    });
    // A root that only the kernel could tell is known some time later.
    const followed = state.listen({
      status: () => {
        if (!differs(this.#now.places, state.places)) this.#now = this.#stand(this.#now.places);
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
    left.push(this.#now);
    // What is put back is no new change: the listener finds it in place.
    this.#now = { ...stand, places: new Map([...this.state.places, ...stand.places]) };
    this.state.put(stand.places);
    this.#tell();
  }

  #stand(places: ReadonlyMap<string, number>): Stand {
    const { tape, mood } = this.state;
    const known = mood === "exact" || mood === "unconfirmed";
    return { places: new Map(places), root: known ? tape.values[tape.root] : NaN, name: title(tape, tape.root) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function differs(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return [...other].some(([key, position]) => one.has(key) && !Object.is(one.get(key), position));
}
