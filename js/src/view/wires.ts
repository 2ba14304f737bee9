// The two lanes between the cards: data goes along in a thin wire, the gradient comes back in a ribbon as wide as what it brings,
// with the local derivative in a pill on it.

import type { Run } from "../engine/tape";
import { DECADE, LANE, LETTER, MOST, RANGE, ROUND, ROW, THINNEST, WIDEST } from "../model/geometry.gen";
import { known } from "../model/gradients";
import type { Edge, Layout, Point } from "../model/layout";
import type { Brought } from "../model/lens";
import type { Model } from "../model/model";
import { into } from "../model/part";
import { bracketed } from "../model/phrases";
import type { Plan, Way as Planned } from "../model/plan";
import { within } from "../model/ranges";
import { through } from "./axes";
import type { Card } from "./card";
import { set, svg, write } from "./dom";

/** So many ways have a pill each; of more only those of the selected node. */
const PILLS = 60;
const PILL = 12;
/** How wide what moves a card is, above it at its right; it is as high as a pill. */
const NOTE = 70;
/** How far the lanes stand apart where a way passes between others. */
const BETWEEN = 5;
/** How long the way from an operation to its card is at most. */
const STEM = 80;

/** How wide a part of a gradient is drawn: settled when the leaves rest, so that nothing swells while something else moves. */
export class Widths {
  readonly #most: number;
  /** Whether widths follow the logarithm. */
  readonly log: boolean;

  constructor(parts: readonly number[]) {
    const sizes = parts.map(Math.abs).filter((size) => size > 0 && Number.isFinite(size));
    this.#most = Math.max(...sizes, Number.MIN_VALUE);
    this.log = Math.min(...sizes) * RANGE < this.#most;
  }

  /** To a tenth of a pixel: what nobody can see is not drawn anew. */
  of(part: number): number {
    const share = Math.abs(part) / this.#most;
    const width = this.log ? WIDEST + DECADE * Math.log10(share) : WIDEST * share;
    return Math.round(10 * within(width, THINNEST, MOST)) / 10;
  }
}

/** One way from a card to an operation, or to a group. */
interface Way {
  readonly edge: Edge;
  readonly planned: Planned;
  readonly wire: SVGPathElement;
  readonly ribbon: SVGPathElement;
  readonly head: SVGPathElement;
  readonly pill: SVGGElement;
  readonly text: SVGTextElement;
  /** Where it reaches the operation's rim: of data, and of the gradient. */
  readonly rims: readonly [Point, Point];
  /** Which of the spots along it has its pill. */
  spot: number;
  stands: Point;
  shown: string;
  look: string;
  idle: boolean;
}

/** What something takes up in the picture. */
type Room = readonly [left: number, top: number, right: number, bottom: number];

/** From an operation to the card of its result. */
interface Stem {
  readonly item: number;
  readonly wire: SVGPathElement;
  readonly ribbon: SVGPathElement;
  readonly path: string;
  look: string;
}

export class Wires {
  readonly made = svg("g.wires");
  /** The pills, which lie over the cards. */
  readonly pills = svg("g.pills");
  readonly #ways: Way[] = [];
  readonly #stems: Stem[] = [];
  #widths = new Widths([]);
  #settled: Run | null = null;

  constructor(
    readonly model: Model,
    readonly plan: Plan,
    readonly cards: readonly Card[],
    readonly layout: Layout,
    readonly upright: boolean,
  ) {
    const waysOf = new Map<number, Planned[]>();
    for (const way of plan.ways) into(waysOf, way.target, way);
    const [ribbons, wires] = ["ribbons", "data"].map((name) => svg(`g.${name}`, {}));
    const incoming = new Map<number, Edge[]>();
    for (const edge of layout.edges) into(incoming, edge.target, edge);
    for (const [box, edges] of incoming) {
      // In the order in which they come in, so that none crosses another at the rim.
      const order = [...edges].sort((one, other) => coming(one) - coming(other) || one.position - other.position);
      for (const edge of edges) {
        const wire = svg("path.wire", { d: "" });
        const planned = (waysOf.get(box) ?? [])[edge.position];
        const [from, to] = [plan.items[edge.source].node, plan.items[box].node];
        const ribbon = svg("path.ribbon", { d: "", "data-source": from, "data-target": to });
        const head = svg("path.head", { d: "" });
        const text = svg("text", { y: 4.2 });
        const pill = svg(
          "g.pill",
          { "data-source": from, "data-target": to },
          svg("rect", { y: -PILL + 2, height: 2 * PILL - 4, rx: PILL - 2 }),
          text,
        );
        const rims = this.#rims(box, order.indexOf(edge), order.length);
        set(wire, "d", this.#curve(edge, this.#lane(edge.source, -1), rims[0], -1, 0).path);
        ribbons.append(ribbon, head);
        wires.append(wire);
        this.pills.append(pill);
        this.#ways.push({
          edge,
          planned,
          wire,
          ribbon,
          head,
          pill,
          text,
          rims,
          spot: 0,
          stands: [0, 0],
          shown: "",
          look: "none",
          idle: false,
        });
      }
    }
    cards.forEach(({ anatomy: { kind, sign } }, item) => {
      if (kind === "op" || !sign) return;
      const ribbon = svg("path.ribbon", { d: "" });
      const [data, path] = this.#stem(item);
      const wire = svg("path.wire", { d: data });
      wires.append(wire);
      ribbons.append(ribbon);
      this.#stems.push({ item, wire, ribbon, path, look: "none" });
    });
    this.made.append(ribbons, wires);
    this.settle();
    if (this.#ways.length <= PILLS) this.#spread();
  }

  /** Whether widths follow the logarithm. */
  get log(): boolean {
    return this.#widths.log;
  }

  /** Settles how wide the ribbons are, by the gradients of now; whether that was still to be done. */
  settle(): boolean {
    const { run } = this.model;
    if (run === this.#settled) return false;
    this.#settled = run;
    this.#widths = new Widths(this.#ways.map((way) => this.#brought(way)?.part ?? 0));
    return true;
  }

  /** What comes back along a way, whatever a mode shows. */
  #brought({ planned }: Way): Brought | null {
    const { run } = this.model;
    return this.plan.brought(planned, run, (node) => run.grads[node]);
  }

  /** Finds a spot for each pill, where it covers as little as may be: of cards, of what is written above them and below, of other pills. */
  #spread(): void {
    const taken: Room[] = [];
    this.cards.forEach(({ width, above, below, anatomy: { kind, height } }, k) => {
      const [along, across] = this.layout.places[k];
      const [x, y] = this.#turned([along, across]);
      const [right, bottom] = this.#turned([along + width, across + above + below]);
      // Below a leaf stand the ends of its range.
      taken.push([x, y, right, bottom + (kind === "leaf" ? PILL : 0)]);
      if (kind !== "op") taken.push([right - NOTE, bottom - height - 2 * PILL, right, bottom - height]);
    });
    for (const way of this.#ways) {
      const local = this.#brought(way)?.local ?? null;
      if (local === null) continue;
      const wide = wideness(this.#word(way, local));
      const { spots } = this.#curve(way.edge, this.#lane(way.planned.source, 1), way.rims[1], 1, 8);
      const rooms = spots.map((spot): Room => {
        const [x, y] = this.#within(spot, wide);
        return [x - wide / 2, y - PILL + 1, x + wide / 2, y + PILL - 1];
      });
      const costs = rooms.map((room) => taken.reduce((sum, other) => sum + shared(room, other), 0));
      way.spot = costs.indexOf(Math.min(...costs));
      taken.push(rooms[way.spot]);
    }
  }

  /** Where in the picture a pill so wide has its middle that is meant to stand at a spot: not beyond the picture's sides. */
  #within(spot: Point, wide: number): Point {
    const [x, y] = this.#turned(spot);
    const [end] = this.#turned([this.layout.width, this.layout.height]);
    return [within(x, wide / 2, end - wide / 2), y];
  }

  #word({ planned }: Way, local: number): string {
    return `×${known(this.model.tape, planned.uses[0][0], local, bracketed)}`;
  }

  /** Draws the gradients of now. `on` are the nodes whose ways are full while others are pale; all are for null. */
  update(on: ReadonlySet<number> | null): void {
    const { model, plan } = this;
    const { run, lens } = model;
    const parts = this.#ways.map(({ planned }) => plan.brought(planned, run, (node) => model.grad(node), lens?.gave));
    const widths = parts.map((found) => this.#wide(found));
    // Side by side at the card: their widths add up there.
    const totals = new Map<number, number>();
    this.#ways.forEach(({ planned: { source } }, k) => {
      totals.set(source, (totals.get(source) ?? 0) + widths[k]);
    });
    const taken = new Map<number, number>();
    const many = this.#ways.length > PILLS;
    this.#ways.forEach((way, k) => {
      const { source, uses } = way.planned;
      const { local = null, part = null } = parts[k] ?? {};
      const width = widths[k];
      const before = taken.get(source) ?? 0;
      taken.set(source, before + width);
      const total = totals.get(source) ?? 0;
      const squeezed = Math.min(1, (ROW - 3) / (total || 1));
      const slot = (before + width / 2 - total / 2) * squeezed;
      const along = on !== null && uses.some(([node, user]) => on.has(node) && on.has(user));
      const strong = lens?.used ? uses.some(([node, user]) => lens.used?.(node, user)) : along;
      const pale = !strong && (lens?.used && !lens.gave ? true : on !== null && !along);
      const idle = uses.every(([, user]) => model.data(user) === null);
      const look = looks(part);
      const told = !lens?.local || uses.every(([node, user]) => lens.local?.(node, user));
      const word = local === null ? "" : told ? this.#word(way, local) : "×?";
      const lies = `${look} ${width} ${slot.toFixed(2)} ${pale}`;
      const shown = `${lies} ${strong} ${idle} ${word}`;
      if (shown === way.shown) return;
      const moved = !way.shown.startsWith(lies);
      way.shown = shown;
      if (moved) this.#draw(way, `${look}${pale ? " pale" : ""}`, look === "unknown" ? 6 : width || 1.4, slot);
      way.wire.classList.toggle("pale", idle);
      for (const made of [way.wire, way.pill]) made.classList.toggle("strong", strong);
      if (lens?.moves) this.#move(way, look, idle, lens.moves);
      [way.look, way.idle] = [look, idle];
      const written = strong || !many ? word : "";
      way.pill.toggleAttribute("hidden", !written);
      const wide = wideness(written);
      if (way.text.textContent !== written) {
        write(way.text, written);
        set(way.pill.firstElementChild as Element, "x", -wide / 2);
        set(way.pill.firstElementChild as Element, "width", wide);
      }
      set(way.pill, "transform", `translate(${this.#within(way.stands, wide)})`);
    });
    for (const stem of this.#stems) {
      const { item, wire, ribbon, path } = stem;
      const { node } = plan.items[item];
      wire.classList.toggle("pale", model.data(node) === null);
      const grad = lens?.gave && !lens.gave(node, 0) ? null : model.grad(node);
      const look = looks(grad);
      set(ribbon, "class", `ribbon ${look}${on && !on.has(node) ? " pale" : ""}`);
      set(ribbon, "stroke-width", look === "unknown" ? 6 : grad ? this.#widths.of(grad) : 1.4);
      if (!ribbon.getAttribute("d")) set(ribbon, "d", path);
      if (lens?.moves && look !== stem.look) runs(ribbon, STEM, 0, lens.moves / 2);
      stem.look = look;
    }
  }

  /** What comes along a way now is seen to come: back in the ribbon, or on in the wire. */
  #move(way: Way, look: string, idle: boolean, moves: number): void {
    const half = this.cards[way.planned.target].anatomy.kind === "card" ? moves / 2 : 0;
    const { points } = way.edge;
    const long = points.reduce(
      (sum, [x, y], k) => sum + Math.abs(x - points[k && k - 1][0]) + Math.abs(y - points[k && k - 1][1]),
      0,
    );
    if (way.idle && !idle) runs(way.wire, -long, 0, moves);
    if (look === way.look) return;
    runs(way.ribbon, long, half, moves - half);
    way.head.animate({ opacity: [0, 1] }, { delay: moves, duration: 60, fill: "backwards" });
  }

  #wide(found: Brought | null): number {
    const part = found?.part ?? 0;
    return part ? this.#widths.of(Number.isNaN(part) ? 0 : part) : 0;
  }

  #draw(way: Way, look: string, width: number, slot: number): void {
    const { edge, ribbon, head, rims } = way;
    const arrow = Math.max(4.5, width / 2 + 3);
    const [along, middle] = edge.points[0];
    const lane = this.#lane(way.planned.source, 1) + slot;
    const back = this.#curve(edge, lane, rims[1], 1, arrow + 1);
    const none = look.startsWith("none");
    set(ribbon, "d", none ? "" : back.path);
    set(ribbon, "class", `ribbon ${look}`);
    set(ribbon, "stroke-width", width);
    const [tip, wing] = [along + 2, along + 1.5 + arrow];
    const at = middle + lane;
    set(head, "d", none ? "" : `${this.#line([tip, at], [wing, at - arrow], [wing, at + arrow])}Z`);
    set(head, "class", `head ${look}`);
    way.stands = back.spots[way.spot];
  }

  /** How far from its middle a card's data leaves, or the gradient comes back. */
  #lane(item: number, side: number): number {
    const { kind } = this.cards[item].anatomy;
    if (kind === "op") return side * 5;
    if (kind === "constant") return 0;
    return side * LANE * (this.upright ? 1.6 : 1);
  }

  /** A way from the right of its source to the rim of its operation, and the spots on it for a pill, the best first. */
  #curve(edge: Edge, lane: number, rim: Point, side: number, start: number): { path: string; spots: Point[] } {
    const { points } = edge;
    const shifted = points.map(([along, across], k): Point => {
      if (k < 2) return [Math.max(along, points[0][0] + start), across + lane];
      if (k >= points.length - 2) return [Math.min(along, rim[0]), rim[1]];
      return [along, across + side * BETWEEN];
    });
    let path = `M${this.#at(shifted[0])}`;
    const [level, bent]: [Point[], Point[]] = [[], []];
    const gaps = points.length / 2;
    for (let gap = 0; gap < gaps - 1; gap++) {
      const [from, to] = [shifted[2 * gap], shifted[2 * gap + 1]];
      if (to[0] > from[0]) {
        path += `L${this.#at(to)}`;
        if (gap) for (const t of [0.5, 0.25, 0.75]) level.push([from[0] + (to[0] - from[0]) * t, to[1]]);
      }
      const next = shifted[2 * gap + 2];
      const begin = to[0] > from[0] ? to : from;
      // Going down, data turns late and the gradient early, and going up the other way round: the lanes stay apart.
      const down = next[1] > begin[1];
      const share = gaps > 2 ? 0.5 : side < 0 ? (down ? 0.7 : 0.34) : down ? 0.36 : 0.68;
      const turn = begin[0] + (next[0] - begin[0]) * share;
      path += `C${this.#at([turn, begin[1]])} ${this.#at([turn, next[1]])} ${this.#at(next)}`;
      for (const t of [0.5, 0.35, 0.65, 0.2, 0.8]) {
        const s = 1 - t;
        const bend = 3 * s * t;
        bent.push([
          s ** 3 * begin[0] + bend * turn + t ** 3 * next[0],
          (s ** 3 + bend * s) * begin[1] + (t ** 3 + bend * t) * next[1],
        ]);
      }
    }
    path += `L${this.#at(rim)}`;
    // A long way has its pill in its middle, where it is level.
    const middle = shifted[2 * Math.floor(gaps / 2)];
    level.sort((one, other) => Math.abs(one[0] - middle[0]) - Math.abs(other[0] - middle[0]));
    return { path, spots: [...level, ...bent, rim] };
  }

  /** Where the way that is the `nth` of `count` reaches an operation's rim. */
  #rims(box: number, nth: number, count: number): [Point, Point] {
    const card = this.cards[box];
    const [left, top] = this.layout.places[box];
    const middle = top + card.above;
    const round = this.upright ? ROUND : Math.min(ROUND, card.anatomy.round);
    const share = count > 1 ? (2 * nth) / (count - 1) - 1 : 0;
    // A group has no sign before it: ways end at its side.
    const group = !card.anatomy.sign;
    const reach = group ? Math.min(card.above, card.below) - 12 : 7 + (this.upright ? card.anatomy.round - ROUND : 0);
    return [-4, 4].map((lane): Point => {
      const across = share * reach + lane;
      const high = within(across, 1 - round, round - 1);
      return [left + (group ? 0 : round - Math.sqrt(round ** 2 - high ** 2)), middle + across];
    }) as [Point, Point];
  }

  /** From an operation to its card, and back. */
  #stem(box: number): [string, string] {
    const card = this.cards[box];
    const [left, top] = this.layout.places[box];
    const { round, height } = card.anatomy;
    const middle = top + card.above;
    const op = left + 2 * (this.upright ? ROUND : round);
    const end = left + card.width - (this.upright ? height : card.anatomy.width);
    const lane = this.#lane(box, 1);
    const half = (op + end) / 2;
    const line = (from: Point, to: Point) =>
      `M${this.#at(from)}C${this.#at([half, from[1]])} ${this.#at([half, to[1]])} ${this.#at(to)}`;
    const data = line([op - 2, middle - 7], [end - 1, middle - lane]);
    return [
      data + this.#line([end - 6, middle - lane - 3.5], [end - 1, middle - lane], [end - 6, middle - lane + 3.5]),
      line([op - 4, middle + 6], [end, middle + lane]),
    ];
  }

  /** A point, along and across, as it is in the picture; and the other way round. */
  #turned([along, across]: Point): Point {
    return this.upright ? [across, along] : [along, across];
  }

  #line(...points: readonly Point[]): string {
    return through(points.map((point) => this.#turned(point)));
  }

  /** A point in a path. */
  #at(point: Point): string {
    return this.#turned(point)
      .map((at) => at.toFixed(1))
      .join(" ");
  }
}

/** How a part of a gradient is drawn. */
function looks(part: number | null): string {
  if (part === null) return "none";
  return Number.isNaN(part) ? "unknown" : part > 0 ? "positive" : part < 0 ? "negative" : "dead";
}

/** Draws a line anew, from its end back to its beginning or the other way round; `long` is as long as it is, about. What is dashed only comes. */
function runs(line: SVGPathElement, long: number, delay: number, duration: number): void {
  const shown = line.matches(".dead, .unknown")
    ? { opacity: [0, 1] }
    : { strokeDasharray: Array(2).fill(`${Math.abs(long)}`), strokeDashoffset: [-long, 0] };
  line.animate(shown, { delay, duration, fill: "backwards" });
}

/** At which height a way comes in from the column before. */
function coming({ points }: Edge): number {
  return points[points.length - 3][1];
}

/** How wide a pill is with this in it. */
function wideness(word: string): number {
  return word.length * PILL * LETTER + PILL;
}

/** How much two rooms share. */
function shared([left, top, right, bottom]: Room, [before, over, behind, under]: Room): number {
  const wide = Math.min(right, behind) - Math.max(left, before);
  const high = Math.min(bottom, under) - Math.max(top, over);
  return wide > 0 && high > 0 ? wide * high : 0;
}
