// The graph as a table: every number with what made it, for those who read rather than look; and, when pinned, beside
// what it was.

import type { Run, Tape } from "../engine/tape";
import { many, short } from "../model/format";
import { grad, secret } from "../model/gradients";
import type { Model } from "../model/model";
import { alike, title } from "../model/names";
import { byName } from "../model/phrases";
import { computed, effect, ended, signal } from "../model/signals";
import { button, element, heads, link, live, row, set } from "../view/dom";

const LISTED = 200;

/** By how much a number has changed, with its sign; empty when it has not. */
function change(now: number, was: number): string {
  return Object.is(now, was) ? "" : `${now > was ? "+" : ""}${short(now - was)}`;
}

/** A node of a graph at some numbers. */
type Spot = readonly [run: Run, node: number];

/** By how much its number has changed, and its gradient, where both are known. */
const moved = ([now, node]: Spot, [was, before]: Spot) => change(now.values[node], was.values[before]);
const bent = ([now, node]: Spot, [was, before]: Spot) =>
  was.unknown(before) || now.unknown(node) ? "" : change(now.grads[node], was.grads[before]);

/** What is pinned: a graph at the numbers of one moment, whose nodes are known again by their names in another graph. */
export interface Pins {
  run: Run | null;
}

/** Which node of a graph is, by its name, this one of another; undefined where none is. */
function twins(before: Tape, now: Tape): (node: number) => number | undefined {
  if (alike(before, now)) return (node) => node;
  const names = new Map<string, number>();
  for (const node of before.nodes().reverse()) names.set(title(before, node), node);
  return (node) => {
    const name = title(now, node);
    return now.label(node) || !name.includes("…") ? names.get(name) : undefined;
  };
}

export function mountTable(host: HTMLElement, model: Model, pins: Pins): void {
  const pinned = signal(pins.run);
  /** What a node was; undefined where nobody knows. */
  const was = computed(() => {
    const run = pinned.value;
    const twin = run && twins(run.tape, model.structure);
    return (node: number): Spot | undefined => {
      const before = twin?.(node);
      return run && before !== undefined ? [run, before] : undefined;
    };
  });
  const table = element("table.values");
  const more = element("p.hint");
  const draw = () => {
    const { tape } = model;
    const before = pinned.value;
    const columns = (name: string) => (before ? [`${name} was`, name, "change"] : [name]);
    const nodes = tape
      .nodes()
      .filter((node) => tape.reaches(node) && (tape.label(node) || tape.op(node) !== "const"))
      .reverse();
    table.replaceChildren(
      heads("value", "made by", ...columns("data"), ...columns("grad")),
      ...nodes.slice(0, LISTED).map((node) => {
        const cell = (text: () => string) => live("span", "", text);
        const then = was.value(node);
        const cells = (word: (...spot: Spot) => string, change: (now: Spot, was: Spot) => string) => {
          const told = (text: () => string) => cell(() => (word === grad && secret(model, node) ? "?" : text()));
          const here = told(() => word(model.run, node));
          if (!before) return [here];
          if (!then) return ["·", here, "·"];
          return [told(() => word(...then)), here, told(() => change([model.run, node], then) || "·")];
        };
        const name = link(title(tape, node), "Select it", () => model.select(node));
        effect(() => set(name, "aria-pressed", model.selected === node));
        return row(
          name,
          byName(tape, node) || (tape.op(node) === "leaf" ? "a leaf" : ""),
          ...cells((run, at) => short(run.values[at]), moved),
          ...cells(grad, bent),
        );
      }),
    );
    const left = nodes.length - LISTED;
    more.textContent = left > 0 ? `${many(left)} more values are not listed.` : "";
  };
  const pin = button("Pin these numbers", "Keep them beside what they become, or let go of them", () => {
    pinned.value = pinned.value ? null : model.run;
  });
  host.append(element("div.controls", pin), element("div.wide", table), more);
  let first = true;
  effect(() => {
    void model.structure;
    if (!first) pinned.value = null;
    first = false;
  });
  effect(() => {
    pins.run = pinned.value;
    const then = was.value;
    set(pin, "aria-pressed", pins.run !== null);
    model.look(
      pins.run && {
        note: (node) => {
          const before = then(node);
          if (!before) return "";
          const [data, bend] = [moved, bent].map((change) => change([model.run, node], before));
          const grad = secret(model, node) ? "" : bend;
          return `${data && `data ${data}`}${data && grad && ", "}${grad && `grad ${grad}`}`;
        },
      },
      host,
    );
  });
  effect(draw);
  ended(() => {
    pins.run = null;
  });
}
