// The slope, seen: the root against a leaf, the tangent there, and the secant over a step h of any size; against two
// leaves, a map with the gradient as an arrow.
import { effect, untracked } from "@preact/signals-core";

import type { Run } from "../engine/tape";
import { finite, short } from "../model/format";
import { equation } from "../model/gradients";
import type { History } from "../model/history";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { element, on, option, set, svg } from "../view/dom";
import type { GraphView } from "../view/graph";
import { mark, Plot } from "../view/plot";

/** How far rounding may put the root off, to first order: each number of the graph is off by a few units in its last place. */
function rounding({ values, grads }: Run): number {
  let sum = 0;
  for (let node = 0; node < values.length; node++) {
    const part = Math.abs(values[node] * grads[node]);
    if (finite(part)) sum += part;
  }
  return sum * 2 ** -50;
}

export function mountSlope(host: HTMLElement, model: Model, _: GraphView, history: History): () => void {
  /** The chosen leaves, by what each keeps on another way through the code. */
  let [first, second] = ["", ""];
  const place = (key: string) => model.tape.leaves.findIndex((leaf) => leaf.key === key);
  /** What the leaves that were offered are called: on another path a leaf of that name takes the place of one that is gone. */
  const names = new Map<string, string>();
  const choice = element("select", { "aria-label": "Leaf" });
  const other = element("select", { "aria-label": "Second leaf" });
  const step = element("input.slider", {
    type: "range",
    min: "0",
    max: "16",
    step: "0.1",
    value: "0.5",
    "aria-label": "Step h of the secant",
  });
  const size = element("span.at");
  const words = element("p.words");
  const secant = svg("path.secant");
  const end = svg("circle.other", { r: 4 });
  const plot = new Plot(model, history, () => update());
  plot.layer.append(secant, end);

  const update = () => {
    plot.update();
    const { tape } = model;
    const root = title(tape, tape.root);
    const [at, mapped] = [place(first), second !== ""];
    const slopes = (mapped ? [at, place(second)] : [at]).map((each) => {
      const { node } = tape.leaves[each];
      return equation(model.run, node);
    });
    const problem = plot.problem ? ` Blank stays what only the kernel could tell: ${plot.problem}.` : "";
    plot.layer.toggleAttribute("hidden", mapped);
    step.disabled = mapped;
    if (mapped) {
      words.textContent = `The arrow goes where ${root} grows fastest: ${slopes.join(", ")}. The stronger the colour, the higher ${root}.${problem}`;
      return;
    }
    const { node } = tape.leaves[at];
    const [x, y, grad, leaf] = [
      model.run.values[node],
      model.run.values[tape.root],
      model.run.grads[node],
      title(tape, node),
    ];
    const h = Number((10 ** -step.valueAsNumber).toPrecision(2));
    const away = (far: number) => model.probe(new Map([[at, x + far]]));
    const found = away(h);
    size.textContent = `h = ${short(h)}`;
    set(step, "aria-valuetext", size.textContent);
    const said = `Tangent: ${slopes[0]}.`;
    if (found === null || model.mood === "asking" || model.mood === "stuck") {
      set(secant, "d", "");
      set(end, "r", "0");
      words.textContent = `${said} No secant: ${leaf} + h lies where only the kernel could tell.${problem}`;
      return;
    }
    const off = (far: number, there: number) => Math.abs((there - y) / far - grad);
    const quotient = (found.root - y) / h;
    set(secant, "d", plot.through(x, y, quotient));
    mark(end, 4, plot.across(x + h), plot.down(found.root));
    const error = off(h, found.root);
    // A step that is too large for rounding to matter tells how much of it comes from the curve.
    const large = 1e-4 * Math.max(1, Math.abs(x));
    const bent = (off(large, away(large)?.root ?? NaN) / large) * h;
    const rounded = error <= rounding(model.run) / h && !(error <= 2 * bent);
    const jumps = tape.nodes().some((node) => tape.reaches(node) && tape.rule(node)?.step);
    const why =
      found.path !== tape
        ? "because the code goes another way there"
        : rounded
          ? `mostly rounding: ${root} has 16 digits, and their difference few`
          : `because the curve bends${jumps ? ", or jumps," : ""} between the two points`;
    const comment =
      x + h === x
        ? ` ${leaf} + h is ${leaf} itself: h is too small for it.`
        : error > 1e-9 * Math.abs(grad) && finite(error)
          ? ` It is off by ${short(error)}, ${why}.`
          : "";
    words.textContent = `${said} Secant: (${root}(${leaf} + h) − ${root}(${leaf})) / h = ${short(quotient)}.${comment}${problem}`;
  };

  const show = () => {
    if (second === first) second = "";
    plot.show((second ? [first, second] : [first]).map(place));
    update();
  };

  const offer = (wanted = first) => {
    const { tape } = model;
    const keys = tape.leaves.map(({ key }) => key);
    const usable = tape.leaves.map((_, k) => k).filter((k) => tape.reaches(tape.leaves[k].node));
    const called = names.get(wanted);
    const at =
      usable.find((k) => keys[k] === wanted) ?? usable.find((k) => tape.leaves[k].name === called) ?? usable[0];
    first = keys[at ?? 0] ?? "";
    for (const { key, name } of tape.leaves) names.set(key, name);
    if (second === first || !usable.includes(place(second))) second = "";
    const offered = (some: readonly number[]) => some.map((k) => option(keys[k], title(tape, tape.leaves[k].node)));
    choice.replaceChildren(...offered(usable));
    other.replaceChildren(option("", "—"), ...offered(usable.filter((k) => keys[k] !== first)));
    choice.value = first;
    other.value = second;
    if (!usable.length) host.replaceChildren(element("p.hint", {}, "No leaf reaches the root."));
    // What stands there stays, and with it the focus, and a drag.
    else if (!plot.made.isConnected)
      host.replaceChildren(
        element(
          "div.controls",
          {},
          choice,
          element("label", {}, "and ", other),
          element("span", {}, "secant"),
          step,
          size,
          plot.fill,
        ),
        element("div.beside", {}, plot.made, words),
      );
    if (usable.length) show();
  };

  /** A leaf that is selected is the one to look at. */
  const choose = () => {
    const { tape, selected } = model;
    const at = tape.leaves.findIndex(({ node }) => node === selected);
    offer(at < 0 ? first : tape.leaves[at].key);
  };

  on(choice, "change", () => offer(choice.value));
  on(other, "change", () => {
    second = other.value;
    show();
  });
  on(step, "input", update);
  const ends = [
    effect(() => {
      void model.structure;
      untracked(() => offer());
    }),
    effect(() => {
      void model.selected;
      untracked(choose);
    }),
    effect(() => {
      void [model.run, model.mood, model.positions, model.ranges];
      untracked(() => {
        if (choice.childElementCount) update();
      });
    }),
  ];
  return () => {
    plot.end();
    for (const end of ends) end();
  };
}
