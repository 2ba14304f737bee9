// The button of the menu, and what of it a view remembers. The menu, its panels and the sheet of keys are fetched.
import type { Model } from "../model/model";
import { after, effect, ended, signal } from "../model/signals";
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
  const wanted = signal(false);
  let menu: Menu | null = null;
  const waiting: ((menu: Menu) => void)[] = [];
  effect(() => {
    if (!wanted.value) return;
    fetched(({ mountMenu }) => {
      menu = mountMenu(host, page, model, graph, more);
      for (const act of waiting.splice(0)) act(menu);
    });
  });
  after(
    () => more.open.value || more.large.value,
    () => {
      if (more.open.value || more.large.value) wanted.value = true;
    },
  );
  /** Does something with the menu, once it is here. */
  const then = (act: (menu: Menu) => void) => {
    if (menu) return act(menu);
    waiting.push(act);
    wanted.value = true;
  };
  on(button, "click", () => then((menu) => menu.drop(!menu.down)));
  on(button, "keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    then((menu) => menu.drop(true));
  });
  const keyed = (event: KeyboardEvent) => {
    if (event.key !== "?" || typing(event)) return;
    event.preventDefault();
    then((menu) => menu.keys());
  };
  on(page, "keydown", keyed);
  ended(() => page.removeEventListener("keydown", keyed));
  return more;
}
