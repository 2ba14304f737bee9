// The root over one leaf, as a curve, or over two, as a map, with the point where they are. The cards of both ride on the axes; a leaf's
// card is moved to move the leaf, and so is the point. What no replay can tell stays blank, or comes from the kernel.
import type { Tape } from "../engine/tape";
import type { At } from "../engine/wire";
import { contour, curve, type Field, type Point, sample } from "../model/field";
import { finite, full, short } from "../model/format";
import { grad, sign } from "../model/gradients";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { type Range, Scale, ticks, within } from "../model/ranges";
import { ended } from "../model/signals";
import { axes, through as line, type Tick } from "./axes";
import { element, set, svg } from "./dom";
import { type Drag, drags, put, slider, stands } from "./drag";
import { type Filling, filling } from "./filling";
import { rider } from "./rider";

const [TOP, RIGHT, BELOW, TICKS] = [14, 22, 38, 46];
/** Where it is narrower, the card at the side lies over the numbers there. */
const [NARROW, SIDE, EDGE] = [560, 64, 10];
const LEVELS = 10;
const ARROW = 46;
/** So many stands of a trail are drawn. */
const TRAIL = 1000;

/** Where moved leaves were once, and the root there. */
export interface Trodden {
  readonly at: At;
  readonly root: number;
}

export interface Plot {
  readonly made: HTMLElement;
  /** Where marks of others go. */
  readonly layer: SVGGElement;
  readonly fill: Filling;
  /** Where the leaves have been, with the point as its end, and where a step would bring them. */
  trail: readonly Trodden[];
  next: ReadonlyMap<number, number>;
  /** How large the part between the axes is. */
  readonly wide: number;
  readonly tall: number;
  /** Draws it over one leaf, or two, by their places. */
  show(places: readonly number[]): void;
  /** Follows the numbers. */
  update(): void;
  /** Where a number of the first leaf is, and one of the root or, in a map, of the second leaf. */
  across(x: number): number;
  down(y: number): number;
  /** A straight line through a point of the curve. */
  through(x: number, y: number, slope: number): string;
  /** Puts something that lies over the picture on a point between the axes. */
  lay(made: HTMLElement, x: number, y: number): void;
  /** Where a pointer is, as shares of the axes. */
  shares(event: PointerEvent): number[];
}

/** `changed` hears that there is something new to say. */
export function mountPlot(model: Model, changed: () => void): Plot {
  let places: readonly number[] = [0];
  let field: Field | null = null;
  /** What the curve was drawn of: the tape, where the other leaves were, and how far it goes. */
  let drawn: Tape | null = null;
  let [others, reach] = ["", ""];
  let [width, height, left, wide, tall] = [640, 440, 0, 1, 1];

  const [unknown, contours, graph, dots, drops, trail, next, tangent] = [
    "unknown",
    "contours",
    "curve",
    "dots",
    "drops",
    "trail",
    "next",
    "tangent",
  ].map((name) => svg("path", { class: name }));
  const layer = svg("g");
  const heights = svg("g.heights");
  const image = svg("image", { preserveAspectRatio: "none" });
  const ground = svg("rect.heat", { mask: "url(#heights)", width: "100%", height: "100%" });
  const point = svg("circle.point", { r: 7 });
  const caret = svg("path.caret");
  const around = axes();
  const inside = svg("svg", svg("mask", { id: "heights" }, image), ground, unknown, contours, graph, dots, drops);
  inside.append(trail, next, heights, layer, tangent, point);
  const picture = svg("svg.plot", { role: "img" }, around.made, inside, caret);
  const by = (axis: number) => (steps: number) => {
    const scale = scaleOf(axis);
    const step = within(scale.step(model.positions[places[axis]]) + steps, 0, scale.steps);
    model.move(places[axis], scale.number(step), true);
  };
  const riders = [0, 1].map((axis) => rider(slider(axis ? "rider beside" : "rider", by(axis))));
  const root = rider(element("div.rider beside"));
  set(riders[1].made, "aria-orientation", "vertical");
  const cards = [root, ...riders].map(({ made }) => made);
  const made = element("div.plotted", picture, ...cards);

  const flat = () => places.length > 1;
  const rangeOf = (axis: number): Range => field?.ranges[axis] ?? { low: 0, high: 1 };
  const scaleOf = (axis: number) => new Scale(model.range(places[axis]), model.tape.leaves[places[axis]].whole);
  const part = (x: number, { low, high }: Range) => (x - low) / (high - low);
  const across = (x: number) => part(x, rangeOf(0)) * wide;
  const down = (y: number) => tall - part(y, field?.ranges[1] ?? field ?? { low: 0, high: 1 }) * tall;
  const through = (x: number, y: number, slope: number) => {
    const { low, high } = rangeOf(0);
    const ends = [low, high].map((end) => down(y + slope * (end - x)));
    return ends.every(finite) ? `M0 ${ends[0]}L${wide} ${ends[1]}` : "";
  };
  const shares = ({ clientX, clientY }: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    const scale = box.width / width;
    return [((clientX - box.left) / scale - left) / wide, 1 - ((clientY - box.top) / scale - TOP) / tall];
  };

  /** Moves the leaves of some axes to where the pointer is; of a card, as far from it as it was when it was taken. */
  const dragOf = (moving: readonly number[], taken?: PointerEvent): Drag => {
    const held = model.at;
    const from = taken ? shares(taken) : [0, 0];
    const apart = places.map((place, axis) =>
      taken ? part(model.run.positions[place], rangeOf(axis)) - from[axis] : 0,
    );
    return (event, done) => {
      if (!event) return model.put(new Map(model.tape.leaves.map(({ key }) => [key, held.get(key) ?? null])));
      // A card that is only pressed stays where it is.
      if (taken && event.clientX === taken.clientX && event.clientY === taken.clientY && model.at === held) return;
      const moves = moving.map((axis) => {
        const [scale, { low, high }] = [scaleOf(axis), rangeOf(axis)];
        const x = low + (high - low) * (shares(event)[axis] + apart[axis]);
        return [places[axis], scale.number(scale.step(x))] as const;
      });
      model.moveAll(new Map(moves), done);
    };
  };
  drags(picture, (event) => {
    if (!shares(event).every((share) => share >= 0 && share <= 1)) return;
    const drag = dragOf([...places.keys()]);
    drag(event, false);
    return drag;
  });
  riders.forEach((each, axis) => {
    drags(each.made, (event) => dragOf([axis], event));
  });

  /** Puts the cards to their places on the axes. */
  const ride = (x: number, y: number) => {
    const { run, tape } = model;
    const side = flat() ? riders[1] : root;
    const nodes = [places[0], places[1]].map((place) => (place === undefined ? tape.root : tape.leaves[place].node));
    [riders[0], side].forEach((card, axis) => {
      const [data, slope] = [short(run.values[nodes[axis]]), grad(run, nodes[axis])];
      card.show(data, slope, sign(run.grads[nodes[axis]]));
      const { low, high } = rangeOf(axis);
      if (card !== root) stands(card.made, low, high, run.positions[places[axis]], `${data}, grad ${slope}`);
    });
    const inside = (at: number, most: number) => within(finite(at) ? at : 0, 0, most);
    const narrow = width < NARROW;
    const [bottom, middle, room] = [height - riders[0].height - 2, left + x, riders[0].width];
    const start = inside(middle - room / 2, width - room);
    put(riders[0].made, start, bottom);
    put(side.made, narrow ? 0 : EDGE, TOP + inside(y - side.height / 2, tall - side.height));
    set(caret, "d", finite(x) ? `M${middle - 5} ${bottom - 7}l5 6l5 -6` : "");
  };

  const update = () => {
    const { run, tape } = model;
    if (places.some((place) => !tape.leaves[place])) return;
    const rest = `${places} ${model.positions.filter((_, k) => !places.includes(k))}`;
    const ranges = places.map((place) => Object.values(model.range(place))).join();
    if (tape !== drawn || rest !== others) {
      [drawn, others, reach] = [tape, rest, ""];
      fill.anew();
    }
    if (ranges !== reach) {
      reach = ranges;
      take();
      fill.offer();
    }
    // What is shown is where the numbers hold, and not where a leaf waits for the kernel.
    const at = places.map((place) => run.positions[place]);
    const nodes = places.map((place) => tape.leaves[place].node);
    const grads = nodes.map((node) => run.grads[node]);
    const [name, names] = [rootName(tape), nodes.map((node) => title(tape, node))];
    const [x, y] = [across(at[0]), down(at[1] ?? run.root)];
    const seen = finite(x + y);
    point.toggleAttribute("hidden", !seen);
    if (seen) {
      set(point, "cx", x);
      set(point, "cy", y);
    }
    set(drops, "d", seen ? `M${x} ${y}V${tall}M${x} ${y}H0` : "");
    set(tangent, "d", flat() ? arrow(x, y, grads) : through(at[0], run.root, grads[0]));
    set(tangent, "class", `tangent ${flat() ? "" : sign(grads[0])}`);
    set(trail, "d", trodden());
    const to = places.map((place, k) => plot.next.get(place) ?? at[k]);
    const there = [across(to[0]), down(to[1])];
    set(next, "d", flat() && seen && there.every(finite) ? `M${x} ${y}L${there.join(" ")}` : "");
    ride(x, y);
    const where = names.map((each, k) => `${each} = ${short(at[k])}`).join(", ");
    const slopes = nodes.map((node) => grad(run, node)).join(" and ");
    set(
      picture,
      "aria-label",
      `${name} against ${names.join(" and ")}: at ${where} it is ${short(run.root)}, and its slope is ${slopes}`,
    );
  };

  /** Where the root grows fastest, as a step in both leaves would go. */
  const arrow = (x: number, y: number, grads: readonly number[]) => {
    const [right, up] = grads.map((grad, k) => {
      const { low, high } = rangeOf(k);
      return (grad / (high - low)) * [wide, -tall][k];
    });
    const size = Math.hypot(right, up);
    if (!size || !finite(size)) return "";
    const [dx, dy] = [(right / size) * ARROW, (up / size) * ARROW];
    const [endX, endY] = [x + dx, y + dy];
    const wing = (side: number) => `M${endX} ${endY}l${-0.25 * dx + side * 0.18 * dy} ${-0.25 * dy - side * 0.18 * dx}`;
    return `M${x} ${y}L${endX} ${endY}${wing(1)}${wing(-1)}`;
  };

  /** Where the leaves have been in the last steps: a line through a map, dots beside a curve. */
  const trodden = () => {
    const [first, second] = places.map((place) => model.tape.leaves[place]);
    const stands = plot.trail
      .slice(-TRAIL)
      .map(({ at, root }) => [
        across(at.get(first.key) ?? first.start),
        down(second ? (at.get(second.key) ?? second.start) : root),
      ])
      .filter(([x, y]) => finite(x + y));
    return second ? line(stands) : stands.map(([x, y]) => `M${x.toFixed(1)} ${(y - 2).toFixed(1)}v4`).join("");
  };

  /** Takes up a size, in which letters keep theirs. */
  const fit = () => {
    const narrow = width < NARROW;
    made.classList.toggle("narrow", narrow);
    left = narrow ? SIDE : EDGE + (flat() ? riders[1] : root).width + TICKS;
    wide = Math.max(40, width - left - RIGHT);
    tall = Math.max(40, height - TOP - BELOW - riders[0].height);
    set(picture, "viewBox", `0 0 ${width} ${height}`);
    for (const [name, value] of Object.entries({ x: left, y: TOP, width: wide, height: tall }))
      set(inside, name, value);
    set(image, "width", wide);
    set(image, "height", tall);
  };
  const sizes = new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width || !contentRect.height) return;
    ({ width, height } = contentRect);
    fit();
    if (!field) return;
    draw(field);
    changed();
  });
  sizes.observe(picture);
  ended(() => sizes.disconnect());

  const take = () => {
    field = sample(model, places, fill.known);
    draw(field);
  };

  const draw = (field: Field) => {
    const levels = flat() ? ticks(field, LEVELS) : [];
    ground.toggleAttribute("hidden", !flat());
    if (flat()) set(image, "href", heat(field));
    // Where the code goes several ways, or it is not known which, each point is seen as one.
    image.style.imageRendering = new Set(field.paths).size > 1 ? "pixelated" : "";
    const { lines, dots: single, gaps } = flat() ? NOTHING : curve(model, places[0], field);
    const at = (x: number) => x.toFixed(2);
    const blank = gaps
      .map((ends) => ends.map(across))
      .map(([from, to]) => `M${at(from)} 0H${at(to)}V${tall}H${at(from)}z`);
    set(unknown, "d", blank.join(""));
    const seen = ([x, y]: Point) => [across(x), finite(y) ? within(down(y), -1e4, 1e4) : y];
    set(graph, "d", lines.map((piece) => line(piece.map(seen))).join(""));
    set(dots, "d", single.map(([x, y]) => `M${at(across(x))} ${at(down(y))}h0`).join(""));
    set(contours, "d", lift(field, levels));
    const number = (x: number) => (full(x).length < 7 ? full(x) : short(x));
    const marks = (range: Range, about: number, place: (x: number) => number) =>
      ticks(range, about).map((x): Tick => [place(x), number(x)]);
    around.draw(left, TOP, wide, tall, [
      marks(rangeOf(0), wide < 300 ? 4 : 7, across),
      marks(field.ranges[1] ?? field, 5, down),
    ]);
  };

  /** The lines of equal height, and on each, where there is room, its height. */
  const lift = (field: Field, levels: readonly number[]) => {
    const taken: (readonly number[])[] = [];
    heights.replaceChildren();
    const free = (x: number, y: number) =>
      x > 20 && x < wide - 20 && y > 12 && y < tall - 12 && taken.every((at) => Math.hypot(at[0] - x, at[1] - y) > 60);
    return levels
      .flatMap((level) => {
        const pieces = contour(field, level).map((piece) => piece.map((share, k) => share * (k % 2 ? tall : wide)));
        const middle = pieces.slice(pieces.length >> 1).find(([x, y]) => free(x, y));
        if (middle) {
          taken.push(middle);
          heights.append(svg("text", { x: middle[0], y: middle[1] + 4, "text-anchor": "middle" }, short(level)));
        }
        return pieces.map((piece) => piece.map((end, k) => "M L "[k] + end.toFixed(1)).join(""));
      })
      .join("");
  };

  const fill = filling(
    model,
    () => [places, field?.points.filter((_, k) => field?.numbers[k] === null) ?? []],
    () => {
      take();
      changed();
    },
  );
  const plot: Plot = {
    made,
    layer,
    fill,
    trail: [],
    next: new Map(),
    get wide() {
      return wide;
    },
    get tall() {
      return tall;
    },
    show: (some) => {
      places = some;
      field = null;
      reach = "";
      made.classList.toggle("flat", flat());
      // Over a curve a finger that goes up or down scrolls the page.
      picture.style.touchAction = flat() ? "none" : "pan-y";
      const { leaves, root: top } = model.tape;
      some.forEach((place, axis) => {
        riders[axis].call(title(model.tape, leaves[place].node));
      });
      root.call(title(model.tape, top));
      root.made.hidden = flat();
      riders[1].made.hidden = !flat();
      fit();
      update();
    },
    update,
    across,
    down,
    through,
    lay: (made, x, y) => put(made, left + x, TOP + y),
    shares,
  };
  return plot;
}

const NOTHING = { lines: [], dots: [], gaps: [] };

/** A map as a picture, stronger where the root is higher; nothing where it is not known. */
function heat({ numbers, columns, low, high }: Field): string {
  const [width, height] = [columns, numbers.length / columns];
  const canvas = element("canvas", { width, height });
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  const image = pen.createImageData(width, height);
  numbers.forEach((number, k) => {
    if (number === null || Number.isNaN(number)) return;
    const share = high > low ? within((number - low) / (high - low), 0, 1) : 0.5;
    image.data[4 * k + 3] = 255 * (0.04 + 0.4 * share);
  });
  pen.putImageData(image, 0, 0);
  return canvas.toDataURL();
}
