// Why a weight of a net has its gradient: what each example brings to it, as a bar, and their sum.
import { many, short } from "../model/format";
import { grad, known, sign } from "../model/gradients";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { netOf, parts } from "../model/nets";
import { effect, signal } from "../model/signals";
import { element, on, set, write } from "./dom";
import { track } from "./track";

/** So many examples have a bar of their own. */
const SHOWN = 100;
/** So many can be seen at once, at most. */
const SEEN = 14;

/** The parts of a leaf's gradient by examples; null where it is no weight of a net. */
export function byExample(model: Model, node: number): HTMLElement[] | null {
  const { net, spots } = netOf(model.tape);
  const spot = spots.get(node);
  if (!net || !spot) return null;
  const { layer, neuron, input } = spot;
  const { sums, inputs } = net.layers[layer];
  const rows = element("div.bars");
  const count = Math.min(SHOWN, net.examples);
  const made = Array.from({ length: count }, (_, example) => {
    const [of, bar, number] = [element("span.of"), element("i"), element("output")];
    const name = `example ${example + 1}`.padEnd(`example ${count}`.length);
    rows.append(element("div", element("span", name), of, element("span.bar", bar), number));
    return { of, bar, number };
  });
  const sum = element("output");
  rows.append(element("div", element("span", "together"), sum));
  const rest = element("p.note");
  const first = signal(0);
  on(rows, "scroll", () => {
    first.value = (count * rows.scrollTop) / rows.scrollHeight;
  });
  /** The longest that a bar has been: a bar that shrinks makes no other grow. */
  let most = 0;
  effect(() => {
    const { run, rests } = model;
    const found = parts(net, run, layer, neuron, input);
    // `size` is what was added up: where that cancels, digits are left over.
    let [all, size] = [0, 0];
    for (const part of found) {
      all += part;
      size += Math.abs(part);
      most = Math.max(most, Math.abs(part) || 0);
    }
    made.forEach(({ of, bar, number }, example) => {
      // While leaves move, what is scrolled away waits.
      if (!rests && Math.abs(example - first.value) > SEEN) return;
      const [part, above] = [found[example], grad(run, sums[example][neuron])];
      write(of, input === undefined ? above : `${above} · ${short(run.values[inputs[example][input]])}`);
      write(number, known(model.tape, node, part, short));
      for (const made of [number, bar]) set(made, "class", sign(part));
      const long = 50 * (Math.abs(part) / most || 0);
      bar.style.cssText = `left: ${part < 0 ? 50 - long : 50}%; width: ${long}%`;
    });
    const more = run.grads[node] - all;
    write(sum, known(model.tape, node, all, short));
    const left = net.examples - count;
    const other =
      Math.abs(more) > 1e-9 * size ? `${short(more)} comes not through an example (a penalty, for one).` : "";
    write(rest, `${left > 0 ? `${many(left)} more examples are in the sum. ` : ""}${other}`);
  });
  const times = input === undefined ? "" : " times the input that the weight meets";
  const how = `Each example brings the gradient of the neuron's sum${times}.`;
  return [element("p.rule", how), rows, rest];
}

/** What moves a leaf that has no card in the picture. */
export function mover(model: Model, node: number): HTMLElement[] {
  const place = model.tape.leaves.findIndex((leaf) => leaf.node === node);
  if (place < 0 || !netOf(model.tape).spots.has(node)) return [];
  const { slider, value, low, high, reset, problem, join } = track(model, title(model.tape, node), short);
  join(place);
  return [element("div.mover", slider, value, element("span.ends", low, reset, high), problem)];
}
