// The card of a leaf, or of the root, that rides on an axis of a plot; a leaf's is the handle by which it is moved.
import { columns } from "../model/format";
import { element, set } from "./dom";

/** As tall as a card is, and as one whose name has a line of its own. */
const [TALL, TALLER] = [46, 68];
/** As wide as a name may be beside the numbers, and over them. */
const [BESIDE, OVER] = [76, 160];

export interface Rider {
  readonly made: HTMLElement;
  readonly width: number;
  readonly height: number;
  /** Whose card it is; as wide as the name needs. A long one stands over the numbers, and is cut where it is too long for that too. */
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
  let [wide, long] = [0, false];
  return {
    made,
    get width() {
      return long ? wide : wide + 88;
    },
    get height() {
      return long ? TALLER : TALL;
    },
    call: (text) => {
      wide = Math.max(30, 9.1 * columns(text) + 14);
      long = wide > BESIDE;
      if (long) wide = Math.min(OVER, 7.3 * columns(text) + 14);
      made.classList.toggle("tall", long);
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
