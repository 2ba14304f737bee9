// The graph view: the boxes and edges of what is drawn, and moving about in it. Nothing moves while numbers change;
// the layout is made anew only when the structure is new.
import { effect, untracked } from "@preact/signals-core";

import { finite, many } from "../model/format";
import { APART, BOXES, ROUND, ROW } from "../model/geometry.gen";
import { type Edge, type Layout, layout } from "../model/layout";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { AS_IT_IS, Sketch } from "../model/sketch";
import { ValueBox } from "./box";
import { element, on, set, svg } from "./dom";
import { asSvg } from "./svg";

const MARGIN = 14;
/** How far from the left end the picture begins to fade when there is more of it. */
const FADE = 32;
const SMALLEST = 0.1;
const LARGEST = 4;
/** A graph is shown whole as long as it can be read so; else at the second scale, from its right end. */
const READABLE = [0.6, 0.85] as const;
const HEIGHTS = [110, 460] as const;
/** Milliseconds after which leaves that have not moved rest. */
const REST = 150;

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

export interface GraphView {
  /** Shows the whole graph, or what of it can be read, as in the beginning. */
  fit(whole: boolean): void;
  zoom(factor: number): void;
  /** Moves the picture, if it must, so that a node can be seen. */
  reveal(node: number): void;
  /** Whether a node has a box in the picture. */
  draws(node: number): boolean;
  /** What is left out of the picture, and folded in it. */
  wishes: { constants: boolean; sums: boolean };
  /** Where the picture stands. A picture of another size keeps but the scale. */
  standing: Standing;
  /** The whole picture as the text of an SVG file. */
  file(): string;
  end(): void;
}

export function mountGraph(host: HTMLElement, model: Model): GraphView {
  const stage = svg("g.stage", {});
  const picture = svg("svg.graph", { role: "group" }, stage);
  const count = element("p.count", {});
  const frame = element("div.frame", {}, picture);
  host.append(frame, count);

  let boxes = new Map<number, ValueBox>();
  let plan: Sketch;
  let drawn: { layout: Layout; paths: SVGPathElement[] } = {
    layout: { places: [], edges: [], width: 0, height: 0 },
    paths: [],
  };
  let wishes = { constants: AS_IT_IS.constants, sums: AS_IT_IS.sums };
  const open = new Set<number>();
  let focused = -1;
  let late: ReturnType<typeof setTimeout> | undefined;
  /** The size of the frame, which to ask in the middle of a drag would cost a layout of the page. */
  let size = [0, 0];
  let view = { x: 0, y: 0, scale: 1 };
  /** Whether nobody has moved the picture since it was fitted, and whether it was fitted whole, however small. */
  let [untouched, whole] = [true, false];
  /** The scale at which it is fitted because an earlier picture of the same cell was put so; null for what fits. */
  let asked: number | null = null;

  const place = () => {
    set(stage, "transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
    frame.classList.toggle("more", view.x < 0);
    if (late !== undefined) numbers();
  };

  /** How much smaller the whole graph has to be drawn to fit into the frame. */
  const fitting = (width: number, height: number) =>
    Math.min((width - 2 * MARGIN) / drawn.layout.width, (height - 2 * MARGIN) / drawn.layout.height, 1);

  const fit = () => {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width || !height) return;
    const { layout: all } = drawn;
    let scale = fitting(width, height);
    if (!whole && scale < READABLE[0]) scale = READABLE[1];
    scale = asked ?? Math.max(scale, SMALLEST);
    // What does not fit is shown from its right end, where the root stands.
    const [wide, tall] = [all.width * scale, all.height * scale];
    const x = wide > width - 2 * MARGIN + 1 ? width - MARGIN - wide : (width - wide) / 2;
    const root = plan.nodes.indexOf(model.tape.root);
    const y = tall > height ? height / 2 - (all.places[root][1] + ROUND) * scale : (height - tall) / 2;
    view = { x, y, scale };
    place();
  };

  const zoomAt = (factor: number, x: number, y: number) => {
    const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
    const by = scale / view.scale;
    view = { x: x - (x - view.x) * by, y: y - (y - view.y) * by, scale };
    untouched = false;
    place();
  };

  const pan = (dx: number, dy: number) => {
    view = { ...view, x: view.x + dx, y: view.y + dy };
    untouched = false;
    place();
  };

  /** Whether some of a box is in the frame. */
  const seen = (index: number) => {
    const [x, y] = drawn.layout.places[index];
    const left = x * view.scale + view.x;
    const top = y * view.scale + view.y;
    const width = (boxes.get(plan.nodes[index])?.width ?? 0) * view.scale;
    return left < size[0] && left + width > 0 && top < size[1] && top + 2 * ROUND * view.scale > 0;
  };

  /** Writes the numbers: at once where they are seen, elsewhere when the leaves rest. */
  const numbers = (all = false) => {
    clearTimeout(late);
    late = all ? undefined : setTimeout(() => numbers(true), REST);
    let strongest = 0;
    for (const box of boxes.values()) {
      const size = Math.abs(box.grad ?? 0);
      if (size > strongest && finite(size)) strongest = size;
    }
    plan.nodes.forEach((node, index) => {
      if (all || seen(index)) boxes.get(node)?.update(strongest);
    });
  };

  const structure = (grows: boolean) => {
    const { tape } = model;
    const held = stage.matches(":focus-within");
    plan = new Sketch(tape, BOXES, { ...wishes, open });
    const { nodes, total } = plan;
    const shown = new Map(nodes.map((node, index) => [node, index]));
    const names = telling(nodes.map((node) => (tape.label(node) ? title(tape, node) : "")));
    boxes = new Map(
      nodes.map((node, index) => {
        const cut = plan.args(node).some((arg) => !shown.has(arg));
        return [node, new ValueBox(model, node, names[index], cut, plan.folded(node).length ? "Σ" : "")];
      }),
    );
    const args = nodes.map((node) => plan.args(node).flatMap((arg) => shown.get(arg) ?? []));
    const all = layout([...boxes.values()], args);
    const paths = all.edges.map((edge) => svg("path.edge", { d: drawnPath(edge, args[edge.target]) }));
    drawn = { layout: all, paths };
    nodes.forEach((node, index) => {
      const [x, y] = all.places[index];
      boxes.get(node)?.group.setAttribute("transform", `translate(${x} ${y})`);
    });
    boxes.get(tape.root)?.group.classList.add("root");
    stage.replaceChildren(...paths, ...[...boxes.values()].map((box) => box.group));
    set(picture, "aria-label", `Expression graph of ${title(tape, tape.root)}`);
    const hidden = total - nodes.length;
    const counted = hidden ? `${many(hidden)} more values, farther from the root, are not drawn.` : "";
    const scale = Math.max(fitting(frame.clientWidth || HEIGHTS[1], Infinity), READABLE[0]);
    const height = Math.min(HEIGHTS[1], Math.max(HEIGHTS[0], (all.height + ROW) * scale + 2 * MARGIN));
    // A graph that comes in the middle of a drag moves no slider away from the pointer.
    if (grows) frame.style.height = `${Math.max(height, frame.offsetHeight)}px`;
    focus(shown.has(focused) ? focused : tape.root, held);
    numbers(true);
    selection();
    if (untouched) fit();
    const more = view.x < 0 ? " The picture goes on to the left: drag it, or press Fit." : "";
    count.textContent = counted + more;
    count.hidden = !(counted + more);
  };

  const selection = () => {
    const { lens } = model;
    for (const [node, box] of boxes) {
      box.group.classList.toggle("lit", lens?.lit?.(node) ?? false);
      box.group.classList.toggle("selected", node === model.selected);
      set(box.group, "aria-pressed", node === model.selected);
    }
    drawn.layout.edges.forEach(({ source, target }, index) => {
      const [from, to] = [plan.nodes[source], plan.nodes[target]];
      const lit = lens?.used ? lens.used(from, to) : from === model.selected || to === model.selected;
      drawn.paths[index].classList.toggle("lit", lit);
    });
  };

  /** One box at a time takes part in the order of the tab key. */
  const focus = (node: number, take: boolean) => {
    boxes.get(focused)?.group.setAttribute("tabindex", "-1");
    focused = node;
    const group = boxes.get(node)?.group;
    group?.setAttribute("tabindex", "0");
    if (!take || !group) return;
    group.focus({ preventScroll: true });
    reveal(node);
  };

  const reveal = (node: number) => {
    const [x, y] = drawn.layout.places[plan.nodes.indexOf(node)];
    const width = boxes.get(node)?.width ?? 0;
    const { clientWidth, clientHeight } = frame;
    const [left, right] = [x * view.scale + view.x, (x + width) * view.scale + view.x];
    const [top, bottom] = [y * view.scale + view.y, (y + 2 * ROUND) * view.scale + view.y];
    const edge = view.x < 0 ? FADE : MARGIN;
    const dx = left < edge ? edge - left : Math.min(0, clientWidth - MARGIN - right);
    const dy = top < MARGIN ? MARGIN - top : Math.min(0, clientHeight - MARGIN - bottom);
    if (!dx && !dy) return;
    pan(dx, dy);
  };

  /** The box to which an arrow key leads: left to an argument, right to a user, up and down within a column. */
  const neighbour = (key: string): number | undefined => {
    const { tape } = model;
    if (key === "ArrowLeft") return plan.args(focused).find((arg) => boxes.has(arg));
    if (key === "ArrowRight") return [...plan.nodes].reverse().find((user) => plan.args(user).includes(focused));
    if (key === "Home") return tape.root;
    const { places } = drawn.layout;
    const at = plan.nodes.indexOf(focused);
    const centre = (index: number) => places[index][0] + (boxes.get(plan.nodes[index])?.width ?? 0) / 2;
    let best: number | undefined;
    let nearest = Infinity;
    plan.nodes.forEach((node, index) => {
      const down = places[index][1] - places[at][1];
      if (index === at || (key === "ArrowDown" ? down <= 0 : down >= 0)) return;
      const distance = Math.abs(down) + Math.abs(centre(index) - centre(at)) / 2;
      if (distance < nearest) {
        nearest = distance;
        best = node;
      }
    });
    return best;
  };

  const keyed = (event: KeyboardEvent) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Enter" || key === " ") choose(focused);
    else if (key === "Escape") model.select(null);
    else if (key === "+" || key === "=") zoomAt(1.25, frame.clientWidth / 2, frame.clientHeight / 2);
    else if (key === "-") zoomAt(0.8, frame.clientWidth / 2, frame.clientHeight / 2);
    else if (key === "0") refit(true);
    else if (key.startsWith("Arrow") || key === "Home") {
      const next = neighbour(key);
      if (next !== undefined) focus(next, true);
    } else return;
    event.preventDefault();
  };

  /** Selects a node; a long sum opens. */
  const choose = (node: number) => {
    model.select(node);
    const sums = plan.folded(node);
    for (const sum of sums) open.add(sum);
    if (sums.length) structure(true);
    focus(node, true);
  };

  const refit = (all: boolean) => {
    untouched = true;
    whole = all;
    asked = null;
    fit();
  };

  const nodeAt = (target: EventTarget | null): number | null => {
    const group = target instanceof Element ? target.closest("[data-node]") : null;
    return group ? Number(group.getAttribute("data-node")) : null;
  };

  /** How much larger than its own pixels the page shows the picture. */
  const enlarged = () => frame.getBoundingClientRect().width / frame.offsetWidth;

  let grip: { x: number; y: number; moved: boolean } | null = null;
  const pressed = (event: PointerEvent) => {
    if (event.button === 0) grip = { x: event.clientX, y: event.clientY, moved: false };
  };
  const dragged = (event: PointerEvent) => {
    if (!grip || !(event.buttons & 1)) return;
    const [dx, dy] = [event.clientX - grip.x, event.clientY - grip.y];
    if (!grip.moved && Math.hypot(dx, dy) < 4) return;
    if (!grip.moved) picture.setPointerCapture(event.pointerId);
    grip = { x: event.clientX, y: event.clientY, moved: true };
    const size = enlarged();
    pan(dx / size, dy / size);
  };
  const clicked = (event: MouseEvent) => {
    const panned = grip?.moved;
    grip = null;
    if (panned) return;
    const node = nodeAt(event.target);
    if (node === null) model.select(null);
    else choose(node);
  };
  const wheeled = (event: WheelEvent) => {
    const { deltaX, deltaY } = event;
    const zooms = event.ctrlKey || event.metaKey;
    // Up and down scrolls the notebook.
    if (!zooms && Math.abs(deltaX) <= Math.abs(deltaY)) return;
    event.preventDefault();
    const at = frame.getBoundingClientRect();
    const size = enlarged();
    if (zooms) zoomAt(Math.exp(-deltaY / 300), (event.clientX - at.left) / size, (event.clientY - at.top) / size);
    else pan(-deltaX, 0);
  };

  on(picture, "keydown", keyed);
  on(picture, "pointerdown", pressed);
  on(picture, "pointermove", dragged);
  on(picture, "click", clicked);
  on(picture, "wheel", wheeled, { passive: false });
  const watched = new ResizeObserver(() => {
    size = [frame.clientWidth, frame.clientHeight];
    if (untouched) fit();
  });
  watched.observe(frame);
  let first = true;
  const ends = [
    effect(() => {
      void model.structure;
      untracked(() => {
        open.clear();
        structure(first);
      });
      first = false;
    }),
    effect(() => {
      void [model.run, model.lens];
      untracked(() => numbers());
    }),
    effect(() => {
      void [model.selected, model.lens];
      untracked(selection);
    }),
    effect(() => {
      const { selected } = model;
      if (selected !== null && boxes.has(selected)) untracked(() => reveal(selected));
    }),
  ];
  return {
    fit: refit,
    reveal: (node) => {
      if (boxes.has(node)) reveal(node);
    },
    draws: (node) => boxes.has(node),
    get wishes() {
      return wishes;
    },
    set wishes(next) {
      wishes = next;
      open.clear();
      untouched = true;
      asked = null;
      structure(true);
    },
    get standing() {
      const { width, height } = drawn.layout;
      return { moved: !untouched || asked !== null, whole, view, width, height };
    },
    set standing(before) {
      const { width, height } = drawn.layout;
      whole = before.whole;
      untouched = !before.moved || before.width !== width || before.height !== height;
      asked = before.moved && untouched ? before.view.scale : null;
      view = before.view;
      if (untouched) fit();
      else place();
    },
    file: () => {
      numbers(true);
      return asSvg(picture, drawn.layout.width, drawn.layout.height);
    },
    zoom: (factor) => zoomAt(factor, frame.clientWidth / 2, frame.clientHeight / 2),
    end: () => {
      clearTimeout(late);
      watched.disconnect();
      for (const end of ends) end();
    },
  };
}

/** Names in which duplicates are told apart. */
function telling(names: readonly string[]): string[] {
  const total = new Map<string, number>();
  for (const name of names) total.set(name, (total.get(name) ?? 0) + 1);
  const order = new Map<string, number>();
  return names.map((name) => {
    if (!name || total.get(name) === 1) return name;
    const nth = (order.get(name) ?? 0) + 1;
    order.set(name, nth);
    return `${name} (${nth})`;
  });
}

/** Level through columns and curved between them; several edges between the same two run side by side. */
function drawnPath(edge: Edge, args: readonly number[]): string {
  const uses = args.filter((arg) => arg === edge.source).length;
  const before = args.slice(0, edge.position).filter((arg) => arg === edge.source).length;
  const shift = (before - (uses - 1) / 2) * APART;
  const [[startX, startY], ...rest] = edge.points;
  let [x, y] = [startX, startY + shift];
  let path = `M${x} ${y}`;
  rest.forEach(([right, at], index) => {
    const level = at + shift;
    const half = (x + right) / 2;
    path +=
      index % 2 === 0 || Math.abs(level - y) < 0.05 ? `H${right}` : `C${half} ${y} ${half} ${level} ${right} ${level}`;
    [x, y] = [right, level];
  });
  return path;
}
