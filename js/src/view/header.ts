// The line above the graph: the root and its number, whether the numbers may be believed, the modes, undo and redo, and the menu.

import { clean, short } from "../model/format";
import { spoken as gradient, secret } from "../model/gradients";
import type { History } from "../model/history";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { effect, ended } from "../model/signals";
import { button, element, live, set, typing } from "./dom";
import type { GraphView } from "./graph";
import { mountTrust } from "./trust";

/** A name up to so many letters has its full size, and one up to so many is there as a whole. */
const [ROOMY, WHOLE] = [14, 120];

export function mountHeader(
  host: HTMLElement,
  page: HTMLElement,
  model: Model,
  graph: GraphView,
  history: History,
  modes: HTMLElement,
  more: HTMLElement,
): void {
  const heading = element("h2");
  const undo = button("↶", "Undo the last change of a leaf (Ctrl+Z)", () => history.undo());
  const redo = button("↷", "Redo it (Ctrl+Shift+Z)", () => history.redo());
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Escape") model.select(null);
    if (typing(event) || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    (event.shiftKey ? redo : undo).click();
  };
  page.addEventListener("keydown", keyed);
  ended(() => page.removeEventListener("keydown", keyed));
  /** Says to those who do not see the picture what a move has come to. */
  const spoken = element("p.spoken", { role: "status" });
  host.append(
    element("header.head", heading, mountTrust(model, graph), modes, element("div.acts", undo, redo, more)),
    spoken,
  );

  let due = false;
  let stood = model.at;
  effect(() => {
    const { tape } = model;
    const name = clean(tape.label(tape.root), WHOLE) || rootName(tape);
    heading.classList.toggle("long", name.length > ROOMY);
    heading.replaceChildren(
      element("span", name),
      " = ",
      live("output", "root", () => short(model.run.root)),
    );
  });
  effect(() => {
    // Not disabled: that would take the focus from who has pressed them.
    set(undo, "aria-disabled", !history.canUndo);
    set(redo, "aria-disabled", !history.canRedo);
  });
  effect(() => {
    const moved = model.moved.value;
    due ||= moved?.here === true && moved.done;
    if (!due || model.mood !== "exact") return;
    due = false;
    const { tape, run, selected, at } = model;
    const leaves = tape.leaves.filter(({ key }) => !Object.is(at.get(key), stood.get(key)));
    stood = at;
    const node = selected ?? (leaves.length === 1 ? leaves[0].node : tape.root);
    const told =
      node === tape.root || secret(model, node)
        ? ""
        : `; ${title(tape, node)}: ${gradient(run, node, model.grad(node))}`;
    spoken.textContent = `${rootName(tape)} = ${short(run.root)}${told}`;
  });
}
