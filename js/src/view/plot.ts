// The root over one leaf, as a curve, or over two, as a map, with the point where they are, which can be dragged. What no
// replay can tell stays blank, or comes from the kernel, which runs the code again.

import { Ask } from "../engine/protocol.gen";
import type { Tape } from "../engine/tape";
import { type At, decodeNumber, encodeNumber } from "../engine/wire";
import { curve, type Field, finer, sample } from "../model/field";
import { finite, full, short } from "../model/format";
import { grad } from "../model/gradients";
import { type History, rootName } from "../model/history";
import { type Model, UNREADABLE } from "../model/model";
import { title } from "../model/names";
import { Scale, ticks } from "../model/ranges";
import { button, element, on, set, svg } from "./dom";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 220, 56, 20];
export const [ACROSS, DOWN] = [WIDTH - LEFT, HEIGHT - BOTTOM];
const BANDS = 12;
/** A map is drawn on a grid so many times as fine as the one on which it is computed. */
const FINER = 4;
const ARROW = 46;
/** How many points the kernel is asked for at once; it answers as many as it has time for. */
const ASKED = 60;
const QUIET = 300;

export class Plot {
  readonly made: SVGSVGElement;
  /** Where marks of a tool's own go. */
  readonly layer = svg("g", {});
  /** Fills what is blank from the kernel, and stops. */
  readonly fill: HTMLButtonElement;
  /** What the kernel said when it could not. */
  problem = "";
  /** How many steps the trail shows. */
  steps = 0;
  /** Whether the arrow of a map goes where the root grows (1) or where it falls (-1). */
  toward = 1;
  #places: readonly number[] = [0];
  #field: Field | null = null;
  /** What the curve was drawn of: the tape, where the other leaves were, and how far it goes. */
  #tape: Tape | null = null;
  #others = "";
  #ranges = "";
  readonly #known = new Map<string, number | null>();
  #on = false;
  #filling = 0;
  #due: ReturnType<typeof setTimeout> | undefined;
  readonly #paths = ["unknown", "grid", "curve", "dots", "trail", "tangent"].map((name) =>
    svg("path", { class: name }),
  );
  readonly #map = svg("image", { width: ACROSS, height: DOWN, preserveAspectRatio: "none" });
  readonly #point = svg("circle.point", { r: 6 });
  /** The numbers at the axes, and what these are. */
  readonly #axes = svg("g", {});

  constructor(
    readonly model: Model,
    readonly history: History,
    /** Hears that there is something new to say. */
    readonly changed: () => void,
  ) {
    const inside = svg("svg", { x: LEFT, y: 0, width: ACROSS, height: DOWN });
    inside.append(this.#map, ...this.#paths.slice(0, -1), this.layer, ...this.#paths.slice(-1), this.#point);
    const frame = svg("rect.plotframe", { x: LEFT, y: 0.5, width: ACROSS - 0.5, height: DOWN });
    this.made = svg("svg.plot", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, inside, frame);
    this.made.append(this.#axes);
    this.fill = button("Fill", "Run the code again in the kernel where only it can tell", () => {
      this.#on = !this.#on;
      set(this.fill, "aria-pressed", this.#on);
      this.problem = "";
      if (this.#on) void this.#ask();
      else this.#rest();
    });
    set(this.fill, "aria-pressed", "false");
    set(this.fill, "class", "fill");
    /** Where the leaves were when the point was taken. */
    let held: At | null = null;
    on(this.made, "pointerdown", (event) => {
      if (event.button !== 0 || !this.#within(event)) return;
      held = model.at;
      this.made.setPointerCapture(event.pointerId);
      this.#drag(event, false);
    });
    on(this.made, "pointermove", (event) => {
      if (held) this.#drag(event, false);
    });
    on(this.made, "pointerup", (event) => {
      if (held) this.#drag(event, true);
      held = null;
    });
    // The browser has taken the finger to scroll the page.
    on(this.made, "pointercancel", () => {
      if (held) model.put(new Map(model.tape.leaves.map(({ key }) => [key, held?.get(key) ?? null])));
      held = null;
    });
  }

  /** The places of one leaf, or of two. */
  show(places: readonly number[]): void {
    this.#places = places;
    this.#map.toggleAttribute("hidden", places.length < 2);
    this.made.classList.toggle("flat", places.length > 1);
    // Over a curve a finger that goes up or down scrolls the page.
    this.made.style.touchAction = places.length < 2 ? "pan-y" : "none";
    this.update();
  }

  end(): void {
    this.#on = false;
    this.#rest();
  }

  across(x: number): number {
    const { low, high } = this.#field?.ranges[0] ?? { low: 0, high: 1 };
    return ((x - low) / (high - low)) * ACROSS;
  }

  /** Of a number of the root, or, in a map, of the second leaf. */
  down(y: number): number {
    const field = this.#field;
    const { low, high } = field?.ranges[1] ?? field ?? { low: 0, high: 1 };
    return DOWN - ((y - low) / (high - low)) * DOWN;
  }

  /** A straight line through a point of the curve. */
  through(x: number, y: number, slope: number): string {
    const { low, high } = this.#field?.ranges[0] ?? { low: 0, high: 1 };
    const ends = [y + slope * (low - x), y + slope * (high - x)].map((end) => this.down(end));
    return ends.every(finite) ? `M0 ${ends[0]}L${ACROSS} ${ends[1]}` : "";
  }

  /** Follows the numbers. */
  update(): void {
    const { model } = this;
    const { tape } = model;
    const places = this.#places;
    const others = model.positions.filter((_, k) => !places.includes(k)).join();
    const ranges = places.map((place) => Object.values(model.range(place))).join();
    if (tape !== this.#tape || `${places} ${others}` !== this.#others) {
      this.#tape = tape;
      this.#others = `${places} ${others}`;
      this.#ranges = "";
      this.#known.clear();
      this.#rest();
      if (this.#on) this.#due = setTimeout(() => void this.#ask(), QUIET);
    }
    if (ranges !== this.#ranges) {
      this.#ranges = ranges;
      this.#redraw();
    }
    // What is shown is where the numbers hold, and not where a leaf waits for the kernel.
    const positions = model.run.positions;
    const [x, y] = places.map((place) => positions[place]);
    const root = model.run.values[tape.root];
    const grads = places.map((place) => model.run.grads[tape.leaves[place].node]);
    const [names, said] = [places.map((place) => title(tape, tape.leaves[place].node)), title(tape, tape.root)];
    const [left, top] = [this.across(x), this.down(y ?? root)];
    mark(this.#point, 6, left, top);
    const [trail, tangent] = this.#paths.slice(-2);
    set(tangent, "d", y === undefined ? this.through(x, root, grads[0]) : this.#arrow(left, top, grads));
    set(trail, "d", this.#trail());
    set(
      this.made,
      "aria-label",
      `${said} against ${names.join(" and ")}: at ${places.map((place, k) => `${names[k]} = ${short(positions[place])}`).join(", ")} it is ${short(root)}, and its slope is ${places.map((place) => grad(model.run, tape.leaves[place].node)).join(" and ")}`,
    );
  }

  /** Where the root grows or falls fastest, as a step in both leaves would go. */
  #arrow(x: number, y: number, grads: readonly number[]): string {
    const ranges = this.#field?.ranges ?? [];
    const [right, up] = ranges.map(({ low, high }, k) => (grads[k] / (high - low)) * [ACROSS, -DOWN][k]);
    const size = Math.hypot(right, up) * this.toward;
    if (!size || !finite(size)) return "";
    const [dx, dy] = [(right / size) * ARROW, (up / size) * ARROW];
    const [endX, endY] = [x + dx, y + dy];
    const wing = (side: number) => `M${endX} ${endY}l${-0.25 * dx + side * 0.18 * dy} ${-0.25 * dy - side * 0.18 * dx}`;
    return `M${x} ${y}L${endX} ${endY}${wing(1)}${wing(-1)}`;
  }

  /** Where the leaves have been in the last steps: a line through a map, dots beside a curve. */
  #trail(): string {
    const { model, history } = this;
    const [first, second] = this.#places.map((place) => model.tape.leaves[place]);
    const root = rootName(model.tape);
    let path = "";
    for (const { at, root: value, name } of this.steps ? history.trail.slice(-this.steps - 1) : []) {
      const x = this.across(at.get(first.key) ?? first.start);
      const y = this.down(second === undefined ? (name === root ? value : NaN) : (at.get(second.key) ?? second.start));
      if (!finite(x + y)) continue;
      path +=
        second === undefined
          ? `M${x.toFixed(1)} ${(y - 2).toFixed(1)}v4`
          : `${path ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    return path;
  }

  #redraw(): void {
    const { model } = this;
    const places = this.#places;
    const field = sample(model, places, this.#known);
    this.#field = field;
    const flat = places.length > 1;
    if (flat) set(this.#map, "href", heat(field));
    const { lines, dots, gaps } = flat ? { lines: [], dots: [], gaps: [] } : curve(model, places[0], field);
    const at = (x: number) => x.toFixed(2);
    const [unknown, grid, line, dot] = this.#paths;
    set(
      unknown,
      "d",
      gaps
        .map((ends) => ends.map(this.across, this))
        .map(([from, to]) => `M${at(from)} 0H${at(to)}V${DOWN}H${at(from)}z`)
        .join(""),
    );
    let path = "";
    for (const piece of lines) {
      let pen = "M";
      for (const [x, y] of piece) {
        if (finite(y)) path += `${pen}${at(this.across(x))} ${at(Math.max(-1e4, Math.min(1e4, this.down(y))))}`;
        pen = finite(y) ? "L" : "M";
      }
    }
    set(line, "d", path);
    set(dot, "d", dots.map(([x, y]) => `M${at(this.across(x))} ${at(this.down(y))}h0`).join(""));
    const [{ tape }, [bottom, side]] = [model, [field.ranges[0], field.ranges[1] ?? field]];
    const word = (text: string, x: number, y: number, anchor: string, name = "") =>
      svg("text", { x, y, "text-anchor": anchor, class: name }, text);
    const number = (x: number) => (full(x).length < 8 ? full(x) : short(x));
    const names = [...places.map((place) => title(tape, tape.leaves[place].node)), title(tape, tape.root)];
    let rules = "";
    this.#axes.replaceChildren(
      ...ticks(bottom, 6).map((x) => {
        const left = this.across(x);
        rules += `M${at(left)} 0V${DOWN}`;
        return word(number(x), LEFT + Math.min(ACROSS - 8, Math.max(8, left)), HEIGHT - 5, "middle");
      }),
      ...ticks(side, 5).map((y) => {
        const top = this.down(y);
        rules += `M0 ${at(top)}H${ACROSS}`;
        return word(number(y), LEFT - 6, Math.min(DOWN, Math.max(12, top + 4)), "end");
      }),
      word(names[0], WIDTH - 8, DOWN - 8, "end", "axis"),
      word(names[1], LEFT + 8, 16, "start", "axis"),
    );
    set(grid, "d", flat ? "" : rules);
    this.#offer();
  }

  get #missing(): (readonly number[])[] {
    const { points, numbers } = this.#field ?? { points: [], numbers: [] };
    const missing = points.filter((point, k) => numbers[k] === null && !this.#known.has(point.join()));
    return [...new Map(missing.map((point) => [point.join(), point])).values()];
  }

  /** Whether there is something to fill. */
  #offer(text = "Fill"): void {
    this.fill.textContent = text;
    this.fill.disabled = !this.#on && (!this.#missing.length || !this.model.tape.rerun);
  }

  #rest(): void {
    clearTimeout(this.#due);
    this.#filling++;
    this.#offer();
  }

  async #ask(): Promise<void> {
    const mine = ++this.#filling;
    const { model } = this;
    const { roots, tape } = model;
    const missing = this.#missing;
    const labels = roots.map((node) => tape.label(node));
    if (labels.includes("")) this.problem = "The kernel finds a root by its label, and this one has none";
    for (let done = 0; done < missing.length && !this.problem; ) {
      this.#offer(`Stop: ${done} of ${missing.length}`);
      const at = missing.slice(done, done + ASKED);
      const answer = await model.ask({
        ask: Ask.Points,
        moving: this.#places.map((place) => tape.leaves[place].key),
        at: at.map((point) => point.map(encodeNumber)),
        roots: labels,
      });
      if (mine !== this.#filling) return;
      const { found, error } = answer;
      if (!Array.isArray(found) || !found.length) {
        this.problem = error || UNREADABLE;
        break;
      }
      found.forEach((number, k) => {
        if (at[k]) this.#known.set(at[k].join(), typeof number === "string" ? decodeNumber(number) : null);
      });
      done += found.length;
      this.#redraw();
    }
    this.#offer(this.#on ? "Filled" : "Fill");
    this.changed();
  }

  /** Where a pointer is, as shares of the axes. */
  #shares({ clientX, clientY }: PointerEvent): number[] {
    const box = this.made.getBoundingClientRect();
    // The picture stands in the middle of its element where that is wider.
    const scale = Math.min(box.width / WIDTH, box.height / HEIGHT);
    const left = box.left + (box.width - WIDTH * scale) / 2;
    return [((clientX - left) / scale - LEFT) / ACROSS, 1 - (clientY - box.top) / scale / DOWN];
  }

  #within(event: PointerEvent): boolean {
    return this.#shares(event).every((share) => share >= 0 && share <= 1);
  }

  #drag(event: PointerEvent, done: boolean): void {
    const ranges = this.#field?.ranges ?? [];
    const shares = this.#shares(event);
    const moves = this.#places.map((place, k) => {
      const scale = new Scale(ranges[k], this.model.tape.leaves[place].whole);
      return [place, scale.number(scale.step(ranges[k].low + (ranges[k].high - ranges[k].low) * shares[k]))] as const;
    });
    this.model.moveAll(new Map(moves), done);
  }
}

/** Puts a point to its place; one that has none is not seen. */
export function mark(point: SVGCircleElement, radius: number, x: number, y: number): void {
  const stands = finite(x + y);
  set(point, "r", stands ? radius : 0);
  set(point, "cx", stands ? x : 0);
  set(point, "cy", stands ? y : 0);
}

/** A map as a picture: bands, stronger where the root is higher; nothing where it is not known. */
function heat(field: Field): string {
  const { numbers, columns, low, high } = field;
  const [width, height] = [columns * FINER, (numbers.length / columns) * FINER];
  const canvas = element("canvas", { width: String(width), height: String(height) });
  const pen = canvas.getContext("2d");
  const image = pen?.createImageData(width, height);
  if (!pen || !image) return "";
  finer(field, FINER).forEach((number, k) => {
    if (number === null || Number.isNaN(number)) return;
    const share = high > low ? Math.min(1, Math.max(0, (number - low) / (high - low))) : 0.5;
    const strength = 0.04 + (0.8 * Math.min(BANDS - 1, Math.floor(share * BANDS))) / (BANDS - 1);
    image.data.set([59, 130, 216, 255 * strength], 4 * k);
  });
  pen.putImageData(image, 0, 0);
  return canvas.toDataURL();
}
