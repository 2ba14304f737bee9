// The graph view: the cards, and the wires between them, and where they stand. Nothing moves while numbers change; the layout is made anew
// only when the structure is new.

import type { Tape } from "../engine/tape";
import { anatomy, box } from "../model/anatomy";
import { ACROSS, DOWN } from "../model/geometry.gen";
import { openTo } from "../model/groups";
import { type Layout, layout, type Point } from "../model/layout";
import type { Model } from "../model/model";
import { rootName } from "../model/names";
import { nudge } from "../model/nudge";
import { Plan } from "../model/plan";
import { ripple } from "../model/ripple";
import { after, effect, ended, scope, signal, untracked } from "../model/signals";
import { around, mountCamera, type Rectangle, type Standing } from "./camera";
import { type Card, cardOf } from "./card";
import { arrange, button, element, set, svg } from "./dom";
import { mountHands } from "./hands";
import { explained } from "./legend";
import { Wires } from "./wires";

/** Above the cards and below them: what a nudge does, and the ends of a range. */
const RIM = 24;
/** Below this width the graph runs from top to bottom. */
const NARROW = 640;
/** Milliseconds after which leaves that have not moved rest. */
const REST = 150;

/** Space between columns, and between cards of one, where there is little room. */
const CLOSE = 50;
const CLOSE_DOWN = 10;
/** Before a group, which has no sign and no stem beside which a pill could stand. */
const BEFORE_GROUPS = 76;

/** A way to draw the graph: by its names, in cards without captions, from top to bottom, in rows no wider than the page, with so much space between the columns. */
interface Way {
  readonly names?: boolean;
  readonly compact?: boolean;
  readonly upright?: boolean;
  readonly wraps?: boolean;
  readonly across?: number;
}

/** From what shows the most to what needs the least room. */
const WIDE_WAYS: readonly Way[] = [
  { across: ACROSS },
  {},
  { names: true },
  { names: true, compact: true },
  { names: true, compact: true, upright: true },
];
const NARROW_WAYS: readonly Way[] = [
  { upright: true },
  { upright: true, compact: true },
  { upright: true, compact: true, names: true },
  { upright: true, compact: true, names: true, wraps: true },
];

export interface GraphView {
  /** Shows the whole graph, or what of it can be read, as in the beginning. */
  fit(whole: boolean): void;
  zoom(factor: number): void;
  /** Moves the picture, if it must, so that a node can be seen. */
  reveal(node: number): void;
  /** Whether a node has a card, or a sign, in the picture. */
  draws(node: number): boolean;
  /** Whether a leaf has its slider in the picture. */
  slides(node: number): boolean;
  /** The place of a node's gradient, where a mode may put a field; null where it has none. */
  slot(node: number): HTMLElement | null;
  /** What is drawn now. */
  readonly plan: Plan;
  /** What is left out of the picture, and folded in it. */
  wishes: { constants: boolean; names: boolean };
  /** The groups that somebody has opened and shut, by their keys. */
  choice: { readonly open: ReadonlySet<string>; readonly shut: ReadonlySet<string> };
  /** Opens the groups in which a node is, and selects it. */
  open(node: number): void;
  /** Shows something in the picture's place; null for nothing. */
  replace(made: HTMLElement | null): void;
  /** Where the picture stands. A picture of another size keeps but the scale. */
  standing: Standing;
  /** What is drawn now, whole, and its own size. */
  picture(): readonly [made: HTMLElement, width: number, height: number];
}

export function mountGraph(host: HTMLElement, model: Model): GraphView {
  const lines = svg("svg.lines", { "aria-hidden": "true" });
  const above = svg("svg.lines", { "aria-hidden": "true" });
  const stage = element("div.stage");
  const frame = element("div.frame", { role: "group" }, stage);
  const count = element("p.count", "The picture goes on to the left: drag it, or press Fit.");
  const legend = element("p.legend");
  const trail = element("nav.crumbs", { "aria-label": "Open groups", hidden: "" });
  host.append(trail, frame, legend, count);

  let cards: Card[] = [];
  let plan: Plan;
  const plans = signal(0);
  let wires: Wires;
  let live = () => {};
  let way: Way = WIDE_WAYS[0];
  /** The sizes in which the picture could not be read. */
  let refused: Point[] = [];
  let [fits, turned] = [true, false];
  let drawn: Layout = { places: [], edges: [], width: 0, height: 0 };
  let wishes = { constants: true, names: false };
  /** Whether somebody has wished for something: until then names alone are drawn where all would not fit. */
  let wished = false;
  /** The groups that somebody has opened and shut, by their keys. */
  let choice: { open: ReadonlySet<string>; shut: ReadonlySet<string> } = { open: new Set(), shut: new Set() };
  let instead: HTMLElement | null = null;
  /** The node for whose sake groups were opened. */
  let sought = -1;
  let late: ReturnType<typeof setTimeout> | undefined;
  /** Width and height of the whole picture, as it stands on the page. */
  const narrow = () => frame.clientWidth > 0 && frame.clientWidth < NARROW;
  const extent = (): Point =>
    way.upright ? [drawn.height, drawn.width + 2 * RIM] : [drawn.width, drawn.height + 2 * RIM];
  /** Where a card stands in the picture: its left and top, its width and height. */
  const stands = (index: number): Rectangle => {
    const card = cards[index];
    const [along, across] = drawn.places[index];
    const thick = card.above + card.below;
    return way.upright ? [across, along + RIM, thick, card.width] : [along, across + RIM, card.width, thick];
  };

  const camera = mountCamera(frame, stage, {
    extent,
    root: () => stands(plan.at(model.tape.root)),
    placed: () => {
      if (late !== undefined) numbers();
    },
  });

  /** Writes the numbers: at once where they are seen, elsewhere when the leaves rest. */
  const numbers = (all = false) => {
    clearTimeout(late);
    // What something else stands in the place of is drawn anew when it comes back.
    if (instead) return;
    late = all ? undefined : setTimeout(() => numbers(true), REST);
    const { selected, lens, run } = model;
    // A lens that says which ways are lit leaves nothing to the selection, but for a pass, where what has come is full.
    const told = lens?.used && !lens.gave;
    const on = selected === null || told ? null : ripple(model.tape, selected);
    const after = on && !lens && model.rests ? nudge(model, selected as number)?.values : null;
    cards.forEach((card, index) => {
      const { node } = plan.items[index];
      if (all || camera.sees(stands(index)))
        card.update(after && on?.has(node) ? after[node] - run.values[node] : undefined);
    });
    // Leaves that rest are drawn as a fresh run draws them; while they move, nothing swells because another thing does.
    if (model.moved.value?.done !== false && wires.settle()) explain();
    if (all || camera.width) wires.update(on && model.tape.reaches(selected as number) ? on : null);
  };

  /** Says what the ribbons mean. */
  const explain = () => legend.replaceChildren(...explained(rootName(model.tape), wires.log));

  const names = () => wishes.names || (way.names === true && !wished);

  const draw = (next: Way) => {
    way = next;
    const { upright = false, compact = false, across = CLOSE, wraps = false } = way;
    plan = new Plan(model.tape, { ...wishes, ...choice, names: names() });
    const boxes = plan.items.map((item) => box(anatomy(model.tape, item, compact), upright));
    const groups = !upright && plan.items.some(({ kind }) => kind === "group");
    drawn = layout(
      boxes,
      plan.args,
      Math.max(across, groups ? BEFORE_GROUPS : 0),
      upright ? CLOSE_DOWN : DOWN,
      wraps ? camera.widest : Infinity,
    );
  };

  /** Draws the graph in the first way in which it can be read as a whole, if there is one. */
  const suit = () => {
    turned = narrow();
    refused = [];
    const ways = turned ? NARROW_WAYS : WIDE_WAYS;
    for (const next of ways) {
      draw(next);
      fits = camera.holds(...extent());
      if (fits) return;
      refused.push(extent());
    }
    draw(turned ? ways[3] : ways[2]);
  };

  /** Whether somebody has a slider in the hand: what comes in the middle of a drag moves no slider away from the pointer. */
  const moving = () => model.moved.value?.done === false && cards.some(({ held }) => held);

  const structure = (anew: boolean) => {
    const { tape } = model;
    const within = stage.matches(":focus-within");
    const stood = plan?.items[hands.at]?.key;
    if (anew) suit();
    else draw(way);
    const { items } = plan;
    const { upright = false, compact = false } = way;
    live();
    const before = new Map(cards.map((card) => [card.key, card]));
    const leafKeys = new Map(tape.leaves.map(({ node, key }) => [node, key]));
    cards = items.map((item) => {
      const old = item.kind === "leaf" ? before.get(leafKeys.get(item.node) ?? "") : undefined;
      const same = old?.anatomy.name === item.name && old.upright === upright && old.compact === compact;
      const card = old && same ? old : cardOf(model, item, upright, compact);
      return card;
    });
    // A slider that is being dragged must not leave the page, even where the graph has no more use for its leaf.
    const kept = new Set(cards.map((card) => card.key));
    const held = [...before.values()].filter((card) => card.key && !kept.has(card.key) && card.held);
    live = scope(() => {
      cards.forEach((card, index) => {
        card.join(items[index]);
      });
      for (const card of held) card.idle();
    });
    wires = new Wires(model, plan, cards, drawn, upright);
    const [wide, tall] = extent();
    stage.style.width = `${wide}px`;
    stage.style.height = `${tall}px`;
    stage.classList.toggle("upright", upright);
    stage.classList.toggle("compact", compact);
    for (const [layer, drawing] of [
      [lines, wires.made],
      [above, wires.pills],
    ] as const) {
      set(layer, "width", wide);
      set(layer, "height", tall);
      set(drawing, "transform", `translate(0 ${RIM})`);
      layer.replaceChildren(drawing);
    }
    cards.forEach(({ made }, index) => {
      const [left, top, width, height] = stands(index);
      made.dataset.item = String(index);
      made.style.cssText = `left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
    });
    cards.forEach((card, index) => {
      card.made.classList.toggle("root", index === plan.at(tape.root));
    });
    arrange(stage, [lines, ...[...cards, ...held].map((card) => card.made), above]);
    set(frame, "aria-label", `Expression graph of ${rootName(tape)}`);
    const again = items.findIndex(({ key }) => key === stood);
    hands.focus(again < 0 ? plan.at(tape.root) : again, within && !stage.matches(":focus-within"));
    numbers(true);
    selection();
    // In the middle of a drag nothing is fitted, but what is dragged stays in sight.
    if (moving()) camera.reveal(stands(cards.findIndex(({ held }) => held)));
    else if (camera.untouched) fit();
    count.hidden = !camera.more;
    explain();
    plans.value = plans.peek() + 1;
  };

  /** Brings a card into sight; before one whose group was opened for its sake, as far as there is room, all that is in that. */
  const reveal = (node: number | null) => {
    const at = plan.at(node);
    if (at < 0) return;
    const group = (index: number) => plan.items[index].within.at(-1)?.key;
    const inside = node === sought ? [...cards.keys()].filter((index) => group(index) === group(at)) : [at];
    untracked(() => {
      camera.reveal(around(inside.map(stands)));
      camera.reveal(stands(at));
    });
  };
  /** Nobody has moved the picture: all of it is shown, or what of it can be read; and what is selected. */
  const fit = () => {
    camera.fit();
    reveal(model.selected);
  };

  const selection = () => {
    const { lens } = model;
    const chosen = plan.at(model.selected);
    cards.forEach((card, index) => {
      const { nodes } = plan.items[index];
      card.made.classList.toggle("lit", lens?.lit ? nodes.some((node) => lens.lit?.(node)) : false);
      card.select(index === chosen);
    });
    crumbs(chosen);
  };

  /** The groups that somebody has opened, and those around a card: pressed, a group shuts again. */
  const crumbs = (index: number) => {
    const open = new Map<string, string>();
    plan.items.forEach(({ within }, each) => {
      for (const { key, label } of within) if (each === index || choice.open.has(key)) open.set(key, label);
    });
    trail.replaceChildren(
      ...[...open].map(([key, label]) => button(`${label} ⊟`, `Shut ${label}`, () => toggle(key, false))),
    );
    trail.hidden = !open.size;
  };

  /** Opens a group, or shuts it; what somebody looks at stays where it is. */
  const toggle = (key: string, opens: boolean) => {
    const [open, shut] = [new Set(choice.open), new Set(choice.shut)];
    (opens ? open : shut).add(key);
    (opens ? shut : open).delete(key);
    choice = { open, shut };
    const index = plan.items.findIndex((item) => item.key === key);
    const before = index < 0 ? null : stands(index);
    structure(camera.untouched);
    const now = plan.items.findIndex((item) => item.key === key || item.within.some((around) => around.key === key));
    if (now < 0) return;
    if (!camera.untouched && before) {
      const [left, top] = stands(now);
      const { scale } = camera.view;
      camera.pan((before[0] - left) * scale, (before[1] - top) * scale);
    }
    hands.focus(now, true);
  };

  const hands = mountHands(frame, model, camera, {
    get plan() {
      return plan;
    },
    get cards() {
      return cards;
    },
    get places() {
      return drawn.places;
    },
    get upright() {
      return way.upright === true;
    },
    stands,
    toggle,
  });
  const watched = new ResizeObserver(() => {
    camera.measure();
    if (!camera.width) return;
    const cramped = fits && !camera.holds(...extent());
    const changed = narrow() !== turned || cramped || refused.some((size) => camera.holds(...size));
    // What somebody types stays as it is.
    if (changed && !moving() && !stage.querySelector("input:focus:not(.slider)")) structure(true);
    else if (camera.untouched) fit();
  });
  watched.observe(frame);
  let [seen, unsettled]: [Tape | null, boolean] = [null, false];
  effect(() => {
    const { structure: shown } = model;
    const waits = moving();
    untracked(() => {
      // What came in the middle of a drag is laid out when that has ended.
      if (shown !== seen || (unsettled && !waits)) structure(!waits);
      [seen, unsettled] = [shown, waits && (unsettled || shown !== seen)];
    });
  });
  after(
    () => [model.run, model.lens, model.selected, model.mood, model.stale, model.moved.value],
    () => numbers(),
  );
  after(() => [model.selected, model.lens], selection);
  effect(() => reveal(model.selected));
  ended(() => {
    clearTimeout(late);
    live();
    watched.disconnect();
  });
  return {
    fit: camera.refit,
    reveal,
    draws: (node) => plan.items[plan.at(node)]?.node === node,
    slides: (node) => Boolean(plan.items[plan.at(node)]?.node === node && cards[plan.at(node)].track),
    slot: (node) => cards[plan.at(node)]?.slot ?? null,
    get plan() {
      void plans.value;
      return plan;
    },
    get wishes() {
      return { ...wishes, names: names() };
    },
    set wishes(next) {
      wishes = next;
      wished = true;
      structure(true);
      camera.refit(false);
    },
    get choice() {
      return choice;
    },
    set choice(next) {
      choice = next;
      structure(camera.untouched);
    },
    open: (node) => {
      sought = node;
      choice = openTo(model.tape, { ...wishes, names: names(), ...choice }, node);
      structure(camera.untouched);
      model.select(node);
      reveal(node);
    },
    replace: (made) => {
      if (made === instead) return;
      instead = made;
      host.classList.toggle("replaced", made !== null);
      camera.measure();
      if (!made) structure(true);
    },
    get standing() {
      return camera.standing;
    },
    set standing(before) {
      camera.standing = before;
    },
    picture: () => {
      if (instead) return [instead, instead.scrollWidth, instead.scrollHeight];
      numbers(true);
      return [stage, ...extent()];
    },
    zoom: camera.zoom,
  };
}
