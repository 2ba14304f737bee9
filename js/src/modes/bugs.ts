// The bug lab: backward passes that are wrong on purpose, in the ways in which everybody's first one is wrong.
import { effect, signal } from "@preact/signals-core";

import type { Run, Tape } from "../engine/tape";
import { short } from "../model/format";
import { grad, part } from "../model/gradients";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { element, heads, on, option, row } from "../view/dom";
import { visits } from "./steps";

/** As many nodes as are listed. */
const LISTED = 12;

interface Bug {
  readonly name: string;
  readonly words: string;
  /** The nodes in the order in which they hand their gradients on; `at` is the selected one. */
  readonly order: (tape: Tape, at: number | null) => number[];
  /** Whether a part takes the place of what was there before it. */
  readonly overwrites?: boolean;
  /** Whether the gradients of an earlier pass are still there. */
  readonly twice?: boolean;
  /** Whether it does nothing without a selected node. */
  readonly stops?: boolean;
}

/** Every node as soon as it is reached, and once: the root, its arguments, theirs. */
function eager(tape: Tape): number[] {
  const order = [tape.root];
  const seen = new Set(order);
  for (const node of order)
    for (const arg of tape.args(node)) {
      if (!seen.has(arg)) order.push(arg);
      seen.add(arg);
    }
  return order.filter((node) => tape.inner(node));
}

const rightOrder = (tape: Tape) => visits(tape, true);

export const BUGS: readonly Bug[] = [
  {
    name: "overwrites",
    words: "grad = … in the place of grad += …: of a node that is used twice, only one use counts.",
    order: rightOrder,
    overwrites: true,
  },
  {
    name: "no order",
    words:
      "Nodes are visited as soon as they are reached, not after all their uses: what arrives later is not handed on.",
    order: eager,
  },
  {
    name: "not cleared",
    words: "backward() runs a second time, and the gradients of the first are still there.",
    order: rightOrder,
    twice: true,
  },
  {
    name: "stops",
    words:
      "The pass stops at the selected node, whose operation has no backward: nothing behind it is reached that way.",
    order: (tape, at) => rightOrder(tape).filter((node) => node !== at),
    stops: true,
  },
];

/** The gradients that a pass with this bug ends with. */
export function wrong(bug: Bug, run: Run, at: number | null): Float64Array {
  const { tape } = run;
  const grads = bug.twice ? run.grads.slice() : new Float64Array(tape.size);
  grads[tape.root] = 1;
  for (const node of bug.order(tape, at)) {
    const locals = run.partials(node);
    tape.args(node).forEach((arg, place) => {
      grads[arg] = (bug.overwrites ? 0 : grads[arg]) + part(tape, node, grads[node], locals[place]);
    });
  }
  return grads;
}

export function mountBugs(host: HTMLElement, model: Model): () => void {
  const chosen = signal(0);
  const choice = element("select", {});
  choice.append(...BUGS.map(({ name }, k) => option(k, name)));
  const words = element("p.words", { role: "status" });
  const table = element("table", {});
  const draw = () => {
    const { tape } = model;
    const bug = BUGS[chosen.value];
    const grads = wrong(bug, model.run, model.selected);
    const differs = (node: number) =>
      tape.op(node) !== "const" &&
      !model.run.unknown(node) &&
      !model.run.measured(node) &&
      !Object.is(grads[node], model.run.grads[node]) &&
      grads[node] !== model.run.grads[node];
    model.look({
      grad: (node) => grads[node],
      used: () => false,
      note: (node) => (differs(node) ? `should be ${short(model.run.grads[node])}` : ""),
    });
    const off = tape.nodes().reverse().filter(differs);
    const lack = bug.stops && model.selected === null ? "Select the node at which it shall stop." : "";
    words.textContent = `${bug.words} ${lack || (off.length ? "" : "In this graph it changes nothing.")}`;
    const rows = off
      .slice(0, LISTED)
      .map((node) => row(title(tape, node), grad(model.run, node, grads[node]), short(model.run.grads[node])));
    if (off.length > LISTED) rows.push(row(`${off.length - LISTED} more`));
    table.replaceChildren(...(off.length ? [heads("", "with the bug", "right"), ...rows] : []));
  };
  on(choice, "change", () => {
    chosen.value = Number(choice.value);
  });
  host.append(
    element("div.controls", {}, element("label", {}, "The pass ", choice)),
    words,
    element("div.wide", {}, table),
  );
  return effect(draw);
}
