// A mode that is made of several tools, of which one is open at a time.
import { element, on, set } from "../view/dom";
import type { Parts } from "./mode";

export type Tool = readonly [name: string, what: string, mount: (host: HTMLElement, parts: Parts) => () => void];

export function several(parts: Parts, tools: readonly Tool[]): () => void {
  const host = element("div", {});
  let end = () => {};
  const close = () => {
    end();
    parts.model.look(null);
    host.replaceChildren();
  };
  const open = (at: number) => {
    close();
    buttons.forEach((each, k) => {
      set(each, "aria-pressed", k === at);
    });
    end = tools[at][2](host, parts);
  };
  const buttons = tools.map(([name, what], at) => {
    const made = element("button", { type: "button", title: what }, name);
    on(made, "click", () => open(at));
    return made;
  });
  parts.body.append(element("div.tabs", { role: "group", "aria-label": "Tools" }, ...buttons), host);
  open(0);
  return close;
}
