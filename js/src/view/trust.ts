// Whether the numbers may be believed, in a sentence beside a dot; below it what nobody should overlook, with a way there.

import { Ask } from "../engine/protocol.gen";
import { type Alarm, alarm } from "../model/alarms";
import type { Model } from "../model/model";
import { computed, effect } from "../model/signals";
import { sentence } from "../model/trust";
import { button, element, live, set, write } from "./dom";
import type { GraphView } from "./graph";

export function mountTrust(model: Model, graph: GraphView): HTMLElement {
  const said = live("span", "", () => (model.lens?.broken ?? "") + sentence(model));
  set(said, "role", "status");
  const back = button("", "", () => model.cancel());
  const busy = element("progress", { "aria-label": "The kernel is asked" });
  const again = button("Run again", "Run the code again with what the notebook holds now", () => {
    void model.ask({ ask: Ask.Again });
  });
  const dot = element("i.dot", { "aria-hidden": "true" });
  let seen: Alarm | null = null;
  const found = computed(() => {
    const { run, lens, rests } = model;
    if (rests) seen = alarm(run, lens?.grad !== undefined);
    return seen;
  });
  const jump = button("no alarm", "", () => {
    const node = found.value?.node;
    if (node === undefined) return;
    model.select(node);
    graph.reveal(node);
  });
  jump.className = "alarm";
  const text = element("div.says", element("p", dot, said, again, busy, back), jump);
  effect(() => {
    const { mood, company, accompanied, stale } = model;
    const asking = mood === "asking";
    busy.hidden = !(asking && company === "busy");
    back.hidden = !asking || company === "kernel";
    const name = accompanied ? "Cancel" : "Go back";
    write(back, name);
    back.title = `Back to the last numbers that hold${accompanied ? "; what the kernel runs for others is stopped" : ""}`;
    again.hidden = !(model.byHand || (stale !== "" && !asking)) || !model.tape.rerun || !accompanied;
  });
  effect(() => {
    const { text: words, why } = found.value ?? { text: "", why: "" };
    write(jump, words || "no alarm");
    jump.title = `${why} Press to select it, and to see where it stands.`.trim();
    jump.hidden = !words;
  });
  return element("div.trust", text);
}
