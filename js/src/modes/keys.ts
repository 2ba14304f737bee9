// The sheet of keys.
import { element, on, row } from "../view/dom";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["Tab", "to the modes, the graph, what is said of it, and the sliders"],
  ["← → ↑ ↓", "in the graph: to an argument, to a use, up and down; on a slider: its number"],
  ["Home", "in the graph: to the root"],
  ["Enter, Space", "select the node"],
  ["Escape", "select nothing; close this sheet"],
  ["+ − 0", "zoom in, zoom out, show all; on a group, + opens it"],
  ["+ −, F2", "in a cell of a net: move its weight, type its number; arrows go to the next cell"],
  ["Ctrl + wheel", "zoom; drag, or wheel sideways: move the picture"],
  ["Ctrl + Z, Ctrl + Shift + Z", "undo and redo the change of a leaf"],
  ["?", "this sheet"],
  ["a letter", "in the menu: to what begins with it"],
  ["blue, orange", "the root grows, or falls, when this grows"],
];

/** Gives back what shows it. */
export function mountKeys(page: HTMLElement): () => void {
  const close = element("button", "Close");
  const rows = KEYS.map((each) => row(...each));
  const sheet = element("dialog.keys", { "aria-label": "Keys" }, element("table", element("tbody", ...rows)), close);
  on(close, "click", () => sheet.close());
  page.append(sheet);
  return () => sheet.showModal();
}
