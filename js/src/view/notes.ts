// What there is to say of the whole graph, above it: what the run has noted, the cell's other roots, and the offer to measure gradients
// that are not known; what that does is said before.

import { Ask } from "../engine/protocol.gen";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { effect, signal } from "../model/signals";
import { button, element } from "./dom";

export function mountNotes(host: HTMLElement, model: Model): void {
  const notes = element("div.notes", { tabindex: -1 });
  const look = (text: string, what: string, nodes: readonly number[]) =>
    button(text, what, () => {
      model.root(nodes);
      // The button is gone with what it said.
      notes.focus();
    });
  effect(() => {
    const { tape, roots, ownRoot } = model;
    const said = tape.notes.map((note) => element("p.note", note));
    if (roots.length) {
      const words = `The gradients here are those of ${rootName(tape)}. In the notebook the Values keep those of ${ownRoot}. `;
      said.push(element("p.note", words, look(`Back to ${ownRoot}`, "The cell's own root again", [])));
    } else if (tape.others.length) {
      const others = tape.others.map((node) =>
        look(title(tape, node), `The graph of ${title(tape, node)} instead`, [node]),
      );
      said.push(element("p.note", "Other roots: ", ...others));
    }
    notes.replaceChildren(...said);
  });
  host.append(notes, measures(model));
}

function measures(model: Model): HTMLElement {
  const running = signal(false);
  /** Why nothing, or not all, was measured; said of the graph for which it was asked. */
  const refused = signal({ trace: 0, why: "" });
  const offer = element("span");
  const why = element("span", { role: "status" });
  const measure = button("Measure", "Run the cell again with each of these leaves nudged", () => {
    running.value = true;
    void model.ask({ ask: Ask.Measure }).then(({ error }) => {
      running.value = false;
      refused.value = { trace: model.trace, why: error };
    });
  });
  const cancel = button("Cancel", "Stop measuring", () => void model.ask({ ask: Ask.Cancel }));
  const busy = element("span.busy", element("progress", { "aria-label": "The cell is run again" }), cancel);
  const host = element("p", { class: "note measures" }, offer, " ", measure, busy, why);
  effect(() => {
    const { trace, why: sentence } = refused.value;
    const offered = model.accompanied && model.mood === "exact" ? model.run.offer : "";
    const said = trace === model.trace && sentence ? `${sentence}.` : "";
    offer.textContent = offered;
    why.textContent = said && ` ${said}`;
    measure.hidden = !offered || running.value;
    busy.hidden = !running.value;
    host.hidden = !(offered || said || running.value);
  });
  return host;
}
