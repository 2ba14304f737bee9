// The slope, seen: the root against one leaf, the tangent there, and the secant over a step h of any size.
import { element, svg } from "./dom";
import { short } from "./format";
import { defaultRange, type Range, Scale } from "./range";
import { type State, title } from "./state";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 200, 56, 20];
const [ACROSS, DOWN] = [WIDTH - LEFT, HEIGHT - BOTTOM];
const POINTS = 160;
/** So many nodes may be computed for one curve: large graphs get fewer points. */
const WORK = 2e6;

interface Curve {
  readonly xs: readonly number[];
  readonly ys: readonly (number | null)[];
  readonly range: Range;
  readonly low: number;
  readonly high: number;
}

/** The root over a leaf's range; null where only the kernel could tell. */
export function curve(state: State, place: number): Curve {
  const leaf = state.tape.leaves[place];
  const at = state.positions[place];
  const around = defaultRange(state.start(place), leaf.whole);
  let { low, high } = { low: leaf.lo ?? around.low, high: leaf.hi ?? around.high };
  if (Number.isFinite(at)) [low, high] = [Math.min(low, at), Math.max(high, at)];
  const count = Math.max(24, Math.min(POINTS, Math.floor(WORK / state.tape.size)));
  const scale = new Scale({ low, high }, leaf.whole);
  const xs = leaf.whole
    ? Array.from({ length: Math.min(scale.steps, count) + 1 }, (_, k) =>
        scale.number(Math.round((k * scale.steps) / Math.min(scale.steps, count))),
      )
    : Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count);
  const ys = xs.map((x) => state.probe(new Map([[place, x]])));
  // A pole must not flatten everything else: the outermost fiftieth of the points may lie outside.
  const sorted = ys.filter((y): y is number => y !== null && Number.isFinite(y)).sort((one, other) => one - other);
  const cut =
    sorted.length > 50 && spread(sorted, 0) > 20 * spread(sorted, sorted.length / 50) ? sorted.length / 50 : 0;
  const here = state.tape.values[state.tape.root];
  const some = [sorted[Math.floor(cut)], sorted[sorted.length - 1 - Math.floor(cut)], here].filter(Number.isFinite);
  const [least, most] = [Math.min(...some), Math.max(...some)];
  const room = (most - least) * 0.08 || Math.abs(most) * 0.1 || 1;
  return { xs, ys, range: { low, high }, low: least - room, high: most + room };
}

function spread(sorted: readonly number[], cut: number): number {
  return sorted[sorted.length - 1 - Math.floor(cut)] - sorted[Math.floor(cut)];
}

export function mountSlope(host: HTMLElement, state: State): () => void {
  let place = 0;
  let shown: Curve = { xs: [], ys: [], range: { low: 0, high: 1 }, low: 0, high: 1 };
  let drawn = "";
  const choice = element("select", { "aria-label": "Leaf" });
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
  const line = (name: string) => svg("path", { class: name });
  const [unknown, path, tangent, secant] = ["unknown", "curve", "tangent", "secant"].map(line);
  const other = svg("circle", { class: "other", r: 4 });
  const point = svg("circle", { class: "point", r: 6 });
  const inside = svg(
    "svg",
    { x: LEFT, y: 0, width: ACROSS, height: DOWN },
    unknown,
    path,
    secant,
    tangent,
    other,
    point,
  );
  const frame = svg("rect", { class: "plotframe", x: LEFT, y: 0.5, width: ACROSS - 0.5, height: DOWN });
  const ticks = [0, 1, 2, 3].map((k) =>
    svg("text", {
      x: k < 2 ? (k ? WIDTH - 2 : LEFT) : LEFT - 6,
      y: k < 2 ? HEIGHT - 5 : k === 2 ? DOWN : 12,
      "text-anchor": k === 0 ? "start" : "end",
    }),
  );
  const plot = svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, frame, inside, ...ticks);

  const across = (x: number) => ((x - shown.range.low) / (shown.range.high - shown.range.low)) * ACROSS;
  const down = (y: number) => DOWN - ((y - shown.low) / (shown.high - shown.low)) * DOWN;
  const through = (x: number, y: number, slope: number) => {
    const { low, high } = shown.range;
    const ends = [y + slope * (low - x), y + slope * (high - x)].map(down);
    return ends.every(Number.isFinite) ? `M0 ${ends[0]}L${ACROSS} ${ends[1]}` : "";
  };

  const redraw = () => {
    shown = curve(state, place);
    let now = "";
    let gaps = "";
    let pen = false;
    shown.ys.forEach((y, k) => {
      const x = across(shown.xs[k]);
      const drawable = y !== null && Number.isFinite(y);
      if (drawable) now += `${pen ? "L" : "M"}${x.toFixed(2)} ${Math.max(-1e4, Math.min(1e4, down(y))).toFixed(2)}`;
      pen = drawable;
      if (y === null) {
        const half = ACROSS / (2 * (shown.xs.length - 1));
        gaps += `M${(x - half).toFixed(2)} 0h${(2 * half).toFixed(2)}v${DOWN}h${(-2 * half).toFixed(2)}z`;
      }
    });
    path.setAttribute("d", now);
    unknown.setAttribute("d", gaps);
    [shown.range.low, shown.range.high, shown.low, shown.high].forEach((x, k) => {
      ticks[k].textContent = short(Number(x.toPrecision(3)));
    });
  };

  const update = () => {
    const { tape } = state;
    const key = `${place} ${tape.trace} ${state.positions.filter((_, k) => k !== place).join()}`;
    const x = state.positions[place];
    if (key !== drawn || x < shown.range.low || x > shown.range.high) {
      drawn = key;
      redraw();
    }
    const y = tape.values[tape.root];
    const grad = tape.grads[tape.leaves[place].node];
    const [leaf, root] = [title(tape, tape.leaves[place].node), title(tape, tape.root)];
    const h = 10 ** -step.valueAsNumber;
    const away = state.probe(new Map([[place, x + h]]));
    size.textContent = `h = ${short(Number(h.toPrecision(2)))}`;
    point.setAttribute("cx", String(across(x)));
    point.setAttribute("cy", String(down(y)));
    tangent.setAttribute("d", through(x, y, grad));
    plot.setAttribute(
      "aria-label",
      `${root} against ${leaf}: at ${leaf} = ${short(x)} it is ${short(y)} and its slope is ${short(grad)}`,
    );
    const said = `Tangent: ∂${root}/∂${leaf} = ${short(grad)}.`;
    if (away === null || state.mood === "asking" || state.mood === "stuck") {
      secant.setAttribute("d", "");
      other.setAttribute("r", "0");
      words.textContent = `${said} No secant: ${leaf} + h lies where only the kernel could tell.`;
      return;
    }
    const quotient = (away - y) / h;
    secant.setAttribute("d", through(x, y, quotient));
    other.setAttribute("r", "4");
    other.setAttribute("cx", String(across(x + h)));
    other.setAttribute("cy", String(down(away)));
    const off = Math.abs(quotient - grad);
    const rounding = (Math.abs(y) * 2 ** -52) / h;
    const why =
      x + h === x
        ? ` ${leaf} + h is ${leaf} itself: h is too small for it.`
        : off > 1e-9 * Math.abs(grad)
          ? ` It is off by ${short(off)}, ${off < 4 * rounding ? `mostly rounding: ${root} has 16 digits, and their difference few` : "because the curve bends between the two points"}.`
          : "";
    words.textContent = `${said} Secant: (${root}(${leaf} + h) − ${root}(${leaf})) / h = ${short(quotient)}.${why}`;
  };

  const choose = () => {
    const { tape, selected } = state;
    const usable = tape.leaves.map((_, k) => k).filter((k) => tape.reaches(tape.leaves[k].node));
    const wanted = usable.find((k) => tape.leaves[k].node === selected) ?? usable[0] ?? 0;
    place = wanted;
    choice.replaceChildren(
      ...usable.map((k) => element("option", { value: String(k) }, title(tape, tape.leaves[k].node))),
    );
    choice.value = String(place);
    host.replaceChildren(
      ...(usable.length
        ? [element("div", { class: "controls" }, choice, element("span", {}, "secant"), step, size), plot, words]
        : [element("p", { class: "hint" }, "No leaf reaches the root.")]),
    );
    drawn = "";
    if (usable.length) update();
  };

  const drag = (event: PointerEvent, done: boolean) => {
    const box = plot.getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width) * WIDTH - LEFT;
    const { low, high } = shown.range;
    const scale = new Scale(shown.range, state.tape.leaves[place].whole);
    state.move(place, scale.number(scale.step(low + ((high - low) * share) / ACROSS)), done);
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    drag(event, false);
  });
  plot.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) drag(event, false);
  });
  plot.addEventListener("pointerup", (event) => drag(event, true));
  choice.addEventListener("change", () => {
    place = Number(choice.value);
    update();
  });
  step.addEventListener("input", update);
  const ended = state.listen((news) => {
    if (news === "structure" || news === "selection") choose();
    else if (news === "numbers" && choice.childElementCount) update();
  });
  choose();
  return ended;
}
