// What keys and clicks do in the picture: one item has the focus; it is chosen, opened, and gone on from.
import { beside, type Layout } from "../model/layout";
import type { Model } from "../model/model";
import type { Plan } from "../model/plan";
import type { Camera, Rectangle } from "./camera";
import type { Card } from "./card";
import { on } from "./dom";

/** What is drawn now. */
export interface Picture {
  readonly plan: Plan;
  readonly cards: readonly Card[];
  readonly places: Layout["places"];
  /** Whether it runs from top to bottom. */
  readonly upright: boolean;
  /** Where an item stands. */
  stands(index: number): Rectangle;
  /** Opens a group, or shuts it. */
  toggle(key: string, opens: boolean): void;
}

export interface Hands {
  /** The item at which the tab key stops. */
  readonly at: number;
  /** Makes another one that, and gives it the focus if it is to `take` it. */
  focus(index: number, take: boolean): void;
}

export function mountHands(frame: HTMLElement, model: Model, camera: Camera, picture: Picture): Hands {
  let focused = 0;

  /** One box at a time takes part in the order of the tab key. */
  const focus = (index: number, take: boolean) => {
    picture.cards[focused]?.stop(false);
    focused = index;
    const card = picture.cards[index];
    card?.stop(true);
    if (!take || !card) return;
    card.face.focus({ preventScroll: true });
    camera.reveal(picture.stands(index));
  };

  /** The box to which an arrow key leads: left to an argument, right to a user, up and down within a column. */
  const neighbour = (key: string): number | undefined => {
    const { plan } = picture;
    const [back, on] = picture.upright ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    if (key === back) return plan.ways.find(({ target }) => target === focused)?.source;
    if (key === on) return [...plan.ways].reverse().find(({ source }) => source === focused)?.target;
    if (key === "Home") return plan.at(model.tape.root);
    const forward = key === (picture.upright ? "ArrowRight" : "ArrowDown");
    return beside(picture.places, picture.cards, focused, forward);
  };

  const keyed = (event: KeyboardEvent) => {
    const { key } = event;
    // Within a card the keys are those of its slider and its number.
    const inside = event.composedPath()[0] as Element;
    if (inside instanceof HTMLInputElement || (key === "Enter" && !inside.matches(".face"))) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Enter" || key === " ") choose(focused);
    else if (key === "Escape") model.select(null);
    else if (key === "+" && picture.plan.items[focused].kind === "group") open(focused);
    else if (key === "+" || key === "=") camera.zoom(1.25);
    else if (key === "-") camera.zoom(0.8);
    else if (key === "0") camera.refit(true);
    else if (key.startsWith("Arrow") || key === "Home") {
      const next = neighbour(key);
      if (next !== undefined) focus(next, true);
    } else return;
    event.preventDefault();
  };

  /** Selects what an item stands for; a group from which several numbers go out opens. */
  const choose = (index: number) => {
    const { kind, node, key } = picture.plan.items[index];
    if (kind === "group" && node < 0) return picture.toggle(key, true);
    model.select(node);
    focus(index, true);
  };

  const open = (index: number) => {
    const { kind, key } = picture.plan.items[index];
    if (kind === "group") picture.toggle(key, true);
  };

  const itemAt = (target: EventTarget | null): number | null => {
    const group = target instanceof Element ? target.closest("[data-item]") : null;
    return group ? Number(group.getAttribute("data-item")) : null;
  };

  const clicked = (event: MouseEvent) => {
    // A click of the keyboard has no press before it.
    if (camera.panned && event.detail) return;
    const item = itemAt(event.target);
    if (item === null) model.select(null);
    else if ((event.target as Element).closest(".opens")) open(item);
    else if ((event.target as Element).closest("input, .ends")) {
      // Whoever has moved a slider, or types, stays there.
      if (!model.lens?.keeps) model.select(picture.plan.items[item].node);
      focus(item, false);
    } else choose(item);
  };
  on(frame, "keydown", keyed);
  // A screen reader puts the focus where it reads, and not by the tab key.
  on(frame, "focusin", ({ target }) => {
    const item = itemAt(target);
    if (item !== null && item !== focused && picture.cards[item]?.made.contains(target as Element)) focus(item, false);
  });
  on(frame, "click", clicked);
  on(frame, "dblclick", (event) => {
    const item = itemAt(event.target);
    if (item !== null) open(item);
  });
  return {
    get at() {
      return focused;
    },
    focus,
  };
}
