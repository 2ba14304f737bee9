// The cell's text beside its graph: each line as strong as the largest gradient that was made in it.
import { element, on, set } from "./dom";
import { clean, finite, short } from "./format";
import { lights } from "./light";
import type { State } from "./state";

const LINES = 400;

export function mountSource(host: HTMLElement, state: State): () => void {
  let lines: { node: number[]; made: HTMLElement; grad: HTMLElement }[] = [];
  const numbers = () => {
    const { tape } = state;
    const sizes = lines.map(({ node }) => Math.max(0, ...node.map((at) => Math.abs(tape.grads[at])).filter(finite)));
    const most = Math.max(...sizes) || 1;
    lines.forEach(({ node, made, grad }, k) => {
      made.style.setProperty("--share", `${node.length ? Math.round(45 * Math.sqrt(sizes[k] / most)) : 0}%`);
      grad.textContent = node.length ? `|grad| ${short(sizes[k])}` : "";
    });
  };
  const selection = () => {
    const line = state.selected === null ? 0 : state.tape.line(state.selected);
    lines.forEach(({ made }, k) => {
      set(made, "aria-current", k + 1 === line);
    });
  };
  const draw = () => {
    const { tape } = state;
    const text = tape.source.replace(/^\n+|\s+$/g, "") ? tape.source.replace(/\s+$/, "").split("\n") : [];
    if (!text.length) {
      lines = [];
      host.replaceChildren(element("p", { class: "hint" }, "The code that made this graph is not known here."));
      return;
    }
    const nodes = new Map<number, number[]>();
    for (let node = 0; node < tape.size; node++) {
      const line = tape.line(node);
      if (line > 0 && tape.op(node) !== "const") nodes.set(line, [...(nodes.get(line) ?? []), node]);
    }
    lines = text.slice(0, LINES).map((code, k) => {
      const node = nodes.get(k + 1) ?? [];
      const grad = element("span", { class: "size" });
      const made = element(
        "button",
        { type: "button", class: "line" },
        element("span", { class: "at" }, String(k + 1)),
        element("code", {}, clean(code, 200) || " "),
        grad,
      );
      made.disabled = !node.length;
      on(made, "click", () => state.select(node[node.length - 1]));
      lights(made, state, { lit: (at) => node.includes(at), used: (_, target) => node.includes(target) });
      return { node, made, grad };
    });
    const first = text.findIndex((code) => code.trim() !== "");
    host.replaceChildren(element("div", { class: "code" }, ...lines.slice(Math.max(0, first)).map(({ made }) => made)));
    numbers();
    selection();
  };
  const ended = state.listen({ structure: draw, numbers, selection });
  draw();
  return ended;
}
