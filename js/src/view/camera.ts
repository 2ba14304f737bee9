// Where the picture stands in its frame: fitted, moved and zoomed, by hand, wheel and keys.
import { FIGURE, SMALL } from "../model/geometry.gen";
import type { Point } from "../model/layout";
import { on } from "./dom";

const MARGIN = 12;
/** How far from the left end the picture begins to fade when there is more of it. */
const FADE = 32;
const SMALLEST = 0.1;
const LARGEST = 4;
/** A graph is shown whole as long as its numbers can be read; else it is shown in this scale, from its right end. */
const READABLE = SMALL / FIGURE;
/** Below this scale captions could not be read. */
const CAPTIONS = 0.96;
const HEIGHTS = [120, 900] as const;

/** Where the picture stands in its frame; the size is that of the whole picture. */
export interface Standing {
  /** Whether somebody has put it there. */
  readonly moved: boolean;
  /** Whether it was fitted whole, however small. */
  readonly whole: boolean;
  readonly view: { readonly x: number; readonly y: number; readonly scale: number };
  readonly width: number;
  readonly height: number;
}

/** Left, top, width and height of something in the picture. */
export type Rectangle = readonly [left: number, top: number, width: number, height: number];

/** What holds all of these. */
export function around(found: readonly Rectangle[]): Rectangle {
  const [left, top] = [0, 1].map((side) => Math.min(...found.map((each) => each[side])));
  const [right, bottom] = [0, 1].map((side) => Math.max(...found.map((each) => each[side] + each[side + 2])));
  return [left, top, right - left, bottom - top];
}

/** What the camera looks at. */
export interface Scene {
  /** Width and height of the whole picture. */
  extent(): Point;
  /** Where the root stands. */
  root(): Rectangle;
  /** The picture stands elsewhere now. */
  placed(): void;
}

export class Camera {
  view = { x: 0, y: 0, scale: 1 };
  /** The size of the frame, which to ask in the middle of a drag would cost a layout of the page. */
  #size: Point = [0, 0];
  /** How much larger than its own pixels the page shows the picture. */
  #enlarged = 1;
  /** Whether nobody has moved the picture since it was fitted, and whether it was fitted whole, however small. */
  #untouched = true;
  #whole = false;
  /** The scale at which it is fitted because an earlier picture of the same cell was put so; null for what fits. */
  #asked: number | null = null;
  /** The height that the frame was given here. */
  #height = "";
  /** Whether the last press has moved the picture. */
  #moved = false;

  constructor(
    readonly frame: HTMLElement,
    readonly stage: HTMLElement,
    readonly scene: Scene,
  ) {
    this.#gripped();
    on(frame, "wheel", (event) => this.#wheeled(event), { passive: false });
  }

  get width(): number {
    return this.#size[0];
  }
  get untouched(): boolean {
    return this.#untouched;
  }
  /** Whether there is more of the picture to the left. */
  get more(): boolean {
    return this.view.x < 0;
  }
  /** Whether the press that ends now was to move the picture. */
  get panned(): boolean {
    return this.#moved;
  }

  /** Takes in how large the frame is. */
  measure(): void {
    const { frame } = this;
    this.#size = [frame.clientWidth, frame.clientHeight];
    this.#enlarged = frame.getBoundingClientRect().width / frame.offsetWidth || 1;
  }

  /** How wide a picture may be that can be read when it is shown whole. */
  get widest(): number {
    return (this.frame.clientWidth - 2 * MARGIN) / READABLE;
  }

  /** Whether a picture of this size can be read when it is shown whole. */
  holds(width: number, height: number): boolean {
    return width <= this.widest && height * READABLE <= HEIGHTS[1];
  }

  /** Gives the frame the height that the whole picture needs, unless somebody has made it higher or lower. */
  #reach(): void {
    const { style, clientWidth } = this.frame;
    if (style.height !== this.#height) return;
    const [, tall] = this.scene.extent();
    const scale = Math.max(this.#fitting(clientWidth || HEIGHTS[1], Infinity), READABLE);
    style.height = `${Math.round(Math.min(HEIGHTS[1], Math.max(HEIGHTS[0], tall * scale)))}px`;
    this.#height = style.height;
  }

  fit(): void {
    this.#reach();
    const { clientWidth: width, clientHeight: height } = this.frame;
    if (!width || !height) return;
    let scale = this.#fitting(width, height);
    if (!this.#whole) scale = Math.max(scale, READABLE);
    scale = this.#asked ?? Math.max(scale, SMALLEST);
    // What does not fit is shown from its right end, where the root stands.
    const [wide, tall] = this.scene.extent().map((size) => size * scale);
    const x = wide > width - 2 * MARGIN + 1 ? width - MARGIN - wide : (width - wide) / 2;
    const [, top, , thick] = this.scene.root();
    const middle = Math.max(height - tall, height / 2 - (top + thick / 2) * scale);
    this.#place({ x, y: tall > height + 1 ? Math.min(0, middle) : (height - tall) / 2, scale });
  }

  /** Fits the picture anew: all of it, or what of it can be read. */
  refit(whole: boolean): void {
    this.#untouched = true;
    this.#whole = whole;
    this.#asked = null;
    this.fit();
  }

  zoom(factor: number, x = this.frame.clientWidth / 2, y = this.frame.clientHeight / 2): void {
    const { view } = this;
    const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
    const by = scale / view.scale;
    this.#untouched = false;
    this.#place({ x: x - (x - view.x) * by, y: y - (y - view.y) * by, scale });
  }

  pan(dx: number, dy: number): void {
    this.#untouched = false;
    this.#place({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  /** Whether some of it is in the frame. */
  sees(found: Rectangle): boolean {
    const [left, top, right, bottom] = this.#shown(found);
    return left < this.#size[0] && right > 0 && top < this.#size[1] && bottom > 0;
  }

  /** Moves the picture, if it must, so that something can be seen; that is nobody's wish to have it there. */
  reveal(found: Rectangle): void {
    const { clientWidth, clientHeight } = this.frame;
    const [left, top, right, bottom] = this.#shown(found);
    const edge = this.more ? FADE : MARGIN;
    const dx = left < edge ? edge - left : Math.min(0, clientWidth - MARGIN - right);
    const dy = top < MARGIN ? MARGIN - top : Math.min(0, clientHeight - MARGIN - bottom);
    if (dx || dy) this.#place({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  get standing(): Standing {
    const [width, height] = this.scene.extent();
    return { moved: !this.#untouched || this.#asked !== null, whole: this.#whole, view: this.view, width, height };
  }

  set standing(before: Standing) {
    const [width, height] = this.scene.extent();
    this.#whole = before.whole;
    this.#untouched = !before.moved || before.width !== width || before.height !== height;
    this.#asked = before.moved && this.#untouched ? before.view.scale : null;
    if (this.#untouched) this.fit();
    else this.#place(before.view);
  }

  /** How much smaller the whole graph has to be drawn to fit. */
  #fitting(width: number, height: number): number {
    const [wide, tall] = this.scene.extent();
    return Math.min((width - 2 * MARGIN) / wide, height / tall, 1);
  }

  #place(view: Camera["view"]): void {
    this.view = view;
    this.stage.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    // Captions are left out where they would be too small to be read.
    this.stage.classList.toggle("far", view.scale * this.#enlarged < CAPTIONS);
    this.frame.classList.toggle("more", this.more);
    this.scene.placed();
  }

  /** Left, top, right and bottom in the frame. */
  #shown([left, top, width, height]: Rectangle): [number, number, number, number] {
    const { x, y, scale } = this.view;
    return [left * scale + x, top * scale + y, (left + width) * scale + x, (top + height) * scale + y];
  }

  #gripped(): void {
    const { frame } = this;
    let grip: { x: number; y: number } | null = null;
    on(frame, "pointerdown", (event) => {
      this.#moved = false;
      const free = event.button === 0 && !(event.target as Element).closest("input");
      grip = free ? { x: event.clientX, y: event.clientY } : null;
    });
    on(frame, "pointermove", (event) => {
      if (!grip || !(event.buttons & 1)) return;
      const [dx, dy] = [event.clientX - grip.x, event.clientY - grip.y];
      if (!this.#moved && Math.hypot(dx, dy) < 4) return;
      if (!this.#moved) frame.setPointerCapture(event.pointerId);
      this.#moved = true;
      grip = { x: event.clientX, y: event.clientY };
      const size = this.#enlarged;
      this.pan(dx / size, dy / size);
    });
  }

  #wheeled(event: WheelEvent): void {
    const { deltaX, deltaY } = event;
    const zooms = event.ctrlKey || event.metaKey;
    // Up and down scrolls the notebook.
    if (!zooms && Math.abs(deltaX) <= Math.abs(deltaY)) return;
    event.preventDefault();
    const at = this.frame.getBoundingClientRect();
    const size = this.#enlarged;
    if (zooms) this.zoom(Math.exp(-deltaY / 300), (event.clientX - at.left) / size, (event.clientY - at.top) / size);
    else this.pan(-deltaX, 0);
  }
}
