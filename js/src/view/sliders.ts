// The sliders: one row a leaf, with its name, its range, its number to type, its gradient, and the way back.

import { signal } from "@preact/signals-core";
import { clean, full, many, parseNumber, short } from "../model/format";
import { NAME_LENGTH } from "../model/geometry.gen";
import { grad } from "../model/gradients";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { refused, Scale } from "../model/ranges";
import { drawn, element, type Live, on, set } from "./dom";
import { mountOffers } from "./offers";

/** Rows that are shown at once; a filter finds the others. */
const ROWS = 100;
const FILTER_FROM = 12;
/** How many characters a number's field shows. */
const FIELD = 11;

export function mountSliders(host: HTMLElement, model: Model): () => void {
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
    filter.hidden = tape.leaves.length < FILTER_FROM;
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

/** Makes these the children. What stays is not touched: a slider that is being dragged must not leave the page. */
function arrange(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const kept = new Set<Node>(wanted);
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  let at = parent.firstChild;
  for (const child of wanted) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
}

/** One leaf's row. It stays in the page when the code is run again and the leaf is still there. */
class Row {
  readonly made: HTMLElement;
  readonly #slider = element("input", { type: "range", class: "slider", min: "0", step: "1" });
  readonly #value = field("value");
  readonly #low = field("end");
  readonly #high = field("end");
  readonly #label = element("button", { type: "button", class: "name" });
  readonly #grad = element("output.grad", { "aria-live": "off" });
  readonly #reset = element("button", { type: "button", class: "reset" }, "↺");
  readonly #problem = element("p.problem", { role: "alert" });
  /** The number in the field, which need not show all its digits, and whether somebody is typing another. */
  #shows: number | null = null;
  #edited = false;
  #place = 0;
  #scale = new Scale({ low: 0, high: 1 }, false);

  constructor(
    readonly model: Model,
    name: string,
  ) {
    this.#name(clean(name, NAME_LENGTH) || "unnamed");
    this.#problem.hidden = true;
    this.made = element(
      "div.row",
      {},
      this.#label,
      this.#low,
      this.#slider,
      this.#high,
      this.#value,
      this.#grad,
      this.#reset,
      this.#problem,
    );
    on(this.#label, "click", () => model.select(model.tape.leaves[this.#place].node));
    on(this.#slider, "input", () => this.#slid(false));
    on(this.#slider, "change", () => this.#slid(true));
    // Enter is heard as well: a field that was moved within the page while somebody typed has forgotten that its text is new.
    on(this.#value, "input", () => {
      this.#edited = true;
    });
    on(this.#value, "change", () => this.#typed());
    on(this.#value, "keydown", (event) => {
      if (event.key === "Enter") this.#typed();
      if (event.key === "Escape") this.#shown();
    });
    for (const end of [this.#low, this.#high]) on(end, "change", () => this.#ranged());
    on(this.#reset, "click", () => {
      this.#say("");
      model.reset(this.#place);
    });
  }

  #name(name: string): void {
    this.#label.textContent = name;
    this.#label.title = `Show ${name} in the inspector`;
    set(this.#slider, "aria-label", name);
    set(this.#value, "aria-label", `${name}: number`);
    set(this.#low, "aria-label", `${name}: smallest number of the slider`);
    set(this.#high, "aria-label", `${name}: largest number of the slider`);
    set(this.#reset, "aria-label", `${name}: back to the number in the text`);
  }

  /** Takes part in a graph: the leaf's place in it, and what follows its numbers. */
  join(place: number, live: Live): void {
    const { model } = this;
    const { tape } = model;
    this.#place = place;
    this.made.dataset.leaf = String(place);
    this.#reset.title = `Back to ${full(tape.leaves[place].start)}, the number in the text`;
    live.add(() => {
      const { node } = tape.leaves[place];
      const text = `grad ${grad(model.run, node, model.grad(node))}`;
      if (this.#grad.textContent !== text) this.#grad.textContent = text;
    });
    live.add(() => this.#follow());
  }

  get #position(): number {
    return this.model.positions[this.#place];
  }

  #scaled(): Scale {
    const range = this.model.range(this.#place);
    return new Scale(range, this.model.tape.leaves[this.#place].whole && Number.isInteger(range.low));
  }

  #ends(): void {
    this.#slider.max = String(this.#scale.steps);
    this.#low.value = short(this.#scale.range.low);
    this.#high.value = short(this.#scale.range.high);
  }

  /** Shows where the leaf is. */
  #follow(): void {
    const at = this.#position;
    const scale = this.#scaled();
    if (!scale.like(this.#scale) || this.#low.value === "") {
      this.#scale = scale;
      this.#ends();
    }
    const step = this.#scale.step(at);
    if (this.#slider.valueAsNumber !== step) this.#slider.valueAsNumber = step;
    set(this.#slider, "aria-valuetext", full(at));
    if (!Object.is(at, this.#shows)) this.#shown();
  }

  /** The field shows where the leaf is. */
  #shown(): void {
    const at = this.#position;
    this.#shows = at;
    this.#edited = false;
    this.#value.title = full(at);
    this.#value.value = fitting(at);
  }

  #slid(done: boolean): void {
    this.#say("");
    const step = this.#slider.valueAsNumber;
    // The number need not stand on a step of the slider; only a moved slider moves it.
    const moved = step !== this.#scale.step(this.#position);
    this.model.move(this.#place, moved ? this.#scale.number(step) : this.#position, done);
  }

  #typed(): void {
    if (!this.#edited) return;
    const number = parseNumber(this.#value.value);
    if (number === null) {
      this.#say(`“${clean(this.#value.value, 30)}” is no number; write one like 3, -0.5 or 1e-10.`);
      this.#shown();
      return;
    }
    this.#say("");
    this.model.move(this.#place, number, true);
    this.#shown();
  }

  #ranged(): void {
    const [low, high] = [parseNumber(this.#low.value), parseNumber(this.#high.value)];
    const problem = low === null || high === null ? "Both ends of a range are numbers." : refused({ low, high });
    if (problem || low === null || high === null) {
      this.#say(problem);
    } else {
      this.#say("");
      this.model.setRange(this.#place, { low, high });
    }
    this.#ends();
  }

  #say(problem: string): void {
    this.#problem.textContent = problem;
    this.#problem.hidden = problem === "";
  }
}

/** A number as its field has room for it: with all digits, or with as many as there is room for before the exponent. */
function fitting(x: number): string {
  for (let digits = 17; digits > 4; digits--) {
    const text = full(digits === 17 ? x : Number(x.toPrecision(digits)));
    if (text.length <= FIELD) return text;
  }
  return short(x);
}

function field(name: string): HTMLInputElement {
  return element("input", {
    type: "text",
    class: name,
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
  });
}
