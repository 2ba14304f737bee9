// The card of a leaf, or of the root, that rides on an axis of a plot; a leaf's is the handle by which it is moved.
import { columns } from "../model/format";
import { element, set } from "./dom";

export const TALL = 46;

export interface Rider {
  readonly made: HTMLElement;
  readonly width: number;
  /** Whose card it is; as wide as the name needs, up to an end. */
  call(name: string): void;
  /** Its numbers, as texts. */
  show(data: string, grad: string, hue: string): void;
}

/** Makes a card of an element, which may be a slider. */
export function rider(made: HTMLElement): Rider {
  const name = element("b.name");
  const rows = ["data", "grad"].map((caption) => {
    const number = element("b");
    return { row: element("div", element("span", caption), number), number };
  });
  made.append(name, ...rows.map(({ row }) => row));
  let wide = 0;
  return {
    made,
    get width() {
      return wide + 88;
    },
    call: (text) => {
      wide = Math.min(76, Math.max(30, 9.1 * columns(text) + 14));
      made.style.setProperty("--name", `${wide}px`);
      name.textContent = made.title = text;
      if (made.tabIndex >= 0) set(made, "aria-label", text);
    },
    show: (data, grad, hue) =>
      [data, grad].forEach((text, k) => {
        const { row, number } = rows[k];
        number.textContent = text;
        // A long number takes the place of its caption.
        set(row, "class", `${k ? hue : ""}${text.length > 5 ? " long" : ""}`);
      }),
  };
}
