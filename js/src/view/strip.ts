// The strip below the graph that says why: the equation of the selected node's gradient, the rules it is made of, micrograd's own lines, and
// at the right the same found by a nudge.

import { clean, full, many, short } from "../model/format";
import { grad } from "../model/gradients";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { netOf } from "../model/nets";
import { apart, nudge } from "../model/nudge";
import { REMARKS } from "../model/remarks";
import { computed, effect, untracked } from "../model/signals";
import { hands, line, made, most, ruleOf, usedBy, usesOf } from "../model/why";
import { byExample, mover } from "./bars";
import { element, link, live, pieces } from "./dom";
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
        link("say the gradients yourself", "Find them before they are shown", () => go("Practise")),
      ),
    ),
  ];
}

/** All that is said of one node; whoever points at a factor of its equation sees it in the picture, as a part of `host`. */
export function why(model: Model, node: number, ways: Ways, host: HTMLElement): HTMLElement[] {
  const { tape } = model;
  const [name, root] = [title(tape, node), rootName(tape)];
  const constant = tape.op(node) === "const";
  const uses = node === tape.root ? [] : usesOf(tape, node);
  const place = tape.leaves.findIndex((leaf) => leaf.node === node);

  const question = () => {
    const subject = element("span.subject", name);
    if (constant) return element("h3", element("strong", subject), " is a constant of the code.");
    const number = live("output", "grad", () => grad(model.run, node));
    const examples = netOf(tape).spots.has(node) ? (netOf(tape).net?.examples ?? 0) : 0;
    const count = many(examples);
    const terms = examples > 1 ? `All ${count} examples use it, so ${count} terms add up.` : "One example uses it.";
    const used = usedBy(tape, node).map((part) =>
      typeof part === "string" ? part : link(title(tape, part), "Select it", () => model.select(part)),
    );
    return element(
      "h3",
      "Why is ",
      element("strong", subject, ".grad"),
      " ",
      number,
      "? ",
      ...(examples ? [terms] : used),
    );
  };

  /** What the operations do that use it. */
  const rules = () => {
    const users = [...new Map(uses.map(({ user }) => [tape.sign(user), user])).values()];
    return users.slice(0, RULES).map((user) => {
      const made = element("p.rule");
      pieces(made, ...ruleOf(tape, user));
      return made;
    });
  };

  /** The lines that micrograd runs. */
  const code = () => {
    const lines = uses.slice(0, LINES).map((use) =>
      element(
        "p.codeline",
        `${name}.grad `,
        element("strong", "+="),
        ` ${untracked(() => line(model.run, use)[0])} → `,
        live("span", "numbers", () => line(model.run, use)[1]),
      ),
    );
    const left = uses.length - LINES;
    return left > 0 ? [...lines, element("p.codeline", `… and ${many(left)} more`)] : lines;
  };

  const because = () => [
    ...(byExample(model, node) ?? [...equation({ model, node, host }, uses), ...rules(), ...code()]),
    ...(tape.args(node).length
      ? [
          live("p", "codeline made", () => made(model.run, node)),
          live("p", "codeline hands", () => hands(model.run, node)),
        ]
      : []),
    // Both numbers with all their digits.
    element(
      "p.codeline digits",
      "data ",
      live("output", "data", () => full(model.run.values[node])),
      ", grad ",
      live("output", "all", () => grad(model.run, node, model.run.grads[node], full)),
    ),
    ...REMARKS.map((remark) => live("p", "note", () => remark(model, node))),
  ];

  /** The gradient by a nudge. */
  const check = () => {
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
        () => `${root} goes from`,
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
          ? `No check by a nudge: what comes of ${name} elsewhere only a run of the cell could tell.`
          : "No check by a nudge while these numbers are not those of a fresh run.";
      if (!found.value.values) return "The code goes another way there.";
      if (found.value.near || model.run.unknown(node)) return "";
      return model.run.kink(node) || uses.some(({ user }) => model.run.kink(user))
        ? "There is a kink: to the other side it moves otherwise."
        : `Not quite the gradient: ${root} bends, or jumps, within the nudge.`;
    };
    return [
      live("p", "hint", () => `Check it: nudge ${name}${found.value ? ` by ${by()}` : ""}`),
      rows,
      element("p.note", live("span", "", words)),
    ];
  };

  const links = () => {
    const found: HTMLElement[] = [];
    const to = (text: string, what: string, act: () => void) => found.push(link(text, what, act));
    if (place >= 0 && tape.reaches(node)) to("slope", `${root} against ${name}`, () => ways.go("Slope"));
    if (node !== tape.root && !constant && model.owns(node)) {
      const roots = model.roots.length ? model.roots : [tape.root];
      to(`make ${name} the root`, `Look at ${name} as the root`, () => model.root([node]));
      if (!roots.includes(node))
        to("add to the root", `Look at the sum of ${root} and ${name}`, () => model.root([...roots, node]));
    }
    const at = tape.line(node);
    const source = tape.source.split("\n")[at - 1] ?? "";
    if (at > 0) to(`line ${at}`, `Line ${at}: ${clean(source.trim(), 120)}`, () => ways.panel("Source"));
    return element("p.links", ...found);
  };

  const offered = constant && tape.rerun && model.owns(node) ? sliderOf(model, node) : [];
  return [
    element("div.because", question(), ...(constant ? offered : because())),
    element("div.check", ...mover(model, node), ...(node === tape.root || constant ? [] : check()), links()),
  ];
}
