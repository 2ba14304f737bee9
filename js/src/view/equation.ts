// The equation of a gradient: over the uses of a node the gradient of what uses it times the local derivative, in symbols and in numbers.
// Whoever points at a factor sees its edge. For a learner something may be left out.

import { many } from "../model/format";
import { shown, sign, term } from "../model/gradients";
import type { Gap } from "../model/mistakes";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { byName } from "../model/phrases";
import { computed, effect } from "../model/signals";
import type { Use } from "../model/why";
import { element, live, set } from "./dom";
import { lights } from "./highlight";
import { derivative } from "./mathml";

/** As many uses as are written out; the rest is counted. */
const TERMS = 6;
/** As long as a formula may be to stand in a fraction. */
const LONG = 14;

/** Of which node, and who speaks of it. */
interface Subject {
  readonly model: Model;
  readonly node: number;
  readonly host: HTMLElement;
}

export function equation({ model, node, host }: Subject, uses: readonly Use[], gap?: Gap): HTMLElement[] {
  const { tape } = model;
  const [name, root] = [title(tape, node), rootName(tape)];
  const whole = derivative(root, name);
  /** A gradient in its hue. */
  const chip = (of: number) => {
    const made = live("span", "chip", () => shown(model, of));
    effect(() => set(made, "data-sign", sign(model.grad(of))));
    return made;
  };
  if (!uses.length) return [element("p.eq", whole, "=", chip(node))];
  if (tape.measured(node) && computed(() => model.run.measured(node)).value)
    return [element("p.eq", whole, chip(node), element("span.hint", "measured"))];

  /** What belongs to one use, which lights its edge. */
  const factor = ({ user }: Use, ...parts: readonly (Node | string)[]) => {
    const made = element("span.factor", ...parts);
    Object.assign(made.dataset, { source: node, target: user });
    lights(made, model, host, {
      lit: (at) => at === user || at === node,
      used: (source, target) => source === node && target === user,
    });
    return made;
  };
  const seen = uses.slice(0, TERMS);
  const symbols = seen.map((use) => {
    const formula = byName(tape, use.user);
    const of = formula && formula.length <= LONG ? formula : title(tape, use.user);
    return factor(
      use,
      derivative(root, use.user === tape.root ? root : title(tape, use.user)),
      "·",
      derivative(of, name),
    );
  });
  const numbers = seen.map((use, at) => {
    const missing = gap?.use === at ? gap.what : "";
    const left = () => element("span.gap", { role: "img", "aria-label": "to be found" });
    if (missing === "part") return factor(use, left());
    const local = () => live("span", "local", () => term(model.run, use.user, use.place)[1]);
    return factor(use, missing === "above" ? left() : chip(use.user), "·", missing === "local" ? left() : local());
  });
  const more = uses.length - seen.length;
  const sum = (parts: HTMLElement[]) => [
    ...parts.flatMap((part, k) => (k ? ["+", part] : [part])),
    ...(more > 0 ? [`+ … (${many(more)} more)`] : []),
  ];
  const left = [whole, "=", ...sum(symbols)];
  // All that comes on the ways of the picture is known, and there may be others.
  const beside = live("span", "local", () => {
    const { run } = model;
    const known = uses.every(({ user, place }) => term(run, user, place)[2] !== "?");
    return !gap && known && shown(model, node) === "?" ? "+ ?" : "";
  });
  const right = ["=", ...sum(numbers), beside, ...(gap ? [] : ["=", chip(node)])];
  if (uses.length === 1) return [element("p.eq", ...left, ...right)];
  // The numbers have a line of their own, whose breaks do not hang on how long they are.
  return [element("p.eq", element("span.half", ...left), element("span.half", ...right))];
}
