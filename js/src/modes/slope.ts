// The slope, seen: the root against a leaf, the tangent there with its rise over run, and the secant over a step h of any size; against
// two leaves, a map with the gradient as an arrow. What a slope is good for stands below: going downhill.

import { decades, difference, errors, rounding, stepOf, stride, whyOff } from "../model/difference";
import { finite, short } from "../model/format";
import { grad, sign } from "../model/gradients";
import { rootName, title } from "../model/names";
import { within } from "../model/ranges";
import { after } from "../model/signals";
import { element, on, option, set, svg } from "../view/dom";
import { drags, slider, stands } from "../view/drag";
import { errorsOf } from "../view/errors";
import { derivative, quotient } from "../view/mathml";
import { mountPlot } from "../view/plot";
import { mountCurvature } from "./curvature";
import { mountDescent } from "./descent";
import type { Parts } from "./mode";

/** Writes a word into the plot. */
function write(made: SVGElement, text: string, x: number, y: number, anchor: string): void {
  const seen = finite(x + y);
  made.textContent = seen ? text : "";
  if (seen) for (const [name, value] of Object.entries({ x, y, "text-anchor": anchor })) set(made, name, value);
}

export function mountSlope({ body, stage, model, history }: Parts): void {
  stage.hidden = true;
  /** The chosen leaves, by what each keeps on another way through the code. */
  let [first, second] = ["", ""];
  /** The step, in powers of ten; it begins as wide as the run that is drawn. */
  let power = 0;
  const place = (key: string) => model.tape.leaves.findIndex((leaf) => leaf.key === key);
  /** What the leaves that were offered are called: on another path a leaf of that name takes the place of one that is gone. */
  const names = new Map<string, string>();
  const choice = element("select", { "aria-label": "Leaf" });
  const other = element("select", { "aria-label": "Second leaf" });
  const about = element("span");

  const [secant, triangle] = [svg("path.secant"), svg("path.triangle")];
  const [run, rise, size] = [0, 1, 2].map(() => svg("text"));
  const plot = mountPlot(model, () => update());
  plot.layer.append(triangle, secant, run, rise, size);
  const go = (wanted: number) => {
    const [least, most] = decades(model, place(first));
    power = within(wanted, least, most);
    update();
  };
  const by = (steps: number) =>
    go(finite(steps) ? Math.round(10 * power + steps) / 10 : decades(model, place(first))[steps > 0 ? 1 : 0]);
  const vee = errorsOf(go, by);
  const grip = slider("grip", by);
  set(grip, "aria-label", "Step h of the secant");
  plot.made.append(grip);
  drags(grip, () => (event) => {
    if (!event) return;
    const [at, { low, high }] = [place(first), model.range(place(first))];
    const h = low + (high - low) * plot.shares(event)[0] - model.run.positions[at];
    // A pixel is as near as a hand comes.
    go(Math.log10(Math.max(h, (high - low) / plot.wide)));
  });

  /** A left side, and the number that it comes to. */
  const equated = (left: Element) => {
    const number = element("output");
    return { made: element("div.equation", left, "=", number), number };
  };
  let equations: ReturnType<typeof equated>[] = [];
  const slopes = element("div.equations");
  const moves = element("p.words");
  const quotients = element("div");
  const off = element("p.words");
  const curvature = mountCurvature(model);
  const heading = (text: string) => element("h3", text);
  const steps = element("div.difference", heading("The finite difference, by h"), quotients, off, vee.made);
  const said = [heading("The gradient is the slope here"), slopes, moves, curvature.words, steps];
  const descent = mountDescent(model, history, plot);

  /** Rise over run along the tangent, to the left where the right has no room. */
  const drawTriangle = (x: number, y: number, slope: number, long: number, high: number) => {
    const [from, to] = x + long > high ? [-long, 0] : [0, long];
    const [left, right] = [from, to].map((far) => plot.across(x + far));
    const [base, top] = [from, to].map((far) => plot.down(y + slope * far));
    const seen = slope !== 0 && [left, right, base, top].every(finite);
    set(triangle, "d", seen ? `M${left} ${base}H${right}V${top}Z` : "");
    set(triangle, "class", `triangle ${sign(slope)}`);
    const level = (at: number) => (seen ? within(at, 12, plot.tall - 6) : Number.NaN);
    write(run, short(long), (left + right) / 2, level(base + (slope > 0 ? 16 : -7)), "middle");
    const room = right + 70 < plot.wide;
    const middle = (level(base) + level(top)) / 2 + 4;
    write(rise, short(slope * long), right + (room ? 8 : -8), middle, room ? "start" : "end");
    set(rise, "class", `rise ${sign(slope)}`);
  };

  const update = () => {
    const at = place(first);
    if (at < 0) return;
    plot.update();
    const { tape, run, mood } = model;
    const root = rootName(tape);
    const nodes = [at, place(second)].slice(0, second ? 2 : 1).map((each) => tape.leaves[each].node);
    const problem = plot.fill.problem && ` Blank stays what only the kernel could tell: ${plot.fill.problem}.`;
    nodes.forEach((node, k) => {
      equations[k].number.textContent = grad(run, node);
      set(equations[k].number, "class", sign(run.grads[node]));
    });
    curvature.look(nodes);
    if (second) {
      moves.textContent = `The arrow goes where ${root} grows fastest. The stronger the ground, the higher ${root}; along a line it stays the same. The dashes are the next step.${problem}`;
      return;
    }
    const [node] = nodes;
    const [x, y, slope, leaf] = [run.values[node], run.root, run.grads[node], title(tape, node)];
    const [long, { high }] = [stride(model.range(at)), model.range(at)];
    drawTriangle(x, y, slope, long, high);
    const goes = slope === 0 ? "stays" : `moves by ${short(slope * long)}`;
    moves.textContent = `${
      run.unknown(node)
        ? `The gradient of ${leaf} is not known: it goes through code outside of the graph.`
        : Number.isNaN(slope)
          ? "There is no slope here: the gradient is nan."
          : `Move ${leaf} by ${short(long)} along the line, and ${root} ${goes}.`
    }${problem}`;
    const [ends, h] = [decades(model, at), stepOf(model, at, power)];
    const found = difference(model, at, h);
    const lost = found.there === null || mood === "asking" || mood === "stuck";
    const written = `h = ${short(h)}`;
    stands(grip, ...ends, Math.log10(h), written);
    equations[1].number.textContent = lost ? "?" : short(found.quotient);
    set(secant, "d", lost ? "" : plot.through(x, y, found.quotient));
    // Beyond the plot's border the handle waits there.
    const left = within(plot.across(x + h), 0, plot.wide);
    const top = within(plot.down(lost ? y : (found.there ?? y)), 0, plot.tall);
    plot.lay(grip, left, top);
    const beside = left > 80 ? "end" : "start";
    write(size, written, Math.max(4, left - 13), Math.max(14, top + (found.quotient < 0 ? 20 : -8)), beside);
    const samples = lost || run.unknown(node) || !model.rests ? [] : errors(model, at);
    const best = samples.reduce((one, two) => (two[1] < one[1] ? two : one), [h, Infinity] as const);
    const closest =
      best[1] < found.error ? `closest at h = ${short(Number(best[0].toPrecision(2)))}, off by ${short(best[1])}` : "";
    off.textContent = lost
      ? `No secant: ${leaf} + h lies where only the kernel could tell.`
      : `${whyOff(model, at, h, found)}${closest && ` It is ${closest}.`}`;
    const bound = rounding(run);
    const bent = samples.slice(-samples.length >> 3).some(([h, error]) => error > bound / h);
    const word = `How far the finite difference is off, for each h${closest && `: ${closest}`}`;
    vee.show(samples, ends, [h, found.error], bent, word);
  };

  const show = () => {
    if (second === first) second = "";
    const { leaves, root } = model.tape;
    const places = (second ? [first, second] : [first]).map(place);
    const [top, ...called] = [root, ...places.map((each) => leaves[each].node)].map((node) => title(model.tape, node));
    equations = called.map((name) => equated(derivative(top, name)));
    slopes.replaceChildren(...equations.map(({ made }) => made));
    if (!second) {
      equations.push(equated(quotient(top, called[0])));
      quotients.replaceChildren(equations[1].made);
    }
    about.textContent = `${top} against`;
    plot.layer.toggleAttribute("hidden", second !== "");
    steps.hidden = grip.hidden = second !== "";
    plot.show(places);
    update();
  };

  const offer = (wanted = first) => {
    const { tape } = model;
    const keys = tape.leaves.map(({ key }) => key);
    const usable = [...keys.keys()].filter((k) => tape.reaches(tape.leaves[k].node));
    const called = names.get(wanted);
    const at =
      usable.find((k) => keys[k] === wanted) ?? usable.find((k) => tape.leaves[k].name === called) ?? usable[0];
    if (at !== undefined && keys[at] !== first) power = Math.log10(stride(model.range(at)));
    first = keys[at ?? 0] ?? "";
    for (const { key, name } of tape.leaves) names.set(key, name);
    if (second === first || !usable.includes(place(second))) second = "";
    const offered = (some: readonly number[]) => some.map((k) => option(keys[k], title(tape, tape.leaves[k].node)));
    choice.replaceChildren(...offered(usable));
    other.replaceChildren(option("", "—"), ...offered(usable.filter((k) => keys[k] !== first)));
    choice.value = first;
    other.value = second;
    if (!usable.length) {
      first = "";
      body.replaceChildren(element("p.hint", "No leaf reaches the root."));
      return;
    }
    // What stands there stays, and with it the focus, and a drag.
    if (!plot.made.isConnected) {
      const leaves = element("div.controls", about, choice, element("label", "and ", other), plot.fill.made);
      const bar = element("div.bar", leaves, descent.bar);
      const side = element("div.side", ...said);
      body.replaceChildren(element("div.slope", plot.made, side, bar, descent.strip, curvature.pairs));
    }
    show();
  };

  /** A leaf that is selected is the one to look at. */
  const choose = () => {
    const { tape, selected } = model;
    offer(tape.leaves.find(({ node }) => node === selected)?.key);
  };

  on(choice, "change", () => offer(choice.value));
  on(other, "change", () => {
    second = other.value;
    show();
  });
  after(
    () => model.structure,
    () => offer(),
  );
  after(() => model.selected, choose);
  after(() => [model.run, model.mood, model.positions, model.ranges, model.rests], update);
}
