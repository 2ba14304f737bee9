// The view: find a node by its label, leave out constants, fold long sums, take the picture along.

import type { Model } from "../model/model";
import { title } from "../model/names";
import { button, element, on } from "../view/dom";
import type { GraphView } from "../view/graph";
import { asPng, download } from "../view/svg";

export function mountView(host: HTMLElement, model: Model, graph: GraphView): () => void {
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
    const next = found.find((node) => node > (found.includes(selected ?? -1) ? (selected ?? -1) : -1)) ?? found[0];
    model.select(next);
    graph.reveal(next);
    const why = !tape.reaches(next)
      ? `not drawn: ${title(tape, tape.root)} does not depend on it`
      : graph.wishes.sums && tape.op(next) === "add"
        ? "folded into a sum"
        : "too far from the root to be drawn";
    words.textContent = `${found.indexOf(next) + 1} of ${found.length}: ${title(tape, next)}${graph.draws(next) ? "" : `, ${why}`}. Enter goes on to the next.`;
  };
  on(search, "keydown", (event) => {
    if (event.key === "Enter") find();
  });
  const wish = (name: "constants" | "sums", text: string, ticked: boolean) => {
    const box = element("input", { type: "checkbox" });
    box.checked = graph.wishes[name] === ticked;
    on(box, "change", () => {
      graph.wishes = { ...graph.wishes, [name]: box.checked === ticked };
    });
    return element("label", {}, box, text);
  };
  const name = () => title(model.tape, model.tape.root).replace(/[^\w-]+/g, "_") || "graph";
  const png = async () => {
    const made = await asPng(graph.file()).catch(() => null);
    if (made) download(made, `${name()}.png`);
    else words.textContent = "This browser cannot make a PNG of the picture; the SVG has it all.";
  };
  host.append(
    element(
      "div.controls choices",
      {},
      search,
      wish("constants", "hide constants", false),
      wish("sums", "fold long sums", true),
      button("SVG", "Save the picture as SVG", () =>
        download(new Blob([graph.file()], { type: "image/svg+xml" }), `${name()}.svg`),
      ),
      button("PNG", "Save the picture as PNG", () => void png()),
    ),
    words,
  );
  return () => undefined;
}
