// The menu of what one wants now and then: panels that say the graph in another way, the size for the back row, the keys, files.

import { Ask } from "../engine/protocol.gen";
import type { Model } from "../model/model";
import { rootName } from "../model/names";
import { after, effect, ended, type Signal, scope } from "../model/signals";
import { beside, element, on, set, stay } from "../view/dom";
import type { GraphView } from "../view/graph";
import { mountLeaves } from "../view/leaves";
import { asPng, asSvg, download } from "../view/svg";
import { mountFormulas } from "./formula";
import { mountKeys } from "./keys";
import { mountView } from "./look";
import { mountSource } from "./source";
import { mountTable, type Pins } from "./table";

type Mount = (host: HTMLElement, model: Model, graph: GraphView, pins: Pins) => void;

const PANELS: readonly (readonly [name: string, what: string, mount: Mount])[] = [
  ["Leaves", "All leaves: find them, sort them, move them", (host, model) => mountLeaves(host, model)],
  ["Table", "Every number in a table, and beside what it was", (host, model, _, pins) => mountTable(host, model, pins)],
  ["Source", "The cell's text, each line as strong as its gradient", mountSource],
  ["Formula", "The formula as LaTeX, Python or DOT", mountFormulas],
  ["View", "Find a node, leave out constants and steps", mountView],
];

/** Something to do: whether it is on (of what is never on there is none), and whether it can be done now. */
type Item = readonly [
  name: string,
  what: string,
  act: () => void,
  on?: (() => boolean) | undefined,
  can?: () => boolean,
];

/** What is there before the menu is, and what of it a view remembers. */
export interface MoreView {
  readonly button: HTMLElement;
  /** The button, and the menu below it. */
  readonly made: HTMLElement;
  /** The name of the panel that is open; empty for none. */
  readonly open: Signal<string>;
  /** Whether all is in the size for the back row. */
  readonly large: Signal<boolean>;
  readonly pins: Pins;
}

export interface Menu {
  /** Shows it, or takes it away. */
  drop(down: boolean): void;
  /** Whether it is shown. */
  readonly down: boolean;
  /** Shows the sheet of keys. */
  keys(): void;
}

/** The menu of a button; its panels stand in `host`. */
export function mountMenu(host: HTMLElement, page: HTMLElement, model: Model, graph: GraphView, more: MoreView): Menu {
  const { button, open, large, pins } = more;
  const keys = mountKeys(page);
  const panel = element("div.tool", { role: "region", tabindex: -1 });
  const heading = element("h3");
  const close = element("button", { class: "close", "aria-label": "Close the panel" }, "×");
  const frame = element("section.panel", element("header", heading, close), panel);
  frame.hidden = true;
  host.append(frame);
  let end: (() => void) | undefined;
  const show = (name: string) => {
    end?.();
    end = undefined;
    model.look(null, panel);
    panel.replaceChildren();
    const found = PANELS.find(([other]) => other === name);
    frame.hidden = !found;
    if (!found) return;
    const [, what, mount] = found;
    heading.textContent = name;
    frame.dataset.panel = name;
    set(panel, "aria-label", what);
    end = scope(() => mount(panel, model, graph, pins));
  };
  on(close, "click", () => {
    open.value = "";
    button.focus();
  });
  after(
    () => open.value,
    () => show(open.value),
  );
  effect(() => void page.classList.toggle("present", large.value));

  // The whole screen; the size from before comes back with the page.
  const alone = (page.getRootNode() as ShadowRoot).host;
  let before = false;
  on(alone as HTMLElement, "fullscreenchange", () => {
    const full = alone.matches(":fullscreen");
    if (full) before = large.value;
    large.value = full || before;
    graph.fit(full);
  });
  const present = async () => {
    try {
      await (alone.matches(":fullscreen") ? document.exitFullscreen() : alone.requestFullscreen());
    } catch {
      large.value = true;
      said.textContent = "This page may not fill the screen: the widget is larger instead.";
    }
  };
  const file = () => rootName(model.tape).replace(/[^\w-]+/g, "_") || "graph";
  const picture = () => asSvg(...graph.picture());
  const png = async () => {
    const made = await asPng(picture()).catch(() => null);
    if (made) download(made, `${file()}.png`);
    else said.textContent = "This browser cannot make a PNG of the picture; the SVG has it all.";
  };
  const said = element("span.spoken", { role: "status" });
  const toggle = (name: string) => {
    open.value = open.value === name ? "" : name;
  };
  const groups: readonly (readonly Item[])[] = [
    PANELS.map(([name, what]): Item => [name, what, () => toggle(name), () => open.value === name]),
    [
      [
        "Present",
        "The widget alone on the whole screen, for the back row (Escape ends it)",
        () => void present(),
        () => alone.matches(":fullscreen"),
      ],
      [
        "Larger",
        "A larger size, here in the page",
        () => {
          large.value = !large.value;
          graph.fit(false);
        },
        () => large.value,
      ],
      ["Keys", "All keys (?)", keys],
    ],
    [
      [
        "Run again",
        "Run the code again with what the notebook holds now",
        () => void model.ask({ ask: Ask.Again }),
        undefined,
        () => model.tape.rerun && model.accompanied,
      ],
      ["Reset all", "All leaves back to the numbers in the text", () => model.reset()],
    ],
    [
      [
        "Save as SVG",
        "The picture as a file that needs nothing around it",
        () => download(new Blob([picture()], { type: "image/svg+xml" }), `${file()}.svg`),
      ],
      ["Save as PNG", "The picture as an image", () => void png()],
    ],
  ];
  const items = groups.flat();
  const made = items.map(([name, what, act, is]) => {
    const role = is ? "menuitemcheckbox" : "menuitem";
    const each = element("button", { role, title: what, tabindex: -1 }, name);
    on(each, "click", () => {
      if (each.getAttribute("aria-disabled") === "true") return;
      drop(false);
      button.focus();
      act();
    });
    return each;
  });
  let next = 0;
  const menu = element(
    "div.menu",
    { role: "menu", "aria-label": "More" },
    ...groups.map((group) => element("div", { role: "group" }, ...group.map(() => made[next++]))),
  );
  const drop = (down: boolean) => {
    menu.hidden = !down;
    set(button, "aria-expanded", down);
    if (!down) return;
    items.forEach(([, , , is, can], k) => {
      if (is) set(made[k], "aria-checked", is());
      set(made[k], "aria-disabled", can?.() === false);
    });
    made[0].focus();
  };
  drop(false);
  on(menu, "keydown", (event) => {
    const next = beside(made, event, "ArrowUp", "ArrowDown");
    const at = made.indexOf(event.target as HTMLButtonElement);
    const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
    const follow = [...made.slice(at + 1), ...made.slice(0, at + 1)];
    const named =
      letter.trim() !== "" ? follow.find((each) => each.textContent?.toLowerCase().startsWith(letter)) : undefined;
    if (event.key === "Tab") drop(false);
    else if (event.key === "Escape") {
      drop(false);
      button.focus();
      event.stopPropagation();
    } else (next ?? named)?.focus();
  });
  // Whoever goes elsewhere, by key or by pointer, has done with it.
  on(menu, "focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && (menu.contains(relatedTarget) || button.contains(relatedTarget))))
      drop(false);
  });
  after(
    () => [model.tape, model.selected],
    () => stay(panel),
  );
  ended(() => show(""));
  button.after(menu, said);
  return {
    drop,
    keys,
    get down() {
      return menu.hidden === false;
    },
  };
}
