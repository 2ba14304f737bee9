// The line above the graph: the root's number, the buttons of the view, and below it what is to be said about the numbers.
import { effect } from "@preact/signals-core";
import { Ask } from "../engine/protocol.gen";

import { short } from "../model/format";
import type { History } from "../model/history";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { button, drawn, element, set, typing } from "./dom";
import type { GraphView } from "./graph";
import { mountHelp } from "./help";
import { mountMeasures } from "./measures";

export interface Toolbar {
  /** Whether all is in the size for the back row. */
  large: boolean;
  end(): void;
}

export function mountToolbar(host: HTMLElement, model: Model, graph: GraphView, history: History): Toolbar {
  const heading = element("h2", {});
  const undo = button("↶", "Undo the last change of a leaf (Ctrl+Z)", () => history.undo());
  const redo = button("↷", "Redo it (Ctrl+Shift+Z)", () => history.redo());
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Escape") model.select(null);
    if (typing(event) || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    (event.shiftKey ? redo : undo).click();
  };
  const help = mountHelp(host.parentElement ?? host);
  const page = host.parentElement;
  const enlarge = (large: boolean) => {
    page?.classList.toggle("present", large);
    set(present, "aria-pressed", large);
  };
  const isLarge = () => page?.classList.contains("present") ?? false;
  const present = button("A⁺", "A larger size, to be read from the back row", () => {
    enlarge(!isLarge());
    graph.fit(false);
  });
  enlarge(false);
  page?.addEventListener("keydown", keyed);
  const said = element("span", { role: "status" });
  const cancel = button(
    "Cancel",
    "Back to the last numbers that hold; what the kernel runs for others is stopped",
    () => model.cancel(),
  );
  const busy = element("span.busy", {}, element("progress", { "aria-label": "The kernel is asked" }), cancel);
  const again = button("Run again", "Run the code again with what the notebook holds now", () => {
    void model.ask({ ask: Ask.Again });
  });
  const status = element("div.status", {}, said, again, busy);
  const measures = mountMeasures(model);
  /** Says to those who do not see the picture what a move has come to. */
  const spoken = element("p.spoken", { role: "status" });
  let due = false;
  const notes = element("div.notes", {});
  host.append(
    element(
      "div.toolbar",
      { role: "toolbar", "aria-label": "Graph" },
      heading,
      status,
      undo,
      redo,
      button("−", "Zoom out", () => graph.zoom(0.8)),
      button("+", "Zoom in (or Ctrl and wheel)", () => graph.zoom(1.25)),
      button("Fit", "Show the whole graph", () => graph.fit(true)),
      present,
      button("?", "All keys", () => help.open()),
      button("Reset", "All leaves back to the numbers in the text", () => model.reset()),
    ),
    notes,
    measures.host,
    spoken,
  );

  const ends = [
    drawn((live) => {
      const { tape } = model;
      heading.replaceChildren(
        element("span", {}, title(tape, tape.root)),
        " = ",
        live.text("output", "root", () => short(model.run.root)),
      );
    }),
    drawn(() => {
      const { tape, roots, ownRoot } = model;
      notes.replaceChildren(...tape.notes.map((note) => element("p.note", {}, note)));
      if (!roots.length) {
        if (!tape.others.length) return;
        const look = tape.others.map((node) =>
          button(title(tape, node), `The graph of ${title(tape, node)} instead`, () => {
            model.root([node]);
            present.focus();
          }),
        );
        notes.append(element("p.note", {}, "Other roots: ", ...look));
        return;
      }
      const words = `The gradients here are those of ${title(tape, tape.root)}. In the notebook the Values keep those of ${ownRoot}. `;
      const back = button(`Back to ${ownRoot}`, "The cell's own root again", () => {
        model.root([]);
        present.focus();
      });
      notes.append(element("p.note", {}, words, back));
    }),
    effect(() => {
      const text = sentence(model);
      if (said.textContent !== text) said.textContent = text;
      busy.hidden = !(model.waiting && model.mood === "asking" && !model.lost);
      const asks = model.byHand || (model.stale !== "" && model.mood !== "asking");
      again.hidden = !asks || !model.tape.rerun || model.lost;
      status.classList.toggle("silent", text === "");
      set(status, "data-mood", model.mood);
    }),
    effect(() => {
      // Not disabled: that would take the focus from who has pressed them.
      set(undo, "aria-disabled", !history.canUndo);
      set(redo, "aria-disabled", !history.canRedo);
    }),
    effect(() => {
      const moved = model.moved.value;
      due ||= moved?.here === true && moved.done;
      if (!due || model.mood !== "exact") return;
      due = false;
      spoken.textContent = `${title(model.tape, model.tape.root)} = ${short(model.run.root)}`;
    }),
  ];
  return {
    get large() {
      return isLarge();
    },
    set large(large) {
      enlarge(large);
    },
    end: () => {
      for (const end of ends) end();
      measures.end();
      help.end();
      page?.removeEventListener("keydown", keyed);
    },
  };
}

/** What is to be said about the numbers. */
function sentence(model: Model): string {
  const { mood, message, waiting, lost, stale } = model;
  if (lost) {
    const first = message ? `${message}. ` : "";
    return mood === "exact"
      ? "The kernel is gone: these numbers are right, but no Values follow. Run the cell again."
      : `${first}The kernel is gone: run the cell again.`;
  }
  if (stale && mood !== "asking" && mood !== "stuck") {
    const then = model.tape.rerun ? "The next move runs the code again." : "There is no code to run again.";
    return `${stale}. Greyed: the numbers of before. ${then}`;
  }
  if (mood === "exact" && waiting) {
    return "Waiting for the kernel: these numbers are right, and the notebook's Values will follow.";
  }
  if (mood === "exact") return message;
  if (mood === "unconfirmed") {
    const then = model.tape.rerun ? "The kernel runs the code again when you let go" : "There is no code to run again";
    return `Not confirmed: ${message}. ${then}.`;
  }
  const kept = "Greyed: the last numbers that hold.";
  if (mood === "stuck") return `${message}. ${kept}`;
  const asked = waiting ? "The kernel, which alone can tell, has not answered yet" : "The kernel is asked";
  return `${message}. ${asked}. ${kept}`;
}
