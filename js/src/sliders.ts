// The sliders: one row a leaf, with its name, its range, its number to type, its gradient, and the way back.
import { element, Live } from "./dom";
import { clean, full, parseNumber, short } from "./format";
import { defaultRange, type Range, refused, Scale } from "./range";
import { type State, title } from "./state";

/** Rows that are shown at once; a filter finds the others. */
const ROWS = 100;
const FILTER_FROM = 12;

export function mountSliders(host: HTMLElement, state: State): () => void {
  let live = new Live();
  let ranges = new Map<string, Range>();
  let wanted = "";

  const draw = () => {
    live = new Live();
    const { tape } = state;
    const root = title(tape, tape.root);
    const found = tape.leaves.map((leaf, place) => ({ leaf, place })).filter(({ leaf }) => leaf.name.includes(wanted));
    const used = found.filter(({ leaf }) => tape.reaches(leaf.node));
    const unused = found.filter(({ leaf }) => !tape.reaches(leaf.node));
    const list = element("div", { class: "rows" });
    for (const { place } of used.slice(0, ROWS)) list.append(new Row(state, place, live, ranges).made);
    if (unused.length && used.length < ROWS) {
      list.append(
        element("p", { class: "hint" }, `${root} does not depend on these by arithmetic, so their gradient is 0:`),
      );
      for (const { place } of unused.slice(0, ROWS - used.length)) {
        const row = new Row(state, place, live, ranges).made;
        row.classList.add("unused");
        list.append(row);
      }
    }
    const hidden = found.length - Math.min(found.length, ROWS);
    if (hidden)
      list.append(
        element("p", { class: "hint" }, `${hidden.toLocaleString("en")} more leaves: the filter finds them.`),
      );
    const before = host.querySelector(".rows");
    if (before) before.replaceWith(list);
    else host.append(list);
    filter.hidden = tape.leaves.length < FILTER_FROM;
  };

  const filter = element("input", {
    type: "search",
    class: "filter",
    placeholder: "Filter leaves",
    "aria-label": "Filter leaves by name",
  });
  filter.addEventListener("input", () => {
    wanted = filter.value;
    draw();
  });
  host.append(filter);
  const ended = state.listen((news) => {
    if (news === "structure") draw();
    else if (news === "numbers") live.update();
  });
  draw();
  return () => {
    ended();
    ranges = new Map();
  };
}

class Row {
  readonly made: HTMLElement;
  readonly #key: string;
  readonly #slider = element("input", { type: "range", class: "slider", min: "0", step: "1" });
  readonly #value = field("value");
  readonly #low = field("end");
  readonly #high = field("end");
  readonly #problem = element("p", { class: "problem", role: "alert" });
  #scale: Scale;

  constructor(
    readonly state: State,
    readonly place: number,
    live: Live,
    readonly ranges: Map<string, Range>,
  ) {
    const { tape } = state;
    const leaf = tape.leaves[place];
    const name = clean(leaf.name, 28) || "unnamed";
    this.#key = `${place} ${leaf.name}`;
    this.#scale = this.#scaled();
    this.#slider.setAttribute("aria-label", name);
    this.#value.setAttribute("aria-label", `${name}: number`);
    this.#low.setAttribute("aria-label", `${name}: smallest number of the slider`);
    this.#high.setAttribute("aria-label", `${name}: largest number of the slider`);
    const label = element("button", { type: "button", class: "name", title: `Show ${name} in the inspector` }, name);
    const reset = element("button", { type: "button", class: "reset" }, "↺");
    const back = `Back to ${full(state.start(place))}, the number in the text`;
    reset.title = back;
    reset.setAttribute("aria-label", `${name}: ${back}`);
    const grad = live.text("output", "grad", () => `grad ${short(tape.grads[tape.leaves[place].node])}`);
    this.#problem.hidden = true;
    this.made = element(
      "div",
      { class: "row", "data-leaf": String(place) },
      label,
      this.#low,
      this.#slider,
      this.#high,
      this.#value,
      grad,
      reset,
      this.#problem,
    );
    label.addEventListener("click", () => state.select(tape.leaves[place].node));
    this.#slider.addEventListener("input", () => this.#slid(false));
    this.#slider.addEventListener("change", () => this.#slid(true));
    this.#value.addEventListener("change", () => this.#typed());
    for (const end of [this.#low, this.#high]) end.addEventListener("change", () => this.#ranged());
    reset.addEventListener("click", () => {
      this.#say("");
      state.reset(place);
    });
    this.#ends();
    live.add(() => this.#follow());
  }

  get #position(): number {
    return this.state.positions[this.place];
  }

  /** The scale of the leaf's range: the user's, else what the code asked for, else around its number; wide enough for where it is. */
  #scaled(): Scale {
    const leaf = this.state.tape.leaves[this.place];
    const around = defaultRange(this.state.start(this.place), leaf.whole);
    let { low, high } = this.ranges.get(this.#key) ?? { low: leaf.lo ?? around.low, high: leaf.hi ?? around.high };
    if (refused({ low, high })) ({ low, high } = around);
    const at = this.#position;
    if (Number.isFinite(at)) [low, high] = [Math.min(low, at), Math.max(high, at)];
    return new Scale({ low, high }, leaf.whole && Number.isInteger(low));
  }

  #ends(): void {
    this.#slider.max = String(this.#scale.steps);
    this.#low.value = short(this.#scale.range.low);
    this.#high.value = short(this.#scale.range.high);
  }

  /** Shows where the leaf is. */
  #follow(): void {
    const at = this.#position;
    const { low, high } = this.#scale.range;
    if (at < low || at > high) {
      this.#scale = this.#scaled();
      this.#ends();
    }
    const step = this.#scale.step(at);
    if (this.#slider.valueAsNumber !== step) this.#slider.valueAsNumber = step;
    const text = full(at);
    this.#slider.setAttribute("aria-valuetext", text);
    if (this.#value.dataset.shown !== text) {
      this.#value.dataset.shown = text;
      this.#value.value = text;
    }
  }

  #slid(done: boolean): void {
    this.#say("");
    const step = this.#slider.valueAsNumber;
    // The number need not stand on a step of the slider; only a moved slider moves it.
    const moved = step !== this.#scale.step(this.#position);
    this.state.move(this.place, moved ? this.#scale.number(step) : this.#position, done);
  }

  #typed(): void {
    const number = parseNumber(this.#value.value);
    if (number === null) {
      this.#say(`“${clean(this.#value.value, 30)}” is no number; write one like 3, -0.5 or 1e-10.`);
      this.#value.value = this.#value.dataset.shown ?? "";
      return;
    }
    this.#say("");
    this.#value.dataset.shown = "";
    this.state.move(this.place, number, true);
    this.#follow();
  }

  #ranged(): void {
    const [low, high] = [parseNumber(this.#low.value), parseNumber(this.#high.value)];
    const problem = low === null || high === null ? "Both ends of a range are numbers." : refused({ low, high });
    if (problem || low === null || high === null) {
      this.#say(problem);
    } else {
      this.#say("");
      this.ranges.set(this.#key, { low, high });
      this.#scale = this.#scaled();
    }
    this.#ends();
    this.#follow();
  }

  #say(problem: string): void {
    this.#problem.textContent = problem;
    this.#problem.hidden = problem === "";
  }
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
