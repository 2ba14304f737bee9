// A formula of the op table in words: with the names of its arguments, or with their numbers.

import type { Run, Tape } from "../engine/tape";
import { clean, short } from "./format";
import { single, title } from "./names";

/** A formula of the op table with its arguments and its result (the last word) filled in. */
export function filled(formula: string, words: readonly string[]): string {
  const result = words[words.length - 1];
  return formula.replace(/\{([xywz])\}/g, (_, which: string) =>
    which === "z" ? result : (words["xyw".indexOf(which)] ?? ""),
  );
}

export function bracketed(x: number): string {
  return x < 0 || Object.is(x, -0) ? `(${short(x)})` : short(x);
}

/** The call by which outside code has made a node; empty for what it has not. */
function call(tape: Tape, node: number, word: (arg: number) => string): string {
  return tape.slopes(node) ? `${clean(tape.sign(node), 40)}(${tape.args(node).map(word).join(", ")})` : "";
}

/** What a node is computed by, with names: `a · b`. Empty for what nothing computes. */
export function byName(tape: Tape, node: number): string {
  const rule = tape.words(node);
  const name = (arg: number) => single(title(tape, arg));
  return rule
    ? filled(rule.formula, [...tape.args(node).map(name), name(node)])
    : call(tape, node, (arg) => title(tape, arg));
}

/** The same with numbers. */
export function byNumber({ tape, values }: Run, node: number): string {
  const rule = tape.words(node);
  return rule
    ? filled(rule.formula, [...tape.args(node).map((arg) => bracketed(values[arg])), short(values[node])])
    : call(tape, node, (arg) => short(values[arg]));
}
