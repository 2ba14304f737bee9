// The tools between the picture and the sliders: one is open at a time, or none.
import { effect } from "@preact/signals-core";

import type { History } from "../model/history";
import type { Model } from "../model/model";
import { element, on, set } from "../view/dom";
import type { GraphView } from "../view/graph";
import { mountBugs } from "./bugs";
import { mountChains } from "./chains";
import { mountCurvature } from "./curvature";
import { mountDescent } from "./descent";
import { mountFormulas } from "./formula";
import { mountView } from "./look";
import { mountQuiz } from "./quiz";
import { mountSlope } from "./slope";
import { mountSource } from "./source";
import { mountSteps } from "./steps";
import { mountTable, type Pins } from "./table";

type Mount = (host: HTMLElement, model: Model, graph: GraphView, history: History, pins: Pins) => () => void;

const TOOLS: readonly (readonly [name: string, what: string, mount: Mount])[] = [
  ["Steps", "The backward and the forward pass, node by node", mountSteps],
  ["Slope", "The root against one leaf, with tangent and secant", mountSlope],
  ["Curvature", "The second derivatives, by each pair of leaves", mountCurvature],
  ["Paths", "Every path by which a node reaches the root", mountChains],
  ["Descent", "Step the leaves along their gradients", mountDescent],
  ["Source", "The cell's text, each line as strong as its gradient", mountSource],
  [
    "Table",
    "Every number in a table, and beside what it was",
    (host, model, _, __, pins) => mountTable(host, model, pins),
  ],
  ["View", "Find, fold, leave out, and save the picture", mountView],
  ["Formula", "The formula as LaTeX, Python or DOT", mountFormulas],
  ["Quiz", "Say the gradients yourself", mountQuiz],
  ["Bugs", "Backward passes that are wrong on purpose", mountBugs],
];

export type { Pins } from "./table";

export interface ToolsView {
  /** The name of the tool that is open; empty for none. */
  open: string;
  readonly pins: Pins;
  end(): void;
}

export function mountTools(host: HTMLElement, model: Model, graph: GraphView, history: History): ToolsView {
  const pins: Pins = { run: null };
  const panel = element("div.tool", { role: "region", tabindex: -1 });
  panel.hidden = true;
  let end: (() => void) | null = null;
  let open = "";
  const close = () => {
    open = "";
    end?.();
    end = null;
    model.look(null);
    panel.hidden = true;
    panel.replaceChildren();
    for (const each of buttons) set(each, "aria-expanded", "false");
  };
  const buttons = TOOLS.map(([name, what, mount]) => {
    const made = element("button", { type: "button", title: what, "aria-expanded": "false" }, name);
    on(made, "click", () => {
      const closes = open === name;
      close();
      if (closes) return;
      open = name;
      set(made, "aria-expanded", "true");
      set(panel, "aria-label", what);
      panel.hidden = false;
      end = mount(panel, model, graph, history, pins);
    });
    return made;
  });
  /** Whoever was at something that is gone, when a tool has drawn itself anew, stays in the tool. */
  const stay = () => {
    const within = () => panel.matches(":focus-within");
    if (within())
      queueMicrotask(() => {
        if (!within()) panel.focus();
      });
  };
  const ended = effect(() => {
    void [model.tape, model.selected];
    stay();
  });
  const show = (name: string) => buttons[TOOLS.findIndex(([other]) => other === name)]?.click();
  if (model.tape.quiz) show("Quiz");
  host.append(element("div.tabs", { role: "group", "aria-label": "Tools" }, ...buttons), panel);
  return {
    get open() {
      return open;
    },
    set open(name) {
      if (name !== open) show(name || open);
    },
    pins,
    end: () => {
      ended();
      close();
    },
  };
}
