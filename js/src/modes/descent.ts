// Downhill: the leaves step along their gradients, and the root goes down (or up).

import type { Run } from "../engine/tape";
import { tame } from "../model/field";
import { finite, parseNumber, short } from "../model/format";
import { differing, type History } from "../model/history";
import type { Model } from "../model/model";
import { rootName, title } from "../model/names";
import { after, ended } from "../model/signals";
import { through } from "../view/axes";
import { button, element, on, option, set, svg } from "../view/dom";
import { player } from "../view/player";
import type { Plot, Trodden } from "../view/plot";
import { leafTicks } from "./ticks";

/** So many times as far as its range goes a leaf has run away. */
const AWAY = 100;
/** So many points of the root's curve are drawn. */
const DRAWN = 400;
/** Its height and width, which are drawn as large as there is room. */
const FINE = 1000;
/** Steps a second; 0 for as many as fit. */
const SPEEDS = [4, 15, 60, 0];
/** So many milliseconds of a frame go into steps where as many are taken as fit. */
const TIME = 8;

/** Where the chosen leaves are after one step: each moves by its gradient times the rate, against it to descend. */
export function stepped(
  { tape, positions, grads }: Run,
  chosen: ReadonlySet<number>,
  rate: number,
): Map<number, number> {
  return new Map([...chosen].map((place) => [place, positions[place] - rate * grads[tape.leaves[place].node]]));
}

/** Why a step may not be taken: it leads to no number, or beyond all bounds; empty where it may. */
export function diverges(model: Model, moves: ReadonlyMap<number, number>, far: ReadonlyMap<number, number>): string {
  const { tape, positions } = model;
  const [root, smaller] = [rootName(tape), "try a smaller rate"];
  if ([...moves.values()].some((position) => !finite(position))) return `a leaf would no longer be finite; ${smaller}`;
  const there = model.probe(moves)?.root;
  if (there !== undefined && !finite(there)) return `the next step would make ${root} ${short(there)}; ${smaller}`;
  for (const [place, position] of moves)
    if (Math.abs(position) > (far.get(place) ?? Infinity))
      return `${title(tape, tape.leaves[place].node)} runs away, and would be ${short(position)} next; ${smaller}`;
  return [...moves].every(([place, position]) => Object.is(position, positions[place])) ? "no leaf moves any more" : "";
}

export interface Descent {
  /** What is pressed, and what is said and ticked. */
  readonly bar: HTMLElement;
  readonly strip: HTMLElement;
}

export function mountDescent(model: Model, history: History, plot: Plot): Descent {
  /** Where the leaves have been in this run, from its beginning. A run ends with any other change. */
  let run: (Trodden & { readonly steps: number })[] = [];
  /** How far each leaf may go, and the sliders' ranges when the run began and after its last step. */
  let far = new Map<number, number>();
  let ranges = model.ranges;
  let reached = model.ranges;
  let stepping = false;
  const rate = element("input.value", { type: "text", value: "0.05", inputmode: "decimal", "aria-label": "Rate" });
  const way = element("select", { "aria-label": "Direction" });
  way.append(option("down", "Go downhill"), option("up", "Go uphill"));
  const named = (many: number) => option(many, many ? `${many} a second` : "as many as fit");
  const speed = element("select", { "aria-label": "Speed" }, ...SPEEDS.map(named));
  speed.value = String(SPEEDS[1]);
  const words = element("p.words", { "aria-live": "off" });
  const problems = element("span", { role: "alert" });
  const line = svg("path.curve");
  const spark = svg(
    "svg.spark",
    {
      viewBox: `0 0 ${FINE} ${FINE}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": "The root after each step",
    },
    line,
  );

  /** The rate, with the sign of the way; null where there is none. */
  const size = () => {
    const typed = parseNumber(rate.value);
    return typed !== null && typed > 0 && finite(typed) ? (way.value === "up" ? -typed : typed) : null;
  };
  const show = (problem = "") => {
    const root = rootName(model.tape);
    const known = run
      .map((stand) => stand.root)
      .filter(finite)
      .map(tame);
    const every = Math.ceil(known.length / DRAWN) || 1;
    const drawn = known.filter((_, k) => k % every === 0 || k === known.length - 1);
    const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
    const across = FINE / (drawn.length - 1);
    const down = FINE / (most - least || 1);
    set(line, "d", through(drawn.map((value, k) => [across * k, down * (most - value)])));
    const { steps, root: value } = run[run.length - 1];
    const went =
      steps > 0
        ? `${steps} step${steps === 1 ? "" : "s"}: ${root} went from ${short(run[0].root)} to ${short(value)}.`
        : `A step moves each ticked leaf ${way.value === "up" ? "along" : "against"} its gradient, by rate · gradient.`;
    problems.textContent = problem;
    words.replaceChildren(problems, problem && " ", went);
    const rated = size();
    plot.trail = steps > 0 ? run : [];
    plot.next = rated === null ? new Map() : stepped(model.run, ticks.chosen, rated);
    if (plot.made.isConnected) plot.update();
  };
  const here = (steps: number) => ({ at: model.at, root: model.run.root, steps });
  const begin = () => {
    run = [here(0)];
    ranges = reached = model.ranges;
    far = new Map(
      model.tape.leaves.map((_, place) => {
        const { low, high } = model.range(place);
        return [place, Math.max(Math.abs(low), Math.abs(high)) + AWAY * (high - low)];
      }),
    );
  };
  const stop = (problem: string) => {
    play.stop();
    show(problem);
  };
  const step = () => {
    const rated = size();
    if (rated === null) return stop("The rate is a positive number, like 0.01.");
    if (!ticks.chosen.size) return stop("Tick a leaf that shall step.");
    // The kernel may know where a way that is played goes on.
    if (play.playing && model.mood === "asking") return;
    if (model.mood === "asking" || model.mood === "stuck") return stop("Stopped: there are no numbers to step from.");
    const { leaves } = model.tape;
    const lost = [...ticks.chosen].find((place) => model.run.unknown(leaves[place].node));
    if (lost !== undefined)
      return stop(`Stopped: the gradient of ${title(model.tape, leaves[lost].node)} is not known.`);
    let moves = stepped(model.run, ticks.chosen, rated);
    const why = diverges(model, moves, far);
    if (why) return stop(`Stopped: ${why}.`);
    const before = run;
    let steps = run[run.length - 1].steps + 1;
    const until = performance.now() + (play.playing && speed.value === "0" ? TIME : 0);
    while (performance.now() < until) {
      const next = model.tape.run(model.elsewhere(moves));
      const further = stepped(next, ticks.chosen, rated);
      // What is not sure, and where it ends, is found out and told where it is shown.
      if (next.verdict.kind !== "exact" || diverges(model, further, far)) break;
      moves = further;
      steps++;
    }
    stepping = true;
    // What is played comes to rest at its end, and is undone as one.
    model.moveAll(moves, !play.playing);
    stepping = false;
    // A step onto another way through the code begins a new run.
    if (run !== before) return;
    run.push(here(steps));
    reached = model.ranges;
    const { root, tape } = model.run;
    if (finite(root)) show();
    else stop(`Stopped: this step made ${rootName(tape)} ${short(root)}; undo it, and try a smaller rate.`);
  };
  const rest = () => {
    stepping = true;
    model.put(new Map(model.at));
    stepping = false;
  };
  const play = player(step, step, () => 1000 / (Number(speed.value) || 60), rest);
  const ticks = leafTicks(model, () => show());
  /** The leaves have been moved by something else. Of what is undone the steps are gone. */
  const moved = () => {
    let kept = run.length - 1;
    while (kept >= 0 && differing(run[kept].at, model.at).length) kept--;
    if (kept === run.length - 1) return;
    play.stop();
    // What a run has stretched goes back with it.
    if (model.ranges === reached && reached !== ranges) model.takeRanges(ranges);
    if (kept < 0) begin();
    else run = run.slice(0, kept + 1);
    reached = model.ranges;
    show();
  };
  on(way, "change", () => show());
  on(rate, "input", () => show());
  const bar = element("div.controls", way, button("Step", "One step", step), play.made, speed);
  bar.append(element("label", "rate ", rate));
  after(
    () => model.structure,
    () => {
      const stopped = play.playing;
      play.stop();
      ticks.offer();
      begin();
      show(stopped ? "Stopped: the graph is another one now." : "");
    },
  );
  after(
    () => [model.run, model.at, history.turn],
    () => {
      if (stepping) return;
      moved();
      // What only the kernel could tell comes later.
      const last = run.length - 1;
      if (!differing(run[last].at, model.at).length) run[last] = here(run[last].steps);
    },
  );
  ended(play.stop);
  return {
    bar,
    strip: element("div.run", element("div", ticks.made, words), spark),
  };
}
