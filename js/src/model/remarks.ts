// What else there is to say of a node: where its number leaves the graph, how its gradient was found, why hardly any of it comes through.
import { ESCAPES } from "../engine/protocol.gen";
import { birth, lineOf, stops } from "./alarms";
import { finite, full, short } from "./format";
import type { Model } from "./model";
import { rootName, title } from "./names";
import { ruleOf } from "./why";

type Remark = (model: Model, node: number) => string;

const theirs: Remark = ({ tape, run }, node) => {
  const found = tape.theirs(node);
  if (!found) return "";
  if (!run.atTraced) return "What your class gives is known for the numbers it was run with, and for no others.";
  return found.why
    ? `Your class gives ${full(found.grad)}: ${found.why}.`
    : `Your class gives ${full(found.grad)} as well.`;
};

const kink: Remark = ({ run }, node) =>
  run.kink(node)
    ? `Kink: there is no single derivative here. By convention it is ${run.partials(node).map(short).join(", ")}.`
    : "";

const measured: Remark = ({ tape, run }, node) => {
  const found = tape.measured(node);
  if (!found || Number.isNaN(found.grad)) return "";
  return run.measured(node)
    ? `Measured by running the cell again with ${title(tape, node)} nudged: ≈ ${short(found.grad)}, error about ${found.error.toExponential(0)}.`
    : "Measured for the numbers it was run with, and for no others.";
};

const born: Remark = ({ tape, run }, node) => {
  const { values } = run;
  if (finite(values[node])) return "";
  const origin = birth(run, node);
  const what = short(values[node]);
  if (origin !== node) return `${what} comes from ${title(tape, origin)}${lineOf(tape, origin)}.`;
  return tape.args(origin).length
    ? `${what} was born here: the arguments are finite.`
    : `${what} is the leaf's own number.`;
};

const flat: Remark = ({ tape, run }, node) => {
  const found = stops(run, node);
  if (found === "dead") return "Dead: the argument is below 0, so no gradient goes through.";
  if (found)
    return `Saturated: the curve is all but flat here, so only ${short(run.partials(node)[0])} of the gradient goes through.`;
  if (tape.op(node) !== "add" && tape.op(node) !== "sub") return "";
  const value = run.values[node];
  const [x, y] = tape.args(node).map((arg) => Math.abs(run.values[arg]));
  const lost = Math.floor(Math.log10(Math.max(x, y) / Math.abs(value)));
  return value !== 0 && lost >= 6 ? `Cancellation: two nearly equal numbers leave about ${16 - lost} good digits.` : "";
};

const outside: Remark = ({ tape }, node) => {
  const known = tape.words(node) || !tape.args(node).length;
  return known ? "" : ruleOf(tape, node).join("");
};

const step: Remark = ({ tape }, node) =>
  tape.rule(node)?.step ? "A step: flat almost everywhere, so its derivative is taken as it is between the jumps." : "";

const escapes: Remark = ({ tape, run }, node) => {
  if (!(tape.flags(node) & ESCAPES)) return "";
  const lines = tape.escapes(node).join(", ");
  const lost = run.unknown(node) ? ` Whether ${rootName(tape)} depends on that as well is not known.` : "";
  return `Its plain number is taken${lines && ` in line ${lines}`}.${lost}`;
};

export const REMARKS: readonly Remark[] = [outside, theirs, kink, measured, born, flat, step, escapes];
