// What is fetched when it is first asked for.
import { ended, scope, untracked } from "../model/signals";

type Later = typeof import("./later");

/** Whether all stands in one file, as it does in a page without a notebook. */
declare const WHOLE: boolean;

let here: Later | null = null;

/** It has come along. */
export function bring(all: Later): void {
  here = all;
}

/**
 * Does something with what may have to be fetched first, unless that is over by then. It owns what it begins, and does not
 * follow what it reads. Gives back how to end that.
 */
export function fetched(work: (all: Later) => void): () => void {
  let over = false;
  let end = () => {};
  const begin = (all: Later) => {
    if (!over) end = scope(() => untracked(() => work(all)));
  };
  if (here) begin(here);
  else if (!WHOLE)
    void import("./later").then((all) => {
      bring(all);
      begin(all);
    });
  const finish = () => {
    over = true;
    end();
  };
  ended(finish);
  return finish;
}
