// What of a graph nobody should overlook: numbers that are none, nodes through which nothing comes back, gradients out of all proportion.
import type { Run, Tape } from "../engine/tape";
import { clean, finite, many, short } from "./format";
import { title } from "./names";

/** A gradient beyond this explodes; one below this share of the largest has vanished. */
const [LARGE, SMALL] = [1e6, 1e-9];
/** A curve whose slope is below this is flat. */
const FLAT = 1e-3;

/** As many letters of a name have room in the header, where an alarm is to take but one line. */
const LETTERS = 12;

export interface Alarm {
  readonly text: string;
  /** What that means; empty where it is plain. */
  readonly why: string;
  /** Where to look. */
  readonly node: number;
}

/** Whether hardly any gradient comes through a node: its relu is dead, or its curve is flat there. */
export function stops({ tape, values }: Run, node: number): "dead" | "saturated" | null {
  const z = values[node];
  switch (tape.op(node)) {
    case "relu":
      return values[tape.args(node)[0]] < 0 ? "dead" : null;
    case "tanh":
      return Math.abs(1 - z * z) < FLAT ? "saturated" : null;
    case "sigmoid":
      return Math.abs(z * (1 - z)) < FLAT ? "saturated" : null;
  }
  return null;
}

/** The node from which a number came that is not finite: the first on the way down all of whose arguments are. */
export function birth({ tape, values }: Run, node: number): number {
  for (let at = node; ; ) {
    const from = tape.args(at).find((arg) => !finite(values[arg]));
    if (from === undefined) return at;
    at = from;
  }
}

export function lineOf(tape: Tape, node: number): string {
  return tape.line(node) > 0 ? ` (line ${tape.line(node)})` : "";
}

/** The gravest thing to be said; null for nothing. `hidden` where no gradient may be told. */
export function alarm(run: Run, hidden: boolean): Alarm | null {
  const { tape, values, grads } = run;
  const { root } = tape;
  const name = (node: number) => clean(title(tape, node), LETTERS);
  if (!finite(values[root])) {
    const node = birth(run, root);
    const leaf = !tape.args(node).length;
    return {
      node,
      text: `${short(values[node])} ${leaf ? "stands in" : "was born at"} ${name(node)}${lineOf(tape, node)}`,
      why: "",
    };
  }
  const size = (node: number) => Math.abs(grads[node]);
  const told = (node: number) => tape.op(node) !== "const" && tape.reaches(node) && !run.unknown(node);
  let largest = 0;
  const stopped: Record<"dead" | "saturated", number[]> = { dead: [], saturated: [] };
  // Backwards, as gradients come: the first that is not finite is the one that was born so.
  for (let node = root; node >= 0; node--) {
    if (!told(node)) continue;
    if (!hidden && !finite(size(node)))
      return { node, text: `${name(node)}.grad becomes ${short(grads[node])}${lineOf(tape, node)}`, why: "" };
    largest = Math.max(largest, size(node));
    const found = stops(run, node);
    if (found) stopped[found].push(node);
  }
  if (!hidden) {
    const leaves = tape.leaves.map(({ node }) => node).filter(told);
    const large = leaves.filter((node) => size(node) > LARGE);
    if (large.length) {
      const node = large.reduce((most, each) => (size(each) > size(most) ? each : most));
      return { node, text: `exploding: ${name(node)}.grad ${short(grads[node])}`, why: "" };
    }
    const small = leaves.filter((node) => size(node) > 0 && size(node) < SMALL * largest);
    if (small.length) {
      const node = small.reduce((least, each) => (size(each) < size(least) ? each : least));
      const share = short(Number((size(node) / largest).toPrecision(1)));
      const why = `It is ${share} of the largest gradient.`;
      return { node, text: `vanishing: ${name(node)}.grad ${short(grads[node])}`, why };
    }
  }
  for (const [what, nodes] of Object.entries(stopped)) {
    if (!nodes.length) continue;
    const node = nodes[0];
    const rest = nodes.length - 1;
    const why = `${what === "dead" ? "Nothing" : "Hardly anything"} comes back through ${rest ? "them" : "it"}.`;
    // Where there are many without a name, the first one's place among them is no help.
    const called = rest ? clean(tape.label(node) || tape.sign(node), LETTERS) : name(node);
    return { node, text: `${what}: ${called}${rest ? ` and ${many(rest)} more` : ""}`, why };
  }
  return null;
}
