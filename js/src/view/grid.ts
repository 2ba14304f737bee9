// Numbers as a grid of small cells, each as strong in colour as its number. A cell of a leaf is dragged as a slider is. One cell is on the
// way of the tab key; arrow keys go from there. What is not in sight is not written.

import { brief, many } from "../model/format";
import { known, sign } from "../model/gradients";
import type { Model } from "../model/model";
import { within } from "../model/ranges";
import { button, element, on, set, write } from "./dom";
import { drags, scaleOf, scrub } from "./drag";

/** So many rows and columns are there at first; each press shows as many again, several times. */
const [ROWS, COLUMNS, AGAIN] = [8, 17, 4];
/** A grid of more columns than this may show colours alone where there is little room. */
const NARROW = 5;
/** Pixels that mean a leaf's whole range. */
const LONG = 240;
const LEVELS = 10;

export interface Cell {
  /** -1: the cell stays empty. */
  readonly node: number;
  /** The place of the leaf that it is; -1 for none. */
  readonly place: number;
  readonly name: string;
}

/** What cells show: gradients in their hues, numbers in ink, or numbers as they are; and the number that is the strongest. */
export type Look = readonly [shows: "grad" | "data" | "plain", most: number];

export interface Content {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** As many columns as there are at first, if it is another number. */
  readonly first?: number;
  /** The column before which there is a gap. */
  readonly gap?: number;
  /** What stands below the columns before the gap, and below those after it. */
  readonly captions?: readonly [string, string];
  cell(row: number, column: number): Cell;
  /** What stands before a row. */
  head?(row: number): HTMLElement;
  look(): Look;
  /** Whether a node is marked in its corner. */
  marked?(node: number): boolean;
  /** Somebody wants to type a leaf's number. */
  types?(): void;
}

interface Shown extends Cell {
  readonly made: HTMLElement;
  number: number | null;
  text: string;
  look: string;
}

export class Grid {
  readonly made: HTMLElement;
  readonly #table: HTMLElement;
  readonly #captions = element("p.captions");
  readonly #more = element("p.more-cells");
  #shown: Shown[][] = [];
  #rows: number;
  #columns: number;
  #sight: readonly [first: number, last: number] = [0, Infinity];
  /** All on which a cell hangs besides its number, as it was last. */
  #seen: readonly unknown[] = [];
  /** The cell at which the tab key stops. */
  #at: readonly [row: number, column: number] = [0, 0];

  /** `grows` hears that there are more rows; without it nothing is said of those that are not there. */
  constructor(
    readonly model: Model,
    readonly content: Content,
    readonly grows?: () => void,
  ) {
    this.#rows = Math.min(ROWS, content.rows);
    this.#columns = Math.min(content.first ?? COLUMNS, content.columns);
    this.#table = element("div.cells", {
      role: "grid",
      "aria-label": content.name,
      "aria-rowcount": content.rows,
      "aria-colcount": content.columns,
    });
    this.made = element("div", this.#table, this.#captions, this.#more);
    on(this.#table, "keydown", (event) => this.#keyed(event));
    on(this.#table, "focusin", ({ target }) => {
      const found = this.#find(target);
      if (found) this.#stop(found);
    });
    // What a cell is called, and shows where it has no room for its number; to keep that fresh would cost something at every move.
    on(this.#table, "pointerover", ({ target }) => {
      if (target instanceof HTMLElement) target.title = target.ariaLabel ?? "";
    });
    on(this.#table, "dblclick", ({ target }) => {
      const found = this.#find(target);
      if (found && found[2].place >= 0) content.types?.();
    });
    drags(this.#table, (event) => this.#taken(event));
    this.#build();
  }

  /** As many rows as there are; more are shown when somebody asks for them. */
  get rows(): number {
    return this.#rows;
  }
  set rows(rows: number) {
    this.#rows = Math.min(rows, this.content.rows);
    this.#build();
  }

  /** Whether a line below says that there is more. */
  get more(): boolean {
    return !this.#more.hidden;
  }

  /** Goes to the cell at which the tab key stops. */
  focus(): void {
    this.#shown[this.#at[0]][this.#at[1]].made.focus();
  }

  /** The row and the column in which a node is, whether they are shown or not; null for none. */
  seek(node: number): readonly [row: number, column: number] | null {
    const { rows, columns, cell } = this.content;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) if (cell(row, column).node === node) return [row, column];
    return null;
  }

  /** Scrolls to a cell. */
  reveal([row, column]: readonly [row: number, column: number]): void {
    if (column >= this.#columns) {
      this.#columns = column + 1;
      this.#build();
    }
    this.#shown[row][column].made.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #build(): void {
    const { content } = this;
    this.#shown = [];
    const rows = Array.from({ length: this.#rows }, (_, row) => {
      const cells = Array.from({ length: this.#columns }, (_, column) => {
        const cell = content.cell(row, column);
        const place = { role: "gridcell", tabindex: -1, "aria-colindex": column + 1, "data-node": cell.node };
        const made = element("div.cell", place);
        if (column === content.gap) made.style.marginLeft = "8px";
        return { ...cell, made, number: Number.NaN, text: "", look: "" };
      });
      this.#shown.push(cells);
      const opens = content.head?.(row);
      if (opens) opens.tabIndex = -1;
      const head = opens ? [element("div.row-head", { role: "rowheader" }, opens)] : [];
      return element(
        "div.cell-row",
        { role: "row", "aria-rowindex": row + 1 },
        ...head,
        ...cells.map(({ made }) => made),
      );
    });
    this.#table.replaceChildren(...rows);
    this.made.classList.toggle("wide", this.#columns > NARROW);
    const { captions = ["", ""], gap = content.columns } = content;
    const before = Math.min(gap, this.#columns);
    this.#captions.style.setProperty("--wide", String(before));
    this.#captions.replaceChildren(
      ...captions.slice(0, this.#columns > gap ? 2 : 1).map((each) => element("span", each)),
    );
    this.#captions.hidden = !content.captions;
    this.#stop(this.#at);
    const left = [content.rows - this.#rows, content.columns - this.#columns];
    const more = (count: number, what: string, act: () => void) =>
      count > 0 ? [button(`and ${many(count)} more ${what}${count > 1 ? "s" : ""}`, "Show them", act)] : [];
    this.#more.replaceChildren(
      ...(this.grows ? more(left[0], "row", this.grows) : []),
      ...more(left[1], "column", () => {
        this.#columns = Math.min(AGAIN * this.#columns, content.columns);
        this.#build();
        this.update();
        this.focus();
      }),
    );
    this.#more.hidden = !this.#more.childElementCount;
  }

  /** Takes in which rows can be seen between two heights of the page: to ask at every move would cost a layout. */
  measure(top: number, bottom: number): void {
    const box = this.#table.getBoundingClientRect();
    const row = (height: number) => Math.floor(((height - box.top) / box.height) * this.#shown.length);
    this.#sight = [row(top), row(bottom)];
  }

  /** Writes the rows that can be seen. */
  update(): void {
    const { model, content } = this;
    const { run, selected, lens, rests } = model;
    const [shows, most] = content.look();
    const grads = shows === "grad";
    const seen = [shows, most, selected, lens, rests, this.#shown, this.#sight];
    const same = seen.every((each, k) => Object.is(each, this.#seen[k]));
    this.#seen = seen;
    this.#shown.forEach((cells, row) => {
      if (row < this.#sight[0] || row > this.#sight[1]) return;
      cells.forEach((cell, column) => {
        const { node, made } = cell;
        if (node < 0) return;
        const number = grads ? model.grad(node) : model.data(node);
        // A mark hangs on other numbers; and of nan it is not yet said whether it is one.
        if (same && number && !content.marked && Object.is(number, cell.number)) return;
        cell.number = number;
        const text = number === null ? "·" : grads ? known(run.tape, node, number, brief) : brief(number);
        const share = number && shows !== "plain" ? Math.sqrt(Math.min(1, Math.abs(number) / most || 0)) : 0;
        const level = Math.ceil(LEVELS * share);
        const wrong = grads && lens?.wrong?.(node);
        const marked = content.marked?.(node);
        const chosen = node === selected || lens?.lit?.(node);
        const hue = grads ? sign(number) || (number === 0 ? "dead" : "") : "";
        // Its level is a class: cells that look alike are then styled once; one with a property of its own is styled by itself.
        const look = `cell l${level} ${hue} ${cell.place < 0 ? "" : "leaf"} ${wrong ? "wrong" : ""} ${marked ? "marked" : ""} ${chosen ? "selected" : ""}`;
        if (look !== cell.look) made.className = look;
        cell.look = look;
        if (!same) set(made, "aria-selected", node === selected);
        if (same && text === cell.text && !wrong) return;
        if (lens?.moves && text !== cell.text) {
          // What comes is seen to come from the side from which it does: a gradient from the right.
          const clipPath = [grads ? "inset(0 0 0 100%)" : "inset(0 100% 0 0)", "inset(-9px)"];
          const [duration, far] = [lens.moves / 2, (grads ? cells.length - column : column) / cells.length];
          made.animate({ clipPath }, { duration, delay: duration * far, fill: "backwards" });
        }
        cell.text = text;
        write(made, text);
        // While leaves move, nobody hears what a cell is called.
        if (!rests) return;
        const said = `${cell.name}, ${grads ? "grad" : "data"} ${{ "?": "not known", "·": "not known yet" }[text] ?? text}`;
        set(made, "aria-label", wrong ? `${said}; wrong on purpose; ${lens?.note?.(node, [node]) ?? ""}` : said);
      });
    });
  }

  #find(target: EventTarget | null): readonly [row: number, column: number, cell: Shown] | null {
    for (const [row, cells] of this.#shown.entries()) {
      const column = cells.findIndex(({ made }) => made.contains(target as Node));
      if (column >= 0) return [row, column, cells[column]];
    }
    return null;
  }

  #stop([row, column]: readonly [row: number, column: number, ...unknown[]]): void {
    const before = this.#shown[this.#at[0]]?.[this.#at[1]];
    if (before) before.made.tabIndex = -1;
    this.#at = [row, column];
    this.#shown[row][column].made.tabIndex = 0;
  }

  /** A press moves a leaf as far as the pointer goes; one that goes nowhere selects. */
  #taken(event: PointerEvent): ReturnType<Parameters<typeof drags>[1]> {
    const found = this.#find(event.target);
    if (!found) return undefined;
    const { model } = this;
    const { node, place } = found[2];
    const select = () => model.select(node);
    return place < 0 ? (event, done) => void (event && done && select()) : scrub(model, place, event, LONG, select);
  }

  #keyed(event: KeyboardEvent): void {
    const { key } = event;
    const made = event.target as Element;
    const head = made.closest(".row-head");
    const found = this.#find(head?.nextElementSibling ?? made);
    if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
    const { model } = this;
    const [row, first, { node, place }] = found;
    // The button before a row stands one column to the left of its first cell.
    const column = head ? -1 : first;
    const ways: Record<string, readonly [number, number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, this.#columns - 1],
    };
    const steps = { "+": 1, "=": 1, "-": -1, PageUp: 10, PageDown: -10 }[key];
    const opens = key === "ArrowLeft" && !head && made.previousElementSibling?.querySelector("button");
    if (opens) opens.focus();
    else if (ways[key]) {
      const [to, at] = [within(ways[key][0], 0, this.#rows - 1), within(ways[key][1], 0, this.#columns - 1)];
      this.#shown[to][at].made.focus();
    } else if (head) return;
    else if (key === "Enter" || key === " ") model.select(node);
    else if (key === "Escape") model.select(null);
    else if (place >= 0 && steps) {
      const scale = scaleOf(model, place);
      model.move(place, scale.number(scale.step(model.positions[place]) + steps), true);
    } else if (place >= 0 && key === "F2") {
      model.select(node);
      this.content.types?.();
    } else return;
    event.preventDefault();
  }
}
