// The selected node's formula (or the root's), typeset, and to take along as LaTeX, Python or DOT; the kernel writes it.

import { Ask } from "../engine/protocol.gen";
import { ASKED, type Model } from "../model/model";
import { title } from "../model/names";
import { effect, ended, untracked } from "../model/signals";
import { copied } from "../view/cell";
import { button, element, set } from "../view/dom";
import { typeset } from "../view/mathml";

const FORMS = ["LaTeX", "Python", "DOT"] as const;

export function mountFormulas(host: HTMLElement, model: Model): void {
  let form: string = FORMS[0];
  let asked = 0;
  const text = element("textarea", { readonly: "", rows: "8", spellcheck: "false" });
  const paper = element("div.paper", { tabindex: 0, role: "group", "aria-label": "The formula, typeset" });
  const words = element("p.words", { role: "status" });
  const write = async () => {
    const mine = ++asked;
    const { tape, selected } = model;
    for (const each of buttons) set(each, "aria-pressed", each.textContent === form);
    const node = selected ?? tape.root;
    set(text, "aria-label", `${title(tape, node)} as ${form}`);
    text.value = "";
    paper.replaceChildren();
    if (!model.owns(node)) {
      words.textContent = "A sum of several roots has no formula in the kernel: select a node.";
      return;
    }
    words.textContent = ASKED;
    const answer = await model.ask({ ask: Ask.Formula, index: node, form: form.toLowerCase() });
    if (mine !== asked) return;
    text.value = typeof answer.written === "string" ? answer.written : "";
    if (typeof answer.typeset === "string") paper.replaceChildren(typeset(["math", JSON.parse(answer.typeset)]));
    words.textContent = `${answer.error || `The steps that lead to ${title(tape, node)}`}.`;
  };
  const buttons = FORMS.map((name) =>
    button(name, `The formula as ${name}`, () => {
      form = name;
      void write();
    }),
  );
  const copy = async () => {
    words.textContent = (await copied(text))
      ? "Copied."
      : "This page may not copy by itself; the text is selected: press Ctrl+C.";
  };
  host.append(
    paper,
    element(
      "div.controls",
      ...buttons,
      button("Copy", "Copy the text", () => void copy()),
    ),
    text,
    words,
  );
  effect(() => {
    const moved = model.moved.value;
    void [model.tape, model.selected];
    if (!moved || moved.done) untracked(() => void write());
  });
  ended(() => {
    asked++;
  });
}
