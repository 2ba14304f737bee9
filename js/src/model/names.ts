// What nodes and leaves are called, and what two graphs have in common: by their names the one is known again in the other.

import type { Tape } from "../engine/tape";
import type { Graph } from "../engine/wire";
import { clean, short } from "./format";
import { NAME_LENGTH } from "./geometry.gen";
import { netOf, weightName } from "./nets";
import { into } from "./part";

/** What came and what went from one graph to the next, by their labels. */
export function difference(before: Tape, after: Tape): string {
  const labels = (tape: Tape) =>
    new Set(Array.from({ length: tape.size }, (_, node) => tape.label(node)).filter((label) => label));
  const [old, now] = [labels(before), labels(after)];
  const list = (names: string[]) =>
    names
      .slice(0, 3)
      .map((name) => clean(name, 12))
      .join(", ") + (names.length > 3 ? ", …" : "");
  const come = [...now].filter((name) => !old.has(name));
  const gone = [...old].filter((name) => !now.has(name));
  const parts = [come.length && `new: ${list(come)}`, gone.length && `gone: ${list(gone)}`].filter((part) => part);
  return parts.length ? ` (${parts.join("; ")})` : "";
}

/** What a sentence calls a node of a graph: its label, else the number that it had when it was traced. */
export function called(graph: Graph, node: number): string {
  return graph.labels.get(node) || short(graph.values[node]);
}

/** What the round node shows: a power with a constant exponent is one symbol, as in the lecture. */
export function symbol(tape: Tape, node: number): string {
  return tape.foldedExponent(node) ? `**${short(tape.traced[tape.args(node)[1]])}` : tape.sign(node);
}

/** The first node with a label. */
export function nodeLabelled(tape: Tape, label: string): number | null {
  for (let node = 0; node < tape.size; node++) if (tape.label(node) === label) return node;
  return null;
}

/** Whether two tapes come from the same steps of the same code, so that only the leaves' numbers, and what follows, differ. */
export function alike(one: Tape, other: Tape): boolean {
  if (one.size !== other.size || one.root !== other.root) return false;
  if (one.leaves.length !== other.leaves.length) return false;
  if (one.leaves.some(({ key }, place) => key !== other.leaves[place].key)) return false;
  for (let node = 0; node < one.size; node++) {
    if (one.op(node) !== other.op(node) || one.label(node) !== other.label(node)) return false;
    if (one.sign(node) !== other.sign(node) || one.line(node) !== other.line(node)) return false;
    if (one.op(node) === "const" && !Object.is(one.traced[node], other.traced[node])) return false;
    const [left, right] = [one.args(node), other.args(node)];
    if (left.length !== right.length || left.some((arg, place) => arg !== right[place])) return false;
  }
  return true;
}

/** As deep as a name goes into what a node is made of. */
const DEEP = 3;
/** What stands for a part of a name for which there is no room. */
const LEFT_OUT = "…";

/** What a node is called: its label, else a constant's number, else what computes it; where that is long, its place in a net, or with gaps, and a count where others are called so too. */
export function title(tape: Tape, node: number): string {
  for (let deep = nameless(tape, node) ? 0 : DEEP; deep > 0; deep--) {
    const made = computing(tape, node, deep);
    if (made.length <= NAME_LENGTH && !made.includes(LEFT_OUT)) return made;
  }
  const neuron = netOf(tape).neurons.get(node);
  if (neuron) return neuron;
  const short = clean(computing(tape, node, 0), NAME_LENGTH - 4);
  const namesakes = sharing(tape).get(short) ?? [];
  return namesakes.length > 1 ? `${short} (${namesakes.indexOf(node) + 1})` : short;
}

/** What the root is called. */
export function rootName(tape: Tape): string {
  return title(tape, tape.root);
}

const shared = new WeakMap<Tape, Map<string, number[]>>();

/** The nodes without a label, by the shortest of their names. */
function sharing(tape: Tape): Map<string, number[]> {
  let found = shared.get(tape);
  if (!found) {
    found = new Map();
    for (const node of tape.nodes()) {
      if (tape.label(node) || tape.op(node) === "const") continue;
      into(found, clean(computing(tape, node, 0), NAME_LENGTH - 4), node);
    }
    shared.set(tape, found);
  }
  return found;
}

/** Whether there is nothing to call a node by: a leaf without a label. */
function nameless(tape: Tape, node: number): boolean {
  return !tape.label(node) && !tape.args(node).length && tape.op(node) !== "const";
}

/** A node's label or number, or what computes it, so many steps deep. */
function computing(tape: Tape, node: number, deep: number): string {
  const label = tape.label(node);
  if (label) return clean(label, NAME_LENGTH);
  if (tape.op(node) === "const") return short(tape.traced[node]);
  const args = tape.args(node);
  if (nameless(tape, node)) return weightName(tape, node) || "a leaf without a name";
  const word = (arg: number) =>
    tape.label(arg)
      ? clean(tape.label(arg), 12)
      : (deep && !nameless(tape, arg)) || tape.op(arg) === "const"
        ? computing(tape, arg, deep - 1)
        : weightName(tape, arg) || netOf(tape).neurons.get(arg) || LEFT_OUT;
  const words = args.slice(0, 2).map(word);
  const sign = symbol(tape, node) || "?";
  const holds = sign.startsWith("**") ? 4 : strength(sign);
  if (tape.foldedExponent(node)) return single(words[0], holds) + sign;
  if (args.length === 1 && sign === "-") return sign + single(words[0]);
  if (args.length === 2 && /^[^a-z]+$/i.test(sign))
    return single(words[0], holds) + sign + single(words[1], Math.min(4, holds + 1));
  return `${sign}(${words.join(", ")}${args.length > 2 ? `, ${args.length > 3 || !deep ? LEFT_OUT : word(args[2])}` : ""})`;
}

/** The gradient of a node, as micrograd's code has it. */
export function gradOf(tape: Tape, node: number): string {
  return `${single(title(tape, node))}.grad`;
}

/** How strongly a formula holds together: that of a sum 1, of a product 2, of a power 3, of a word or a call 4. */
function strength(formula: string): number {
  let bare = formula;
  for (let before = ""; bare !== before; ) [before, bare] = [bare, bare.replace(/[([][^()[\]]*[)\]]/g, "")];
  if (/^[\d.]+(e-?\d+)?$/.test(formula)) return 4;
  return /[-+]/.test(bare) ? 1 : /[*/%·]/.test(bare.replace(/\*\*/g, "")) ? 2 : bare.includes("**") ? 3 : 4;
}

/** A formula in brackets, if it holds together less than it must. */
export function single(formula: string, least = 4): string {
  return strength(formula) < least ? `(${formula})` : formula;
}
