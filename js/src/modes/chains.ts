// Why this gradient: every path from a node to the root, the product of the local derivatives along it, and their sum.
import { computed } from "@preact/signals-core";

import type { Run, Tape } from "../engine/tape";
import { finite, many, short } from "../model/format";
import { equation, known } from "../model/gradients";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { drawn, element } from "../view/dom";
import { lights } from "../view/highlight";

/** As many paths as are written out; the others are counted. */
const WRITTEN = 12;
/** As many nodes of a long path as are named at each of its ends. */
const END = 8;

/** A way from a node to the root: the nodes on it, and the local derivative of each step. */
export interface Chain {
  readonly nodes: readonly number[];
  readonly factors: readonly number[];
}

/** How many paths lead from a node to the root; infinite where a number cannot count them. */
export function countChains(tape: Tape, from: number): number {
  const ways = new Float64Array(tape.size);
  ways[tape.root] = 1;
  for (let node = tape.root; node > from; node--)
    if (ways[node]) for (const arg of tape.args(node)) ways[arg] += ways[node];
  return ways[from];
}

/** A node on a path, and the part of the path before it. */
interface Link {
  readonly node: number;
  readonly factor: number;
  readonly before: Link | null;
}

/** Some paths from a node to the root, at most so many. Chains are long: nothing here calls itself. */
export function someChains(run: Run, from: number, most: number): Chain[] {
  const { tape } = run;
  const found: Chain[] = [];
  const stack: Link[] = [{ node: from, factor: 1, before: null }];
  for (let link = stack.pop(); link && found.length < most; link = stack.pop()) {
    if (link.node === tape.root) {
      const nodes: number[] = [];
      const factors: number[] = [];
      for (let at: Link | null = link; at; at = at.before) {
        nodes.push(at.node);
        if (at.before) factors.push(at.factor);
      }
      found.push({ nodes: nodes.reverse(), factors: factors.reverse() });
      continue;
    }
    const { node } = link;
    for (const user of [...new Set(tape.uses(node))].reverse()) {
      const partials = run.partials(user);
      for (const [place, arg] of tape.args(user).entries())
        if (arg === node) stack.push({ node: user, factor: partials[place], before: link });
    }
  }
  return found;
}

/** The product along a path, multiplied from the root on, as the backward pass does: another order may overflow. */
function product(factors: readonly number[]): number {
  return factors.reduceRight((product, factor) => product * factor, 1);
}

/** A path in words; of a long one its two ends. */
export function written(tape: Tape, { nodes, factors }: Chain): string {
  const ends = <Item>(items: readonly Item[], word: (item: Item) => string): string[] =>
    items.length <= 2 * END + 1
      ? items.map(word)
      : [...items.slice(0, END).map(word), `… ${items.length - 2 * END} more …`, ...items.slice(-END).map(word)];
  const names = ends(nodes, (node) => title(tape, node)).join(" → ");
  const steps = factors.map((number, step) => known(tape, nodes[step], number));
  const numbers = ends(steps, String).join(" · ") || "1";
  return `${names}: ${numbers} = ${known(tape, nodes[0], product(factors), short)}`;
}

export function mountChains(host: HTMLElement, model: Model, from: number): () => void {
  return drawn((live) => {
    const { tape } = model;
    if (!tape.reaches(from)) return;
    const total = countChains(tape, from);
    const count = (ways: number) => (finite(ways) ? many(ways) : "countless");
    const chains = computed(() => someChains(model.run, from, WRITTEN));
    const by = {};
    const rows = chains.peek().map(({ nodes }, k) => {
      const row = element(
        "button",
        { type: "button", class: "path" },
        live.text("span", "", () => written(tape, chains.value[k])),
      );
      const steps = new Map(nodes.map((node, step) => [node, step]));
      lights(row, model, by, {
        lit: (node) => steps.has(node),
        used: (source, target) => nodes[(steps.get(source) ?? NaN) + 1] === target,
        note: (node) => {
          const factor = chains.value[k].factors[steps.get(node) ?? NaN];
          return factor === undefined ? "" : `· ${known(tape, node, factor)}`;
        },
      });
      return element("li", {}, row);
    });
    const sums = () => {
      const grad = model.run.grads[from];
      const sum = chains.value.reduce((sum, { factors }) => sum + product(factors), 0);
      const said = equation(model.run, from);
      if (model.run.unknown(from) || model.run.measured(from)) return `${said}.`;
      const left = total - rows.length;
      const rest = left > 0 ? ` ${count(left)} more paths bring ${short(grad - sum)}.` : "";
      return `${said}: the sum over ${total === 1 ? "the one path" : `${count(total)} paths`}.${rest}`;
    };
    host.replaceChildren(element("ul.paths", {}, ...rows), live.text("p", "words", sums));
  });
}
