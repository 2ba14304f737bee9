// A formula of the op table in words: with the names of its arguments, or with their numbers.

import type { Run, Tape } from "../engine/tape";
import { clean, short } from "./format";
import { single, title } from "./names";

/** A formula of the op table with its arguments and its result (the last word) filled in. */
export function filled(formula: string, words: readonly string[]): string {
  const result = words[words.length - 1];
  const made = formula.replace(/\{([xywz])\}/g, (_, which: string) =>
    which === "z" ? result : (words["xyw".indexOf(which)] ?? ""),
  );
  // A negative number has its brackets already where it is all that a call is given.
  return made.replace(/\((\(-[\w.-]+\))\)/g, "$1");
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

/** The signs of operations as they are said: between two arguments, and as what comes out. */
const ALOUD: Record<string, readonly [between: string, result: string]> = {
  "+": ["plus", "a sum"],
  "-": ["minus", "a difference"],
  "*": ["times", "a product"],
  "/": ["over", "a quotient"],
  "**": ["to the power of", "a power"],
};

/** What computes a node, as a screen reader says it: `a times a quotient`. Empty for what nothing computes. */
export function aloud(tape: Tape, node: number): string {
  const args = tape.args(node).slice(0, 3);
  const words = args.map((arg) => {
    if (tape.label(arg) || tape.op(arg) === "const") return title(tape, arg);
    return ALOUD[tape.sign(arg)]?.[1] ?? (tape.args(arg).length ? `a ${clean(tape.sign(arg), 12)}` : "a leaf");
  });
  const [first, second] = words;
  if (!args.length) return "";
  const sign = clean(tape.sign(node), 40);
  if (args.length === 1) return sign === "-" ? `minus ${first}` : `${sign} of ${first}`;
  const between = ALOUD[sign]?.[0];
  return between && args.length === 2 ? `${first} ${between} ${second}` : `${sign} of ${words.join(", ")}`;
}

/** The same with numbers. */
export function byNumber({ tape, values }: Run, node: number): string {
  const rule = tape.words(node);
  return rule
    ? filled(rule.formula, [...tape.args(node).map((arg) => bracketed(values[arg])), short(values[node])])
    : call(tape, node, (arg) => short(values[arg]));
}
