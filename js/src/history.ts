// Undo and redo for every change of a leaf that was made in this view.
import type { State } from "./state";

const KEPT = 200;

export class History {
  #past: ReadonlyMap<string, number>[] = [];
  #future: ReadonlyMap<string, number>[] = [];
  #now: ReadonlyMap<string, number>;
  readonly end: () => void;

  constructor(
    readonly state: State,
    changed: () => void,
  ) {
    this.#now = new Map(state.places);
    this.end = state.onMove((done) => {
      const places = new Map(state.places);
      if (!done || !differs(this.#now, places)) return;
      this.#past = [...this.#past, this.#now].slice(-KEPT);
      this.#future = [];
      this.#now = places;
      changed();
    });
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  undo(): void {
    const before = this.#past.pop();
    if (before) this.#go(before, this.#future);
  }

  redo(): void {
    const after = this.#future.pop();
    if (after) this.#go(after, this.#past);
  }

  #go(places: ReadonlyMap<string, number>, left: ReadonlyMap<string, number>[]): void {
    left.push(this.#now);
    // What is put back is no new change: the listener finds it in place.
    this.#now = new Map([...this.state.places, ...places]);
    this.state.put(places);
  }
}

function differs(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return [...other].some(([key, position]) => one.has(key) && !Object.is(one.get(key), position));
}
