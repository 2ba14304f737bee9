// Lighting a part of the picture while the pointer, or the focus, is on something that speaks of it.

import type { Lens } from "../model/lens";
import type { Model } from "../model/model";
import { on } from "./dom";

/** Lights the picture while somebody is at `made`. */
export function lights(made: HTMLElement, model: Model, light: Lens): void {
  const lighten = () => model.look(light);
  const off = () => model.look(null);
  for (const event of ["pointerenter", "focus"] as const) on(made, event, lighten);
  for (const event of ["pointerleave", "blur"] as const) on(made, event, off);
}
