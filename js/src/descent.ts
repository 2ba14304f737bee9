// Descent: the leaves step along their gradients, and the root goes down (or up).
import { button, element, svg } from "./dom";
import { parseNumber, short } from "./format";
import { type State, title } from "./state";

const PAUSE = 250;
const KEPT = 400;
const [WIDTH, HEIGHT, LEFT] = [640, 90, 56];

/** Where the chosen leaves are after one step: each moves by its gradient times the rate, against it to descend. */
export function stepped(state: State, chosen: ReadonlySet<number>, rate: number): Map<number, number> {
  const { tape, positions } = state;
  const moves = new Map<number, number>();
  for (const place of chosen) moves.set(place, positions[place] - rate * tape.grads[tape.leaves[place].node]);
  return moves;
}

export function mountDescent(host: HTMLElement, state: State): () => void {
  const chosen = new Set<number>();
  let past: number[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  const rate = element("input", {
    type: "text",
    class: "value",
    value: "0.01",
    inputmode: "decimal",
    "aria-label": "Rate",
  });
  const way = element("select", { "aria-label": "Direction" });
  way.append(element("option", { value: "down" }, "Descend"), element("option", { value: "up" }, "Ascend"));
  const boxes = element("div", { class: "choices", role: "group", "aria-label": "Leaves that step" });
  const words = element("p", { class: "words", "aria-live": "off" });
  const trail = svg("path", { class: "curve" });
  const ends = [12, HEIGHT - 2].map((y) => svg("text", { x: LEFT - 6, y, "text-anchor": "end" }));
  const frame = svg("rect", { class: "plotframe", x: LEFT, y: 0.5, width: WIDTH - LEFT - 0.5, height: HEIGHT - 1 });
  const plot = svg(
    "svg",
    { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "The root after each step" },
    frame,
    trail,
    ...ends,
  );
  const play = button("▶", "Play", () => (timer === undefined ? start() : stop("")));

  const show = (problem = "") => {
    const { tape } = state;
    const root = title(tape, tape.root);
    const [least, most] = [Math.min(...past), Math.max(...past)];
    const y = (value: number) => HEIGHT - 6 - ((value - least) / (most - least || 1)) * (HEIGHT - 12);
    trail.setAttribute(
      "d",
      past
        .map(
          (value, k) =>
            `${k ? "L" : "M"}${(LEFT + (k / Math.max(1, past.length - 1)) * (WIDTH - LEFT)).toFixed(1)} ${y(value).toFixed(1)}`,
        )
        .join(""),
    );
    [most, least].forEach((value, k) => {
      ends[k].textContent = past.length ? short(value) : "";
    });
    const went =
      past.length > 1
        ? `${past.length - 1} step${past.length === 2 ? "" : "s"}: ${root} went from ${short(past[0])} to ${short(past[past.length - 1])}.`
        : `A step moves each chosen leaf by rate · gradient, ${way.value === "up" ? "along" : "against"} it.`;
    words.textContent = problem ? `${problem} ${went}` : went;
  };
  const stop = (problem: string) => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "▶";
    play.setAttribute("aria-label", "Play");
    show(problem);
  };
  const step = () => {
    const size = parseNumber(rate.value);
    if (size === null || !(size > 0) || !Number.isFinite(size))
      return stop("The rate is a positive number, like 0.01.");
    if (!chosen.size) return stop("Choose a leaf that shall step.");
    if (state.mood === "asking" || state.mood === "stuck") return stop("Stopped: there are no numbers to step from.");
    const moves = stepped(state, chosen, way.value === "up" ? -size : size);
    if ([...moves.values()].some((position) => !Number.isFinite(position)))
      return stop("Stopped: a leaf would no longer be finite; try a smaller rate.");
    if (past.length === 0) past.push(state.tape.values[state.tape.root]);
    state.moveAll(moves);
    past.push(state.tape.values[state.tape.root]);
    past = past.slice(-KEPT);
    show();
  };
  const start = () => {
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "Pause");
    timer = setInterval(step, PAUSE);
    step();
  };
  const choose = () => {
    const { tape } = state;
    chosen.clear();
    past = [];
    boxes.replaceChildren(
      ...tape.leaves.flatMap((leaf, place) => {
        if (leaf.whole || !tape.reaches(leaf.node)) return [];
        const box = element("input", { type: "checkbox", checked: "" });
        box.addEventListener("change", () => (box.checked ? chosen.add(place) : chosen.delete(place)));
        chosen.add(place);
        return [element("label", {}, box, title(tape, leaf.node))];
      }),
    );
    show();
  };
  way.addEventListener("change", () => show());
  host.append(
    element(
      "div",
      { class: "controls" },
      way,
      element("label", {}, "rate ", rate),
      button("Step", "One step", step),
      play,
      boxes,
    ),
    plot,
    words,
  );
  const ended = state.listen((news) => {
    if (news === "structure") {
      if (timer !== undefined) stop("Stopped: the graph is another one now.");
      choose();
    }
  });
  choose();
  return () => {
    clearInterval(timer);
    ended();
  };
}
