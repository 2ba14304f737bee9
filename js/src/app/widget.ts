// The widget: makes the parts of one view and ends them. The graph, the sliders and the inspector know only the state.

import { Tape } from "../engine/tape";
import { WireError } from "../engine/wire";
import { History } from "../model/history";
import { State } from "../model/model";
import { mountTools } from "../modes/tools";
import { element, on, set } from "../view/dom";
import { hideStill } from "../view/fallback";
import { mountGraph } from "../view/graph";
import { mountInspector } from "../view/inspector";
import { mountSliders } from "../view/sliders";
import style from "../view/style.css";
import { mountToolbar } from "../view/toolbar";
import { connect, type Model } from "./kernel";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const host = element("div.autograd-magic", { "data-lm-suppress-shortcuts": "true" });
  el.append(host);
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
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
    tape = Tape.read(model.get("tape"));
  } catch (error) {
    broken(error);
    return end;
  }
  const state = new State(tape);
  const top = element("div.top", {});
  const main = element("div.main", {});
  const tools = element("div.tools", {});
  const aside = element("aside.inspector", { "aria-label": "Inspector", tabindex: -1 });
  const leaves = element("div.leaves", { role: "group", "aria-label": "Leaves" });
  const output = element("pre.output", { "aria-label": "Output of the last run" });
  page.append(top, main, tools, leaves, aside, output);

  const graph = mountGraph(main, state);
  const history = new History(state);
  ends.push(
    graph.end,
    history.end,
    mountToolbar(top, state, graph, history),
    mountTools(tools, state, graph, history),
    mountInspector(aside, state),
    mountSliders(leaves, state),
    state.listen({ status: marked }),
    connect(model, state, broken),
    hideStill(model.get("fallback")),
  );
  function marked(): void {
    set(page, "data-mood", state.mood);
    output.textContent = state.output;
    output.hidden = state.output === "";
  }
  marked();
  return end;
}

export default { render };
