// Curvature: how the slope itself changes, at the leaf that is looked at, and on demand by each pair of leaves.
import { short } from "../model/format";
import { goesOutside } from "../model/gradients";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { after, signal } from "../model/signals";
import { element, heads, on, row, set } from "../view/dom";

/** A matrix of more rows is nobody's to read. */
const ROWS = 12;

export interface Curvature {
  /** What is said of the leaf. */
  readonly words: HTMLElement;
  /** The matrix, behind its title. */
  readonly pairs: HTMLElement;
  /** Looks at some leaves, by their nodes; the first is spoken of. */
  look(nodes: readonly number[]): void;
}

export function mountCurvature(model: Model): Curvature {
  const words = element("p.words bends", { "aria-live": "off" });
  const table = element("table");
  const pairs = element("details.pairs", element("summary", "Second derivatives by each pair of leaves"));
  pairs.append(element("div.wide", table));
  const looked = signal<readonly number[]>([]);
  const open = signal(false);
  const show = () => {
    const { tape, run } = model;
    const wanted = looked.peek();
    const leaves = tape.leaves.map(({ node }) => node).filter((node) => tape.reaches(node));
    const chosen = wanted[0];
    if (!leaves.includes(chosen)) {
      words.textContent = "";
      return;
    }
    const all = open.peek() ? [...wanted, ...leaves.filter((node) => !wanted.includes(node))] : wanted;
    const shown = all.slice(0, ROWS).sort((a, b) => a - b);
    const names = shown.map((node) => title(tape, node));
    const found = shown.map((leaf) => tape.bend(run.values, leaf));
    const at = shown.indexOf(chosen);
    // What was measured tells nobody how it changes.
    const second = (k: number, other: number) =>
      [k, other].some((leaf) => tape.measured(shown[leaf])) ? Number.NaN : found[k][shown[other]];
    table.replaceChildren(
      heads("∂² ≈", ...names),
      ...names.map((name, k) =>
        row(
          name,
          ...names.map((_, other) => {
            const number = second(k, other);
            return element(other === k ? "b" : "span", {}, Number.isNaN(number) ? "?" : short(number));
          }),
        ),
      ),
    );
    const number = second(at, at);
    const bends = number > 0 ? "it bends upwards" : number < 0 ? "it bends downwards" : "it is straight there";
    const kinked = tape.nodes().some((node) => tape.reaches(node) && run.kink(node));
    const left = open.peek() ? leaves.length - shown.length : 0;
    words.textContent =
      `∂²${rootName(tape)}/∂${names[at]}² ` +
      (Number.isNaN(number)
        ? `is not known${goesOutside(tape) ? ": it goes through outside code" : " there"}.`
        : `≈ ${short(number)}: along ${names[at]} ${bends}.`) +
      (number ? ` The gradient of ${names[at]} changes by that much for each 1 that ${names[at]} moves.` : "") +
      (kinked ? " There is a kink, of which second derivatives say nothing." : "") +
      (left > 0 ? ` ${left} more ${left > 1 ? "leaves are" : "leaf is"} left out; select one to see it.` : "");
  };
  on(pairs, "toggle", () => {
    open.value = pairs.open;
  });
  after(
    () => [model.tape, model.moved.value, looked.value, open.value],
    () => {
      const rests = model.moved.value?.done !== false;
      for (const each of [words, table]) set(each, "data-stale", !rests);
      if (rests) show();
    },
  );
  return {
    words,
    pairs,
    look: (nodes) => {
      if (nodes.join() !== looked.peek().join()) looked.value = nodes;
    },
  };
}
