// Whether the code that made a graph would have done the same with other numbers. The rule, how near is too near among it, is written
// down in autograd_magic/engine/guards.py; this is its twin, with the same numbers and the same sentences.
import { beside } from "./bounds";
import { ruleOf } from "./forward";
import { roundEven } from "./numeric";
import { STRIDE } from "./ops.gen";
import { EXACT_LIMIT, Kind, RAISED, RELATIONS, ROUNDINGS, SHOWN, STRICT, TINY, WHOLE } from "./protocol.gen";
import type { Trial } from "./trial";
import type { Graph, Guard } from "./wire";

/**
 * "exact": a replay is what a fresh run would give. "unconfirmed": it is, unless text that was made of the numbers decides something, or
 * as far as the digits of a number that is shown can be known without a run.
 * Else the first guard that fails, or lies too near to tell. The text is a sentence about it.
 */
export interface Verdict {
  readonly kind: "exact" | "unconfirmed" | "flipped" | "uncertain";
  readonly line: number;
  readonly text: string;
}

export const EXACT: Verdict = { kind: "exact", line: 0, text: "" };

function compare(relation: number, x: number, y: number): boolean {
  return [x < y, x <= y, x === y, x !== y, x > y, x >= y][relation];
}

function rounded(rounding: number, x: number): number {
  return [Math.trunc, Math.floor, Math.ceil, roundEven][rounding](x);
}

/** The guards of one graph: those that were recorded, and those that follow from Python's own rules for its operations. */
export class Guards {
  /** What is looked at, in the program's order: guards, and nodes by which Python may refuse. */
  readonly #steps: readonly (Guard | number)[];

  /** `name` is what people call a node. */
  constructor(
    readonly graph: Graph,
    readonly name: (node: number) => string,
  ) {
    const refusing = [...graph.flags.keys()].filter((node) => {
      const flags = graph.flags[node];
      return flags & WHOLE || (flags & STRICT && !(flags & RAISED) && ruleOf(graph, node)?.refuses);
    });
    const made = (step: Guard | number) => (typeof step === "number" ? step : step.after - 0.5);
    this.#steps = [...refusing, ...graph.guards].sort((one, other) => made(one) - made(other));
  }

  /** Whether Python refuses something in a trial. */
  refuses(trial: Trial): boolean {
    return this.#steps.some((step) => typeof step === "number" && trial.moved[step] && this.#asks(step, trial));
  }

  /** Looks at the guards. */
  verdict(trial: Trial): Verdict {
    for (const step of this.#steps) {
      const pairs = typeof step === "number" ? 1 : step.left.length;
      for (let pair = 0; pair < pairs; pair++) {
        const found = typeof step === "number" ? this.#refused(step, trial) : this.#recorded(step, pair, trial);
        if (found !== EXACT) return found;
      }
    }
    return EXACT;
  }

  /** After a verdict of the same numbers: of which of them a fresh run may give other digits than are shown. */
  unconfirmed(trial: Trial): Verdict {
    const { values, bounds, away } = trial;
    if (!bounds.any) return EXACT;
    let first = Infinity;
    for (let at = 0; at < away.length; at += STRIDE) {
      const node = away[at];
      const seen = values[node] === 0 ? TINY : Math.abs(values[node]);
      if (bounds.rough[node] && trial.error(node) > SHOWN * seen) first = Math.min(first, node);
    }
    if (first === Infinity) return EXACT;
    return told("unconfirmed", this.graph.lines[first], `${this.name(first)} may come out with other digits`);
  }

  /** What one of a guard's comparisons is of. */
  compared({ left, right, relation }: Guard, pair: number): string {
    return `${this.name(left[pair])} ${RELATIONS[relation]} ${this.name(right[pair])}`;
  }

  /** A guard about one of its pairs of nodes: but for comparisons of arrays it has one. */
  #recorded(guard: Guard, pair: number, trial: Trial): Verdict {
    const { values, moved } = trial;
    const { kind, relation, line } = guard;
    const [left, right, outcome] = [guard.left[pair], guard.right[pair], guard.outcome[pair]];
    // To call things by their names takes longer than all else here: only what is told is called.
    if (kind === Kind.Escapes) {
      const what = () => (left >= 0 ? this.name(left) : "a gradient, or a number of single precision,");
      return (left >= 0 ? moved[left] : moved.includes(1))
        ? told("flipped", line, `${what()} left the graph and has changed`)
        : EXACT;
    }
    if (!moved[left] && !(right >= 0 && moved[right])) return EXACT;
    const x = values[left];
    if (kind === Kind.Raised) {
      return this.#asks(left, trial)
        ? EXACT
        : told("flipped", line, `Python no longer refuses ${ruleOf(this.graph, left)?.name ?? "this"}`);
    }
    const slack = trial.error(left) + trial.error(right);
    if (kind === Kind.Whole) {
      const what = () => `${ROUNDINGS[relation]}(${this.name(left)})`;
      if (rounded(relation, x) !== outcome) return told("flipped", line, `${what()} is no longer ${digits(outcome)}`);
      const near = [-slack, slack].some((side) => rounded(relation, x + side) !== outcome);
      return near ? told("uncertain", line, `${what()} is too near to a whole number to tell here`) : EXACT;
    }
    const y = values[right];
    const what = () => this.compared(guard, pair);
    if (slack > 0 && Math.abs(x - y) <= slack) return told("uncertain", line, `${what()} is too near to tell here`);
    return compare(relation, x, y) === (outcome !== 0)
      ? EXACT
      : told("flipped", line, `${what()} is ${outcome ? "no longer true" : "true now"}`);
  }

  #asks(node: number, { values }: Trial): boolean {
    const { args, starts } = this.graph;
    const k = starts[node];
    return (
      ruleOf(this.graph, node)?.refuses?.(values[args[k]], values[args[k + 1]], values[args[k + 2]], values[node]) ===
      true
    );
  }

  #refused(node: number, trial: Trial): Verdict {
    const { values, moved } = trial;
    if (!moved[node]) return EXACT;
    const { graph } = this;
    const line = graph.lines[node];
    if (graph.flags[node] & WHOLE && !(Math.abs(values[node]) <= EXACT_LIMIT)) {
      return told("flipped", line, `${this.name(node)} is a whole number beyond 2**53`);
    }
    const rule = ruleOf(graph, node);
    if (!rule?.refuses || !(graph.flags[node] & STRICT) || graph.flags[node] & RAISED) return EXACT;
    const [begin, end] = [graph.starts[node], graph.starts[node + 1]];
    const what = () =>
      `${rule.name}(${Array.from(graph.args.subarray(begin, end), (arg) => this.name(arg)).join(", ")})`;
    if (this.#asks(node, trial)) return told("flipped", line, `Python would refuse ${what()} here`);
    for (let at = begin; at < end; at++) {
      const error = trial.error(graph.args[at]);
      if (error && beside(graph, node, at, error, values).some(([[x, y, w], z]) => rule.refuses?.(x, y, w, z)))
        return told("uncertain", line, `whether Python refuses ${what()} is too near to tell here`);
    }
    return EXACT;
  }
}

/** All digits of a whole number. */
function digits(whole: number): string {
  return Number.isInteger(whole) ? String(BigInt(whole)) : String(whole);
}

function told(kind: Verdict["kind"], line: number, text: string): Verdict {
  return { kind, line, text: line > 0 ? `line ${line}: ${text}` : text };
}
