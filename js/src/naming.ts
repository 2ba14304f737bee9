// What nodes and leaves are called, and what two graphs have in common: by their names the one is known again in the other.
import { clean } from "./format";
import type { Tape } from "./tape";
import type { LeafSpec } from "./wire";

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

const KEYS = new WeakMap<Tape, readonly string[]>();

/** What each leaf keeps when the code is run again: its name, and which of the leaves of that name it is. */
export function leafKeys(tape: Tape): readonly string[] {
  const known = KEYS.get(tape);
  if (known) return known;
  const count = new Map<string, number>();
  const keys = tape.leaves.map(({ name }: LeafSpec) => {
    const nth = (count.get(name) ?? 0) + 1;
    count.set(name, nth);
    return `${nth} ${name}`;
  });
  KEYS.set(tape, keys);
  return keys;
}

/** The first node with a label. */
export function nodeLabelled(tape: Tape, label: string): number | null {
  for (let node = 0; node < tape.size; node++) if (tape.label(node) === label) return node;
  return null;
}

/** Whether two tapes have the same picture, so that only its numbers change. */
export function alike(one: Tape, other: Tape): boolean {
  if (one.size !== other.size || one.root !== other.root) return false;
  if (one.leaves.length !== other.leaves.length) return false;
  for (let node = 0; node < one.size; node++) {
    if (one.op(node) !== other.op(node) || one.label(node) !== other.label(node)) return false;
    if (one.symbol(node) !== other.symbol(node)) return false;
    const [left, right] = [one.args(node), other.args(node)];
    if (left.length !== right.length || left.some((arg, place) => arg !== right[place])) return false;
  }
  return true;
}

/** What a node is called: its label, else a constant's number, else the operation on what has a name. */
export function title(tape: Tape, node: number): string {
  const label = tape.label(node);
  if (label) return clean(label, 28);
  const args = tape.args(node);
  if (!args.length) return tape.name(node);
  const words = args.map((arg) => (tape.label(arg) || !tape.args(arg).length ? clean(tape.name(arg), 12) : ""));
  const symbol = tape.symbol(node);
  if (words.includes("") || args.length > 2) return `#${node}`;
  if (tape.foldedExponent(node)) return `${words[0]}${symbol}`;
  if (words.length === 2 && /^[^a-z]+$/i.test(symbol)) return `${words[0]}${symbol}${words[1]}`;
  return `${symbol}(${words.join(", ")})`;
}
