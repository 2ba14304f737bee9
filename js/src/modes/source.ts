// The cell's text beside its graph: each line as strong as the largest gradient that was made in it. And the way back into the cell: its text
// with the present numbers.
import { Ask } from "../engine/protocol.gen";

import { clean, finite, short } from "../model/format";
import { secret } from "../model/gradients";
import { type Model, UNREADABLE } from "../model/model";
import { into } from "../model/part";
import { effect } from "../model/signals";
import { copied, putIntoCell } from "../view/cell";
import { button, element, on, set, write } from "../view/dom";
import { lights } from "../view/highlight";

const LINES = 400;

/** A button that puts the present numbers into the cell's text. */
function mountPut(host: HTMLElement, model: Model): void {
  const words = element("p.words", { role: "status" });
  const area = element("textarea", { readonly: "", rows: "8", spellcheck: "false", "aria-label": "The cell's text" });
  area.hidden = true;
  const put = async () => {
    area.hidden = true;
    const { error, before, written, absent } = await model.ask({ ask: Ask.Source });
    if (error || typeof before !== "string" || typeof written !== "string") {
      words.textContent = `${error || UNREADABLE}.`;
      return;
    }
    const names = Array.isArray(absent) ? absent.map((name) => clean(String(name), 40)).join(", ") : "";
    area.value = written;
    const done = before === written ? "already" : putIntoCell(host, before, written) ? "now" : "";
    const said = done
      ? `The cell's text holds these numbers ${done}.`
      : `This page cannot change the cell: its text with these numbers is ${(await copied(area)) ? "copied" : "here"}.`;
    words.textContent = `${said}${names && ` Not written in it: ${names}.`}`;
  };
  const said = "The cell's text with the present numbers, and nothing else changed";
  host.append(
    element(
      "div.controls",
      button("Put these numbers into the cell", said, () => void put()),
    ),
    words,
    area,
  );
}

export function mountSource(panel: HTMLElement, model: Model): void {
  const host = element("div");
  panel.append(host);
  let lines: { node: number[]; made: HTMLElement; grad: HTMLElement }[] = [];
  const numbers = () => {
    const sizes = lines.map(({ node }) => {
      if (node.some((at) => secret(model, at))) return 0;
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
      made.style.setProperty("--share", `${node.length ? Math.round(20 * Math.sqrt(share)) : 0}%`);
      // The largest of those that are known; none where somebody is to find one of them.
      const lost = node.every((at) => model.run.unknown(at)) || node.some((at) => secret(model, at));
      write(grad, node.length ? `|grad| ${lost ? "?" : short(sizes[k])}` : "");
    });
  };
  const selection = () => {
    const line = model.selected === null ? 0 : model.tape.line(model.selected);
    lines.forEach(({ made }, k) => {
      set(made, "aria-current", k + 1 === line);
      // The text goes to it, and the page stays where it is.
      const text = made.parentElement;
      if (k + 1 === line && text) text.scrollTop = made.offsetTop - text.offsetTop - text.clientHeight / 2;
    });
  };
  const draw = () => {
    const { tape } = model;
    const text = tape.source.replace(/^\n+|\s+$/g, "") ? tape.source.replace(/\s+$/, "").split("\n") : [];
    if (!text.length) {
      lines = [];
      host.replaceChildren(element("p.hint", "The code that made this graph is not known here."));
      return;
    }
    if (!panel.querySelector(".controls")) mountPut(panel, model);
    const nodes = new Map<number, number[]>();
    for (let node = 0; node < tape.size; node++) {
      const line = tape.line(node);
      if (line < 1 || tape.op(node) === "const") continue;
      into(nodes, line, node);
    }
    lines = text.slice(0, LINES).map((code, k) => {
      const node = nodes.get(k + 1) ?? [];
      const grad = element("span.size");
      const made = element(
        "button",
        { class: "line" },
        element("span.at", String(k + 1)),
        element("code", clean(code, 200) || " "),
        grad,
      );
      made.disabled = !node.length;
      on(made, "click", () => model.select(node[node.length - 1]));
      const there = new Set(node);
      lights(made, model, panel, { lit: (at) => there.has(at), used: (_, target) => there.has(target) });
      return { node, made, grad };
    });
    const first = text.findIndex((code) => code.trim() !== "");
    host.replaceChildren(element("div.code", ...lines.slice(Math.max(0, first)).map(({ made }) => made)));
    effect(numbers);
    effect(selection);
  };
  effect(draw);
}
