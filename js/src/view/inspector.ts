// The inspector: where a node's number comes from, and where its gradient comes from.
import { computed } from "@preact/signals-core";
import { ESCAPES } from "../engine/protocol.gen";
import type { Tape } from "../engine/tape";
import { clean, finite, full, many, short } from "../model/format";
import { equation, grad, known, term } from "../model/gradients";
import type { Model } from "../model/model";
import { single, slope, symbol, title } from "../model/names";
import { bracketed, byName, filled } from "../model/phrases";
import { button, drawn, element, type Live, on } from "./dom";
import { sliderOf } from "./offers";

/** Terms of a chain-rule sum that are written out; the rest is counted. */
const TERMS = 24;

export function mountInspector(host: HTMLElement, model: Model): () => void {
  /** Whether the gradient of what is selected is not to be seen yet. */
  const hides = computed(() => model.selected !== null && model.grad(model.selected) === null);
  return drawn((live) => {
    const { selected } = model;
    const within = host.matches(":focus-within");
    host.replaceChildren(
      ...(selected === null
        ? [
            element(
              "p.hint",
              {},
              "Click a node to see its gradient and where it comes from. Blue: the root grows with it; orange: it falls.",
            ),
          ]
        : new Page(model, selected, live).parts(hides.value)),
    );
    // Whoever was at something that is gone stays in the inspector.
    if (within) host.focus();
  });
}

/** All that is said of one node. */
class Page {
  readonly #tape: Tape;
  readonly #name: string;
  readonly #root: string;

  constructor(
    readonly model: Model,
    readonly node: number,
    readonly live: Live,
  ) {
    this.#tape = model.tape;
    this.#name = title(this.#tape, node);
    this.#root = title(this.#tape, this.#tape.root);
  }

  parts(hidden: boolean): HTMLElement[] {
    if (hidden) {
      const say = element("p.note", {}, "Its gradient is hidden for now.");
      return [this.#head(), ...this.#made(), ...this.#local(), say];
    }
    return [this.#head(), this.#numbers(), ...this.#made(), ...this.#local(), ...this.#chain(), ...this.#notes()];
  }

  #head(): HTMLElement {
    const close = element("button", { type: "button", class: "close", "aria-label": "Close the inspector" }, "×");
    on(close, "click", () => this.model.select(null));
    const line = this.#tape.line(this.node);
    const source = line > 0 ? (this.#tape.source.split("\n")[line - 1] ?? "").trim() : "";
    const where = line > 0 ? [element("p.source", {}, `line ${line} `, element("code", {}, clean(source, 120)))] : [];
    return element("header", {}, element("h3", {}, this.#name), ...this.#roots(), close, ...where);
  }

  /** What makes this node the root, or one of several. */
  #roots(): HTMLElement[] {
    const { model, node } = this;
    if (node === this.#tape.root || this.#tape.op(node) === "const" || !model.owns(node)) return [];
    const roots = model.roots.length ? model.roots : [this.#tape.root];
    const root = button("As root", `Look at ${this.#name} as the root`, () => model.root([node]));
    const more = button("Add to the root", `Look at the sum of ${this.#root} and ${this.#name}`, () =>
      model.root([...roots, node]),
    );
    return roots.includes(node) ? [root] : [root, more];
  }

  #numbers(): HTMLElement {
    return element(
      "dl",
      {},
      element("dt", {}, "data"),
      element(
        "dd",
        {},
        this.live.text("output", "data", () => full(this.model.run.values[this.node])),
      ),
      element("dt", {}, "grad"),
      element(
        "dd",
        {},
        this.live.text("output", "grad", () => grad(this.model.run, this.node, this.model.run.grads[this.node], full)),
        element("span.what", {}, ` = ${slope(this.#root, this.#name)}`),
      ),
    );
  }

  /** The operation, with names and with numbers. */
  #made(): HTMLElement[] {
    const args = this.#tape.args(this.node);
    const rule = this.#tape.words(this.node);
    if (!args.length) {
      const leaf = this.#tape.leaves.some(({ node }) => node === this.node);
      const kind = element("p.kind", {}, leaf ? "A leaf: nothing made it, its slider moves it." : "A constant.");
      const constant = this.#tape.op(this.node) === "const" && this.#tape.rerun && this.model.owns(this.node);
      return [kind, ...(constant ? sliderOf(this.model, this.node, this.live) : [])];
    }
    const slopes = this.#tape.slopes(this.node);
    if (slopes) {
      const lost = slopes.filter(Number.isNaN).length;
      const said = lost ? `is${lost < slopes.length ? " partly" : ""} not known` : "was measured (central differences)";
      return [
        element("h4", {}, "Operation"),
        element("p.formula", {}, `${this.#name} = ${byName(this.#tape, this.node)}`),
        element(
          "p",
          {},
          `${clean(this.#tape.sign(this.node), 40)} was called outside of the graph: its derivative ${said}.`,
        ),
      ];
    }
    if (!rule) {
      return [
        element("h4", {}, "Operation"),
        element(
          "p",
          {},
          `${clean(symbol(this.model.tape, this.node), 40)}: its derivative is not known here, so no gradient goes through it.`,
        ),
      ];
    }
    const numbers = () => `${filled(rule.formula, this.#numbersOf())} = ${short(this.model.run.values[this.node])}`;
    return [
      element("h4", {}, "Operation"),
      element("p.formula", {}, `${this.#name} = ${filled(rule.formula, this.#namesOf())}`),
      this.live.text("p", "formula numbers", numbers),
    ];
  }

  /** The local derivative to each argument, as a formula and as a number. */
  #local(): HTMLElement[] {
    const rule = this.#tape.words(this.node);
    const args = this.#tape.args(this.node);
    if (!(rule || this.#tape.slopes(this.node))) return [];
    const shown = this.#tape.foldedExponent(this.node) ? args.slice(0, 1) : args;
    const rows = shown.map((arg, place) => {
      const formula = rule ? filled(rule.partials[place], this.#namesOf()) : "";
      const number = () => known(this.#tape, arg, this.model.run.partials(this.node)[place], short);
      const is = rule ? (formula === number() ? " = " : ` = ${formula} = `) : number() === "?" ? " = " : " ≈ ";
      const parts = [`∂${single(this.#name)}/∂`, this.#link(arg), is];
      return element("li", {}, ...parts, this.live.text("output", "local", number));
    });
    return [element("h4", {}, "Local derivatives"), element("ul.locals", {}, ...rows)];
  }

  /** The sum over the node's uses that gives its gradient. */
  #chain(): HTMLElement[] {
    const tape = this.#tape;
    const { node } = this;
    const heading = element("h4", {}, "Why this gradient");
    const whole = slope(this.#root, this.#name);
    if (node === tape.root)
      return [heading, element("p.formula", {}, `${whole} = 1: the root itself, where backward starts.`)];
    if (!tape.reaches(node)) {
      return [heading, element("p", {}, `${this.#root} does not depend on ${this.#name}, so its gradient is 0.`)];
    }
    const terms = places(tape, node);
    const words = (user: number, place: number, word = bracketed) => term(this.model.run, user, place, word);
    const rows = terms.slice(0, TERMS).map(({ user, place }) =>
      element(
        "li",
        {},
        `∂${single(this.#root)}/∂`,
        this.#link(user),
        ` · ${slope(title(tape, user), this.#name)} = `,
        this.live.text("span", "factors", () => `${words(user, place).slice(0, 2).join(" · ")} = `),
        this.live.text("output", "term", () => words(user, place, short)[2]),
      ),
    );
    if (terms.length > TERMS) rows.push(element("li", {}, `and ${many(terms.length - TERMS)} more uses`));
    const sum = () => {
      if (this.model.run.measured(node)) return `${equation(this.model.run, node)}, measured.`;
      const numbers =
        terms.length > 1 && terms.length <= 6
          ? `${terms.map(({ user, place }) => words(user, place)[2]).join(" + ")} = `
          : "";
      return `${whole} = ${numbers}${grad(this.model.run, node)}`;
    };
    const uses = terms.length === 1 ? "Used once:" : `Used ${many(terms.length)} times, so the terms add up:`;
    return [heading, element("p", {}, uses), element("ul.chain", {}, ...rows), this.live.text("p", "formula sum", sum)];
  }

  #notes(): HTMLElement[] {
    const tape = this.#tape;
    const { node } = this;
    const rule = tape.rule(node);
    const note = (text: () => string) => this.live.text("p", "note", text);
    const theirs = tape.theirs(node);
    const found = theirs
      ? [
          note(() => {
            if (!this.model.run.atTraced)
              return "What your class gives is known for the numbers it was run with, and for no others.";
            return theirs.why
              ? `Your class gives ${full(theirs.grad)}: ${theirs.why}.`
              : `Your class gives ${full(theirs.grad)} as well.`;
          }),
        ]
      : [];
    found.push(
      note(() =>
        this.model.run.kink(node)
          ? `Kink: there is no single derivative here. By convention it is ${this.model.run.partials(node).map(short).join(", ")}.`
          : "",
      ),
      note(() => {
        const seen = this.model.grad(node);
        return seen === null || Object.is(seen, this.model.run.grads[node]) ? "" : `The picture shows ${short(seen)}.`;
      }),
      note(() => this.#measured()),
      note(() => this.#born()),
      note(() => this.#flat()),
    );
    if (rule?.step)
      found.push(note(() => "A step: flat almost everywhere, so its derivative is taken as it is between the jumps."));
    if (tape.flags(node) & ESCAPES) {
      const lines = tape.escapes(node).join(", ");
      const where = lines && ` in line ${lines}`;
      found.push(
        note(() => `Leaves the graph${where}.${this.model.run.unknown(node) ? " Some gradient is lost there." : ""}`),
      );
    }
    return found;
  }

  /** How its gradient was found without the graph. */
  #measured(): string {
    const { run } = this.model;
    const found = this.#tape.measured(this.node);
    if (!found || Number.isNaN(found.grad)) return "";
    return run.measured(this.node)
      ? `Measured by running the cell again with ${this.#name} nudged: ≈ ${short(found.grad)}, error about ${found.error.toExponential(0)}.`
      : "Measured for the numbers it was run with, and for no others.";
  }

  /** Why hardly any gradient, or hardly any digit, comes through. */
  #flat(): string {
    const tape = this.#tape;
    const { node } = this;
    const value = this.model.run.values[node];
    const [x, y] = tape.args(node).map((arg) => this.model.run.values[arg]);
    const [slope] = this.model.run.partials(node);
    switch (tape.op(node)) {
      case "relu":
        return x < 0 ? "Dead: the argument is below 0, so no gradient goes through." : "";
      case "tanh":
      case "sigmoid":
        return Math.abs(slope) < 1e-3
          ? `Saturated: the curve is all but flat here, so only ${short(slope)} of the gradient goes through.`
          : "";
      case "add":
      case "sub": {
        const lost = Math.floor(Math.log10(Math.max(Math.abs(x), Math.abs(y)) / Math.abs(value)));
        return value !== 0 && lost >= 6
          ? `Cancellation: two nearly equal numbers leave about ${16 - lost} good digits.`
          : "";
      }
    }
    return "";
  }

  /** Where a number that is not finite was born. */
  #born(): string {
    const tape = this.#tape;
    const { values } = this.model.run;
    if (finite(values[this.node])) return "";
    let origin = this.node;
    for (;;) {
      const from = tape.args(origin).find((arg) => !finite(values[arg]));
      if (from === undefined) break;
      origin = from;
    }
    const what = short(values[this.node]);
    if (origin !== this.node) return `${what} comes from ${title(tape, origin)}${lineOf(tape, origin)}.`;
    return tape.args(origin).length
      ? `${what} was born here: the arguments are finite.`
      : `${what} is the leaf's own number.`;
  }

  #link(node: number): HTMLElement {
    const made = element("button", { type: "button", class: "link" }, single(title(this.#tape, node)));
    on(made, "click", () => this.model.select(node));
    return made;
  }

  #namesOf(): string[] {
    return [...this.#tape.args(this.node).map((arg) => single(title(this.#tape, arg))), single(this.#name)];
  }

  #numbersOf(): string[] {
    const { values } = this.model.run;
    return [...this.#tape.args(this.node).map((arg) => bracketed(values[arg])), short(values[this.node])];
  }
}

interface Use {
  readonly user: number;
  readonly place: number;
}

/** The uses of a node, in the order in which its gradient is gathered, and which argument it is there. */
function places(tape: Tape, node: number): Use[] {
  const users = [...new Set(tape.uses(node))];
  return users.flatMap((user) => tape.args(user).flatMap((arg, place) => (arg === node ? [{ user, place }] : [])));
}

function lineOf(tape: Tape, node: number): string {
  return tape.line(node) > 0 ? ` (line ${tape.line(node)})` : "";
}
