// What moves a leaf: its slider, its number to drag or to type, the ends of its range, and the way back to the number in the text.
import { clean, full, parseNumber, short } from "../model/format";
import { NAME_LENGTH } from "../model/geometry.gen";
import type { Model } from "../model/model";
import { refused, Scale } from "../model/ranges";
import { effect } from "../model/signals";
import { element, on, set } from "./dom";
import { drags, scaleOf, scrub } from "./drag";

/** Steps that Shift and an arrow key go at once. */
const FAST = 10;

export class Track {
  readonly slider = element("input", { type: "range", class: "slider", min: "0", step: "1" });
  readonly value = field("value");
  readonly low = field("end");
  readonly high = field("end");
  readonly reset = element("button", { type: "button", class: "reset" }, "↺");
  readonly problem = element("p.problem", { role: "alert" });
  /** The number in the field, which need not show all its digits, and whether somebody is typing another. */
  #shows: number | null = null;
  #edited = false;
  #place = 0;
  #scale = new Scale({ low: 0, high: 1 }, false);

  constructor(
    readonly model: Model,
    leaf: string,
    /** A number as its field has room for it. */
    readonly fitting: (x: number) => string,
  ) {
    const name = clean(leaf, NAME_LENGTH) || "unnamed";
    set(this.slider, "aria-label", name);
    set(this.value, "aria-label", `${name}: number`);
    set(this.low, "aria-label", `${name}: smallest number of the slider`);
    set(this.high, "aria-label", `${name}: largest number of the slider`);
    set(this.reset, "aria-label", `${name}: back to the number in the text`);
    this.problem.hidden = true;
    on(this.slider, "input", () => this.#slid(false));
    on(this.slider, "change", () => this.#slid(true));
    on(this.slider, "keydown", (event) => this.#fast(event));
    // Enter is heard as well: a field that was moved within the page while somebody typed has forgotten that its text is new.
    on(this.value, "input", () => {
      this.#edited = true;
    });
    on(this.value, "change", () => this.#typed());
    on(this.value, "keydown", (event) => {
      if (event.key === "Enter") this.#typed();
      if (event.key === "Escape") this.#shown();
      if (event.key === "Enter" || event.key === "Escape") this.value.blur();
    });
    on(this.value, "focus", () => {
      this.value.value = full(this.#position);
      this.value.select();
    });
    on(this.value, "blur", () => {
      if (!this.#edited) this.#shown();
    });
    this.#scrubbed();
    for (const end of [this.low, this.high]) on(end, "change", () => this.#ranged());
    on(this.reset, "click", () => {
      this.#say("");
      model.reset(this.#place);
    });
  }

  /** Takes part in a graph: the leaf's place in it, and what follows its numbers. */
  join(place: number): void {
    this.#place = place;
    this.reset.title = `Back to ${full(this.model.tape.leaves[place].start)}, the number in the text`;
    effect(() => this.#follow());
  }

  get #position(): number {
    return this.model.positions[this.#place];
  }

  #ends(): void {
    const { low, high } = this.#scale.range;
    this.slider.max = String(this.#scale.steps);
    this.low.value = short(low);
    this.high.value = short(high);
    const zero = this.#scale.step(Math.min(high, Math.max(low, 0))) / this.#scale.steps;
    this.slider.style.setProperty("--zero", String(zero));
    this.slider.classList.toggle("spans", low < 0 && high > 0);
  }

  /** Shows where the leaf is. */
  #follow(): void {
    const at = this.#position;
    const scale = scaleOf(this.model, this.#place);
    if (!scale.like(this.#scale) || this.low.value === "") {
      this.#scale = scale;
      this.#ends();
    }
    const step = this.#scale.step(at);
    if (this.slider.valueAsNumber !== step) this.slider.valueAsNumber = step;
    this.slider.style.setProperty("--at", String(step / this.#scale.steps));
    set(this.slider, "aria-valuetext", full(at));
    this.reset.hidden = Object.is(at, this.model.start(this.#place));
    if (!Object.is(at, this.#shows)) this.#shown();
  }

  /** The field shows where the leaf is. */
  #shown(): void {
    const at = this.#position;
    this.#shows = at;
    this.#edited = false;
    this.value.title = full(at);
    this.value.value = this.fitting(at);
  }

  #slid(done: boolean): void {
    this.#say("");
    const step = this.slider.valueAsNumber;
    // The number need not stand on a step of the slider; only a moved slider moves it.
    const moved = step !== this.#scale.step(this.#position);
    this.model.move(this.#place, moved ? this.#scale.number(step) : this.#position, done);
  }

  /** Shift and an arrow key. */
  #fast(event: KeyboardEvent): void {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way || !event.shiftKey) return;
    event.preventDefault();
    this.model.move(this.#place, this.#scale.number(this.slider.valueAsNumber + FAST * way), true);
  }

  /** The number itself is dragged like the slider; a press that moves nothing begins to type. */
  #scrubbed(): void {
    const { value } = this;
    const focused = () => value.matches(":focus");
    on(value, "mousedown", (event) => {
      if (!focused()) event.preventDefault();
    });
    drags(value, (event) => {
      if (focused()) return;
      event.preventDefault();
      return scrub(this.model, this.#place, event, this.slider.clientWidth || 1, () => value.focus());
    });
  }

  #typed(): void {
    if (!this.#edited) return;
    const number = parseNumber(this.value.value);
    if (number === null) {
      this.#say(`“${clean(this.value.value, 30)}” is no number; write one like 3, -0.5, 1/3 or 1e-10.`);
      this.#shown();
      return;
    }
    this.#say("");
    this.model.move(this.#place, number, true);
    this.#shown();
  }

  #ranged(): void {
    const [low, high] = [parseNumber(this.low.value), parseNumber(this.high.value)];
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
    this.problem.textContent = problem;
    this.problem.hidden = problem === "";
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
