// Values that are followed, and who ends with whom: an effect owns what is begun within it, which ends before it is called again, and with it.
import { effect as follow, untracked } from "@preact/signals-core";

export { batch, computed, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals-core";

/** What has begun where something owns it. */
let owned: (() => void)[] | null = null;

/** Does something that owns what it begins; gives back how to end all that. */
export function scope(work: () => void): () => void {
  const mine: (() => void)[] = [];
  const outer = owned;
  owned = mine;
  try {
    work();
  } finally {
    owned = outer;
  }
  return () => {
    for (const end of mine.splice(0).reverse()) end();
  };
}

/** Something that is to be done when what begins now ends. */
export function ended(end: () => void): void {
  owned?.push(end);
}

/** Does something now, and again when what it has read has changed. Gives back how to end that. */
export function effect(work: () => void): () => void {
  const end = follow(() => scope(work));
  ended(end);
  return end;
}

/** Does something now, and again when what `reads` reads has changed: not all that it reads itself. */
export function after(reads: () => unknown, act: () => void): () => void {
  return effect(() => {
    reads();
    untracked(act);
  });
}
