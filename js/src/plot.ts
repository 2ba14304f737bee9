// The root over one leaf, as a curve, or over two, as a map, with the point where they are, which can be dragged. What no
// replay can tell stays blank, or comes from the kernel, which runs the code again.
import { button, element, on, set, svg } from "./dom";
import { finite, short } from "./format";
import type { History } from "./history";
import { leafKeys, title } from "./naming";
import { defaultRange, type Range, Scale } from "./range";
import { type State, UNREADABLE } from "./state";
import { decodeNumber, encodeNumber } from "./wire";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 200, 56, 20];
export const [ACROSS, DOWN] = [WIDTH - LEFT, HEIGHT - BOTTOM];
const POINTS = 160;
const CELLS = [48, 30] as const;
/** So many nodes may be computed for one picture: large graphs get fewer points. */
const WORK = 2e6;
const BANDS = 12;
const ARROW = 46;
/** How many points the kernel is asked for at once; it answers as many as it has time for. */
const ASKED = 60;
const QUIET = 300;

/** The root at many places of one or two leaves; null where only the kernel could tell. */
export interface Field {
  readonly ranges: readonly Range[];
  readonly points: readonly (readonly number[])[];
  readonly columns: number;
  readonly numbers: (number | null)[];
  readonly low: number;
  readonly high: number;
}

/** How far a plot goes along a leaf: as far as its slider. */
function span(state: State, place: number): Range {
  const leaf = state.tape.leaves[place];
  const at = state.positions[place];
  const around = defaultRange(state.start(place), leaf.whole);
  const { low, high } = { low: leaf.lo ?? around.low, high: leaf.hi ?? around.high };
  return finite(at) ? { low: Math.min(low, at), high: Math.max(high, at) } : { low, high };
}

export function sample(
  state: State,
  places: readonly number[],
  known: ReadonlyMap<string, number | null> = new Map(),
): Field {
  const ranges = places.map((place) => span(state, place));
  const afford = WORK / state.tape.size;
  const [first, second] = ranges;
  const { whole } = state.tape.leaves[places[0]];
  const scale = new Scale(first, whole);
  const share = Math.min(1, Math.sqrt(afford / (CELLS[0] * CELLS[1])));
  const counts = second
    ? CELLS.map((most) => Math.max(8, Math.floor(most * share)))
    : [Math.min(Math.max(24, Math.min(POINTS, Math.floor(afford))), whole ? scale.steps : POINTS) + 1];
  const at = ({ low, high }: Range, share: number, whole: boolean) => {
    const x = low + (high - low) * share;
    return whole ? Math.round(x) : x;
  };
  const points = second
    ? Array.from({ length: counts[0] * counts[1] }, (_, k) => [
        at(first, ((k % counts[0]) + 0.5) / counts[0], whole),
        at(second, 1 - (Math.floor(k / counts[0]) + 0.5) / counts[1], state.tape.leaves[places[1]].whole),
      ])
    : Array.from({ length: counts[0] }, (_, k) => [
        whole ? scale.number(Math.round((k * scale.steps) / (counts[0] - 1))) : at(first, k / (counts[0] - 1), false),
      ]);
  const numbers = points.map(
    (point) => state.probe(new Map(places.map((place, k) => [place, point[k]]))) ?? known.get(point.join()) ?? null,
  );
  // A pole must not flatten everything else: the outermost fiftieth of the points may lie outside.
  const sorted = numbers.filter((y): y is number => y !== null && finite(y)).sort((one, other) => one - other);
  const cut =
    sorted.length > 50 && spread(sorted, 0) > 20 * spread(sorted, sorted.length / 50) ? sorted.length / 50 : 0;
  const here = state.tape.values[state.tape.root];
  const some = [sorted[Math.floor(cut)], sorted[sorted.length - 1 - Math.floor(cut)], here].filter(finite);
  const [least, most] = [Math.min(...some), Math.max(...some)];
  const room = second ? 0 : (most - least) * 0.08 || Math.abs(most) * 0.1 || 1;
  return { ranges, points, columns: counts[0], numbers, low: least - room, high: most + room };
}

function spread(sorted: readonly number[], cut: number): number {
  return sorted[sorted.length - 1 - Math.floor(cut)] - sorted[Math.floor(cut)];
}

export class Plot {
  readonly made: SVGSVGElement;
  /** Where marks of a tool's own go. */
  readonly layer = svg("g", {});
  /** Fills what is blank from the kernel, and stops. */
  readonly fill: HTMLButtonElement;
  /** What the kernel said when it could not. */
  problem = "";
  /** Whether the arrow of a map goes where the root grows (1) or where it falls (-1). */
  toward = 1;
  #places: readonly number[] = [0];
  #field: Field | null = null;
  #drawn = "";
  readonly #known = new Map<string, number | null>();
  #on = false;
  #filling = 0;
  #due: ReturnType<typeof setTimeout> | undefined;
  readonly #paths = ["unknown", "curve", "trail", "tangent"].map((name) => svg("path", { class: name }));
  readonly #map = svg("image", { width: ACROSS, height: DOWN, preserveAspectRatio: "none" });
  readonly #point = svg("circle", { class: "point", r: 6 });
  /** The ends of both axes, and what they are. */
  readonly #ticks = (
    [
      [LEFT, HEIGHT - 5, "start"],
      [WIDTH - 2, HEIGHT - 5, "end"],
      [LEFT - 6, DOWN, "end"],
      [LEFT - 6, 12, "end"],
      [LEFT + ACROSS / 2, HEIGHT - 5, "middle"],
      [-DOWN / 2, LEFT - 10, "middle"],
    ] as const
  ).map(([x, y, anchor], k) => svg("text", { x, y, "text-anchor": anchor, transform: k === 5 ? "rotate(-90)" : "" }));

  constructor(
    readonly state: State,
    readonly history: History,
    /** Hears that there is something new to say. */
    readonly changed: () => void,
  ) {
    const [unknown, curve, trail, tangent] = this.#paths;
    const inside = svg("svg", { x: LEFT, y: 0, width: ACROSS, height: DOWN });
    inside.append(this.#map, unknown, curve, trail, this.layer, tangent, this.#point);
    const frame = svg("rect", { class: "plotframe", x: LEFT, y: 0.5, width: ACROSS - 0.5, height: DOWN });
    this.made = svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, inside, frame);
    this.made.append(...this.#ticks);
    this.fill = button("Fill", "Run the code again in the kernel where only it can tell", () => {
      this.#on = !this.#on;
      set(this.fill, "aria-pressed", this.#on);
      this.problem = "";
      if (this.#on) void this.#ask();
      else this.#rest();
    });
    set(this.fill, "aria-pressed", "false");
    on(this.made, "pointerdown", (event) => {
      this.made.setPointerCapture(event.pointerId);
      this.#drag(event, false);
    });
    on(this.made, "pointermove", (event) => {
      if (event.buttons & 1) this.#drag(event, false);
    });
    on(this.made, "pointerup", (event) => this.#drag(event, true));
  }

  /** The places of one leaf, or of two. */
  show(places: readonly number[]): void {
    this.#places = places;
    this.#map.toggleAttribute("hidden", places.length < 2);
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
    const { state } = this;
    const { tape, positions } = state;
    const places = this.#places;
    const key = `${places} ${tape.trace} ${title(tape, tape.root)} ${positions.filter((_, k) => !places.includes(k)).join()}`;
    const outside = this.#field?.ranges.some(
      ({ low, high }, k) => positions[places[k]] < low || positions[places[k]] > high,
    );
    if (key !== this.#drawn || outside) {
      if (key !== this.#drawn) {
        this.#known.clear();
        this.#rest();
        if (this.#on) this.#due = setTimeout(() => void this.#ask(), QUIET);
      }
      this.#drawn = key;
      this.#redraw();
    }
    const [x, y] = places.map((place) => positions[place]);
    const root = tape.values[tape.root];
    const grads = places.map((place) => tape.grads[tape.leaves[place].node]);
    const [names, said] = [places.map((place) => title(tape, tape.leaves[place].node)), title(tape, tape.root)];
    const [left, top] = [this.across(x), this.down(y ?? root)];
    mark(this.#point, 6, left, top);
    const [, , trail, tangent] = this.#paths;
    set(tangent, "d", y === undefined ? this.through(x, root, grads[0]) : this.#arrow(left, top, grads));
    set(trail, "d", this.#trail());
    set(
      this.made,
      "aria-label",
      `${said} against ${names.join(" and ")}: at ${places.map((place, k) => `${names[k]} = ${short(positions[place])}`).join(", ")} it is ${short(root)}, and its slope is ${grads.map(short).join(" and ")}`,
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

  /** Where the leaves have been: a line through a map, dots beside a curve. */
  #trail(): string {
    const { state, history } = this;
    const keys = leafKeys(state.tape);
    const [first, second] = this.#places.map((place) => keys[place]);
    const root = title(state.tape, state.tape.root);
    let path = "";
    for (const { places, root: value, name } of history.trail) {
      const x = this.across(places.get(first) ?? NaN);
      const y = this.down(second === undefined ? (name === root ? value : NaN) : (places.get(second) ?? NaN));
      if (!finite(x + y)) continue;
      path +=
        second === undefined
          ? `M${x.toFixed(1)} ${(y - 2).toFixed(1)}v4`
          : `${path ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    return path;
  }

  #redraw(): void {
    const field = sample(this.state, this.#places, this.#known);
    this.#field = field;
    const [unknown, curve] = this.#paths;
    const flat = this.#places.length > 1;
    if (flat) set(this.#map, "href", heat(field));
    set(unknown, "d", flat ? "" : this.#gaps());
    set(curve, "d", flat ? "" : this.#curve());
    const [{ low, high }, side] = [field.ranges[0], field.ranges[1] ?? field];
    const { tape } = this.state;
    const names = this.#places.map((place) => title(tape, tape.leaves[place].node));
    const ends = [low, high, side.low, side.high].map((x) => short(Number(x.toPrecision(3))));
    [...ends, ...names, title(tape, tape.root)].slice(0, 6).forEach((text, k) => {
      this.#ticks[k].textContent = text;
    });
    this.#offer();
  }

  #curve(): string {
    const { points, numbers } = this.#field as Field;
    let path = "";
    let pen = false;
    numbers.forEach((y, k) => {
      const drawable = y !== null && finite(y);
      if (drawable)
        path += `${pen ? "L" : "M"}${this.across(points[k][0]).toFixed(2)} ${Math.max(-1e4, Math.min(1e4, this.down(y))).toFixed(2)}`;
      pen = drawable;
    });
    return path;
  }

  #gaps(): string {
    const { points, numbers } = this.#field as Field;
    const half = ACROSS / (2 * (points.length - 1));
    const gap = (x: number) =>
      `M${(x - half).toFixed(2)} 0h${(2 * half).toFixed(2)}v${DOWN}h${(-2 * half).toFixed(2)}z`;
    return numbers.map((y, k) => (y === null ? gap(this.across(points[k][0])) : "")).join("");
  }

  get #missing(): (readonly number[])[] {
    const { points, numbers } = this.#field ?? { points: [], numbers: [] };
    return points.filter((point, k) => numbers[k] === null && !this.#known.has(point.join()));
  }

  /** Whether there is something to fill. */
  #offer(text = "Fill"): void {
    this.fill.textContent = text;
    this.fill.disabled = !this.#on && (!this.#missing.length || !this.state.tape.rerun);
  }

  #rest(): void {
    clearTimeout(this.#due);
    this.#filling++;
    this.#offer();
  }

  async #ask(): Promise<void> {
    const mine = ++this.#filling;
    const { state } = this;
    const { roots, tape } = state;
    const missing = this.#missing;
    const labels = roots.map((node) => tape.label(node));
    if (labels.includes("")) this.problem = "The kernel finds a root by its label, and this one has none";
    for (let done = 0; done < missing.length && !this.problem; ) {
      this.#offer(`Stop: ${done} of ${missing.length}`);
      const at = missing.slice(done, done + ASKED);
      const answer = await state.ask({
        ask: "points",
        places: this.#places,
        at: at.map((point) => point.map(encodeNumber)),
        roots: labels,
      });
      if (mine !== this.#filling) return;
      const { numbers, error } = answer;
      if (!Array.isArray(numbers) || !numbers.length) {
        this.problem = error || UNREADABLE;
        break;
      }
      numbers.forEach((number, k) => {
        if (at[k]) this.#known.set(at[k].join(), typeof number === "string" ? decodeNumber(number) : null);
      });
      done += numbers.length;
      this.#redraw();
    }
    this.#offer(this.#on ? "Filled" : "Fill");
    this.changed();
  }

  #drag(event: PointerEvent, done: boolean): void {
    const box = this.made.getBoundingClientRect();
    const ranges = this.#field?.ranges ?? [];
    const shares = [
      (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / ACROSS,
      1 - (((event.clientY - box.top) / box.height) * HEIGHT) / DOWN,
    ];
    const moves = this.#places.map((place, k) => {
      const scale = new Scale(ranges[k], this.state.tape.leaves[place].whole);
      return [place, scale.number(scale.step(ranges[k].low + (ranges[k].high - ranges[k].low) * shares[k]))] as const;
    });
    this.state.moveAll(new Map(moves), done);
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
function heat({ numbers, columns, low, high }: Field): string {
  const canvas = element("canvas", { width: String(columns), height: String(numbers.length / columns) });
  const pen = canvas.getContext("2d");
  numbers.forEach((number, k) => {
    if (number === null || Number.isNaN(number) || !pen) return;
    const share = high > low ? Math.min(1, Math.max(0, (number - low) / (high - low))) : 0.5;
    pen.fillStyle = `rgb(59 130 216 / ${0.04 + (0.8 * Math.min(BANDS - 1, Math.floor(share * BANDS))) / (BANDS - 1)})`;
    pen.fillRect(k % columns, Math.floor(k / columns), 1, 1);
  });
  return canvas.toDataURL();
}
