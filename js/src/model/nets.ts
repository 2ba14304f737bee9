// Finds a net in a graph: layers of neurons, each a sum of weights times inputs and a bias, over examples. Only the arithmetic counts, not
// what the code is called; where anything is otherwise than in a net of dense layers, there is none: nobody guesses.
import type { Run, Tape } from "../engine/tape";
import { into } from "./part";
import { base } from "./spoken";
import { Sort, Wiring } from "./wiring";

export interface Layer {
  /** `l0`, if its weights are called `l0.w[0,1]`; else `layer 0`. */
  readonly label: string;
  /** The keys of its weights, a row a neuron, and of its biases (null: the neuron has none). */
  readonly weights: readonly (readonly string[])[];
  readonly bias: readonly (string | null)[];
  /** The operation on the sum (`tanh`), empty for none. */
  readonly activation: string;
  /** Nodes, a row an example: what goes in, the sums, and what comes out, which is the sum where there is no activation. */
  readonly inputs: readonly (readonly number[])[];
  readonly sums: readonly (readonly number[])[];
  readonly activations: readonly (readonly number[])[];
}

export interface Net {
  readonly layers: readonly Layer[];
  readonly examples: number;
  /** The node of each example's part of the loss; null where the loss is no sum of such. */
  readonly terms: readonly number[] | null;
  /** The node of what each example should give, where a term is the square of a difference to it. */
  readonly wanted: readonly number[] | null;
}

/** A sum of weights times inputs and a bias, once. */
interface Unit {
  readonly sum: number;
  readonly out: number;
  readonly activation: string;
  readonly weights: readonly number[];
  readonly bias: number;
  readonly inputs: readonly number[];
}

/** Where a leaf stands in a net: its layer, its neuron, and the input that it meets (undefined: it is the bias). */
export interface Spot {
  readonly layer: number;
  readonly neuron: number;
  readonly input?: number;
}

interface Known {
  readonly net: Net | null;
  readonly spots: ReadonlyMap<number, Spot>;
  /** What comes out of its neurons is called, by its nodes: `l0.out[1,2]`, an example a row. */
  readonly neurons: ReadonlyMap<number, string>;
}

/** A graph of fewer nodes is better seen node by node. */
const LEAST = 60;
const known = new WeakMap<Tape, Known>();

/** The net of a graph that is too large for cards, and where its leaves stand in it, by their nodes. */
export function netOf(tape: Tape): Known {
  let found = known.get(tape);
  if (!found) {
    const net = tape.size < LEAST ? null : findNet(tape);
    const nodes = new Map(tape.leaves.map(({ key, node }) => [key, node]));
    const spots = new Map<number, Spot>();
    net?.layers.forEach(({ weights, bias }, layer) => {
      weights.forEach((row, neuron) => {
        row.forEach((key, input) => void spots.set(nodes.get(key) ?? -1, { layer, neuron, input }));
        spots.set(nodes.get(bias[neuron] ?? "") ?? -1, { layer, neuron });
      });
    });
    spots.delete(-1);
    const neurons = new Map<number, string>();
    net?.layers.forEach(({ label, activations }) => {
      activations.forEach((row, example) => {
        row.forEach((node, neuron) => void neurons.set(node, `${label}.out[${example},${neuron}]`));
      });
    });
    found = { net, spots, neurons };
    known.set(tape, found);
  }
  return found;
}

/** What a weight or a bias is called that has no name in the code; empty for any other node. */
export function weightName(tape: Tape, node: number): string {
  const { net, spots } = netOf(tape);
  const spot = spots.get(node);
  if (!net || !spot) return "";
  const { layer, neuron, input } = spot;
  return `${net.layers[layer].label}.${input === undefined ? `b[${neuron}]` : `w[${neuron},${input}]`}`;
}

export function findNet(tape: Tape): Net | null {
  const wiring = new Wiring(tape);
  const units = unitsOf(tape, wiring);
  if (!units.length) return null;
  const layers = layersOf(tape, wiring, units);
  const chain = layers && inOrder(layers);
  // Neurons one after another are a chain, and no grid says more of them than their cards.
  if (!chain || chain.every((layer) => layer.length === 1)) return null;
  const examples = chain[0][0].length;
  const keys = new Map(tape.leaves.map(({ node, key }) => [node, key]));
  const across = (layer: Unit[][], part: (unit: Unit) => number) =>
    Array.from({ length: examples }, (_, at) => layer.map((neuron) => part(neuron[at])));
  const labels = chain.map((layer) => labelOf(tape, layer));
  const found = chain.map((layer, at) => {
    const [first] = layer.map(([unit]) => unit);
    const own = labels[at] && labels.indexOf(labels[at]) === labels.lastIndexOf(labels[at]);
    return {
      label: own ? labels[at] : `layer ${at}`,
      weights: layer.map(([{ weights }]) => weights.map((node) => keys.get(node) ?? "")),
      bias: layer.map(([{ bias }]) => (bias < 0 ? null : (keys.get(bias) ?? ""))),
      activation: first.activation,
      inputs: Array.from({ length: examples }, (_, example) => layer[0][example].inputs),
      sums: across(layer, ({ sum }) => sum),
      activations: across(layer, ({ out }) => out),
    };
  });
  const last = found[found.length - 1];
  const of = examplesOf(tape, wiring, last.activations);
  if (goesOn(tape, wiring, of)) return null;
  const terms = termsOf(tape, wiring, of, examples);
  return { layers: found, examples, terms, wanted: terms && wantedOf(tape, wiring, last, terms) };
}

/** How long the gradient by the outputs of each layer is: row by row it says whether it vanishes. */
export function lengths({ layers }: Net, grads: Float64Array): number[] {
  return layers.map(({ activations }) =>
    Math.hypot(...activations.map((row) => Math.hypot(...row.map((at) => grads[at])))),
  );
}

/**
 * What each example gives to the gradient of a weight (of the bias where there is no `input`): the sum's gradient times the input. What
 * their sum lacks of the leaf's gradient comes from elsewhere: from a penalty on the weights, for one.
 */
export function parts({ layers }: Net, run: Run, layer: number, neuron: number, input?: number): number[] {
  const { sums, inputs } = layers[layer];
  return sums.map((row, at) => {
    const grad = run.grads[row[neuron]];
    return input === undefined ? grad : grad && grad * run.values[inputs[at][input]];
  });
}

/** The calls in which nodes were made: a pass of a loop is of the call that it is in. */
function callsOf({ origins: { parent, site, sites } }: Tape): Int32Array {
  const call = new Int32Array(parent.length);
  for (let at = 1; at < parent.length; at++) call[at] = sites[site[at]].loop ? call[parent[at]] : at;
  return call;
}

/** Every sum of products of one leaf each, and at most one leaf besides. */
function unitsOf(tape: Tape, wiring: Wiring): Unit[] {
  const { sort } = wiring;
  const call = callsOf(tape);
  const { of } = tape.origins;
  const within = (node: number) => {
    const [user] = wiring.usersOf(node);
    return wiring.uses(node) === 1 && tape.op(user) === "add" && call[of[user]] === call[of[node]];
  };
  const units: Unit[] = [];
  for (const node of wiring.nodes) {
    if (tape.op(node) !== "add" || within(node)) continue;
    const products: [number, number][] = [];
    let [bias, none] = [-1, false];
    const stack = [...wiring.argsOf(node)].reverse();
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = wiring.argsOf(at);
      if (tape.op(at) === "add" && within(at)) stack.push(y, x);
      else if (tape.op(at) === "mul" && wiring.uses(at) === 1 && (sort[x] === Sort.Leaf) !== (sort[y] === Sort.Leaf))
        products.push(sort[x] === Sort.Leaf ? [x, y] : [y, x]);
      else if (sort[at] === Sort.Leaf && bias < 0) bias = at;
      else if (!(sort[at] === Sort.Constant && tape.traced[at] === 0)) none = true; // a sum may begin with 0
    }
    const weights = products.map(([weight]) => weight);
    if (none || !weights.length || weights.length + (bias < 0 ? 0 : 1) < 2 || new Set(weights).size < weights.length)
      continue;
    const [user] = wiring.usersOf(node);
    const rule = wiring.uses(node) === 1 && tape.op(user) !== "neg" ? tape.rule(user) : undefined;
    const [out, activation] = rule?.arity === 1 ? [user, tape.op(user)] : [node, ""];
    units.push({ sum: node, out, activation, weights, bias, inputs: products.map(([, input]) => input) });
  }
  return units;
}

/** Neurons, each a unit an example, in layers of those that see the same; null where that does not come out even. */
function layersOf(tape: Tape, { sort }: Wiring, units: readonly Unit[]): Unit[][][] | null {
  const neurons = new Map<string, Unit[]>();
  const owner = new Map<number, string>();
  for (const unit of units) {
    const key = `${unit.weights.join()} ${unit.bias}`;
    into(neurons, key, unit);
    for (const leaf of unit.bias < 0 ? unit.weights : [...unit.weights, unit.bias]) {
      if ((owner.get(leaf) ?? key) !== key) return null;
      owner.set(leaf, key);
    }
  }
  const seen = ({ inputs }: Unit) =>
    inputs.map((node) => (sort[node] === Sort.Constant ? `= ${tape.traced[node]}` : `${node}`)).join();
  const layers = new Map<string, Unit[][]>();
  for (const neuron of neurons.values()) into(layers, neuron.map(seen).join(";"), neuron);
  const found = [...layers.values()];
  const even = found.every((layer) =>
    layer.every((neuron) => neuron.every((u) => u.activation === layer[0][0].activation)),
  );
  return even && found.every(([neuron]) => neuron.length === found[0][0].length) ? found : null;
}

/** The layers one after the other: each sees just what the one before gives, example by example; null where they are no such row. */
function inOrder(layers: readonly Unit[][][]): Unit[][][] | null {
  const outputs = layers.map((layer) => layer[0].map((_, at) => layer.map((neuron) => neuron[at].out).join()));
  const made = new Set(layers.flatMap((layer) => layer.flatMap((neuron) => neuron.map(({ out }) => out))));
  const next = new Map<number, number>();
  let first = -1;
  for (const [at, [neuron]] of layers.entries()) {
    const before = outputs.findIndex((rows) => rows.every((row, example) => row === neuron[example].inputs.join()));
    if (before >= 0 && !next.has(before)) next.set(before, at);
    else if (before < 0 && first < 0 && !neuron.some(({ inputs }) => inputs.some((node) => made.has(node)))) first = at;
    else return null;
  }
  const order: Unit[][][] = [];
  for (let at: number | undefined = first; at !== undefined && at >= 0; at = next.get(at)) order.push(layers[at]);
  return order.length === layers.length ? order : null;
}

/** What the code calls the object that holds a layer's weights; empty where they have none in common. */
function labelOf(tape: Tape, layer: readonly Unit[][]): string {
  const names = new Set(layer.flatMap(([{ weights }]) => weights.map((node) => base(tape.label(node)))));
  const [name] = names;
  return names.size === 1 && name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "";
}

const SEVERAL = -1;

/** The example (from 1 on) on whose output a node depends, or that there are several; 0 where it depends on none. */
function examplesOf(tape: Tape, wiring: Wiring, outputs: readonly (readonly number[])[]): Int32Array {
  const of = new Int32Array(tape.size);
  outputs.forEach((row, example) => {
    for (const node of row) of[node] = example + 1;
  });
  for (const node of wiring.nodes) {
    for (const arg of wiring.argsOf(node)) {
      if (of[arg]) of[node] = !of[node] || of[node] === of[arg] ? of[arg] : SEVERAL;
    }
  }
  return of;
}

/** Whether more leaves are weights of what comes out: then there is a layer that was not understood. */
function goesOn(tape: Tape, wiring: Wiring, of: Int32Array): boolean {
  return wiring.nodes.some((node) => {
    const args = tape.op(node) === "mul" && of[node] ? [...wiring.argsOf(node)] : [];
    return args.some((arg) => wiring.sort[arg] === Sort.Leaf) && args.some((arg) => of[arg]);
  });
}

/** What of the loss each example makes: what depends on it alone, added up to the root. */
function termsOf(tape: Tape, wiring: Wiring, of: Int32Array, examples: number): number[] | null {
  const terms = new Map<number, number>();
  const stack = [tape.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const op = tape.op(node);
    const args = [...wiring.argsOf(node)].filter((arg) => of[arg]);
    const begins = op === "add" && args.length === 1; // a sum that begins with 0, or with a number of its own
    if (of[node] > 0 && !begins) {
      if (terms.has(of[node])) return null;
      terms.set(of[node], node);
    } else if (op === "add" || (args.length === 1 && (op === "mul" || op === "div"))) stack.push(...args);
    else return null;
  }
  const found = Array.from({ length: examples }, (_, example) => terms.get(example + 1) ?? -1);
  return found.includes(-1) ? null : found;
}

function wantedOf(tape: Tape, wiring: Wiring, last: Layer, terms: readonly number[]): number[] | null {
  const found = terms.map((term, example) => {
    const [difference, power] = wiring.argsOf(term);
    const squared = tape.op(term) === "square" || (tape.op(term) === "pow" && tape.traced[power] === 2);
    const [out] = last.activations[example];
    if (!squared || tape.op(difference) !== "sub" || last.activations[example].length !== 1) return -1;
    const [x, y] = wiring.argsOf(difference);
    return x === out ? y : y === out ? x : -1;
  });
  return found.includes(-1) ? null : found;
}
