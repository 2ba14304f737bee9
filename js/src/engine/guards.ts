// Whether the code that made a graph would have done the same with other numbers. The rule, how near is too near among it, is written
// down in autograd_magic/engine/guards.py; this is its twin, with the same numbers and the same sentences.
import { type Forward, ruleOf } from "./forward";
import { roundEven } from "./numeric";
import type { Rule } from "./ops.gen";
import {
  ALLOWANCE,
  EXACT_LIMIT,
  Kind,
  OFF,
  RAISED,
  RELATIONS,
  ROUNDINGS,
  SHOWN,
  STRICT,
  TINY,
  UNIT,
  WHOLE,
} from "./protocol.gen";
import type { Guard } from "./wire";

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
  readonly #implicit: readonly number[];
  /** The nodes whose numbers may differ from a fresh run's, in creation order. */
  readonly #uncertain: Int32Array;
  /** Their error bounds, by node; all others stay 0. Worked out when they are asked for. */
  readonly #error: Float64Array;
  #bounded = false;

  /** `name` is what people call a node. */
  constructor(
    readonly forward: Forward,
    readonly name: (node: number) => string,
  ) {
    const { graph, computed } = forward;
    const implicit: number[] = [];
    for (let node = 0; node < graph.size; node++) {
      const flags = graph.flags[node];
      const strict = flags & STRICT && !(flags & RAISED) && ruleOf(graph, node)?.refuses;
      if (flags & WHOLE || strict) implicit.push(node);
    }
    const rough = new Uint8Array(graph.size);
    for (const node of computed) {
      rough[node] = graph.flags[node] & OFF || ruleOf(graph, node)?.ulps ? 1 : 0;
      for (let k = graph.starts[node]; k < graph.starts[node + 1]; k++) if (rough[graph.args[k]]) rough[node] = 1;
    }
    this.#implicit = implicit;
    this.#uncertain = computed.filter((node) => rough[node] && ruleOf(graph, node));
    this.#error = new Float64Array(this.#uncertain.length ? graph.size : 0);
  }

  /** Looks at the guards in the program's order; `moved` marks what depends on leaves that are not where they were traced. */
  verdict(values: Float64Array, moved: Uint8Array): Verdict {
    const { graph } = this.forward;
    this.#bounded = false;
    let implicit = 0;
    for (const guard of graph.guards) {
      for (; implicit < this.#implicit.length && this.#implicit[implicit] < guard.after; implicit++) {
        const found = this.#refused(this.#implicit[implicit], values, moved);
        if (found !== EXACT) return found;
      }
      for (let pair = 0; pair < guard.left.length; pair++) {
        const found = this.#recorded(guard, pair, values, moved);
        if (found !== EXACT) return found;
      }
    }
    for (; implicit < this.#implicit.length; implicit++) {
      const found = this.#refused(this.#implicit[implicit], values, moved);
      if (found !== EXACT) return found;
    }
    return EXACT;
  }

  /** After a verdict of the same numbers: of which of them a fresh run may give other digits than are shown. */
  unconfirmed(values: Float64Array, moved: Uint8Array): Verdict {
    for (const node of this.#uncertain) {
      const seen = values[node] === 0 ? TINY : Math.abs(values[node]);
      if (!moved[node] || !(this.#errorOf(node, values) > SHOWN * seen)) continue;
      return told("unconfirmed", this.forward.graph.lines[node], `${this.name(node)} may come out with other digits`);
    }
    return EXACT;
  }

  /** How far a number may be from that of a fresh run. */
  #errorOf(node: number, values: Float64Array): number {
    if (node < 0 || !this.#error.length) return 0;
    if (!this.#bounded) this.#bound(values);
    this.#bounded = true;
    return this.#error[node];
  }

  #bound(values: Float64Array): void {
    const { graph, rules, add, mul } = this.forward;
    const { starts, args, codes, flags } = graph;
    const [error, uncertain] = [this.#error, this.#uncertain];
    for (let at = 0; at < uncertain.length; at++) {
      const node = uncertain[at];
      const code = codes[node];
      const rule = rules[code] as Rule;
      const k = starts[node];
      const x = values[args[k]];
      const y = values[args[k + 1]];
      const z = values[node];
      const off = flags[node] & OFF;
      let bound = 0;
      if (!off && (code === add || code === mul)) {
        // What large graphs are made of stands here by itself.
        const first = error[args[k]];
        const second = error[args[k + 1]];
        if (first || second) bound = 2 * UNIT * Math.max(Math.abs(z), TINY);
        bound += grown(code === add ? 1 : y, first);
        bound += grown(code === add ? 1 : x, second);
      } else {
        const w = values[args[k + 2]];
        let units = rule.ulps;
        for (let place = 0; place < rule.arity; place++) if (error[args[k + place]]) units = rule.ulps + 2;
        bound = units * UNIT * Math.max(Math.abs(z), rule.floor ?? 0, TINY) + (off ? ALLOWANCE * Math.abs(z) : 0);
        for (let place = 0; place < rule.arity; place++) {
          const inner = error[args[k + place]];
          if (!inner && !off) continue;
          const slope = rule.local[place](x, y, w, z);
          if (off) bound += ALLOWANCE * Math.abs(slope) * Math.abs(values[args[k + place]]);
          bound += grown(slope, inner);
          if (inner && rule.step && jumps(rule, [x, y, w], place, inner, z)) bound = Infinity;
        }
      }
      error[node] = Number.isNaN(bound) ? Infinity : bound;
    }
  }

  /** A guard about one of its pairs of nodes: but for comparisons of arrays it has one. */
  #recorded(guard: Guard, pair: number, values: Float64Array, moved: Uint8Array): Verdict {
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
      return this.#asks(left, values)
        ? EXACT
        : told("flipped", line, `Python no longer refuses ${ruleOf(this.forward.graph, left)?.name ?? "this"}`);
    }
    const slack = this.#errorOf(left, values) + this.#errorOf(right, values);
    if (kind === Kind.Whole) {
      const what = () => `${ROUNDINGS[relation]}(${this.name(left)})`;
      if (rounded(relation, x) !== outcome) return told("flipped", line, `${what()} is no longer ${digits(outcome)}`);
      const near = [-slack, slack].some((side) => rounded(relation, x + side) !== outcome);
      return near ? told("uncertain", line, `${what()} is too near to a whole number to tell here`) : EXACT;
    }
    const y = values[right];
    const what = () => `${this.name(left)} ${RELATIONS[relation]} ${this.name(right)}`;
    if (slack > 0 && Math.abs(x - y) <= slack) return told("uncertain", line, `${what()} is too near to tell here`);
    return compare(relation, x, y) === (outcome !== 0)
      ? EXACT
      : told("flipped", line, `${what()} is no longer ${outcome ? "true" : "false"}`);
  }

  #asks(node: number, values: Float64Array): boolean {
    const { graph } = this.forward;
    const rule = ruleOf(graph, node);
    const k = graph.starts[node];
    const [x, y, w] = [values[graph.args[k]], values[graph.args[k + 1]], values[graph.args[k + 2]]];
    return rule?.refuses?.(x, y, w, rule.one(x, y, w)) === true;
  }

  #refused(node: number, values: Float64Array, moved: Uint8Array): Verdict {
    if (!moved[node]) return EXACT;
    const { graph } = this.forward;
    const line = graph.lines[node];
    if (graph.flags[node] & WHOLE && !(Math.abs(values[node]) <= EXACT_LIMIT)) {
      return told("flipped", line, `${this.name(node)} is a whole number beyond 2**53`);
    }
    const rule = ruleOf(graph, node);
    if (!rule?.refuses || !(graph.flags[node] & STRICT) || graph.flags[node] & RAISED) return EXACT;
    const args = graph.args.subarray(graph.starts[node], graph.starts[node + 1]);
    const what = () => `${rule.name}(${Array.from(args, (arg) => this.name(arg)).join(", ")})`;
    if (this.#asks(node, values)) return told("flipped", line, `Python would refuse ${what()} here`);
    for (let place = 0; place < args.length; place++) {
      const error = this.#errorOf(args[place], values);
      if (!error) continue;
      const numbers = Array.from(args, (arg) => values[arg]);
      for (const side of [-error, error]) {
        const [x, y, w] = numbers.map((number, k) => (k === place ? number + side : number));
        if (rule.refuses(x, y, w, rule.one(x, y, w)))
          return told("uncertain", line, `whether Python refuses ${what()} is too near to tell here`);
      }
    }
    return EXACT;
  }
}

/** How much of an argument's error comes through: of what has no slope none, unless that is infinite. */
function grown(slope: number, error: number): number {
  return error === 0 || (slope === 0 && error < Infinity) ? 0 : Math.abs(slope) * error;
}

/** Whether a step jumps within the error of one of its arguments. */
function jumps(rule: Rule, args: readonly number[], place: number, error: number, z: number): boolean {
  return [-error, error].some((side) => {
    const [x, y, w] = args.map((number, k) => (k === place ? number + side : number));
    return !(Math.abs(rule.one(x, y, w) - z) <= 4 * error);
  });
}

/** All digits of a whole number. */
function digits(whole: number): string {
  return Number.isInteger(whole) ? String(BigInt(whole)) : String(whole);
}

function told(kind: Verdict["kind"], line: number, text: string): Verdict {
  return { kind, line, text: line > 0 ? `line ${line}: ${text}` : text };
}
