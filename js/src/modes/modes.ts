// The modes: what one does with the graph. One is open at a time; each is a file that is mounted below the graph, or in its place.
import { after, ended, scope, signal } from "../model/signals";

import { beside, element, on, set, stay } from "../view/dom";
import { mountExplore } from "./explore";
import { fetched } from "./fetched";
import type { Parts } from "./mode";

/** What each is called, and what one does in it. */
const MODES = [
  ["Explore", "Why is a gradient what it is"],
  ["Flow", "The backward and the forward pass, as movement"],
  ["Slope", "The root against its leaves: tangent, finite difference, and the way downhill"],
  ["Practise", "Say the gradients yourself"],
] as const;

export interface ModesView {
  /** The choice among the modes. */
  readonly tabs: HTMLElement;
  /** The name of the mode that is open. */
  open: string;
}

export function mountModes(parts: Omit<Parts, "go" | "begins">): ModesView {
  const { body, stage, model } = parts;
  const open = signal("");
  let end: (() => void) | undefined;
  const close = () => {
    end?.();
    end = undefined;
    model.look(null);
    body.replaceChildren();
    stage.hidden = false;
  };
  const show = (name: string, begins = false) => {
    const mode = MODES.find(([other]) => other === name);
    if (!mode || open.value === name) return;
    const [opens, what] = mode;
    close();
    open.value = name;
    body.dataset.mode = name;
    set(body, "aria-label", what);
    for (const tab of tabs) {
      const here = tab.textContent === name;
      set(tab, "aria-selected", here);
      set(tab, "tabindex", here ? 0 : -1);
    }
    const all = { ...parts, go: show, begins };
    end = opens === "Explore" ? scope(() => mountExplore(all)) : fetched(({ modes }) => modes[opens](all));
  };
  const tabs = MODES.map(([name, what]) => {
    const tab = element("button", { role: "tab", title: what, "aria-controls": "mode" }, name);
    on(tab, "click", () => show(name));
    return tab;
  });
  const list = element("div.modes", { role: "tablist", "aria-label": "Modes" }, ...tabs);
  on(list, "keydown", (event) => {
    const tab = beside(tabs, event, "ArrowLeft", "ArrowRight");
    tab?.focus();
    tab?.click();
  });
  set(body, "id", "mode");
  set(body, "role", "tabpanel");
  set(body, "tabindex", -1);
  after(
    () => [model.tape, model.selected],
    () => stay(body),
  );
  ended(close);
  show(model.tape.quiz ? "Practise" : "Explore");
  return {
    tabs: list,
    get open() {
      return open.value;
    },
    set open(name) {
      show(name);
    },
  };
}
