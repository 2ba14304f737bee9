// The graph as a table: every number with what made it, for those who read rather than look; and, when pinned, beside
// what it was.

import { many, short } from "../model/format";
import type { State } from "../model/model";
import { title } from "../model/names";
import { byName } from "../model/phrases";
import { button, element, heads, Live, on, row, set } from "../view/dom";

const LISTED = 200;

/** By how much a number has changed, with its sign; empty when it has not. */
function change(now: number, was: number): string {
  return Object.is(now, was) ? "" : `${now > was ? "+" : ""}${short(now - was)}`;
}

export function mountTable(host: HTMLElement, state: State): () => void {
  let live = new Live();
  let pinned: { data: Float64Array; grads: Float64Array } | null = null;
  const table = element("table.values", {});
  const more = element("p.hint", {});
  const draw = () => {
    const { tape } = state;
    live = new Live();
    const before = pinned;
    const columns = (name: string) => (before ? [`${name} was`, name, "change"] : [name]);
    const nodes = tape
      .nodes()
      .filter((node) => tape.reaches(node) && (tape.label(node) || tape.op(node) !== "const"))
      .reverse();
    table.replaceChildren(
      heads("value", "made by", ...columns("data"), ...columns("grad")),
      ...nodes.slice(0, LISTED).map((node) => {
        const cell = (text: () => string) => live.text("span", "", text);
        const cells = (now: Float64Array, was: Float64Array | undefined) => {
          const here = cell(() => short(now[node]));
          return was ? [short(was[node]), here, cell(() => change(now[node], was[node]) || "·")] : [here];
        };
        const name = element("button", { type: "button", class: "link" }, title(tape, node));
        on(name, "click", () => state.select(node));
        live.add(() => set(name, "aria-pressed", state.selected === node));
        return row(
          name,
          byName(tape, node) || (tape.op(node) === "leaf" ? "a leaf" : ""),
          ...cells(tape.values, before?.data),
          ...cells(tape.grads, before?.grads),
        );
      }),
    );
    const left = nodes.length - LISTED;
    more.textContent = left > 0 ? `${many(left)} more values are not listed.` : "";
  };
  const unpin = () => {
    pinned = null;
    state.look(null);
    set(pin, "aria-pressed", false);
    draw();
  };
  const pin = button("Pin these numbers", "Keep them beside what they become, or let go of them", () => {
    if (pinned) return unpin();
    const { values, grads } = state.tape;
    set(pin, "aria-pressed", true);
    const [data, slopes] = [values.slice(), grads.slice()];
    pinned = { data, grads: slopes };
    draw();
    state.look({
      note: (node) => {
        const { values, grads } = state.tape;
        const [moved, bent] = [change(values[node], data[node]), change(grads[node], slopes[node])];
        return `${moved && `data ${moved}`}${moved && bent && ", "}${bent && `grad ${bent}`}`;
      },
    });
  });
  host.append(element("div.controls", {}, pin), element("div.wide", {}, table), more);
  const ended = state.listen({
    structure: unpin,
    retraced: draw,
    numbers: () => live.update(),
    selection: () => live.update(),
  });
  draw();
  return ended;
}
