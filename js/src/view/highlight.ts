// Lighting a part of the picture while the pointer, or the focus, is on something that speaks of it.

import type { Lens } from "../model/lens";
import type { Model } from "../model/model";
import { on } from "./dom";

/** Lights the picture while somebody is at `made`, which is a part of `by`. */
export function lights(made: HTMLElement, model: Model, by: unknown, light: Lens): void {
  const lighten = () => model.look(light, by);
  const off = () => model.look(null, by);
  for (const event of ["pointerenter", "focus"] as const) on(made, event, lighten);
  for (const event of ["pointerleave", "blur"] as const) on(made, event, off);
}
