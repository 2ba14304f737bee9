// The leaves that have no card in the picture: one row each, with name, range, number to type, gradient, and the way back.

import { signal } from "@preact/signals-core";
import { clean, full, many, short } from "../model/format";
import { NAME_LENGTH } from "../model/geometry.gen";
import { grad } from "../model/gradients";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { arrange, drawn, element, type Live, on } from "./dom";
import type { GraphView } from "./graph";
import { mountOffers } from "./offers";
import { Track } from "./track";

/** Rows that are shown at once; a filter finds the others. */
const ROWS = 100;
const FILTER_FROM = 12;
/** How many characters a number's field shows. */
const FIELD = 11;

export function mountSliders(host: HTMLElement, model: Model, graph: GraphView): () => void {
  let rows = new Map<string, Row>();
  const wanted = signal("");
  const list = element("div.rows", {});
  const begun = element("div.rows", {});
  const starts = element("summary", {});
  const starting = element("details.starting", {}, starts, begun);

  const draw = (live: Live) => {
    const { tape } = model;
    const root = title(tape, tape.root);
    const found = tape.leaves
      .map((leaf, place) => ({ leaf, place }))
      .filter(({ leaf }) => !graph.slides(leaf.node))
      .filter(({ leaf }) => leaf.name.includes(wanted.value));
    const used = found.filter(({ leaf }) => tape.reaches(leaf.node));
    const computes = used.filter(({ leaf }) => !leaf.begins);
    const begins = used.filter(({ leaf }) => leaf.begins);
    const idle = found.filter(({ leaf }) => !tape.reaches(leaf.node));
    const decides = idle.filter(({ leaf }) => tape.decides(leaf.node));
    const unused = idle.filter(({ leaf }) => !tape.decides(leaf.node));
    const shown: HTMLElement[] = [];
    const kept = new Map<string, Row>();
    const group = (leaves: typeof found, name: string, hint: string, into = shown) => {
      const space = leaves.slice(0, ROWS - kept.size);
      if (space.length && hint) into.push(element("p.hint", {}, hint));
      for (const { leaf, place } of space) {
        const row = rows.get(leaf.key) ?? new Row(model, leaf.name);
        row.join(place, live);
        row.made.className = `row ${name}`;
        kept.set(leaf.key, row);
        into.push(row.made);
      }
    };
    group(computes, "", "");
    const folded: HTMLElement[] = [];
    group(begins, "begins", "", folded);
    arrange(begun, folded);
    starts.textContent = `Starting values (${many(begins.length)})`;
    if (folded.length) shown.push(starting);
    group(decides, "decides", `These reach ${root} only by what the code decides, so their gradient is 0:`);
    group(unused, "unused", `${root} does not depend on these, so their gradient is 0:`);
    const hidden = found.length - kept.size;
    if (hidden) {
      const more = `${many(hidden)} more leaves: the filter finds them.`;
      shown.push(element("p.hint", {}, more));
    }
    arrange(list, shown);
    rows = kept;
    filter.hidden = !wanted.value && found.length < FILTER_FROM;
  };

  const filter = element("input", {
    type: "search",
    class: "filter",
    placeholder: "Filter leaves",
    "aria-label": "Filter leaves by name",
  });
  on(filter, "input", () => {
    wanted.value = filter.value;
  });
  host.append(filter, list);
  const ends = [drawn(draw), mountOffers(host, model)];
  return () => {
    for (const end of ends) end();
  };
}

/** A number as its field has room for it: with all digits, or with as many as there is room for before the exponent. */
function fitting(x: number): string {
  for (let digits = 17; digits > 4; digits--) {
    const text = full(digits === 17 ? x : Number(x.toPrecision(digits)));
    if (text.length <= FIELD) return text;
  }
  return short(x);
}

/** One leaf's row. It stays in the page when the code is run again and the leaf is still there. */
class Row {
  readonly made: HTMLElement;
  readonly #track: Track;
  readonly #label: HTMLButtonElement;
  readonly #grad = element("output.grad", { "aria-live": "off" });
  #place = 0;

  constructor(
    readonly model: Model,
    leaf: string,
  ) {
    const name = clean(leaf, NAME_LENGTH) || "unnamed";
    const track = new Track(model, leaf, fitting);
    this.#track = track;
    this.#label = element("button", { type: "button", class: "name", title: `Select ${name}` }, name);
    this.made = element(
      "div.row",
      {},
      this.#label,
      track.low,
      track.slider,
      track.high,
      track.value,
      this.#grad,
      track.reset,
      track.problem,
    );
    on(this.#label, "click", () => model.select(model.tape.leaves[this.#place].node));
  }

  /** Takes part in a graph: the leaf's place in it, and what follows its numbers. */
  join(place: number, live: Live): void {
    const { model } = this;
    const { tape } = model;
    this.#place = place;
    this.made.dataset.leaf = String(place);
    this.#track.join(place, live);
    live.add(() => {
      const { node } = tape.leaves[place];
      const text = `grad ${grad(model.run, node, model.grad(node))}`;
      if (this.#grad.textContent !== text) this.#grad.textContent = text;
    });
  }
}
