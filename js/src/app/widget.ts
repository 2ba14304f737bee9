// The widget: makes the parts of one view and ends them. They know only the model, and the modes the graph as well.

import type { Tape } from "../engine/tape";
import { WireError } from "../engine/wire";
import { History } from "../model/history";
import { Model } from "../model/model";
import { rootName } from "../model/names";
import { netOf } from "../model/nets";
import { after, computed, effect, ended, scope, signal } from "../model/signals";
import { fetched, missing } from "../modes/fetched";
import { mountModes } from "../modes/modes";
import { mountMore } from "../modes/more";
import { element, on, set } from "../view/dom";
import { hideStill } from "../view/fallback";
import { mountGraph } from "../view/graph";
import { mountHeader } from "../view/header";
import type { NetView } from "../view/net";
import { mountNotes } from "../view/notes";
import { mountOffers } from "../view/offers";
import { mountOutput } from "../view/output";
import { sheets } from "../view/sheets";
import { mountZoom } from "../view/zoom";
import { connect, pathsOf, tapeOf, type Widget } from "./kernel";
import { remember, takeUp } from "./memory";

function render({ model: widget, el }: { model: Widget; el: HTMLElement }): () => void {
  const host = element("div.autograd-magic", { "data-lm-suppress-shortcuts": "true" });
  el.append(host);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = sheets;
  const page = element("section.page", { "aria-label": "autograd" });
  shadow.append(page);

  // Keys belong to the widget while it has the focus, and not to the notebook's commands. Only saving goes on as if it came from outside.
  on(host, "keydown", (event) => {
    event.stopPropagation();
    const saves = event.key === "s" && (event.ctrlKey || event.metaKey);
    if (saves && !el.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
  });

  const broken = (error: unknown) => {
    const why = error instanceof WireError ? error.message : "its state cannot be read";
    page.prepend(element("p.broken", { role: "alert" }, `autograd_magic cannot show this: ${why}.`));
  };
  const lost = element("p.broken", { role: "alert" }, "A part of autograd_magic did not load: load the page again.");

  const read = () => {
    try {
      return tapeOf(widget);
    } catch (error) {
      broken(error);
      return null;
    }
  };
  const begin = (tape: Tape | null) => {
    if (tape) mount(widget, page, new Model(tape), broken);
  };
  return scope(() => {
    ended(() => host.remove());
    effect(() => {
      if (missing.value) page.prepend(lost);
      else lost.remove();
    });
    const tape = read();
    // Nothing of what is seen at first is to come after the rest.
    if (tape && (tape.quiz || netOf(tape).net || loose(tape).length)) fetched(() => begin(read()));
    else begin(tape);
  });
}

/** The places of the leaves that no card shows: the root does not depend on them, or begins with them. */
function loose(tape: Tape): readonly number[] {
  return [...tape.leaves.keys()].filter((place) => {
    const { node, begins } = tape.leaves[place];
    return begins || !tape.reaches(node);
  });
}

/** Does something as soon as something is so, once: it stays when that is so no more. */
function once(is: () => boolean, act: () => void): void {
  const been = signal(false);
  effect(() => {
    if (is()) been.value = true;
  });
  after(
    () => been.value,
    () => {
      if (been.value) act();
    },
  );
}

/** These leaves as a list. */
function mountLoose(host: HTMLElement, model: Model): void {
  const list = element("div");
  host.append(list);
  const some = computed(() => loose(model.tape).length > 0);
  effect(() => {
    list.hidden = !some.value;
  });
  once(
    () => some.value,
    () => fetched(({ mountLeaves }) => mountLeaves(list, model, () => loose(model.tape))),
  );
}

/** Makes the parts of a view. */
function mount(widget: Widget, page: HTMLElement, model: Model, broken: (error: unknown) => void): void {
  for (const path of pathsOf(widget)) model.know(path);
  const top = element("div.top");
  const stage = element("div.main");
  const body = element("div.body");
  const panels = element("div.panels");
  const leaves = element("div.leaves", { role: "group", "aria-label": "Leaves that are not in the picture" });
  const output = element("section.output", { "aria-label": "Output of the last run" });
  page.append(top, stage, body, panels, leaves, output);

  const graph = mountGraph(stage, model);
  mountZoom(stage, graph);
  const history = new History(model);
  const cell = String(widget.get("cell") ?? "");
  const more = mountMore(panels, page, model, graph);
  const panel = (name: string) => {
    more.open.value = name;
  };
  const modes = mountModes({ body, stage, graph, model, history, panel });
  const net: NetView = { cards: signal(false), data: signal(false) };
  once(
    () => netOf(model.structure).net !== null,
    // In the picture's place. Gradients are asked for card by card.
    () => fetched(({ mountNet }) => mountNet(stage, model, graph, net, () => modes.open !== "Practise")),
  );
  const parts = { model, graph, more, modes, net };
  mountHeader(top, page, model, graph, history, modes.tabs, more.made);
  mountNotes(top, model);
  mountLoose(leaves, model);
  mountOffers(leaves, model);
  mountOutput(output, model);
  effect(() => {
    set(page, "aria-label", `autograd: ${rootName(model.tape)}`);
    set(page, "data-mood", model.mood);
    set(page, "data-company", model.company);
    page.toggleAttribute("data-aged", model.stale !== "");
  });
  connect(widget, model, broken);
  hideStill(widget.get("fallback"));
  ended(() => remember(cell, parts));
  takeUp(cell, parts);
}

export default { render };
