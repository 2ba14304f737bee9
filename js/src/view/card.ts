// What stands for a node in the picture: its operation in a circle, and its card with name, number, gradient and, for a leaf, its slider.
import { type Anatomy, anatomy, box } from "../model/anatomy";
import { many, short } from "../model/format";
import { shown, sign, spoken } from "../model/gradients";
import type { Box } from "../model/layout";
import type { Model } from "../model/model";
import { aloud } from "../model/phrases";
import type { Item } from "../model/plan";
import { element, set, write } from "./dom";
import { type Track, track } from "./track";

/** Digits and signs for which there is room beside a caption, and without one. */
const ROOM = 6;
const MORE = 10;
const LESS = 7;

export class Card implements Box {
  readonly made: HTMLElement;
  readonly anatomy: Anatomy;
  readonly width: number;
  readonly above: number;
  readonly below: number;
  /** What is pressed to select the node. */
  readonly face = element("button.face", { type: "button", tabindex: -1, "aria-pressed": "false" });
  readonly track: Track | null = null;
  /** The place of the gradient, into which a mode may put a field; in the picture where the item has one. */
  readonly slot = element("span.slot");
  readonly #data = element("span.data", { "aria-hidden": "true" });
  readonly #grad = element("span.grad", { "aria-hidden": "true" });
  readonly #note = element("span.over", { "aria-hidden": "true" });
  readonly #ends = element("div.ends", { hidden: "" });
  /** The leaf's key; empty where it is none. */
  readonly key: string;
  #item: Item;
  #said = "";
  /** A number as the card has room for it. */
  readonly #fit = (x: number): string => {
    const text = short(x);
    return text.length <= (this.compact ? LESS : MORE) ? text : x.toExponential(this.compact ? 1 : 2);
  };

  constructor(
    readonly model: Model,
    item: Item,
    readonly upright: boolean,
    readonly compact: boolean,
  ) {
    const { tape } = model;
    const { node, name } = item;
    const leaf = tape.leaves.find((leaf) => leaf.node === node);
    this.#item = item;
    this.key = (item.kind === "leaf" && leaf?.key) || "";
    this.anatomy = anatomy(tape, item, compact);
    const { kind, sign: symbol, round, width, height, head, side } = this.anatomy;
    ({ width: this.width, above: this.above, below: this.below } = box(this.anatomy, upright));
    this.made = element("div.node", { "data-kind": kind });
    const op = symbol ? element("span.op", { "aria-hidden": "true" }, symbol) : null;
    if (op) op.style.width = `${2 * round}px`;
    if (kind === "op" && op) {
      this.made.append(this.face);
      this.face.append(op);
      return;
    }
    const card = element("div.card");
    card.style.width = `${width}px`;
    card.style.height = `${height}px`;
    card.style.setProperty("--side", `${side}px`);
    card.style.setProperty("--head", `${head}px`);
    card.classList.toggle("long", head > 0);
    card.classList.toggle("unnamed", !name);
    if (op) this.made.append(op);
    this.made.append(card);
    card.append(this.face);
    if (kind === "constant") {
      card.append(this.#data);
      return;
    }
    if (name) card.append(element("span.label", { "aria-hidden": "true" }, name));
    const key = (word: string) => element("span.key", { "aria-hidden": "true" }, word);
    const several = kind === "group" && node < 0;
    const data = element("span.figure data-row", key(several ? "holds" : "data"));
    this.slot.append(this.#grad);
    card.append(data, element("span.figure grad-row", key(several ? "most" : "grad"), this.slot));
    if (kind === "group") card.append(element("span.opens", { "aria-hidden": "true" }, "+"));
    if (leaf && kind === "leaf") {
      this.track = track(model, leaf.name, this.#fit);
      const { slider, value, low, high, reset, problem } = this.track;
      for (const inside of [slider, value, low, high, reset]) inside.tabIndex = -1;
      data.append(value);
      this.#ends.append(low, reset, high);
      card.append(slider, this.#ends, problem);
    } else data.append(this.#data);
    if (kind !== "group" && tape.theirs(node)?.why) {
      this.made.classList.add("differs");
      card.append(element("span.mark", { "aria-hidden": "true" }, "≠"));
    }
    card.append(this.#note);
  }

  /** Takes part in a graph, as this node of it. A leaf's card does so again and again: its slider may be in somebody's hand. */
  join(item: Item): void {
    this.#item = item;
    set(this.made, "data-node", item.node);
    this.made.classList.remove("idle");
    this.#tracks();
  }

  /** The graph has no more use for the leaf, but somebody has its slider in the hand. */
  idle(): void {
    this.made.classList.add("idle");
    this.#tracks();
  }

  #tracks(): void {
    const place = this.key ? this.model.tape.leaves.findIndex(({ key }) => key === this.key) : -1;
    if (place >= 0) this.track?.join(place);
  }

  /** Whether somebody is at its slider or its number. */
  get held(): boolean {
    return this.made.matches(":active") || this.made.querySelector("input:focus") !== null;
  }

  /** Whether this is the card at which the tab key stops. */
  stop(here: boolean): void {
    this.face.tabIndex = here ? 0 : -1;
    if (!this.track) return;
    for (const inside of [this.track.slider, this.track.value]) inside.tabIndex = here ? 0 : -1;
  }

  /** Of the card that is selected the ends of its range are seen. */
  select(selected: boolean): void {
    this.made.classList.toggle("selected", selected);
    set(this.face, "aria-pressed", selected);
    this.#ends.hidden = !selected;
    if (this.track)
      for (const inside of [this.track.low, this.track.high, this.track.reset]) inside.tabIndex = selected ? 0 : -1;
  }

  /** Writes what has changed; `moved` is by how much a nudge elsewhere moves this node, where one is shown. */
  update(moved: number | undefined): void {
    const { model } = this;
    const { kind } = this.anatomy;
    const { node, holds } = this.#item;
    const number = node < 0 ? null : model.data(node);
    const data = node < 0 ? many(holds) : number === null ? "·" : this.#fit(number);
    const most = node < 0 ? this.#most() : node;
    const seen = shown(model, most, this.#fit);
    if (!this.track && this.#data.textContent !== data) {
      write(this.#data, data);
      if (kind === "card" || kind === "group") this.#data.parentElement?.classList.toggle("full", data.length > ROOM);
    }
    if (this.track) this.track.value.parentElement?.classList.toggle("full", this.track.value.value.length > ROOM);
    const { lens } = model;
    const row = this.slot.parentElement;
    if (this.#grad.textContent !== seen) {
      write(this.#grad, seen);
      row?.classList.toggle("full", seen.length > ROOM);
      // It changes when what changes it has come, and its tint with it.
      const comes = { delay: lens?.moves, duration: 60, fill: "backwards" } as const;
      if (lens?.moves) this.#grad.animate([{ offset: 0, opacity: 0 }], comes);
      if (lens?.moves) row?.animate([{ offset: 0, backgroundColor: "transparent" }], comes);
    }
    if (row) set(row, "data-sign", sign(model.grad(most)));
    const wrong = lens?.wrong?.(most) ?? false;
    row?.classList.toggle("wrong", wrong);
    const told = lens?.note?.(node, this.#item.nodes);
    const note = told ?? (moved ? `${moved > 0 ? "+" : "−"}${short(Math.abs(moved))}` : "");
    write(this.#note, note);
    const said = [this.#spoken(data, seen), ...(wrong ? ["wrong on purpose"] : []), ...(told ? [told] : [])].join("; ");
    if (said === this.#said) return;
    this.#said = said;
    set(this.face, "aria-label", said);
    if (kind === "op") this.face.title = said;
  }

  /** Of a group from which several numbers go out: the node with the largest gradient. */
  #most(): number {
    const { nodes } = this.#item;
    const size = (node: number) => Math.abs(this.model.grad(node) ?? 0);
    let most = nodes[0];
    for (const node of nodes) if (Number.isNaN(size(node)) || size(node) > size(most)) most = node;
    return most;
  }

  #spoken(data: string, seen: string): string {
    const { model } = this;
    const { kind, name } = this.anatomy;
    const { node, holds } = this.#item;
    if (kind === "group") {
      const shows =
        node < 0 ? `largest gradient ${seen}` : `data ${data}, ${spoken(model.run, node, model.grad(node))}`;
      return `${name}, a group of ${many(holds)}, ${shows}; open it with + or a double click`;
    }
    if (kind === "constant") return `constant, data ${data}`;
    const theirs = model.tape.theirs(node);
    const other = theirs?.why ? `, your class gives ${short(theirs.grad)}` : "";
    const made = aloud(model.tape, node);
    const by = made && name ? `, made by ${made}` : "";
    return `${name || made || "unnamed value"}, data ${data}, ${spoken(model.run, node, model.grad(node))}${other}${by}`;
  }
}
