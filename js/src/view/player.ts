// A button that plays steps one after another until it is pressed again: at most one in a frame, so that each is seen.
import { button, set } from "./dom";

export interface Player {
  readonly made: HTMLButtonElement;
  readonly playing: boolean;
  stop(): void;
}

/** `begin` is done at once, `step` after each pause (milliseconds); `ended` when it stops. */
export function player(begin: () => void, step: () => void, pause: () => number, ended = () => {}): Player {
  let frame = 0;
  const show = () => {
    made.textContent = frame ? "❚❚" : "▶";
    set(made, "aria-label", frame ? "Pause" : "Play");
  };
  const stop = () => {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    show();
    ended();
  };
  /** `due` is when the next step is; frames come a little early or late. */
  const wait = (due: number) => {
    frame = requestAnimationFrame((now) => {
      const comes = now >= due - 2;
      wait(comes ? Math.max(due, now - pause()) + pause() : due);
      if (comes) step();
    });
  };
  const made = button("▶", "Play", () => {
    if (frame) return stop();
    wait(performance.now() + pause());
    show();
    begin();
  });
  return {
    made,
    stop,
    get playing() {
      return frame !== 0;
    },
  };
}
