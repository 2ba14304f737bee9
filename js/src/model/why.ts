// Why a gradient is what it is: the uses of a node and what comes back through each, the rules of their operations, and the line that a class
// like micrograd's runs for it.
import type { Run, Tape } from "../engine/tape";
import { clean, finite, many, short } from "./format";
import { known, term } from "./gradients";
import { rootName, single, title } from "./names";
import { bracketed, byName, byNumber, filled } from "./phrases";

/** Gradients that differ by no more than so large a part of them are equal. */
const TIE = 1e-9;

/** One use of a node: by which other, and as which argument. */
export interface Use {
  readonly user: number;
  readonly place: number;
}

/** The uses of a node, in the order in which its gradient is gathered. */
export function usesOf(tape: Tape, node: number): Use[] {
  const users = [...new Set(tape.uses(node))];
  return users.flatMap((user) => tape.args(user).flatMap((arg, place) => (arg === node ? [{ user, place }] : [])));
}

/** As many users as are named. */
const NAMED = 3;
/** As many arguments as are told what they get. */
const TOLD = 6;

/** How often. */
export function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${many(count)} times`;
}

/** By what a node is used: words, and the nodes among them. */
export function usedBy(tape: Tape, node: number): (string | number)[] {
  const name = title(tape, node);
  if (node === tape.root) return ["It is the root, where backward begins."];
  if (!tape.reaches(node)) return [`${rootName(tape)} does not depend on ${name}.`];
  const count = usesOf(tape, node).length;
  const users = [...new Set(tape.uses(node))];
  const named = users.slice(0, NAMED);
  const left = users.length - named.length;
  const list = named.flatMap((user, k) => (k ? [k === users.length - 1 ? " and " : ", ", user] : [user]));
  const others = left ? [` and ${many(left)} ${left === 1 ? "other" : "others"}`] : [];
  return [`${name} is used ${times(count)}, by `, ...list, ...others, count === 1 ? "." : ": what comes back adds up."];
}

/** What an operation does with a gradient, in pieces; every second one is its point. */
export function ruleOf(tape: Tape, user: number): string[] {
  const words = tape.words(user);
  const sign = clean(tape.sign(user) || "?", 40);
  const slopes = tape.slopes(user);
  if (slopes) {
    const lost = slopes.filter(Number.isNaN).length;
    const how = lost ? `is${lost < slopes.length ? " partly" : ""} not known` : "was measured (central differences)";
    return [`${sign} was called outside of the graph: its derivative ${how}.`];
  }
  if (!words) return [`${sign}: its derivative is not known here, so no gradient goes through it.`];
  if (words.says) return words.says.split("*");
  if (tape.rule(user)?.step)
    return [`${sign} is a step: `, "it hands on nothing", ", since it is flat between its jumps."];
  const names = [...tape.args(user).map((arg) => single(title(tape, arg))), single(title(tape, user))];
  const handed = words.partials.map(
    (partial, place) => `${filled(partial, names)}${names.length > 2 ? ` to ${names[place]}` : ""}`,
  );
  return [`${sign} hands on `, handed.join(", "), "."];
}

const CHOICE = /^(.+?) if (-?[\d.]+) = (-?[\d.]+), else (.+)$/;

/** A formula in words as Python writes it; what its constants alone decide or come to is decided, and computed. */
function coded(formula: string): string {
  return formula
    .replace(CHOICE, (_, yes: string, one: string, other: string, no: string) => (+one === +other ? yes : no))
    .replace(/\((-?[\d.]+) - ([\d.]+)\)/g, (_, one: string, other: string) => bracketed(+one - +other))
    .replace(/\*\*1(?![\d.])/g, "")
    .replaceAll(" · ", " * ")
    .replaceAll("²", "**2")
    .replaceAll("√π", "sqrt(pi)")
    .replaceAll("≤", "<=")
    .replaceAll("≥", ">=");
}

/** The line by which a use adds its part, as micrograd has it, and the same with numbers. */
export function line(run: Run, { user, place }: Use): readonly [code: string, numbers: string] {
  const { tape } = run;
  const args = tape.args(user);
  const data = (node: number) =>
    tape.op(node) === "const" ? short(tape.traced[node]) : `${single(title(tape, node))}.data`;
  const words = tape.words(user);
  const [above, local] = term(run, user, place);
  const formula = words ? coded(filled(words.partials[place], [...args.map(data), data(user)])) : local;
  const part = /^-?[\w.]+(\([^()]*\))?$/.test(formula) ? formula : `(${formula})`;
  return [`${part} * ${single(title(tape, user))}.grad`, `${local} * ${above}`];
}

/** What a node is made by, with names and with numbers; empty for what nothing is known of. */
export function made(run: Run, node: number): string {
  const formula = byName(run.tape, node);
  const name = title(run.tape, node);
  return (
    formula && `${name === formula ? "" : `${name} = `}${formula} = ${byNumber(run, node)} = ${short(run.values[node])}`
  );
}

/** What a node hands on of each 1 of its gradient to each argument. */
export function hands(run: Run, node: number): string {
  const { tape } = run;
  const args = tape.foldedExponent(node) ? tape.args(node).slice(0, 1) : tape.args(node);
  const partials = run.partials(node);
  const about = (text: string) => (tape.slopes(node) && text !== "?" ? `≈${text}` : text);
  const handed = args
    .map((arg, place) => [arg, partials[place]] as const)
    .filter(([arg]) => tape.op(arg) !== "const")
    .map(([arg, partial]) => `×${about(known(tape, arg, partial))} to ${title(tape, arg)}`);
  return partials.length && handed.length
    ? `${title(tape, node)} hands on ${handed.slice(0, TOLD).join(", ")}${handed.length > TOLD ? ", …" : ""}`
    : "";
}

/** What is said of the leaves on which the root depends most; empty where none is known to matter. */
export function most({ tape, grads }: Run): string {
  const sizes = tape.leaves
    .filter(({ node }) => tape.reaches(node))
    .map(({ node }) => [node, Math.abs(grads[node])] as const);
  const size = Math.max(0, ...sizes.map(([, each]) => each).filter(finite));
  const first = sizes.filter(([, each]) => each >= size * (1 - TIE)).map(([node]) => node);
  if (!size || !first.length) return "";
  const root = rootName(tape);
  const down = first.filter((node) => grads[node] < 0).length;
  const way = !down ? "" : down === first.length ? ", the other way" : ", or as far the other way";
  const goes = `by a little, and ${root} moves ${size === 1 ? "" : `${short(size)} times `}as far${way}.`;
  const names = first.map((node) => title(tape, node));
  if (sizes.length === 1) return `Move ${names[0]} ${goes}`;
  if (names.length === 1) return `${names[0]} matters most: move it ${goes}`;
  const who =
    names.length > 3
      ? `${many(names.length)} leaves`
      : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
  return `${who} matter ${names.length === sizes.length ? "equally" : "most, and equally"}: move one ${goes}`;
}
