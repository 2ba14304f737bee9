// Where the leaves have been: undo and redo for every change that was made in this view, and the trail for the plots.
import { batch, effect, signal, untracked } from "@preact/signals-core";
import type { Tape } from "../engine/tape";
import type { At } from "../engine/wire";
import type { Model } from "./model";

/** How many moved leaves are kept together: of graphs with many leaves fewer stands. */
const KEPT = 200_000;

/** Which leaves were moved where once, and the root there (nan while it is not known), under its name. */
export interface Stand {
  readonly at: At;
  readonly root: number;
  readonly name: string;
  /** The leaves that the change to the neighbouring stand has moved; what others have moved since is theirs. */
  readonly moved: readonly string[];
}

export class History {
  readonly #past = signal<readonly Stand[]>([]);
  readonly #future = signal<readonly Stand[]>([]);
  readonly #now;
  readonly #turn = signal(0);
  readonly end: () => void;

  constructor(readonly model: Model) {
    this.#now = signal(this.#stand(model.at));
    const ends = [
      effect(() => {
        const moved = model.moved.value;
        untracked(() => {
          if (moved && !moved.here) this.#now.value = this.#stand(model.at);
          else if (moved?.done) this.#moved();
        });
      }),
      // A root that only the kernel could tell is known some time later.
      effect(() => {
        void [model.run, model.mood];
        untracked(() => {
          if (!differing(this.#now.value.at, model.at).length) this.#now.value = this.#stand(model.at);
        });
      }),
    ];
    this.end = () => {
      for (const end of ends) end();
    };
  }

  get canUndo(): boolean {
    return this.#past.value.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.value.length > 0;
  }

  /** From the first stand to the present one. */
  get trail(): readonly Stand[] {
    return [...this.#past.value, this.#now.value];
  }

  /** How many changes there have been, undone ones among them. */
  get turn(): number {
    return this.#turn.value;
  }

  undo(): void {
    const before = this.#past.value.at(-1);
    if (!before) return;
    batch(() => {
      this.#past.value = this.#past.value.slice(0, -1);
      this.#future.value = [...this.#future.value, { ...this.#now.value, moved: before.moved }];
      this.#go(before);
    });
  }

  redo(): void {
    const after = this.#future.value.at(-1);
    if (!after) return;
    batch(() => {
      this.#future.value = this.#future.value.slice(0, -1);
      this.#past.value = [...this.#past.value, { ...this.#now.value, moved: after.moved }];
      this.#go(after);
    });
  }

  #moved(): void {
    const { at } = this.model;
    const moved = differing(this.#now.value.at, at);
    if (!moved.length) return;
    const past = [...this.#past.value, { ...this.#now.value, moved }];
    this.#past.value = past.slice(-Math.max(20, KEPT / Math.max(1, at.size)));
    this.#future.value = [];
    this.#now.value = this.#stand(at);
    this.#turn.value++;
  }

  #go(stand: Stand): void {
    const back = new Map(stand.moved.map((key) => [key, stand.at.get(key) ?? null]));
    const at = new Map(this.model.at);
    for (const [key, position] of back) {
      if (position === null) at.delete(key);
      else at.set(key, position);
    }
    // What is put back is no new change: the effect finds it in place.
    this.#now.value = { ...stand, at };
    this.model.put(back);
    this.#turn.value++;
  }

  #stand(at: At): Stand {
    const { run, mood } = this.model;
    const known = mood === "exact" || mood === "unconfirmed";
    return { at, root: known ? run.root : NaN, name: rootName(run.tape), moved: [] };
  }
}

/** By what a root is known again on another path. */
export function rootName(tape: Tape): string {
  return tape.label(tape.root) || `#${tape.root}`;
}

/** The leaves that stand elsewhere in one than in the other. */
export function differing(one: At, other: At): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((key) => !Object.is(one.get(key), other.get(key)));
}
