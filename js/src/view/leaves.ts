// Leaves as a list: a row each with its name, slider, number, gradient and the way back. Only the rows in sight are in the page, so
// that there may be tens of thousands.

import { clean, columns, full, many, short } from "../model/format";
import { NAME_LENGTH } from "../model/geometry.gen";
import { shown, sign } from "../model/gradients";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { after, effect, ended, scope, signal } from "../model/signals";
import { arrange, button, element, on, set, write } from "./dom";
import { type Track, track } from "./track";

/** How high a row is, and how many there are beyond those in sight. */
const ROW = 32;
const BEYOND = 4;
/** From so many on they can be searched and sorted. */
const FILTER_FROM = 12;
/** How many characters a number's field shows. */
const FIELD = 11;

/** A row for a leaf, or (`place` -1) words about those that follow. */
interface Entry {
  readonly key: string;
  readonly place: number;
  readonly text: string;
}

interface Line {
  readonly made: HTMLElement;
  /** Takes part in a graph, as the leaf at this place of it. */
  join(place: number): void;
  end(): void;
}

const ORDERS: readonly (readonly [name: string, what: string])[] = [
  ["as written", "In the order of the text"],
  ["name", "By name"],
  ["|grad|", "By the size of the gradient, as it is now"],
];

/** The leaves at the places that `places` gives; all, where nothing is said. */
export function mountLeaves(
  host: HTMLElement,
  model: Model,
  places = (): readonly number[] => [...model.tape.leaves.keys()],
): void {
  const wanted = signal("");
  const order = signal({ by: 0 });
  const unfolded = signal(false);
  let lines = new Map<string, Line>();
  let entries: readonly Entry[] = [];

  const finds = "Find leaves by name";
  const search = element("input", { type: "search", class: "filter", placeholder: finds, "aria-label": finds });
  on(search, "input", () => {
    wanted.value = search.value;
  });
  const sorts = ORDERS.map(([name, what], by) =>
    button(name, what, () => {
      order.value = { by };
    }),
  );
  const count = element("span.hint", { role: "status" });
  const tools = element("div.controls", search, ...sorts, count);
  const inside = element("div.inside");
  const list = element("div.rows", inside);
  host.append(tools, list);

  const sorted = (places: readonly number[]) => {
    const { tape, run } = model;
    const node = (place: number) => tape.leaves[place].node;
    const size = (place: number) => Math.abs(run.grads[node(place)]);
    const { by } = order.value;
    if (by === 1) return [...places].sort((a, b) => nameOf(model, a).localeCompare(nameOf(model, b), "en", NUMERIC));
    return by === 2 ? [...places].sort((a, b) => size(b) - size(a)) : places;
  };

  const gather = () => {
    const { tape } = model;
    const root = rootName(tape);
    const word = wanted.value.trim().toLowerCase();
    const offered = places();
    const found = offered.filter((place) => nameOf(model, place).toLowerCase().includes(word));
    const gathered: Entry[] = [];
    const group = (text: string, holds: (place: number) => boolean, folded = false) => {
      const places = found.filter(holds);
      if (text && places.length) gathered.push({ key: ` ${text}`, place: -1, text });
      if (!folded) gathered.push(...sorted(places).map((place) => ({ key: tape.leaves[place].key, place, text: "" })));
    };
    const reaches = (place: number) => tape.reaches(tape.leaves[place].node);
    const decides = (place: number) => tape.decides(tape.leaves[place].node);
    const begins = (place: number) => reaches(place) && tape.leaves[place].begins;
    group("", (place) => reaches(place) && !begins(place));
    group(`Starting values (${many(found.filter(begins).length)})`, begins, !unfolded.value);
    const choosing = found.filter((place) => !reaches(place) && decides(place));
    const lines = choosing.length ? tape.deciders(choosing.map((place) => tape.leaves[place].node)) : [];
    const where = lines.length ? ` in line ${lines.slice(0, 3).join(", ")}` : "";
    group(`These reach ${root} only by what the code decides${where}, so their gradient is 0:`, (place) =>
      choosing.includes(place),
    );
    group(`${root} does not depend on these, so their gradient is 0:`, (place) => !reaches(place) && !decides(place));
    entries = gathered;
    tools.hidden = offered.length < FILTER_FROM;
    count.textContent =
      found.length < offered.length ? `${many(found.length)} of ${many(offered.length)}` : many(offered.length);
    sorts.forEach((each, by) => {
      set(each, "aria-pressed", by === order.value.by);
    });
    const widest = found.reduce((most, place) => Math.max(most, columns(nameOf(model, place))), 4);
    list.style.setProperty("--name", `${widest + 1}ch`);
    inside.style.height = `${ROW * entries.length}px`;
  };

  const heading = (text: string): Line => {
    const folds = text.startsWith("Starting");
    const made = folds
      ? button(text, "Sums and products begin with them", () => {
          unfolded.value = !unfolded.value;
          set(made, "aria-expanded", unfolded.value);
        })
      : element("p.hint", text);
    if (folds) set(made, "aria-expanded", unfolded.value);
    return { made: element("div.line", made), join: () => undefined, end: () => undefined };
  };

  /** Puts into the page what is in sight, and keeps what somebody is at. */
  const show = () => {
    const part = entries.length / (list.scrollHeight || Infinity);
    const first = Math.max(0, Math.floor(list.scrollTop * part) - BEYOND);
    const last = first + (Math.ceil(list.clientHeight * part) || 20) + 2 * BEYOND;
    const shown = new Map<string, Line>();
    entries.forEach(({ key, place, text }, at) => {
      const old = lines.get(key);
      const held = old?.made.matches(":focus-within, :active");
      if (!held && (at < first || at >= last)) return;
      const line = old ?? (text ? heading(text) : new Row(model, place));
      line.join(place);
      line.made.style.top = `${ROW * at}px`;
      shown.set(key, line);
    });
    for (const [key, line] of lines) if (!shown.has(key)) line.end();
    arrange(
      inside,
      [...shown.values()].map(({ made }) => made),
    );
    lines = shown;
  };

  on(list, "scroll", show);
  on(list, "focusin", show); // keys may come faster than the frames in which a list hears that it has been scrolled
  const sizes = new ResizeObserver(show);
  sizes.observe(list);
  after(
    () => [model.tape, wanted.value, order.value, unfolded.value],
    () => {
      gather();
      show();
    },
  );
  ended(() => {
    sizes.disconnect();
    for (const line of lines.values()) line.end();
  });
}

const NUMERIC = { numeric: true };

function nameOf({ tape }: Model, place: number): string {
  const { name, node } = tape.leaves[place];
  return clean(name, NAME_LENGTH) || title(tape, node);
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
class Row implements Line {
  readonly made: HTMLElement;
  readonly #track: Track;
  readonly #name = element("button", { class: "name" });
  readonly #grad = element("output.grad");
  end = () => {};
  #joined: unknown = null;
  #place = -1;

  constructor(
    readonly model: Model,
    place: number,
  ) {
    this.#track = track(model, nameOf(model, place), fitting);
    const { low, slider, high, value, reset, problem } = this.#track;
    this.made = element("div.row", this.#name, low, slider, high, value, this.#grad, reset, problem);
    on(this.#name, "click", () => model.select(model.tape.leaves[this.#place].node));
  }

  join(place: number): void {
    const { model } = this;
    const { tape } = model;
    if (this.#joined === tape && this.#place === place) return;
    this.end();
    [this.#joined, this.#place] = [tape, place];
    const { node } = tape.leaves[place];
    const name = nameOf(model, place);
    this.#name.textContent = name;
    this.#name.title = `Select ${name}`;
    this.made.classList.toggle("unused", !tape.reaches(node));
    const end = scope(() => {
      this.#track.join(place);
      effect(() => {
        const seen = model.grad(node);
        const wrong = model.lens?.wrong?.(node) ?? false;
        this.made.classList.toggle("wrong", wrong);
        write(this.#grad, `${wrong ? "wrong " : ""}grad ${shown(model, node)}`);
        set(this.#grad, "class", `grad ${sign(seen)}`);
      });
      effect(() => void set(this.#name, "aria-pressed", model.selected === node));
    });
    this.end = () => {
      end();
      this.#joined = null;
    };
  }
}
