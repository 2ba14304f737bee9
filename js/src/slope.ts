// The slope, seen: the root against a leaf, the tangent there, and the secant over a step h of any size; against two
// leaves, a map with the gradient as an arrow.
import { element, on, option, set, svg } from "./dom";
import { short } from "./format";
import type { GraphView } from "./graph";
import type { History } from "./history";
import { title } from "./naming";
import { mark, Plot } from "./plot";
import type { State } from "./state";

export function mountSlope(host: HTMLElement, state: State, _: GraphView, history: History): () => void {
  let [place, second] = [0, -1];
  const choice = element("select", { "aria-label": "Leaf" });
  const other = element("select", { "aria-label": "Second leaf" });
  const step = element("input", {
    type: "range",
    class: "slider",
    min: "0",
    max: "16",
    step: "0.1",
    value: "0.5",
    "aria-label": "Step h of the secant",
  });
  const size = element("span", { class: "at" });
  const words = element("p", { class: "words" });
  const secant = svg("path", { class: "secant" });
  const end = svg("circle", { class: "other", r: 4 });
  const plot = new Plot(state, history, () => update());
  plot.layer.append(secant, end);

  const update = () => {
    plot.update();
    const { tape } = state;
    const root = title(tape, tape.root);
    const slopes = [place, second]
      .filter((each) => each >= 0)
      .map((each) => {
        const { node } = tape.leaves[each];
        return `∂${root}/∂${title(tape, node)} = ${short(tape.grads[node])}`;
      });
    const problem = plot.problem ? ` Blank stays what only the kernel could tell: ${plot.problem}.` : "";
    const mapped = second >= 0;
    plot.layer.toggleAttribute("hidden", mapped);
    step.disabled = mapped;
    if (mapped) {
      words.textContent = `The arrow goes where ${root} grows fastest: ${slopes.join(", ")}. The stronger the colour, the higher ${root}.${problem}`;
      return;
    }
    const [x, y] = [state.positions[place], tape.values[tape.root]];
    const grad = tape.grads[tape.leaves[place].node];
    const leaf = title(tape, tape.leaves[place].node);
    const h = 10 ** -step.valueAsNumber;
    const away = state.probe(new Map([[place, x + h]]))?.root ?? null;
    size.textContent = `h = ${short(Number(h.toPrecision(2)))}`;
    const said = `Tangent: ${slopes[0]}.`;
    if (away === null || state.mood === "asking" || state.mood === "stuck") {
      set(secant, "d", "");
      set(end, "r", "0");
      words.textContent = `${said} No secant: ${leaf} + h lies where only the kernel could tell.${problem}`;
      return;
    }
    const quotient = (away - y) / h;
    set(secant, "d", plot.through(x, y, quotient));
    mark(end, 4, plot.across(x + h), plot.down(away));
    const off = Math.abs(quotient - grad);
    const rounding = (Math.abs(y) * 2 ** -52) / h;
    const why =
      x + h === x
        ? ` ${leaf} + h is ${leaf} itself: h is too small for it.`
        : off > 1e-9 * Math.abs(grad)
          ? ` It is off by ${short(off)}, ${off < 4 * rounding ? `mostly rounding: ${root} has 16 digits, and their difference few` : "because the curve bends between the two points"}.`
          : "";
    words.textContent = `${said} Secant: (${root}(${leaf} + h) − ${root}(${leaf})) / h = ${short(quotient)}.${why}${problem}`;
  };

  const show = () => {
    if (second === place) second = -1;
    plot.show(second < 0 ? [place] : [place, second]);
    update();
  };

  const choose = () => {
    const { tape, selected } = state;
    const usable = tape.leaves.map((_, k) => k).filter((k) => tape.reaches(tape.leaves[k].node));
    place = usable.find((k) => tape.leaves[k].node === selected) ?? usable.find((k) => k === place) ?? usable[0] ?? 0;
    if (!usable.includes(second)) second = -1;
    const offered = () => usable.map((k) => option(k, title(tape, tape.leaves[k].node)));
    choice.replaceChildren(...offered());
    other.replaceChildren(option("-1", "—"), ...offered());
    choice.value = String(place);
    other.value = String(second);
    const controls = element("div", { class: "controls" }, choice, element("label", {}, "and ", other));
    controls.append(element("span", {}, "secant"), step, size, plot.fill);
    host.replaceChildren(
      ...(usable.length
        ? [controls, element("div", { class: "beside" }, plot.made, words)]
        : [element("p", { class: "hint" }, "No leaf reaches the root.")]),
    );
    if (usable.length) show();
  };

  on(choice, "change", () => {
    place = Number(choice.value);
    show();
    other.value = String(second);
  });
  on(other, "change", () => {
    second = Number(other.value);
    show();
    other.value = String(second);
  });
  on(step, "input", update);
  const ended = state.listen({
    structure: choose,
    selection: choose,
    numbers: () => {
      if (choice.childElementCount) update();
    },
  });
  choose();
  return () => {
    plot.end();
    ended();
  };
}
