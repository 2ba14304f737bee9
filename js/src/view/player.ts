// A button that plays steps one after another until it is pressed again.
import { button, set } from "./dom";

export interface Player {
  readonly made: HTMLButtonElement;
  readonly playing: boolean;
  stop(): void;
}

/** `begin` is done at once, `step` after each pause (milliseconds). */
export function player(begin: () => void, step: () => void, pause: number): Player {
  let timer: ReturnType<typeof setInterval> | undefined;
  const show = () => {
    made.textContent = timer === undefined ? "▶" : "❚❚";
    set(made, "aria-label", timer === undefined ? "Play" : "Pause");
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    show();
  };
  const made = button("▶", "Play", () => {
    if (timer !== undefined) return stop();
    timer = setInterval(step, pause);
    show();
    begin();
  });
  return {
    made,
    stop,
    get playing() {
      return timer !== undefined;
    },
  };
}
