// Lighting a part of the picture while the pointer, or the focus, is on something that speaks of it.

import type { Lens, State } from "../model/model";
import { on } from "./dom";

/** Lights the picture while somebody is at `made`. */
export function lights(made: HTMLElement, state: State, light: Lens): void {
  const lighten = () => state.look(light);
  const off = () => state.look(null);
  for (const event of ["pointerenter", "focus"] as const) on(made, event, lighten);
  for (const event of ["pointerleave", "blur"] as const) on(made, event, off);
}
