// Where the picture stands in its frame: fitted, moved and zoomed, by hand, wheel and keys.

import { FIGURE, SMALL } from "../model/geometry.gen";
import type { Point } from "../model/layout";
import { within } from "../model/ranges";
import { on } from "./dom";

const MARGIN = 12;
/** How far from the left end the picture begins to fade when there is more of it. */
const FADE = 32;
const SMALLEST = 0.1;
const LARGEST = 4;
/** A graph is shown whole as long as its numbers can be read; else it is shown in this scale, from its right end. */
const READABLE = SMALL / FIGURE;
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

export interface Camera {
  readonly view: Standing["view"];
  /** How wide the frame is. */
  readonly width: number;
  /** Whether nobody has moved the picture since it was fitted. */
  readonly untouched: boolean;
  /** Whether there is more of the picture to the left. */
  readonly more: boolean;
  /** Whether the press that ends now was to move the picture. */
  readonly panned: boolean;
  /** How wide a picture may be that can be read when it is shown whole. */
  readonly widest: number;
  standing: Standing;
  /** Takes in how large the frame is. */
  measure(): void;
  /** Whether a picture of this size can be read when it is shown whole. */
  holds(width: number, height: number): boolean;
  fit(): void;
  /** Fits the picture anew: all of it, or what of it can be read. */
  refit(whole: boolean): void;
  zoom(factor: number): void;
  pan(dx: number, dy: number): void;
  /** Whether some of it is in the frame. */
  sees(found: Rectangle): boolean;
  /** Moves the picture, if it must, so that something can be seen; that is nobody's wish to have it there. */
  reveal(found: Rectangle): void;
}

export function mountCamera(frame: HTMLElement, stage: HTMLElement, scene: Scene): Camera {
  let view: Standing["view"] = { x: 0, y: 0, scale: 1 };
  /** The size of the frame, which to ask in the middle of a drag would cost a layout of the page. */
  let size: Point = [0, 0];
  /** How much larger than its own pixels the page shows the picture. */
  let enlarged = 1;
  /** Whether it was fitted whole, however small. */
  let [untouched, whole] = [true, false];
  /** The scale at which it is fitted because an earlier picture of the same cell was put so; null for what fits. */
  let asked: number | null = null;
  /** The height that the frame was given here. */
  let given = "";
  /** Whether the last press has moved the picture. */
  let panned = false;

  const widest = () => (frame.clientWidth - 2 * MARGIN) / READABLE;

  /** How much smaller the whole graph has to be drawn to fit. */
  const fitting = (width: number, height: number) => {
    const [wide, tall] = scene.extent();
    return Math.min((width - 2 * MARGIN) / wide, height / tall, 1);
  };

  const place = (next: Standing["view"]) => {
    view = next;
    stage.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    stage.style.setProperty("--scale", `${view.scale}`);
    frame.classList.toggle("more", view.x < 0);
    scene.placed();
  };
  const shift = (dx: number, dy: number) => place({ ...view, x: view.x + dx, y: view.y + dy });

  const fit = () => {
    const { style, clientWidth: width } = frame;
    const [wide, tall] = scene.extent();
    // The frame has the height that the whole picture needs, unless somebody has made it higher or lower.
    if (style.height === given) {
      const scale = Math.max(fitting(width || HEIGHTS[1], Infinity), READABLE);
      style.height = `${Math.round(within(tall * scale, ...HEIGHTS))}px`;
      given = style.height;
    }
    const height = frame.clientHeight;
    if (!width || !height) return;
    const scale = asked ?? Math.max(fitting(width, height), whole ? SMALLEST : READABLE);
    // What does not fit is shown from its right end, where the root stands.
    const left = width - wide * scale;
    const above = height - tall * scale;
    const [, top, , thick] = scene.root();
    const middle = Math.max(above, height / 2 - (top + thick / 2) * scale);
    place({
      x: left < 2 * MARGIN - 1 ? left - MARGIN : left / 2,
      y: above < -1 ? Math.min(0, middle) : above / 2,
      scale,
    });
  };

  const pan = (dx: number, dy: number) => {
    untouched = false;
    shift(dx, dy);
  };

  const zoom = (factor: number, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const scale = within(view.scale * factor, SMALLEST, LARGEST);
    const by = scale / view.scale;
    untouched = false;
    place({ x: x - (x - view.x) * by, y: y - (y - view.y) * by, scale });
  };

  /** Left, top, right and bottom in the frame. */
  const shown = ([left, top, width, height]: Rectangle) => {
    const { x, y, scale } = view;
    return [left * scale + x, top * scale + y, (left + width) * scale + x, (top + height) * scale + y];
  };

  let grip: PointerEvent | null = null;
  on(frame, "pointerdown", (event) => {
    panned = false;
    grip = event.button === 0 && !(event.target as Element).closest("input") ? event : null;
  });
  on(frame, "pointermove", (event) => {
    if (!grip || !(event.buttons & 1)) return;
    const [dx, dy] = [event.clientX - grip.clientX, event.clientY - grip.clientY];
    if (!panned && Math.hypot(dx, dy) < 4) return;
    if (!panned) frame.setPointerCapture(event.pointerId);
    panned = true;
    grip = event;
    pan(dx / enlarged, dy / enlarged);
  });
  on(
    frame,
    "wheel",
    (event) => {
      const { deltaX, deltaY } = event;
      const zooms = event.ctrlKey || event.metaKey;
      // Up and down scrolls the notebook.
      if (!zooms && Math.abs(deltaX) <= Math.abs(deltaY)) return;
      event.preventDefault();
      const { left, top } = frame.getBoundingClientRect();
      if (zooms) zoom(Math.exp(-deltaY / 300), (event.clientX - left) / enlarged, (event.clientY - top) / enlarged);
      else pan(-deltaX, 0);
    },
    { passive: false },
  );

  return {
    get view() {
      return view;
    },
    get width() {
      return size[0];
    },
    get untouched() {
      return untouched;
    },
    get more() {
      return view.x < 0;
    },
    get panned() {
      return panned;
    },
    get widest() {
      return widest();
    },
    get standing() {
      const [width, height] = scene.extent();
      return { moved: !untouched || asked !== null, whole, view, width, height };
    },
    set standing(before) {
      const [width, height] = scene.extent();
      whole = before.whole;
      untouched = !before.moved || before.width !== width || before.height !== height;
      asked = before.moved && untouched ? before.view.scale : null;
      if (untouched) fit();
      else place(before.view);
    },
    measure: () => {
      size = [frame.clientWidth, frame.clientHeight];
      enlarged = frame.getBoundingClientRect().width / frame.offsetWidth || 1;
    },
    holds: (width, height) =>
      width <= widest() && height * READABLE <= (Number.parseFloat(getComputedStyle(frame).maxHeight) || HEIGHTS[1]),
    fit,
    refit: (all) => {
      [untouched, whole, asked] = [true, all, null];
      fit();
    },
    zoom,
    pan,
    sees: (found) => {
      const [left, top, right, bottom] = shown(found);
      return left < size[0] && right > 0 && top < size[1] && bottom > 0;
    },
    reveal: (found) => {
      const { clientWidth, clientHeight } = frame;
      const [left, top, right, bottom] = shown(found);
      const edge = view.x < 0 ? FADE : MARGIN;
      const dx = left < edge ? edge - left : Math.min(0, clientWidth - MARGIN - right);
      const dy = top < MARGIN ? MARGIN - top : Math.min(0, clientHeight - MARGIN - bottom);
      if (dx || dy) shift(dx, dy);
    },
  };
}
