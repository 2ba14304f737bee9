// The cell's text beside its graph: each line as strong as the largest gradient that was made in it.

import { clean, finite, short } from "../model/format";
import type { Model } from "../model/model";
import { drawn, element, type Live, on, set } from "../view/dom";
import { lights } from "../view/highlight";

const LINES = 400;

export function mountSource(host: HTMLElement, model: Model): () => void {
  let lines: { node: number[]; made: HTMLElement; grad: HTMLElement }[] = [];
  const numbers = () => {
    const sizes = lines.map(({ node }) => {
      let most = 0;
      for (const at of node) {
        const size = Math.abs(model.run.grads[at]);
        if (!(size <= most) && !model.run.unknown(at)) most = size;
      }
      return most;
    });
    const most = Math.max(...sizes.filter(finite)) || 1;
    lines.forEach(({ node, made, grad }, k) => {
      const share = finite(sizes[k]) ? sizes[k] / most : 1;
      made.style.setProperty("--share", `${node.length ? Math.round(45 * Math.sqrt(share)) : 0}%`);
      // The largest of those that are known.
      const all = node.length > 0 && node.every((at) => model.run.unknown(at));
      grad.textContent = node.length ? `|grad| ${all ? "?" : short(sizes[k])}` : "";
    });
  };
  const selection = () => {
    const line = model.selected === null ? 0 : model.tape.line(model.selected);
    lines.forEach(({ made }, k) => {
      set(made, "aria-current", k + 1 === line);
    });
  };
  const draw = (live: Live) => {
    const { tape } = model;
    const text = tape.source.replace(/^\n+|\s+$/g, "") ? tape.source.replace(/\s+$/, "").split("\n") : [];
    if (!text.length) {
      lines = [];
      host.replaceChildren(element("p.hint", {}, "The code that made this graph is not known here."));
      return;
    }
    const nodes = new Map<number, number[]>();
    for (let node = 0; node < tape.size; node++) {
      const line = tape.line(node);
      if (line < 1 || tape.op(node) === "const") continue;
      const there = nodes.get(line);
      if (there) there.push(node);
      else nodes.set(line, [node]);
    }
    lines = text.slice(0, LINES).map((code, k) => {
      const node = nodes.get(k + 1) ?? [];
      const grad = element("span.size", {});
      const made = element(
        "button",
        { type: "button", class: "line" },
        element("span.at", {}, String(k + 1)),
        element("code", {}, clean(code, 200) || " "),
        grad,
      );
      made.disabled = !node.length;
      on(made, "click", () => model.select(node[node.length - 1]));
      const there = new Set(node);
      lights(made, model, { lit: (at) => there.has(at), used: (_, target) => there.has(target) });
      return { node, made, grad };
    });
    const first = text.findIndex((code) => code.trim() !== "");
    host.replaceChildren(element("div.code", {}, ...lines.slice(Math.max(0, first)).map(({ made }) => made)));
    live.add(numbers);
    live.add(selection);
  };
  return drawn(draw);
}
