// What stands for a node in the picture: its operation in a circle, and its card with name, number, gradient and, for a leaf, its slider.
import { type Anatomy, anatomy, box } from "../model/anatomy";
import { many, short } from "../model/format";
import { shown, sign, spoken } from "../model/gradients";
import type { Box } from "../model/layout";
import type { Model } from "../model/model";
import { aloud as formula } from "../model/phrases";
import type { Item } from "../model/plan";
import { element, set, write } from "./dom";
import { type Track, track } from "./track";

/** Digits and signs for which there is room beside a caption, and without one. */
const ROOM = 6;
const MORE = 10;
const LESS = 7;

export interface Card extends Box {
  readonly made: HTMLElement;
  readonly anatomy: Anatomy;
  readonly upright: boolean;
  readonly compact: boolean;
  /** What is pressed to select the node. */
  readonly face: HTMLElement;
  readonly track: Track | null;
  /** The place of the gradient, into which a mode may put a field; in the picture where the item has one. */
  readonly slot: HTMLElement;
  /** The leaf's key; empty where it is none. */
  readonly key: string;
  /** Whether somebody is at its slider or its number. */
  readonly held: boolean;
  /** Takes part in a graph, as this node of it. A leaf's card does so again and again: its slider may be in somebody's hand. */
  join(item: Item): void;
  /** The graph has no more use for the leaf, but somebody has its slider in the hand. */
  idle(): void;
  /** Whether this is the card at which the tab key stops. */
  stop(here: boolean): void;
  /** Of the card that is selected the ends of its range are seen. */
  select(selected: boolean): void;
  /** Writes what has changed; `moved` is by how much a nudge elsewhere moves this node, where one is shown. */
  update(moved: number | undefined): void;
}

/** What only the face says to a screen reader. */
function mute(look: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element("span", { class: look, "aria-hidden": "true" }, ...content);
}

export function cardOf(model: Model, first: Item, upright: boolean, compact: boolean): Card {
  const { tape } = model;
  let item = first;
  const sizes = anatomy(tape, item, compact);
  const { kind, name, sign: symbol, round, width, height, head, side } = sizes;
  const leaf = kind === "leaf" ? tape.leaves.find(({ node }) => node === item.node) : undefined;
  const key = leaf?.key ?? "";
  const made = element("div.node", { "data-kind": kind });
  const face = element("button.face", { tabindex: -1, "aria-pressed": "false" });
  const slot = element("span.slot");
  const [data, grad, note] = ["data", "grad", "over"].map((look) => mute(look));
  const ends = element("div.ends", { hidden: "" });
  let said = "";
  /** A number as the card has room for it: with fewer digits where it must be. */
  const fit = (x: number): string => {
    let text = short(x);
    for (const digits of [3, 2]) if (text.length > (compact ? LESS : MORE)) text = short(+x.toPrecision(digits));
    return text;
  };
  const handle = leaf ? track(model, leaf.name, fit) : null;

  const op = symbol ? mute("op", symbol) : "";
  if (op) op.style.width = `${2 * round}px`;
  if (kind === "op") {
    face.append(op);
    made.append(face);
  } else {
    const card = element("div.card", face);
    card.style.cssText = `width: ${width}px; height: ${height}px; --side: ${side}px; --head: ${head}px`;
    card.classList.toggle("long", head > 0);
    card.classList.toggle("unnamed", !name);
    made.append(op, card);
    if (kind === "constant") card.append(data);
    else {
      if (name) card.append(mute("label", name));
      const several = item.node < 0;
      slot.append(grad);
      card.append(
        element("span.figure data-row", mute("key", several ? "holds" : "data"), handle?.value ?? data),
        element("span.figure grad-row", mute("key", several ? "most" : "grad"), slot),
      );
      if (kind === "group") card.append(mute("opens", "+"));
      else if (tape.theirs(item.node)?.why) {
        made.classList.add("differs");
        card.append(mute("mark", "≠"));
      }
      if (handle) {
        const { slider, value, low, high, reset, problem } = handle;
        for (const inside of [slider, value, low, high, reset]) inside.tabIndex = -1;
        ends.append(low, reset, high);
        card.append(slider, ends, problem);
      }
      card.append(note);
    }
  }

  const joined = () => {
    const place = key ? model.tape.leaves.findIndex((leaf) => leaf.key === key) : -1;
    if (place >= 0) handle?.join(place);
  };

  /** Of a group from which several numbers go out: the node with the largest gradient. */
  const most = ({ nodes }: Item) => {
    const size = (node: number) => Math.abs(model.grad(node) ?? 0);
    let most = nodes[0];
    for (const node of nodes) if (Number.isNaN(size(node)) || size(node) > size(most)) most = node;
    return most;
  };

  const aloud = (data: string, seen: string): string => {
    const { node, holds } = item;
    const numbers = () => `data ${data}, ${spoken(model.run, node, model.grad(node))}`;
    if (kind === "group") {
      const shows = node < 0 ? `largest gradient ${seen}` : numbers();
      return `${name}, a group of ${many(holds)}, ${shows}; open it with + or a double click`;
    }
    if (kind === "constant") return `constant, data ${data}`;
    const theirs = model.tape.theirs(node);
    const other = theirs?.why ? `, your class gives ${short(theirs.grad)}` : "";
    const by = formula(model.tape, node);
    return `${name || by || "unnamed value"}, ${numbers()}${other}${by && name ? `, made by ${by}` : ""}`;
  };

  return {
    ...box(sizes, upright),
    made,
    anatomy: sizes,
    upright,
    compact,
    face,
    track: handle,
    slot,
    key,
    get held() {
      return made.matches(":active") || made.querySelector("input:focus") !== null;
    },
    join: (next) => {
      item = next;
      set(made, "data-node", item.node);
      made.classList.remove("idle");
      joined();
    },
    idle: () => {
      made.classList.add("idle");
      joined();
    },
    stop: (here) => {
      for (const inside of [face, handle?.slider, handle?.value]) if (inside) inside.tabIndex = here ? 0 : -1;
    },
    select: (selected) => {
      made.classList.toggle("selected", selected);
      set(face, "aria-pressed", selected);
      ends.hidden = !selected;
      for (const inside of [handle?.low, handle?.high, handle?.reset]) if (inside) inside.tabIndex = selected ? 0 : -1;
    },
    update: (moved) => {
      const { lens } = model;
      const { node, holds, nodes } = item;
      const full = (made: Element | null, text: string) => made?.classList.toggle("full", text.length > ROOM);
      const number = node < 0 ? null : model.data(node);
      const shows = node < 0 ? many(holds) : number === null ? "·" : fit(number);
      const strongest = node < 0 ? most(item) : node;
      const seen = shown(model, strongest, fit);
      if (handle) full(handle.value.parentElement, handle.value.value);
      else if (data.textContent !== shows) {
        write(data, shows);
        if (kind === "card" || kind === "group") full(data.parentElement, shows);
      }
      const row = slot.parentElement;
      if (grad.textContent !== seen) {
        write(grad, seen);
        full(row, seen);
        // It changes when what changes it has come, and its tint with it.
        const comes = { delay: lens?.moves, duration: 60, fill: "backwards" } as const;
        if (lens?.moves) grad.animate([{ offset: 0, opacity: 0 }], comes);
        if (lens?.moves) row?.animate([{ offset: 0, backgroundColor: "transparent" }], comes);
      }
      if (row) set(row, "data-sign", sign(model.grad(strongest)));
      const wrong = lens?.wrong?.(strongest) ?? false;
      row?.classList.toggle("wrong", wrong);
      const told = lens?.note?.(node, nodes);
      write(note, told ?? (moved ? `${moved > 0 ? "+" : ""}${short(moved)}` : ""));
      const words = [aloud(shows, seen), wrong && "wrong on purpose", told].filter((each) => each).join("; ");
      if (words === said) return;
      said = words;
      set(face, "aria-label", said);
      if (kind === "op") face.title = said;
    },
  };
}
