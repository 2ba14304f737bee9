// Descent: the leaves step along their gradients, and the root goes down (or up).
import { button, element, on, option, set, svg } from "./dom";
import { finite, parseNumber, short } from "./format";
import type { GraphView } from "./graph";
import type { History } from "./history";
import { title } from "./naming";
import { player } from "./player";
import { Plot } from "./plot";
import type { State } from "./state";

const PAUSE = 250;

/** Where the chosen leaves are after one step: each moves by its gradient times the rate, against it to descend. */
export function stepped(state: State, chosen: ReadonlySet<number>, rate: number): Map<number, number> {
  const { tape, positions } = state;
  const moves = new Map<number, number>();
  for (const place of chosen) moves.set(place, positions[place] - rate * tape.grads[tape.leaves[place].node]);
  return moves;
}

export function mountDescent(host: HTMLElement, state: State, _: GraphView, history: History): () => void {
  const chosen = new Set<number>();
  /** How long the trail was when the tool was opened. */
  let begun = history.trail.length;
  const rate = element("input", {
    type: "text",
    class: "value",
    value: "0.01",
    inputmode: "decimal",
    "aria-label": "Rate",
  });
  const way = element("select", { "aria-label": "Direction" });
  way.append(option("down", "Descend"), option("up", "Ascend"));
  const boxes = element("div", { class: "choices", role: "group", "aria-label": "Leaves that step" });
  const words = element("p", { class: "words", "aria-live": "off" });
  const line = svg("path", { class: "curve" });
  const plot = svg(
    "svg",
    {
      class: "plot spark",
      viewBox: "0 0 1 1",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": "The root after each step",
    },
    line,
  );
  const map = new Plot(state, history, () => show(map.problem && `${map.problem}.`));

  const show = (problem = "") => {
    const { tape } = state;
    const root = title(tape, tape.root);
    const up = way.value === "up";
    map.toward = up ? 1 : -1;
    if (chosen.size) map.show([...chosen].sort((one, other) => one - other).slice(0, 2));
    map.made.toggleAttribute("hidden", !chosen.size);
    const trail = history.trail.slice(Math.max(0, Math.min(begun, history.trail.length) - 1));
    const past = trail.filter(({ name, root: value }) => name === root && finite(value)).map(({ root }) => root);
    const [least, most] = [Math.min(...past), Math.max(...past)];
    const across = (k: number) => (k / Math.max(1, past.length - 1)).toFixed(4);
    const down = (value: number) => ((most - value) / (most - least || 1)).toFixed(4);
    set(line, "d", past.map((value, k) => `${k ? "L" : "M"}${across(k)} ${down(value)}`).join(""));
    const went =
      past.length > 1
        ? `${past.length - 1} step${past.length === 2 ? "" : "s"}: ${root} went from ${short(past[0])} to ${short(past[past.length - 1])}.`
        : `A step moves each chosen leaf by rate · gradient, ${up ? "along" : "against"} it.`;
    const seen =
      chosen.size > 1 ? ` The arrow shows where the next one leads; the stronger the colour, the higher ${root}.` : "";
    words.textContent = `${problem && `${problem} `}${went}${seen}`;
  };
  const stop = (problem: string) => {
    play.stop();
    show(problem);
  };
  const step = () => {
    const size = parseNumber(rate.value);
    if (size === null || !(size > 0) || !finite(size)) return stop("The rate is a positive number, like 0.01.");
    if (!chosen.size) return stop("Choose a leaf that shall step.");
    if (state.mood === "asking" || state.mood === "stuck") return stop("Stopped: there are no numbers to step from.");
    const moves = stepped(state, chosen, way.value === "up" ? -size : size);
    if ([...moves.values()].some((position) => !finite(position)))
      return stop("Stopped: a leaf would no longer be finite; try a smaller rate.");
    state.moveAll(moves);
  };
  const play = player(
    () => step(),
    () => step(),
    PAUSE,
  );
  const choose = () => {
    const { tape } = state;
    chosen.clear();
    begun = history.trail.length;
    boxes.replaceChildren(
      ...tape.leaves.flatMap((leaf, place) => {
        if (leaf.whole || !tape.reaches(leaf.node)) return [];
        const box = element("input", { type: "checkbox", checked: "" });
        on(box, "change", () => {
          if (box.checked) chosen.add(place);
          else chosen.delete(place);
          show();
        });
        chosen.add(place);
        return [element("label", {}, box, title(tape, leaf.node))];
      }),
    );
    show();
  };
  on(way, "change", () => show());
  host.append(
    element(
      "div",
      { class: "controls" },
      way,
      element("label", {}, "rate ", rate),
      button("Step", "One step", step),
      play.made,
      map.fill,
      boxes,
    ),
    element("div", { class: "beside" }, map.made, element("div", {}, plot, words)),
  );
  const ended = state.listen({
    structure: () => {
      if (play.playing) stop("Stopped: the graph is another one now.");
      choose();
    },
    numbers: () => {
      if (chosen.size) map.update();
    },
  });
  const stood = history.listen(() => show());
  choose();
  return () => {
    play.stop();
    stood();
    map.end();
    ended();
  };
}
