// Explore: why the selected node's gradient is what it is.
import { effect, ended } from "../model/signals";
import { element, write } from "../view/dom";
import { echoes } from "../view/highlight";
import { invitation, why } from "../view/strip";
import type { Parts } from "./mode";

export function mountExplore(parts: Parts): void {
  const { body, model, stage } = parts;
  const strip = element("div.strip");
  const said = element("div.spoken", { role: "status" });
  let before = model.selected;
  body.append(strip, said);
  effect(() => {
    const { selected } = model;
    strip.replaceChildren(...(selected === null ? invitation(model, parts) : why(model, selected, parts, strip)));
    if (selected === before) return;
    before = selected;
    const words = selected === null ? [] : [...strip.querySelectorAll("h3, .rule")];
    write(said, words.map(({ textContent }) => textContent).join(" "));
  });
  echoes(stage, strip);
  ended(() => model.look(null, strip));
}
