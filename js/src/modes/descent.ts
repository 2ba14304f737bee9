// Descent: the leaves step along their gradients, and the root goes down (or up).
import { effect, untracked } from "@preact/signals-core";

import { tame } from "../model/field";
import { finite, parseNumber, short } from "../model/format";
import type { History } from "../model/history";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { button, element, on, option, set, svg } from "../view/dom";
import type { GraphView } from "../view/graph";
import { player } from "../view/player";
import { Plot } from "../view/plot";

const PAUSE = 250;

/** Where the chosen leaves are after one step: each moves by its gradient times the rate, against it to descend. */
export function stepped(model: Model, chosen: ReadonlySet<number>, rate: number): Map<number, number> {
  const { tape, positions } = model;
  const moves = new Map<number, number>();
  for (const place of chosen) moves.set(place, positions[place] - rate * model.run.grads[tape.leaves[place].node]);
  return moves;
}

export function mountDescent(host: HTMLElement, model: Model, _: GraphView, history: History): () => void {
  /** The leaves that do not step, by what each keeps on another way through the code. */
  const out = new Set<string>();
  let chosen = new Set<number>();
  /** The root after each step of this run. A run ends with any other change. */
  let run: number[] = [];
  /** How many of its steps have moved something. */
  let moved = 0;
  let stepping = false;
  let stands = 0;
  let turns = history.turn;
  const rate = element("input.value", { type: "text", value: "0.01", inputmode: "decimal", "aria-label": "Rate" });
  const way = element("select", { "aria-label": "Direction" });
  way.append(option("down", "Descend"), option("up", "Ascend"));
  const boxes = element("div.choices", { role: "group", "aria-label": "Leaves that step" });
  const words = element("p.words", { "aria-live": "off" });
  const problems = element("span", { role: "alert" });
  const line = svg("path.curve");
  const plot = svg(
    "svg.plot spark",
    { viewBox: "0 0 1 1", preserveAspectRatio: "none", role: "img", "aria-label": "The root after each step" },
    line,
  );
  const map = new Plot(model, history, () => show(map.problem && `${map.problem}.`));

  const show = (problem = "") => {
    const { tape } = model;
    const root = title(tape, tape.root);
    const up = way.value === "up";
    const places = [...chosen].sort((one, other) => one - other).slice(0, 2);
    map.toward = up ? 1 : -1;
    map.steps = moved;
    if (chosen.size) map.show(places);
    map.made.toggleAttribute("hidden", !chosen.size);
    const known = run.filter(finite).map(tame);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const across = (k: number) => (k / (known.length - 1)).toFixed(4);
    const down = (value: number) => ((most - value) / (most - least || 1)).toFixed(4);
    set(
      line,
      "d",
      known.length > 1 ? known.map((value, k) => `${k ? "L" : "M"}${across(k)} ${down(value)}`).join("") : "",
    );
    const steps = run.length - 1;
    const went =
      steps > 0
        ? `${steps} step${steps === 1 ? "" : "s"}: ${root} went from ${short(run[0])} to ${short(run[steps])}.`
        : `A step moves each chosen leaf by rate · gradient, ${up ? "along" : "against"} it.`;
    const seen =
      places[1] === undefined
        ? ""
        : ` The arrow shows which way the next one goes; the stronger the colour, the higher ${root}.`;
    problems.textContent = problem;
    words.replaceChildren(problems, problem && " ", went + seen);
  };
  const here = () => model.run.values[model.tape.root];
  const begin = () => {
    run = [here()];
    moved = 0;
    stands = history.trail.length;
  };
  const stop = (problem: string) => {
    play.stop();
    show(problem);
  };
  const step = () => {
    const size = parseNumber(rate.value);
    if (size === null || !(size > 0) || !finite(size)) return stop("The rate is a positive number, like 0.01.");
    if (!chosen.size) return stop("Choose a leaf that shall step.");
    if (model.mood === "asking" || model.mood === "stuck") return stop("Stopped: there are no numbers to step from.");
    const lost = [...chosen].find((place) => model.run.unknown(model.tape.leaves[place].node));
    if (lost !== undefined)
      return stop(`Stopped: the gradient of ${title(model.tape, model.tape.leaves[lost].node)} is not known.`);
    const moves = stepped(model, chosen, way.value === "up" ? -size : size);
    if ([...moves.values()].some((position) => !finite(position)))
      return stop("Stopped: a leaf would no longer be finite; try a smaller rate.");
    const before = run;
    stepping = true;
    model.moveAll(moves);
    stepping = false;
    // A step onto another way through the code begins a new run.
    if (run !== before) return;
    run.push(here());
    show();
  };
  const play = player(step, step, PAUSE);
  const choose = (problem = "") => {
    const { tape } = model;
    chosen = new Set();
    begin();
    boxes.replaceChildren(
      ...tape.leaves.flatMap((leaf, place) => {
        if (leaf.whole || !tape.reaches(leaf.node)) return [];
        const box = element("input", { type: "checkbox" });
        box.checked = !out.has(leaf.key);
        const ticked = () => {
          if (box.checked) chosen.add(place);
          else chosen.delete(place);
          if (box.checked) out.delete(leaf.key);
          else out.add(leaf.key);
        };
        on(box, "change", () => {
          ticked();
          show();
        });
        ticked();
        return [element("label", {}, box, title(tape, leaf.node))];
      }),
    );
    show(problem);
  };
  /** Another change of the leaves has come, or one was undone. */
  const stood = (turn: number) => {
    if (turn === turns) return;
    turns = turn;
    const before = stands;
    stands = history.trail.length;
    if (stepping) {
      moved++;
      return;
    }
    // A step that is undone is no longer part of the run.
    if (moved && stands < before) {
      moved--;
      run.pop();
    } else begin();
    show();
  };
  on(way, "change", () => show());
  host.append(
    element(
      "div.controls",
      {},
      way,
      element("label", {}, "rate ", rate),
      button("Step", "One step", step),
      play.made,
      map.fill,
      boxes,
    ),
    element("div.beside", {}, map.made, element("div", {}, plot, words)),
  );
  const ends = [
    effect(() => {
      void model.structure;
      untracked(() => {
        const stopped = play.playing;
        play.stop();
        choose(stopped ? "Stopped: the graph is another one now." : "");
      });
    }),
    effect(() => {
      void [model.run, model.ranges, model.positions];
      untracked(() => {
        // What only the kernel could tell comes later.
        if (run.length > 1 && !stepping) run[run.length - 1] = here();
        if (chosen.size) map.update();
      });
    }),
    effect(() => {
      const turn = history.turn;
      untracked(() => stood(turn));
    }),
  ];
  return () => {
    play.stop();
    for (const end of ends) end();
    map.end();
  };
}
