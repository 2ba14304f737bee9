// The strip below the graph that says why: the equation of the selected node's gradient, the rules it is made of, micrograd's own lines, and
// at the right the same found by a nudge.

import { clean, full, many, short } from "../model/format";
import { grad } from "../model/gradients";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { netOf } from "../model/nets";
import { apart, nudge } from "../model/nudge";
import { REMARKS } from "../model/remarks";
import { computed, effect, untracked } from "../model/signals";
import { hands, line, made, most, ruleOf, type Use, usedBy, usesOf } from "../model/why";
import { byExample, mover } from "./bars";
import { button, element, live } from "./dom";
import { equation } from "./equation";
import { sliderOf } from "./offers";

/** As many lines and rules as are written out; the rest is counted. */
const [LINES, RULES] = [3, 2];

/** Where the strip leads to: to a mode, or a panel of the menu. */
export interface Ways {
  readonly go: (mode: string, begins?: boolean) => void;
  readonly panel: (name: string) => void;
}

/** What is said while nothing is selected. */
export function invitation(model: Model, { go }: Ways): HTMLElement[] {
  return [
    element(
      "div.because",
      element("p.hint", "Click a node: why is its gradient what it is? Drag a slider: everything follows."),
      live("p", "rule most", () => most(model.run)),
    ),
    element(
      "div.check",
      element(
        "p.links",
        link("▶ watch backward", "The backward pass, node by node", () => go("Flow", true)),
        link("say them yourself", "Find the gradients before they are shown", () => go("Practise")),
      ),
    ),
  ];
}

function link(text: string, what: string, act: () => void): HTMLButtonElement {
  const made = button(text, what, act);
  made.removeAttribute("aria-label");
  made.className = "link";
  return made;
}

/** All that is said of one node. */
export class Why {
  readonly #tape;
  readonly #name: string;
  readonly #root: string;
  readonly #uses: readonly Use[];

  constructor(
    readonly model: Model,
    readonly node: number,
    readonly ways: Ways,
    readonly host: HTMLElement,
  ) {
    this.#tape = model.tape;
    this.#name = title(this.#tape, node);
    this.#root = title(this.#tape, this.#tape.root);
    this.#uses = node === this.#tape.root ? [] : usesOf(this.#tape, node);
  }

  parts(): HTMLElement[] {
    const because = element("div.because", this.#question());
    if (this.#tape.op(this.node) === "const") {
      because.append(...this.#offer());
    } else {
      because.append(
        ...(byExample(this.model, this.node) ?? [...equation(this, this.#uses), ...this.#rules(), ...this.#code()]),
        ...this.#made(),
        this.#digits(),
        ...this.#remarks(),
      );
    }
    return [because, element("div.check", ...mover(this.model, this.node), ...this.#check(), this.#links())];
  }

  #question(): HTMLElement {
    const { model, node } = this;
    const number = live("output", "grad", () => grad(model.run, node));
    const subject = element("span.subject", this.#name);
    if (this.#tape.op(node) === "const")
      return element("h3", element("strong", subject), " is a constant of the code.");
    const examples = netOf(this.#tape).spots.has(node) ? netOf(this.#tape).net?.examples : undefined;
    if (examples) {
      const terms =
        examples === 1
          ? "One example uses it."
          : `All ${many(examples)} examples use it, so ${many(examples)} terms add up.`;
      return element("h3", "Why is ", element("strong", subject, ".grad"), " ", number, `? ${terms}`);
    }
    const used = usedBy(this.#tape, node).map((part) =>
      typeof part === "string" ? part : link(title(this.#tape, part), "Select it", () => model.select(part)),
    );
    return element("h3", "Why is ", element("strong", subject, ".grad"), " ", number, "? ", ...used);
  }

  /** Both numbers with all their digits. */
  #digits(): HTMLElement {
    const { model, node } = this;
    const data = live("output", "data", () => full(model.run.values[node]));
    const found = live("output", "all", () => grad(model.run, node, model.run.grads[node], full));
    return element("p.codeline digits", "data ", data, ", grad ", found);
  }

  /** What the operations do that use it. */
  #rules(): HTMLElement[] {
    const users = [...new Map(this.#uses.map(({ user }) => [this.#tape.sign(user), user])).values()];
    return users.slice(0, RULES).map((user) => {
      const pieces = ruleOf(this.#tape, user);
      return element("p.rule", ...pieces.map((piece, k) => (k % 2 ? element("strong", piece) : piece)));
    });
  }

  /** The lines that micrograd runs. */
  #code(): HTMLElement[] {
    const uses = this.#uses.slice(0, LINES);
    const lines = uses.map((use) =>
      element(
        "p.codeline",
        `${this.#name}.grad `,
        element("strong", "+="),
        ` ${untracked(() => line(this.model.run, use)[0])} → `,
        live("span", "numbers", () => line(this.model.run, use)[1]),
      ),
    );
    const left = this.#uses.length - uses.length;
    if (left > 0)
      lines.push(
        element("p.codeline", `… and ${many(left)} more ${left === 1 ? "line like this" : "lines like these"}`),
      );
    return lines;
  }

  #made(): HTMLElement[] {
    const { model, node } = this;
    if (!this.#tape.args(node).length) return [];
    return [
      live("p", "codeline made", () => made(model.run, node)),
      live("p", "codeline hands", () => hands(model.run, node)),
    ];
  }

  #remarks(): HTMLElement[] {
    const { model, node } = this;
    return REMARKS.map((remark) => live("p", "note", () => remark(model, node)));
  }

  #offer(): HTMLElement[] {
    const { model, node } = this;
    return this.#tape.rerun && model.owns(node) ? sliderOf(model, node) : [];
  }

  /** The gradient by a nudge. */
  #check(): HTMLElement[] {
    const { model, node } = this;
    if (node === this.#tape.root || this.#tape.op(node) === "const") return [];
    const found = computed(() => (model.rests ? nudge(model, node) : null));
    const by = () => short(found.value?.by ?? 0);
    const ends = computed(() => (found.value ? apart(found.value.from, found.value.to) : ["", ""]));
    const row = (what: () => string, number: () => string) => [
      element("dt", live("span", "", what)),
      element("dd", live("output", "", number)),
    ];
    const rows = element(
      "dl",
      ...row(
        () => `${this.#root} goes from`,
        () => ends.value[0],
      ),
      ...row(
        () => "to",
        () => ends.value[1],
      ),
      ...row(
        () => `change ÷ ${by()}`,
        () => (found.value ? short(found.value.quotient) : ""),
      ),
    );
    effect(() => {
      rows.classList.toggle("none", !found.value);
    });
    const words = () => {
      if (!model.rests) return "The check follows when the leaves rest.";
      if (!found.value)
        return model.mood === "exact" && !model.stale
          ? `No check by a nudge: what comes of ${this.#name} elsewhere only a run of the cell could tell.`
          : "No check by a nudge while these numbers are not those of a fresh run.";
      if (!found.value.values) return "The code goes another way there.";
      if (found.value.near || model.run.unknown(node)) return "";
      return model.run.kink(node) || this.#uses.some(({ user }) => model.run.kink(user))
        ? "There is a kink: to the other side it moves otherwise."
        : `Not quite the gradient: ${this.#root} bends, or jumps, within the nudge.`;
    };
    return [
      live("p", "hint", () => `Check it: nudge ${this.#name}${found.value ? ` by ${by()}` : ""}`),
      rows,
      element("p.note", live("span", "", words)),
    ];
  }

  #links(): HTMLElement {
    const { model, node, ways } = this;
    const links: HTMLElement[] = [];
    if (this.#tape.leaves.some((leaf) => leaf.node === node) && this.#tape.reaches(node))
      links.push(link("slope", `${this.#root} against ${this.#name}`, () => ways.go("Slope")));
    if (node !== this.#tape.root && this.#tape.op(node) !== "const" && model.owns(node)) {
      const roots = model.roots.length ? model.roots : [this.#tape.root];
      links.push(link(`make ${this.#name} the root`, `Look at ${this.#name} as the root`, () => model.root([node])));
      if (!roots.includes(node))
        links.push(
          link("add to the root", `Look at the sum of ${this.#root} and ${this.#name}`, () =>
            model.root([...roots, node]),
          ),
        );
    }
    const at = this.#tape.line(node);
    const source = at > 0 ? (this.#tape.source.split("\n")[at - 1] ?? "").trim() : "";
    if (at > 0) links.push(link(`line ${at}`, `Line ${at}: ${clean(source, 120)}`, () => ways.panel("Source")));
    return element("p.links", ...links);
  }
}
