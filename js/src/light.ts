// Lighting a part of the picture while the pointer, or the focus, is on something that speaks of it.
import type { Lens, State } from "./state";

/** The graph as it is, with some of it lit. */
function lit(state: State, light: Pick<Lens, "lit" | "used">): Lens {
  return { data: (node) => state.tape.values[node], grad: (node) => state.tape.grads[node], ...light };
}

/** Lights the picture while somebody is at `made`. */
export function lights(made: HTMLElement, state: State, light: Pick<Lens, "lit" | "used">): void {
  const on = () => state.look(lit(state, light));
  const off = () => state.look(null);
  for (const event of ["pointerenter", "focus"]) made.addEventListener(event, on);
  for (const event of ["pointerleave", "blur"]) made.addEventListener(event, off);
}
