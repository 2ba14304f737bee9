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

export interface Track {
  readonly slider: HTMLInputElement;
  readonly value: HTMLInputElement;
  readonly low: HTMLInputElement;
  readonly high: HTMLInputElement;
  readonly reset: HTMLButtonElement;
  readonly problem: HTMLElement;
  /** Takes part in a graph: the leaf's place in it, and what follows its numbers. */
  join(place: number): void;
}

/** `fitting` is a number as its field has room for it. */
export function track(model: Model, leaf: string, fitting: (x: number) => string): Track {
  const name = clean(leaf, NAME_LENGTH) || "unnamed";
  const field = (look: string, what: string) => {
    const more = { inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": `${name}: ${what}` };
    return element("input", { type: "text", class: look, ...more });
  };
  const slider = element("input", { type: "range", class: "slider", min: "0", step: "1", "aria-label": name });
  const value = field("value", "number");
  const low = field("end", "smallest number of the slider");
  const high = field("end", "largest number of the slider");
  const reset = element("button.reset", { "aria-label": `${name}: back to the number in the text` }, "↺");
  const problem = element("p.problem", { role: "alert", hidden: "" });
  /** The number in the field, which need not show all its digits, and whether somebody is typing another. */
  let shows: number | null = null;
  let edited = false;
  let place = 0;
  let scale = new Scale({ low: 0, high: 1 }, false);

  const position = () => model.positions[place];
  const say = (text: string) => {
    problem.textContent = text;
    problem.hidden = text === "";
  };

  const ends = () => {
    const { steps, range } = scale;
    slider.max = String(steps);
    low.value = short(range.low);
    high.value = short(range.high);
    slider.style.setProperty("--zero", String(scale.step(0) / steps));
  };

  /** Shows where the leaf is. */
  const follow = () => {
    const at = position();
    const next = scaleOf(model, place);
    if (!next.like(scale) || low.value === "") {
      scale = next;
      ends();
    }
    const step = scale.step(at);
    if (slider.valueAsNumber !== step) slider.valueAsNumber = step;
    slider.style.setProperty("--at", String(step / scale.steps));
    set(slider, "aria-valuetext", full(at));
    reset.hidden = Object.is(at, model.start(place));
    if (!Object.is(at, shows)) show();
  };

  /** The field shows where the leaf is. */
  const show = () => {
    const at = position();
    shows = at;
    edited = false;
    value.title = full(at);
    value.value = fitting(at);
  };

  const move = (to: number, done = true) => {
    say("");
    model.move(place, to, done);
  };
  const slid = (done: boolean) => {
    const step = slider.valueAsNumber;
    // The number need not stand on a step of the slider; only a moved slider moves it.
    move(step === scale.step(position()) ? position() : scale.number(step), done);
  };
  on(slider, "input", () => slid(false));
  on(slider, "change", () => slid(true));
  // Shift and an arrow key.
  on(slider, "keydown", (event) => {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way || !event.shiftKey) return;
    event.preventDefault();
    model.move(place, scale.number(slider.valueAsNumber + FAST * way), true);
  });

  const typed = () => {
    if (!edited) return;
    const number = parseNumber(value.value);
    if (number === null) say(`“${clean(value.value, 30)}” is no number; write one like 3, -0.5, 1/3 or 1e-10.`);
    else move(number);
    show();
  };
  // Enter is heard as well: a field that was moved within the page while somebody typed has forgotten that its text is new.
  on(value, "input", () => {
    edited = true;
  });
  on(value, "change", typed);
  on(value, "keydown", ({ key }) => {
    if (key === "Enter") typed();
    if (key === "Escape") show();
    if (key === "Enter" || key === "Escape") value.blur();
  });
  on(value, "focus", () => {
    value.value = full(position());
    value.select();
  });
  on(value, "blur", () => {
    if (!edited) show();
  });
  // The number itself is dragged like the slider; a press that moves nothing begins to type.
  const focused = () => value.matches(":focus");
  on(value, "mousedown", (event) => {
    if (!focused()) event.preventDefault();
  });
  drags(value, (event) => {
    if (focused()) return;
    event.preventDefault();
    return scrub(model, place, event, slider.clientWidth || 1, () => value.focus());
  });

  for (const end of [low, high])
    on(end, "change", () => {
      const [from, to] = [low, high].map(({ value }) => parseNumber(value));
      const known = from !== null && to !== null;
      const refusal = known ? refused({ low: from, high: to }) : "Both ends of a range are numbers.";
      say(refusal);
      if (known && !refusal) model.setRange(place, { low: from, high: to });
      ends();
    });
  on(reset, "click", () => {
    say("");
    model.reset(place);
  });

  return {
    slider,
    value,
    low,
    high,
    reset,
    problem,
    join: (at) => {
      place = at;
      reset.title = `Back to ${full(model.start(at))}, the number in the text`;
      effect(follow);
    },
  };
}
