// The graph as a table: every number with what made it, for those who read rather than look; and, when pinned, beside
// what it was.
import { effect, signal, untracked } from "@preact/signals-core";

import { many, short } from "../model/format";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { byName } from "../model/phrases";
import { button, drawn, element, heads, type Live, on, row, set } from "../view/dom";

const LISTED = 200;

/** By how much a number has changed, with its sign; empty when it has not. */
function change(now: number, was: number): string {
  return Object.is(now, was) ? "" : `${now > was ? "+" : ""}${short(now - was)}`;
}

/** The numbers of one moment. */
interface Pinned {
  readonly data: Float64Array;
  readonly grads: Float64Array;
}

export function mountTable(host: HTMLElement, model: Model): () => void {
  const pinned = signal<Pinned | null>(null);
  const table = element("table.values", {});
  const more = element("p.hint", {});
  const draw = (live: Live) => {
    const { tape } = model;
    const before = pinned.value;
    const columns = (name: string) => (before ? [`${name} was`, name, "change"] : [name]);
    const nodes = tape
      .nodes()
      .filter((node) => tape.reaches(node) && (tape.label(node) || tape.op(node) !== "const"))
      .reverse();
    table.replaceChildren(
      heads("value", "made by", ...columns("data"), ...columns("grad")),
      ...nodes.slice(0, LISTED).map((node) => {
        const cell = (text: () => string) => live.text("span", "", text);
        const cells = (now: () => Float64Array, was: Float64Array | undefined) => {
          const here = cell(() => short(now()[node]));
          return was ? [short(was[node]), here, cell(() => change(now()[node], was[node]) || "·")] : [here];
        };
        const name = element("button", { type: "button", class: "link" }, title(tape, node));
        on(name, "click", () => model.select(node));
        live.add(() => set(name, "aria-pressed", model.selected === node));
        return row(
          name,
          byName(tape, node) || (tape.op(node) === "leaf" ? "a leaf" : ""),
          ...cells(() => model.run.values, before?.data),
          ...cells(() => model.run.grads, before?.grads),
        );
      }),
    );
    const left = nodes.length - LISTED;
    more.textContent = left > 0 ? `${many(left)} more values are not listed.` : "";
  };
  const pin = button("Pin these numbers", "Keep them beside what they become, or let go of them", () => {
    pinned.value = pinned.value ? null : { data: model.run.values.slice(), grads: model.run.grads.slice() };
  });
  host.append(element("div.controls", {}, pin), element("div.wide", {}, table), more);
  const ends = [
    effect(() => {
      void model.structure;
      untracked(() => {
        pinned.value = null;
      });
    }),
    effect(() => {
      const before = pinned.value;
      set(pin, "aria-pressed", before !== null);
      model.look(
        before && {
          note: (node) => {
            const { values, grads } = model.run;
            const moved = change(values[node], before.data[node]);
            const bent = change(grads[node], before.grads[node]);
            return `${moved && `data ${moved}`}${moved && bent && ", "}${bent && `grad ${bent}`}`;
          },
        },
      );
    }),
    drawn(draw),
  ];
  return () => {
    for (const end of ends) end();
  };
}
