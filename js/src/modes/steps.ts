// The backward pass, or the forward pass, one node at a time: the picture shows what is known after each step.
import { computed, effect, signal, untracked } from "@preact/signals-core";

import type { Run, Tape } from "../engine/tape";
import { short } from "../model/format";
import { part, known as written } from "../model/gradients";
import type { Model } from "../model/model";
import { gradient, title } from "../model/names";
import { byName, byNumber } from "../model/phrases";
import { button, element, on, option, set } from "../view/dom";
import type { GraphView } from "../view/graph";
import { player } from "../view/player";

const PAUSE = 1200;

/** Where a pass stands after some steps, and what the last of them did. */
export interface Stop {
  readonly node: number | null;
  /** The gradients (backward) or data (forward) that are known so far, by node. */
  readonly known: ReadonlyMap<number, number>;
  readonly words: string;
  /** What is written over the nodes that it concerns. */
  readonly notes: ReadonlyMap<number, string>;
}

/** The nodes that a pass visits, in its order. */
export function visits(tape: Tape, backward: boolean): number[] {
  const found: number[] = [];
  for (let node = 0; node < tape.size; node++) if (tape.reaches(node) && tape.inner(node)) found.push(node);
  return backward ? found.reverse() : found;
}

/** The backward pass after `count` of its steps. */
export function backwardStop(run: Run, order: readonly number[], count: number): Stop {
  const { tape } = run;
  const known = new Map([[tape.root, 1]]);
  let words = `The backward pass begins at the root: ${gradient(tape, tape.root)} = 1. Each step takes one node whose gradient is complete and hands it on to its arguments.`;
  const notes = new Map<number, string>();
  const visited = new Set(order.slice(0, count));
  const visitedUses = (arg: number) => tape.uses(arg).filter((user) => visited.has(user)).length;
  order.slice(0, count).forEach((node, step) => {
    const grad = known.get(node) ?? 0;
    const locals = run.partials(node);
    const handed: string[] = [];
    tape.args(node).forEach((arg, place) => {
      const given = part(tape, node, grad, locals[place]);
      known.set(arg, (known.get(arg) ?? 0) + given);
      if (step < count - 1 || tape.op(arg) === "const") return;
      const product = `${written(tape, node, grad)} · ${written(tape, arg, locals[place])} = ${written(tape, arg, given, short)}`;
      handed.push(`${product} to ${title(tape, arg)}`);
      notes.set(arg, notes.has(arg) ? `${notes.get(arg)}, + ${product}` : `+ ${product}`);
    });
    if (step < count - 1) return;
    const uses = tape.uses(node).length;
    const why =
      node === tape.root
        ? "It is the root."
        : `${uses === 1 ? "Its one use has" : `All ${uses} of its uses have`} been visited, so its gradient is complete.`;
    words = `${title(tape, node)} = ${byName(tape, node)}. ${why} It gives ${handed.join(", and ")}.`;
    for (const arg of new Set(tape.args(node))) {
      const done = visitedUses(arg);
      const all = tape.uses(arg).length;
      if (done < all) words += ` ${title(tape, arg)} waits: ${done} of its ${all} uses have been visited.`;
    }
  });
  for (const arg of known.keys()) {
    const done = visitedUses(arg);
    const all = tape.uses(arg).length;
    if (done < all && tape.op(arg) !== "const") notes.set(arg, `${notes.get(arg) ?? ""} (${done} of ${all} uses)`);
  }
  return { node: count ? order[count - 1] : tape.root, known, words, notes };
}

/** The forward pass after `count` of its steps. */
export function forwardStop(run: Run, order: readonly number[], count: number): Stop {
  const { tape, values } = run;
  const known = new Map<number, number>();
  for (let node = 0; node < tape.size; node++) if (!tape.inner(node)) known.set(node, values[node]);
  for (const node of order.slice(0, count)) known.set(node, values[node]);
  const node = count ? order[count - 1] : null;
  const notes = new Map<number, string>();
  if (node === null) {
    const words = "The forward pass begins with the leaves. Each step computes one node whose arguments are known.";
    return { node, known, words, notes };
  }
  const numbers = `${byNumber(run, node)} = ${short(values[node])}`;
  notes.set(node, numbers);
  return { node, known, words: `${title(tape, node)} = ${byName(tape, node)} = ${numbers}`, notes };
}

export function mountSteps(host: HTMLElement, model: Model, graph: GraphView): () => void {
  const backward = signal(true);
  const count = signal(0);
  const order = computed(() => visits(model.structure, backward.value));

  const way = element("select", { "aria-label": "Which pass" });
  way.append(option("backward", "Backward"), option("forward", "Forward"));
  const scrub = element("input", { type: "range", class: "slider", min: "0", step: "1", "aria-label": "Step" });
  const at = element("span.at", {});
  const play = player(
    () => {
      if (count.value >= order.value.length) go(0);
    },
    () => {
      go(count.value + 1);
      if (count.value >= order.value.length) stop();
    },
    () => PAUSE,
  );
  const { stop } = play;
  const words = element("p.words", { "aria-live": "polite" });

  const go = (to: number) => {
    set(words, "aria-live", "polite");
    count.value = Math.min(order.value.length, Math.max(0, to));
  };
  const show = () => {
    const { run } = model;
    const { tape } = run;
    const steps = order.value.length;
    const stopAt = (backward.value ? backwardStop : forwardStop)(run, order.value, count.value);
    const over = count.value === steps;
    scrub.max = String(steps);
    scrub.valueAsNumber = count.value;
    at.textContent = `${count.value} of ${steps}`;
    set(scrub, "aria-valuetext", at.textContent);
    if (words.textContent !== stopAt.words) words.textContent = stopAt.words;
    const passes = backward.value;
    model.look({
      data: (node) => (passes ? run.values[node] : (stopAt.known.get(node) ?? null)),
      grad: (node) => (!passes ? null : over ? run.grads[node] : (stopAt.known.get(node) ?? null)),
      note: (node) => stopAt.notes.get(node) ?? "",
      lit: (node) => node === stopAt.node,
      used: (_, target) => target === stopAt.node && steps > 0 && count.peek() > 0,
    });
    // The node last: where not all can be seen, it can.
    if (stopAt.node !== null && count.value)
      for (const node of [...tape.args(stopAt.node), stopAt.node]) graph.reveal(node);
  };
  on(way, "change", () => {
    stop();
    backward.value = way.value === "backward";
    go(0);
  });
  on(scrub, "input", () => {
    stop();
    go(scrub.valueAsNumber);
  });
  const by = (steps: number) => () => {
    stop();
    go(count.value + steps);
  };
  host.append(
    element(
      "div.controls",
      {},
      way,
      button("◀", "One step back", by(-1)),
      play.made,
      button("▶|", "One step on", by(1)),
      scrub,
      at,
    ),
    words,
  );
  const ends = [
    effect(() => {
      void model.structure;
      untracked(() => {
        stop();
        go(0);
      });
    }),
    // Nobody wants to hear it at every move of a slider.
    effect(() => {
      if (model.moved.value) set(words, "aria-live", "off");
    }),
    effect(show),
  ];
  return () => {
    stop();
    for (const end of ends) end();
  };
}
