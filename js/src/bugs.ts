// The bug lab: backward passes that are wrong on purpose, in the ways in which everybody's first one is wrong.
import { element } from "./dom";
import { short } from "./format";
import { type State, title } from "./state";
import { visits } from "./steps";
import type { Tape } from "./tape";

/** As many nodes as are listed. */
const LISTED = 12;

interface Bug {
  readonly name: string;
  readonly words: string;
  /** What it lacks to do anything; empty when it lacks nothing. */
  readonly missing: (at: number | null) => string;
  readonly grads: (tape: Tape, at: number | null) => Float64Array;
}

function start(tape: Tape): Float64Array {
  const grads = new Float64Array(tape.size);
  grads[tape.root] = 1;
  return grads;
}

/** Hands each node's gradient on, in the given order; `give` says how. */
function hand(
  tape: Tape,
  order: readonly number[],
  grads: Float64Array,
  give: (arg: number, part: number) => void,
): Float64Array {
  for (const node of order) {
    const locals = tape.partials(node);
    const grad = grads[node];
    tape.args(node).forEach((arg, place) => {
      give(arg, grad * locals[place]);
    });
  }
  return grads;
}

function adding(grads: Float64Array): (arg: number, part: number) => void {
  return (arg, part) => {
    grads[arg] += part;
  };
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
  return order.filter((node) => tape.rule(node));
}

export const BUGS: readonly Bug[] = [
  {
    name: "overwrites",
    words: "grad = … in the place of grad += …: of a node that is used twice, only one use counts.",
    missing: () => "",
    grads: (tape) => {
      const grads = start(tape);
      return hand(tape, visits(tape, true), grads, (arg, part) => {
        grads[arg] = part;
      });
    },
  },
  {
    name: "no order",
    words:
      "Nodes are visited as soon as they are reached, not after all their uses: what arrives later is not handed on.",
    missing: () => "",
    grads: (tape) => {
      const grads = start(tape);
      return hand(tape, eager(tape), grads, adding(grads));
    },
  },
  {
    name: "not cleared",
    words: "backward() runs a second time, and the gradients of the first are still there.",
    missing: () => "",
    grads: (tape) => {
      const grads = tape.grads.slice();
      grads[tape.root] = 1;
      return hand(tape, visits(tape, true), grads, adding(grads));
    },
  },
  {
    name: "stops",
    words:
      "The pass stops at the selected node, whose operation has no backward: nothing behind it is reached that way.",
    missing: (at) => (at === null ? "Select the node at which it shall stop." : ""),
    grads: (tape, at) => {
      const grads = start(tape);
      return hand(
        tape,
        visits(tape, true).filter((node) => node !== at),
        grads,
        adding(grads),
      );
    },
  },
];

function same(one: number, other: number): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}

export function mountBugs(host: HTMLElement, state: State): () => void {
  let bug = BUGS[0];
  const choice = element("select", {});
  choice.append(...BUGS.map(({ name }, k) => element("option", { value: String(k) }, name)));
  const words = element("p", { class: "words" });
  const list = element("ul", { class: "paths" });
  const draw = () => {
    const { tape } = state;
    const wrong = bug.grads(tape, state.selected);
    state.look({
      data: (node) => tape.values[node],
      grad: (node) => wrong[node],
      lit: (node) => !same(wrong[node], tape.grads[node]),
      used: () => false,
    });
    const off = [...Array(tape.size).keys()].reverse().filter((node) => !same(wrong[node], tape.grads[node]));
    const lack = bug.missing(state.selected);
    words.textContent = `${bug.words} ${lack || (off.length ? "" : "In this graph it changes nothing.")}`;
    list.replaceChildren(
      ...off
        .slice(0, LISTED)
        .map((node) =>
          element(
            "li",
            {},
            `${title(tape, node)}: grad ${short(wrong[node])} with the bug, ${short(tape.grads[node])} without`,
          ),
        ),
      ...(off.length > LISTED ? [element("li", {}, `and ${off.length - LISTED} more`)] : []),
    );
  };
  choice.addEventListener("change", () => {
    bug = BUGS[Number(choice.value)];
    draw();
  });
  host.append(element("div", { class: "controls" }, element("label", {}, "The pass ", choice)), words, list);
  const ended = state.listen((news) => {
    if (news === "structure" || news === "numbers" || news === "selection") draw();
  });
  draw();
  return () => {
    ended();
    state.look(null);
  };
}
