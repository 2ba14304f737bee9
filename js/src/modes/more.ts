// The button of the menu, and what of it a view remembers. The menu, its panels and the sheet of keys are brought when they are first asked for.
import type { Model } from "../model/model";
import { after, ended, signal } from "../model/signals";
import { element, on, typing } from "../view/dom";
import type { GraphView } from "../view/graph";
import { fetched } from "./fetched";
import type { Menu, MoreView } from "./menu";

export function mountMore(host: HTMLElement, page: HTMLElement, model: Model, graph: GraphView): MoreView {
  const button = element(
    "button",
    {
      "aria-label": "More: leaves, table, source, formula, save, larger, keys",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    "⋯",
  );
  const made = element("span.more", button);
  const more = { button, made, open: signal(""), large: signal(false), pins: { run: null } };
  const needed = signal(false);
  let menu: Menu | null = null;
  /** What is to be done when the menu is here. */
  let next: ((menu: Menu) => void) | null = null;
  after(
    () => needed.value,
    () => {
      if (!needed.value) return;
      fetched(({ mountMenu }) => {
        menu = mountMenu(host, page, model, graph, more);
        next?.(menu);
      });
    },
  );
  after(
    () => more.open.value || more.large.value,
    () => {
      needed.value ||= more.open.value !== "" || more.large.value;
    },
  );
  const focused = () => [document.activeElement, (page.getRootNode() as ShadowRoot).activeElement];
  /** Does something with the menu; with one that has to be brought first, unless somebody has gone elsewhere by then. */
  const withMenu = (act: (menu: Menu) => void) => {
    if (menu) return act(menu);
    const [outside, inside] = focused();
    next = (menu) => {
      const now = focused();
      if (now[0] === outside && now[1] === inside) act(menu);
    };
    // Asked for again where it did not come.
    needed.value = false;
    needed.value = true;
  };
  on(button, "click", () => withMenu((menu) => menu.drop(!menu.down)));
  on(button, "keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    withMenu((menu) => menu.drop(true));
  });
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Escape") next = null;
    if (event.key !== "?" || typing(event)) return;
    event.preventDefault();
    withMenu((menu) => menu.keys());
  };
  on(page, "keydown", keyed);
  ended(() => page.removeEventListener("keydown", keyed));
  return more;
}
