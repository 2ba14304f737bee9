// What is moved by a pointer, or by keys.
import { finite } from "../model/format";
import type { Model } from "../model/model";
import { Scale } from "../model/ranges";
import { element, on, set } from "./dom";

/** Hears where the pointer is, and whether it lets go there; of null when the browser has taken the finger to scroll the page. */
export type Drag = (event: PointerEvent | null, done: boolean) => void;

/** `take` says what a press of the first button takes; undefined for nothing. */
export function drags(made: Element, take: (event: PointerEvent) => Drag | undefined): void {
  let held: Drag | undefined;
  const end = (event: PointerEvent | null) => {
    const drag = held;
    held = undefined;
    drag?.(event, true);
  };
  on(made, "pointerdown", (event) => {
    held = event.button === 0 ? take(event) : undefined;
    if (held) made.setPointerCapture(event.pointerId);
  });
  on(made, "pointermove", (event) => held?.(event, false));
  on(made, "pointerup", end);
  on(made, "pointercancel", () => end(null));
}

/** Pixels that a pointer moves before it drags. */
const GRIP = 3;

/** The scale on which a leaf is moved. */
export function scaleOf(model: Model, place: number): Scale {
  const range = model.range(place);
  return new Scale(range, model.tape.leaves[place].whole && Number.isInteger(range.low));
}

/** A leaf that goes with the pointer, its whole scale within so many pixels. A finger that is taken away puts it back; `pressed` hears of a press that moved nothing. */
export function scrub(model: Model, place: number, from: PointerEvent, long: number, pressed?: () => void): Drag {
  const { key } = model.tape.leaves[place];
  const before = model.at.get(key) ?? null;
  const scale = scaleOf(model, place);
  const step = scale.step(model.positions[place]);
  let moved = false;
  return (event, done) => {
    const pixels = event ? event.clientX - from.clientX : 0;
    moved ||= Math.abs(pixels) >= GRIP;
    const there = event && scale.number(step + Math.round((pixels / long) * scale.steps));
    if (moved) model.put(new Map([[key, event ? there : before]]), done);
    else if (event && done) pressed?.();
  };
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
  Home: -Infinity,
  End: Infinity,
};

/** Something that is moved; `go` hears how many steps a key means, with Shift ten times as many, infinitely many to an end. */
export function slider(look: string, go: (steps: number) => void): HTMLDivElement {
  const made = element("div", { class: look, role: "slider", tabindex: 0 });
  on(made, "keydown", (event) => {
    const steps = KEYS[event.key];
    if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(event.shiftKey && Math.abs(steps) === 1 ? 10 * steps : steps);
  });
  return made;
}

/** Where a slider stands between its ends, for those who do not see it. */
export function stands(made: Element, low: number, high: number, at: number, text: string): void {
  set(made, "aria-valuemin", low);
  set(made, "aria-valuemax", high);
  set(made, "aria-valuenow", finite(at) ? at : low);
  set(made, "aria-valuetext", text);
}

/** Puts something that lies over a picture to its place in it; what has none is not seen. */
export function put(made: HTMLElement, left: number, top: number): void {
  const seen = finite(left + top);
  made.style.visibility = seen ? "" : "hidden";
  if (seen) made.style.transform = `translate(${left}px, ${top}px)`;
}
