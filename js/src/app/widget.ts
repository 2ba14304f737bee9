// The widget: makes the parts of one view and ends them. The graph, the sliders and the inspector know only the model.
import { effect } from "@preact/signals-core";

import type { Tape } from "../engine/tape";
import { WireError } from "../engine/wire";
import { History } from "../model/history";
import { Model } from "../model/model";
import { mountTools } from "../modes/tools";
import colours from "../view/colours.gen.css";
import { element, on, set } from "../view/dom";
import { hideStill } from "../view/fallback";
import { mountGraph } from "../view/graph";
import { mountInspector } from "../view/inspector";
import { mountSliders } from "../view/sliders";
import style from "../view/style.css";
import { mountToolbar } from "../view/toolbar";
import { connect, tapeOf, type Widget } from "./kernel";
import { remember, takeUp } from "./memory";

/** One for all views. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(colours + style);

function render({ model: widget, el }: { model: Widget; el: HTMLElement }): () => void {
  const host = element("div.autograd-magic", { "data-lm-suppress-shortcuts": "true" });
  el.append(host);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const page = element("section.page", { "aria-label": "autograd" });
  shadow.append(page);

  const ends: (() => void)[] = [() => host.remove()];
  const end = () => {
    for (const ending of ends.splice(0).reverse()) ending();
  };
  // Keys belong to the widget while it has the focus, and not to the notebook's commands.
  on(host, "keydown", (event) => event.stopPropagation());

  const broken = (error: unknown) => {
    const why = error instanceof WireError ? error.message : "its state cannot be read";
    page.prepend(element("p.broken", { role: "alert" }, `autograd_magic cannot show this: ${why}.`));
  };

  let tape: Tape;
  try {
    tape = tapeOf(widget);
  } catch (error) {
    broken(error);
    return end;
  }
  const model = new Model(tape);
  const top = element("div.top", {});
  const main = element("div.main", {});
  const tools = element("div.tools", {});
  const aside = element("aside.inspector", { "aria-label": "Inspector", tabindex: -1 });
  const leaves = element("div.leaves", { role: "group", "aria-label": "Leaves" });
  const output = element("pre.output", { "aria-label": "Output of the last run" });
  page.append(top, main, tools, leaves, aside, output);

  const graph = mountGraph(main, model);
  const history = new History(model);
  const cell = String(widget.get("cell") ?? "");
  const parts = {
    model,
    graph,
    toolbar: mountToolbar(top, model, graph, history),
    tools: mountTools(tools, model, graph, history),
  };
  ends.push(
    graph.end,
    history.end,
    parts.toolbar.end,
    parts.tools.end,
    mountInspector(aside, model),
    mountSliders(leaves, model),
    effect(() => {
      set(page, "data-mood", model.mood);
      page.toggleAttribute("data-aged", model.stale !== "");
      output.textContent = model.output;
      output.hidden = model.output === "";
    }),
    connect(widget, model, broken),
    hideStill(widget.get("fallback")),
    () => remember(cell, parts),
  );
  takeUp(cell, parts);
  return end;
}

export default { render };
