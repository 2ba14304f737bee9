// Where gradients are not known, the offer to run the cell again with each of these leaves nudged: what that does is said before.
import { effect, signal } from "@preact/signals-core";
import { Ask } from "../engine/protocol.gen";
import type { Model } from "../model/model";
import { button, element } from "./dom";

export function mountMeasures(model: Model): { readonly host: HTMLElement; end(): void } {
  const running = signal(false);
  /** Why nothing, or not all, was measured; said of the graph for which it was asked. */
  const refused = signal({ trace: 0, why: "" });
  const offer = element("span", {});
  const why = element("span", { role: "status" });
  const measure = button("Measure", "Run the cell again with each of these leaves nudged", () => {
    running.value = true;
    void model.ask({ ask: Ask.Measure }).then(({ error }) => {
      running.value = false;
      refused.value = { trace: model.trace, why: error };
    });
  });
  const cancel = button("Cancel", "Stop measuring", () => void model.ask({ ask: Ask.Cancel }));
  const busy = element("span.busy", {}, element("progress", { "aria-label": "The cell is run again" }), cancel);
  const host = element("p", { class: "note measures" }, offer, " ", measure, busy, why);
  const end = effect(() => {
    const { trace, why: sentence } = refused.value;
    const offered = model.lost || model.mood !== "exact" ? "" : model.run.offer;
    const said = trace === model.trace && sentence ? `${sentence}.` : "";
    offer.textContent = offered;
    why.textContent = said && ` ${said}`;
    measure.hidden = !offered || running.value;
    busy.hidden = !running.value;
    host.hidden = !(offered || said || running.value);
  });
  return { host, end };
}
