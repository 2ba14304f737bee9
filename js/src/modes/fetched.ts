// What is brought when it is first asked for.
import { ended, scope, signal, untracked } from "../model/signals";

type Later = typeof import("./later");

/** Whether all stands in one file, as it does in a page without a notebook. */
declare const ONE_FILE: boolean;

let here: Later | null = null;

/** Whether it did not come when it was asked for last. */
export const missing = signal(false);

/** It is here. */
export function bring(all: Later): void {
  here = all;
  missing.value = false;
}

/**
 * Does something with what may have to be brought first, unless that is over by then. It owns what it begins, and does not
 * follow what it reads. Gives back how to end that.
 */
export function fetched(work: (all: Later) => void): () => void {
  let over = false;
  let end = () => {};
  const begin = (all: Later) => {
    if (!over) end = scope(() => untracked(() => work(all)));
  };
  if (here) begin(here);
  else if (!ONE_FILE)
    void import("./later").then(
      (all) => {
        bring(all);
        begin(all);
      },
      () => {
        missing.value = true;
      },
    );
  const finish = () => {
    over = true;
    end();
  };
  ended(finish);
  return finish;
}
