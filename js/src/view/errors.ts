// How far a finite difference is off against its step h, both in powers of ten: right, and then wrong. The step is a handle there.
import { finite, short } from "../model/format";
import { axes, type Tick, through } from "./axes";
import { element, set, svg } from "./dom";
import { drags, put, slider, stands } from "./drag";

const [WIDTH, HEIGHT, LEFT, TOP, WIDE, DOWN] = [284, 166, 40, 12, 230, 122];
/** Errors smaller than the largest by more powers of ten than these are drawn at the bottom. */
const SPAN = 20;

export type Sample = readonly [h: number, error: number];

export interface Errors {
  readonly made: HTMLElement;
  /** Draws the errors over the steps between two powers of ten, and the handle at one. `bent` says whether the last come from a bend. */
  show(samples: readonly Sample[], ends: readonly [number, number], at: Sample, bent: boolean, said: string): void;
}

/** A few powers of ten from one end to the other, where they stand. */
function powers(low: number, high: number, place: (power: number) => number): Tick[] {
  const step = high - low > 10 ? 4 : high - low > 4 ? 2 : 1;
  const found: Tick[] = [];
  for (let power = Math.ceil(low / step) * step; power <= high; power += step)
    found.push([place(power), power ? `1e${power}` : "1"]);
  return found;
}

export function errorsOf(go: (power: number) => void, by: (steps: number) => void): Errors {
  let [least, most] = [0, 1];
  const grip = slider("grip", by);
  set(grip, "aria-label", "Step h, on the axis of the error");
  const around = axes();
  const line = svg("path.curve");
  const word = (text: string, x: number, y: number, anchor: string) =>
    svg("text", { x, y, "text-anchor": anchor }, text);
  const few = word("too few digits", LEFT, HEIGHT - 3, "start");
  const bends = word("curve bends", LEFT + WIDE, HEIGHT - 3, "end");
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, around.made, line, few, bends);
  picture.append(word("h", LEFT + WIDE / 2, HEIGHT - 3, "middle"), word("error", LEFT, TOP - 4, "start"));
  const made = element("div.errors", picture, grip);
  drags(made, (event) => {
    const drag = (event: PointerEvent | null) => {
      if (!event) return;
      const { left, width } = made.getBoundingClientRect();
      go(least + ((most - least) * (((event.clientX - left) / width) * WIDTH - LEFT)) / WIDE);
    };
    drag(event);
    return drag;
  });
  return {
    made,
    show: (samples, ends, [h, error], bent, said) => {
      [least, most] = ends;
      const logs = samples.map(([, error]) => Math.log10(error)).filter(finite);
      const high = Math.ceil(Math.max(...(logs.length ? logs : [0])));
      const low = Math.max(high - SPAN, Math.min(high - 3, Math.floor(Math.min(...logs, high))));
      const across = (power: number) => ((power - least) / (most - least)) * WIDE;
      const level = (power: number) => (1 - (Math.max(low, power) - low) / (high - low)) * DOWN;
      const at = (h: number, error: number) => [LEFT + across(Math.log10(h)), TOP + level(Math.log10(error))] as const;
      set(line, "d", through(samples.map((each) => at(...each))));
      around.draw(LEFT, TOP, WIDE, DOWN, [powers(least, most, across), powers(low, high, level)]);
      few.toggleAttribute("hidden", !samples.some(([, error]) => error));
      bends.toggleAttribute("hidden", !bent);
      put(grip, ...(samples.length ? at(h, error) : ([Number.NaN, 0] as const)));
      stands(grip, least, most, Math.log10(h), `h = ${short(h)}`);
      set(picture, "aria-label", said);
    },
  };
}
