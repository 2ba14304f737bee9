// The view: find a node by its label, hide constants, draw names only.

import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { element, on } from "../view/dom";
import type { GraphView } from "../view/graph";

export function mountView(host: HTMLElement, model: Model, graph: GraphView): void {
  const words = element("p.words", { role: "status" });
  const search = element("input", {
    type: "search",
    class: "filter",
    placeholder: "Find a label: Enter",
  });
  const find = () => {
    const { tape, selected } = model;
    const wanted = search.value.trim().toLowerCase();
    const found = tape.nodes().filter((node) => tape.label(node).toLowerCase().includes(wanted));
    if (!wanted || !found.length) {
      words.textContent = wanted ? `No label has “${wanted}” in it.` : "";
      return;
    }
    const place = (found.indexOf(selected ?? -1) + 1) % found.length;
    const next = found[place];
    model.select(next);
    graph.reveal(next);
    const why = tape.reaches(next) ? "in a group" : `not drawn: ${rootName(tape)} does not depend on it`;
    words.textContent = `${place + 1} of ${found.length}: ${title(tape, next)}${graph.draws(next) ? "" : `, ${why}`}. Enter goes on to the next.`;
  };
  on(search, "keydown", (event) => {
    if (event.key === "Enter") find();
  });
  const wish = (name: "constants" | "names", text: string, ticked: boolean) => {
    const box = element("input", { type: "checkbox" });
    box.checked = graph.wishes[name] === ticked;
    on(box, "change", () => {
      graph.wishes = { ...graph.wishes, [name]: box.checked === ticked };
    });
    return element("label", box, text);
  };
  host.append(
    element(
      "div.controls choices",
      search,
      wish("constants", "hide constants", false),
      wish("names", "names only", true),
    ),
    words,
  );
}
