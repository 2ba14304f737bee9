// Where the leaves have been: undo and redo for every change that was made in this view.

import type { At } from "../engine/wire";
import type { Model } from "./model";
import { after, batch, signal } from "./signals";

/** How many moved leaves are kept together: of graphs with many leaves fewer stands. */
const KEPT = 200_000;

/** Which leaves were moved where once. */
interface Stand {
  readonly at: At;
  /** The leaves that the change to the neighbouring stand has moved; what others have moved since is theirs. */
  readonly moved: readonly string[];
}

export class History {
  #past: Stand[] = [];
  #future: Stand[] = [];
  #now: Stand;
  readonly #turn = signal(0);

  constructor(readonly model: Model) {
    this.#now = { at: model.at, moved: [] };
    after(
      () => model.moved.value,
      () => {
        const moved = model.moved.value;
        if (moved && !moved.here) this.#now = { at: model.at, moved: [] };
        else if (moved?.done) this.#moved();
      },
    );
  }

  get canUndo(): boolean {
    return this.turn > 0 && this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.turn > 0 && this.#future.length > 0;
  }

  /** How many changes there have been, undone ones among them. */
  get turn(): number {
    return this.#turn.value;
  }

  undo(): void {
    this.#go(this.#past, this.#future);
  }

  redo(): void {
    this.#go(this.#future, this.#past);
  }

  #moved(): void {
    const { at } = this.model;
    const moved = differing(this.#now.at, at);
    if (!moved.length) return;
    const past = [...this.#past, { ...this.#now, moved }];
    this.#past = past.slice(-Math.max(20, KEPT / Math.max(1, at.size)));
    this.#future = [];
    this.#now = { at, moved: [] };
    this.#turn.value++;
  }

  /** Goes to the last of some stands; that of now is kept with the others. */
  #go(from: Stand[], to: Stand[]): void {
    const stand = from.pop();
    if (!stand) return;
    to.push({ ...this.#now, moved: stand.moved });
    const back = new Map(stand.moved.map((key) => [key, stand.at.get(key) ?? null]));
    const at = new Map(this.model.at);
    for (const [key, position] of back) {
      if (position === null) at.delete(key);
      else at.set(key, position);
    }
    // What is put back is no new change: the effect finds it in place.
    this.#now = { ...stand, at };
    batch(() => {
      this.model.put(back);
      this.#turn.value++;
    });
  }
}

/** The leaves that stand elsewhere in one than in the other. */
export function differing(one: At, other: At): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((key) => !Object.is(one.get(key), other.get(key)));
}
