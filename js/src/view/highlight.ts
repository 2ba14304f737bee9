// Lighting a part of the picture while the pointer, or the focus, is on something that speaks of it, and the reverse.

import type { Lens } from "../model/lens";
import type { Model } from "../model/model";
import { ended } from "../model/signals";
import { on } from "./dom";

/** Lights the picture while somebody is at `made`, which is a part of `by`. */
export function lights(made: HTMLElement, model: Model, by: unknown, light: Lens): void {
  const lighten = () => model.look(light, by);
  const off = () => model.look(null, by);
  for (const event of ["pointerenter", "focus"] as const) on(made, event, lighten);
  for (const event of ["pointerleave", "blur"] as const) on(made, event, off);
}

/** While somebody points at an edge of the picture, what speaks of it is lit. */
export function echoes(picture: HTMLElement, within: HTMLElement): void {
  const follow = ({ target }: Event) => {
    const edge = target instanceof Element ? target.closest<SVGElement>("[data-source]") : null;
    for (const speaks of within.querySelectorAll<HTMLElement>("[data-source]")) {
      const same = speaks.dataset.source === edge?.dataset.source && speaks.dataset.target === edge?.dataset.target;
      speaks.classList.toggle("lit", same);
    }
  };
  picture.addEventListener("pointerover", follow);
  ended(() => picture.removeEventListener("pointerover", follow));
}
