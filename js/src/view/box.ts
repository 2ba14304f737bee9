// One value in the picture: its operation in a round node, and the record label | data | grad.

import { clean, columns, short } from "../model/format";
import { BESIDE, LETTER, PAD, ROUND, ROW, SIGN_LENGTH, STEM } from "../model/geometry.gen";
import { grad, spoken } from "../model/gradients";
import type { Model } from "../model/model";
import { symbol as symbolOf } from "../model/names";
import { set, svg } from "./dom";

/** Digits and signs for which a record keeps room, so that no box grows while a slider moves. */
const ROOM = 7;

interface Cell {
  readonly left: number;
  readonly width: number;
  readonly text: SVGTextElement;
  shown: string;
}

export class ValueBox {
  readonly group: SVGGElement;
  readonly width: number;
  readonly height = 2 * ROUND;
  readonly #circle: number;
  readonly #number: Cell;
  readonly #grad: Cell | null = null;
  readonly #tint: SVGRectElement | null = null;
  readonly #symbol: SVGTextElement | null = null;
  readonly #note: SVGTextElement;
  #colour = "";

  constructor(
    readonly model: Model,
    readonly node: number,
    readonly name: string,
    cut: boolean,
    /** The sign of a folded sum; empty for what the operation says. */
    readonly sign: string,
  ) {
    const { tape } = model;
    const symbol = sign || clean(symbolOf(tape, node) || (tape.args(node).length ? "?" : ""), SIGN_LENGTH);
    const constant = tape.op(node) === "const" && !name;
    this.group = svg("g.record", { role: "button", tabindex: -1, "data-node": node });
    this.#circle = symbol ? Math.max(ROUND, (columns(symbol) * LETTER) / 2 + BESIDE) : 0;
    const middle = ROUND;
    let left = symbol ? 2 * this.#circle + STEM : 0;
    if (symbol) {
      if (cut) this.group.append(svg("path.edge cut", { d: `M-16 ${middle}h16` }));
      this.group.append(
        svg("path.edge", { d: `M${2 * this.#circle} ${middle}h${STEM}` }),
        svg("rect.op", { width: 2 * this.#circle, height: 2 * ROUND, rx: ROUND }),
      );
      this.#symbol = svg("text", { x: this.#circle, y: middle + 4, "aria-hidden": "true" }, symbol);
      this.group.append(this.#symbol);
    }
    const top = middle - ROW / 2;
    const frame = svg("rect", {
      class: constant ? "box constant" : "box",
      x: left,
      y: top,
      height: ROW,
      rx: 4,
    });
    this.group.append(frame);
    const cell = (text: string, least: number): Cell => {
      const width = Math.max(columns(text), least) * LETTER + 2 * PAD;
      const made = svg("text", { x: left + width / 2, y: middle + 4 }, text && `${text} `);
      this.group.append(made);
      const found = { left, width, text: made, shown: text };
      left += width;
      return found;
    };
    const line = () => this.group.append(svg("path.rule", { d: `M${left} ${top + 1}v${ROW - 2}` }));
    if (constant) {
      this.#number = cell(short(tape.traced[node]), 0);
    } else {
      if (name) {
        set(cell(name, 0).text, "class", "label");
        line();
      }
      this.#number = cell("", 5 + ROOM);
      line();
      this.#tint = svg("rect.tint", { y: top + 1, height: ROW - 2, rx: 3 });
      this.group.append(this.#tint);
      this.#grad = cell("", (tape.measured(node) ? 7 : 5) + ROOM);
      set(this.#tint, "x", this.#grad.left + 1);
      set(this.#tint, "width", this.#grad.width - 2);
    }
    const start = symbol ? 2 * this.#circle + STEM : 0;
    set(frame, "width", left - start);
    this.group.append(svg("rect.ring", { x: start - 3, y: top - 3, width: left - start + 6, height: ROW + 6, rx: 6 }));
    this.width = left;
    this.#note = svg("text.over", { x: left, y: top - 6, "aria-hidden": "true" });
    this.group.append(this.#note);
    if (tape.theirs(node)?.why) {
      this.group.classList.add("differs");
      this.group.append(svg("text.mark", { x: left - 6, y: top + 2 }, "≠"));
    }
  }

  /** The gradient that is shown; null while there is none. */
  get grad(): number | null {
    return this.model.grad(this.node);
  }

  /** Writes what has changed; `strongest` is the largest gradient in the picture. */
  update(strongest: number): void {
    const { tape, lens } = this.model;
    const data = said(this.model.data(this.node));
    let changed = this.#write(this.#number, this.#grad ? `data ${data}` : data);
    if (this.#grad) changed = this.#write(this.#grad, `grad ${grad(this.model.run, this.node, this.grad)}`) || changed;
    const symbol = this.sign || clean(symbolOf(tape, this.node), SIGN_LENGTH);
    if (this.#symbol && symbol && this.#symbol.textContent !== symbol) this.#symbol.textContent = symbol;
    if (this.#tint) this.#paint(this.#tint, strongest);
    const note = lens?.note?.(this.node) ?? "";
    if (this.#note.textContent !== note) this.#note.textContent = note;
    if (changed) set(this.group, "aria-label", this.#spoken(data));
  }

  #write(cell: Cell, text: string): boolean {
    if (cell.shown === text) return false;
    cell.shown = text;
    cell.text.textContent = `${text} `; // the space parts it from the next text where all are read as one
    const room = cell.width - PAD;
    if (columns(text) * LETTER > room) {
      set(cell.text, "textLength", room);
      set(cell.text, "lengthAdjust", "spacingAndGlyphs");
    } else {
      cell.text.removeAttribute("textLength");
    }
    return true;
  }

  /** The ground of the gradient: its sign as a hue, its size, next to the largest one, as strength. */
  #paint(tint: SVGRectElement, strongest: number): void {
    const shown = this.grad ?? 0;
    const size = Math.abs(shown);
    // No stronger, or the figure on it is hard to read in the dark.
    const strength = size === Infinity ? 0.6 : 0.1 + 0.5 * Math.sqrt(size / strongest);
    const colour =
      shown === 0 || Number.isNaN(shown) ? "" : `${shown > 0 ? "positive" : "negative"} ${strength.toFixed(2)}`;
    if (colour === this.#colour) return;
    this.#colour = colour;
    const [sign, opacity] = colour.split(" ");
    set(tint, "class", sign ? `tint ${sign}` : "tint");
    set(tint, "fill-opacity", opacity ?? "0");
  }

  #spoken(data: string): string {
    const name = this.name || (this.#grad ? "unnamed value" : "constant");
    const made = symbolOf(this.model.tape, this.node);
    const known = this.#grad ? `, ${spoken(this.model.run, this.node, this.grad)}` : "";
    const theirs = this.model.tape.theirs(this.node);
    const other = theirs?.why ? `, your class gives ${short(theirs.grad)}` : "";
    return `${name}, data ${data}${known}${other}${made ? `, made by ${clean(made, SIGN_LENGTH)}` : ""}`;
  }
}

function said(number: number | null): string {
  return number === null ? "·" : short(number);
}
