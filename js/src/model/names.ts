// What nodes and leaves are called, and what two graphs have in common: by their names the one is known again in the other.

import type { Tape } from "../engine/tape";
import type { Graph } from "../engine/wire";
import { clean, short } from "./format";
import { NAME_LENGTH } from "./geometry.gen";

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
  const parts = [come.length ? `new: ${list(come)}` : "", gone.length ? `gone: ${list(gone)}` : ""].filter(
    (part) => part,
  );
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

/**
 * What a node is called: its label, else a constant's number, else what computes it as long as that is short, else its
 * number in the order of creation.
 */
export function title(tape: Tape, node: number, deep = 3): string {
  const label = tape.label(node);
  if (label) return clean(label, NAME_LENGTH);
  const args = tape.args(node);
  if (tape.op(node) === "const") return short(tape.traced[node]);
  const words = args.map((arg) =>
    tape.label(arg) ? clean(tape.label(arg), 12) : deep ? title(tape, arg, deep - 1) : "#",
  );
  const sign = symbol(tape, node);
  const holds = sign.startsWith("**") ? 4 : strength(sign);
  const made =
    tape.foldedExponent(node) || (words.length === 2 && /^[^a-z]+$/i.test(sign))
      ? single(words[0], holds) + sign + (tape.foldedExponent(node) ? "" : single(words[1], Math.min(4, holds + 1)))
      : `${sign}(${words.join(", ")})`;
  return !args.length || args.length > 2 || made.includes("#") || made.length > NAME_LENGTH ? `#${node}` : made;
}

/** The gradient of a node, as it is written: ∂ of one name by another. */
export function slope(of: string, by: string): string {
  return `∂${single(of)}/∂${single(by)}`;
}

/** The same of the root of a graph by one of its nodes. */
export function gradient(tape: Tape, node: number): string {
  return slope(title(tape, tape.root), title(tape, node));
}

/** How strongly a formula holds together: that of a sum 1, of a product 2, of a power 3, of a word or a call 4. */
function strength(formula: string): number {
  let bare = formula;
  for (let before = ""; bare !== before; ) [before, bare] = [bare, bare.replace(/[([][^()[\]]*[)\]]/g, "")];
  if (/^-?[\d.]+(e-?\d+)?$/.test(formula)) return 4;
  return /[-+]/.test(bare) ? 1 : /[*/%]/.test(bare.replace(/\*\*/g, "")) ? 2 : bare.includes("**") ? 3 : 4;
}

/** A formula in brackets, if it holds together less than it must. */
export function single(formula: string, least = 4): string {
  return strength(formula) < least ? `(${formula})` : formula;
}
