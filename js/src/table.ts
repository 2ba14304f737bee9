// The graph as a table: every number with what made it, for those who read rather than look; and, when pinned, beside
// what it was.
import { button, element, Live, on, set } from "./dom";
import { short } from "./format";
import { byName } from "./formula";
import { title } from "./naming";
import type { State } from "./state";

const LISTED = 200;

export function mountTable(host: HTMLElement, state: State): () => void {
  let live = new Live();
  let pinned: { data: Float64Array; grads: Float64Array } | null = null;
  const body = element("tbody", {});
  const head = element("tr", {});
  const more = element("p", { class: "hint" });
  const draw = () => {
    const { tape } = state;
    live = new Live();
    const before = pinned;
    const columns = (name: string) => (before ? [`${name} was`, name, "change"] : [name]);
    head.replaceChildren(
      ...["value", "made by", ...columns("data"), ...columns("grad")].map((text) =>
        element("th", { scope: "col" }, text),
      ),
    );
    const nodes = tape
      .nodes()
      .filter((node) => tape.reaches(node) && (tape.label(node) || tape.op(node) !== "const"))
      .reverse();
    body.replaceChildren(
      ...nodes.slice(0, LISTED).map((node) => {
        const cell = (text: () => string) => element("td", {}, live.text("span", "", text));
        const cells = (now: Float64Array, was: Float64Array | undefined) => {
          const here = cell(() => short(now[node]));
          const old = was?.[node];
          if (old === undefined) return [here];
          const change = () =>
            Object.is(now[node], old) ? "·" : `${now[node] > old ? "+" : ""}${short(now[node] - old)}`;
          return [element("td", {}, short(old)), here, cell(change)];
        };
        const name = element("button", { type: "button", class: "link" }, title(tape, node));
        on(name, "click", () => state.select(node));
        live.add(() => set(name, "aria-pressed", state.selected === node));
        return element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          element("td", { class: "made" }, byName(tape, node) || (tape.op(node) === "leaf" ? "a leaf" : "")),
          ...cells(tape.values, before?.data),
          ...cells(tape.grads, before?.grads),
        );
      }),
    );
    const left = nodes.length - LISTED;
    more.textContent = left > 0 ? `${left.toLocaleString("en")} more values are not listed.` : "";
  };
  const pin = button("Pin these numbers", "Keep them beside what they become", () => {
    const { values, grads } = state.tape;
    pinned = { data: values.slice(), grads: grads.slice() };
    draw();
  });
  host.append(
    element("div", { class: "controls" }, pin),
    element("div", { class: "wide" }, element("table", {}, element("thead", {}, head), body)),
    more,
  );
  const ended = state.listen({
    structure: () => {
      pinned = null;
      draw();
    },
    numbers: () => live.update(),
    selection: () => live.update(),
  });
  draw();
  return ended;
}
