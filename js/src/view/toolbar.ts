// The line above the graph: the root's number, the buttons of the view, and below it what is to be said about the numbers.

import { short } from "../model/format";
import type { History } from "../model/history";
import type { State } from "../model/model";
import { title } from "../model/names";
import { button, element, Live, set, typing } from "./dom";
import type { GraphView } from "./graph";
import { mountHelp } from "./help";

export function mountToolbar(host: HTMLElement, state: State, graph: GraphView, history: History): () => void {
  let live = new Live();
  const heading = element("h2", {});
  const undo = button("↶", "Undo the last change of a leaf (Ctrl+Z)", () => history.undo());
  const redo = button("↷", "Redo it (Ctrl+Shift+Z)", () => history.redo());
  const offered = () => {
    // Not disabled: that would take the focus from who has pressed them.
    set(undo, "aria-disabled", !history.canUndo);
    set(redo, "aria-disabled", !history.canRedo);
  };
  offered();
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Escape") state.select(null);
    if (typing(event) || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    (event.shiftKey ? redo : undo).click();
  };
  const help = mountHelp(host.parentElement ?? host);
  const present = button("A⁺", "A larger size, to be read from the back row", () => {
    set(present, "aria-pressed", host.parentElement?.classList.toggle("present") ?? false);
    graph.fit(false);
  });
  set(present, "aria-pressed", "false");
  const page = host.parentElement;
  page?.addEventListener("keydown", keyed);
  const said = element("span", { role: "status" });
  const cancel = button(
    "Cancel",
    "Back to the last numbers that hold; what the kernel runs for others is stopped",
    () => state.cancel(),
  );
  const busy = element("span.busy", {}, element("progress", { "aria-label": "The kernel is asked" }), cancel);
  const status = element("div.status", {}, said, busy);
  /** Says to those who do not see the picture what a move has come to. */
  const spoken = element("p.spoken", { role: "status" });
  let due = false;
  const speak = (done: boolean) => {
    const { tape, mood } = state;
    due ||= done;
    if (!due || mood !== "exact") return;
    due = false;
    spoken.textContent = `${title(tape, tape.root)} = ${short(tape.values[tape.root])}`;
  };
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
      button("Reset", "All leaves back to the numbers in the text", () => state.reset()),
    ),
    notes,
    spoken,
  );

  const structure = () => {
    const { tape } = state;
    live = new Live();
    heading.replaceChildren(
      element("span", {}, title(tape, tape.root)),
      " = ",
      live.text("output", "root", () => short(state.tape.values[state.tape.root])),
    );
    notes.replaceChildren(...tape.notes.map((note) => element("p.note", {}, note)));
    if (state.roots.length) {
      const words = `The gradients here are those of ${title(tape, tape.root)}. In the notebook the Values keep those of ${state.ownRoot}. `;
      const back = button(`Back to ${state.ownRoot}`, "The cell's own root again", () => {
        state.root([]);
        present.focus();
      });
      notes.append(element("p.note", {}, words, back));
    }
  };
  const tell = () => {
    const text = sentence(state);
    if (said.textContent !== text) said.textContent = text;
    busy.hidden = !(state.waiting && state.mood === "asking" && !state.lost);
    status.classList.toggle("silent", text === "");
    set(status, "data-mood", state.mood);
    speak(false);
  };
  const ended = state.listen({ structure, retraced: structure, numbers: () => live.update(), status: tell });
  const moved = state.onMove(speak);
  const stood = history.listen(offered);
  structure();
  tell();
  return () => {
    moved();
    stood();
    help.end();
    page?.removeEventListener("keydown", keyed);
    ended();
  };
}

/** What is to be said about the numbers. */
function sentence(state: State): string {
  const { mood, message, waiting, lost } = state;
  if (lost) {
    const first = message ? `${message}. ` : "";
    return mood === "exact"
      ? "The kernel is gone: these numbers are right, but no Values follow. Run the cell again."
      : `${first}The kernel is gone: run the cell again.`;
  }
  if (mood === "exact" && waiting) {
    return "Waiting for the kernel: these numbers are right, and the notebook's Values will follow.";
  }
  if (mood === "exact") return message;
  if (mood === "unconfirmed") {
    const then = state.tape.rerun ? "The kernel runs the code again when you let go" : "There is no code to run again";
    return `Not confirmed: ${message}. ${then}.`;
  }
  const kept = "Greyed: the last numbers that hold.";
  if (mood === "stuck") return `${message}. ${kept}`;
  const asked = waiting ? "The kernel, which alone can tell, has not answered yet" : "The kernel is asked";
  return `${message}. ${asked}. ${kept}`;
}
