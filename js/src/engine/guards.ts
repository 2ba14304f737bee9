// Whether the code that made a graph would have done the same with other numbers. The rule, how near is too near among it, is written
// down in autograd_magic/engine/guards.py; this is its twin, with the same numbers and the same sentences.
import { type Forward, ruleOf } from "./forward";
import { roundEven } from "./numeric";
import type { Rule } from "./ops.gen";
import { ALLOWANCE, EXACT_LIMIT, Kind, RAISED, RELATIONS, ROUNDINGS, STRICT, UNIT, WHOLE } from "./protocol.gen";
import type { Guard } from "./wire";

/**
 * "exact": a replay is what a fresh run would give. "unconfirmed": it is, unless text that was made of the numbers decides something.
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
  /** The nodes above guards whose numbers may differ from a fresh run's, in creation order. */
  readonly #uncertain: Int32Array;
  /** Their error bounds, by node; all others stay 0. */
  readonly #error: Float64Array;
  readonly #off: Uint8Array;

  /** `again` are the numbers that a replay gives where the graph was traced, `name` is what people call a node. */
  constructor(
    readonly forward: Forward,
    again: Float64Array,
    readonly name: (node: number) => string,
  ) {
    const { graph, computed } = forward;
    const implicit: number[] = [];
    const wanted = new Uint8Array(graph.size);
    const want = (node: number) => {
      for (let k = graph.starts[node]; k < graph.starts[node + 1]; k++) wanted[graph.args[k]] = 1;
    };
    for (const { left, right } of graph.guards) {
      if (left >= 0) wanted[left] = 1;
      if (right >= 0) wanted[right] = 1;
    }
    for (let node = 0; node < graph.size; node++) {
      const flags = graph.flags[node];
      const strict = flags & STRICT && !(flags & RAISED) && ruleOf(graph, node)?.refuses;
      if (flags & WHOLE || strict) implicit.push(node);
      if (strict) want(node);
    }
    for (let node = graph.size - 1; node >= 0; node--) if (wanted[node]) want(node);
    const rough = new Uint8Array(graph.size);
    this.#off = new Uint8Array(graph.size);
    for (const node of computed) {
      this.#off[node] = Object.is(again[node], graph.values[node]) ? 0 : 1;
      rough[node] = this.#off[node] || ruleOf(graph, node)?.ulps ? 1 : 0;
      for (let k = graph.starts[node]; k < graph.starts[node + 1]; k++) if (rough[graph.args[k]]) rough[node] = 1;
    }
    this.#implicit = implicit;
    this.#uncertain = computed.filter((node) => wanted[node] && rough[node]);
    this.#error = new Float64Array(this.#uncertain.length ? graph.size : 0);
  }

  /** Looks at the guards in the program's order; `moved` marks what depends on leaves that are not where they were traced. */
  verdict(values: Float64Array, moved: Uint8Array): Verdict {
    const { graph } = this.forward;
    if (!graph.guards.length && !this.#implicit.length) return EXACT;
    this.#bound(values);
    let implicit = 0;
    for (const guard of graph.guards) {
      for (; implicit < this.#implicit.length && this.#implicit[implicit] < guard.after; implicit++) {
        const found = this.#refused(this.#implicit[implicit], values, moved);
        if (found !== EXACT) return found;
      }
      const found = this.#recorded(guard, values, moved);
      if (found !== EXACT) return found;
    }
    for (; implicit < this.#implicit.length; implicit++) {
      const found = this.#refused(this.#implicit[implicit], values, moved);
      if (found !== EXACT) return found;
    }
    return EXACT;
  }

  #errorOf(node: number): number {
    return node < 0 ? 0 : (this.#error[node] ?? 0);
  }

  /** A first-order bound on how far each number may be from a fresh run's. */
  #bound(values: Float64Array): void {
    const { graph, rules, add, mul } = this.forward;
    const { starts, args, codes } = graph;
    const [error, off, uncertain] = [this.#error, this.#off, this.#uncertain];
    for (let at = 0; at < uncertain.length; at++) {
      const node = uncertain[at];
      const code = codes[node];
      const rule = rules[code] as Rule;
      const k = starts[node];
      const x = values[args[k]];
      const y = values[args[k + 1]];
      const z = values[node];
      let bound = rule.ulps * UNIT * Math.max(Math.abs(z), rule.floor ?? 0);
      if (off[node]) bound += ALLOWANCE * Math.abs(z);
      // What large graphs are made of stands here by itself.
      if (code === add) bound += error[args[k]] + error[args[k + 1]];
      else if (code === mul) bound += grown(y, error[args[k]]) + grown(x, error[args[k + 1]]);
      else {
        const w = values[args[k + 2]];
        for (let place = 0; place < rule.arity; place++) {
          const inner = error[args[k + place]];
          if (!inner) continue;
          if (rule.step && jumps(rule, [x, y, w], place, inner, z)) bound = Infinity;
          bound += grown(rule.local[place](x, y, w, z), inner);
        }
      }
      error[node] = Number.isNaN(bound) ? Infinity : bound;
    }
  }

  #recorded(guard: Guard, values: Float64Array, moved: Uint8Array): Verdict {
    const { kind, relation, left, right, outcome, line } = guard;
    if (kind === Kind.Escapes) {
      const what = left >= 0 ? this.name(left) : "a gradient, or a number of single precision,";
      return (left >= 0 ? moved[left] : moved.includes(1))
        ? told("flipped", line, `${what} left the graph and has changed`)
        : EXACT;
    }
    if (!moved[left] && !(right >= 0 && moved[right])) return EXACT;
    const x = values[left];
    if (kind === Kind.Raised) {
      return this.#asks(left, values)
        ? EXACT
        : told("flipped", line, `Python no longer refuses ${ruleOf(this.forward.graph, left)?.name ?? "this"}`);
    }
    const slack = this.#errorOf(left) + this.#errorOf(right);
    if (kind === Kind.Whole) {
      const what = `${ROUNDINGS[relation]}(${this.name(left)})`;
      if (rounded(relation, x) !== outcome) return told("flipped", line, `${what} is no longer ${outcome.toFixed()}`);
      const near = slack > 0 && [-slack, slack].some((side) => rounded(relation, x + side) !== outcome);
      return near ? told("uncertain", line, `${what} is too near to a whole number to tell here`) : EXACT;
    }
    const y = values[right];
    const what = `${this.name(left)} ${RELATIONS[relation]} ${this.name(right)}`;
    if (slack > 0 && Math.abs(x - y) <= slack) return told("uncertain", line, `${what} is too near to tell here`);
    return compare(relation, x, y) === (outcome !== 0)
      ? EXACT
      : told("flipped", line, `${what} is no longer ${outcome ? "true" : "false"}`);
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
    const args = Array.from(graph.args.subarray(graph.starts[node], graph.starts[node + 1]));
    const what = `${rule.name}(${args.map((arg) => this.name(arg)).join(", ")})`;
    if (this.#asks(node, values)) return told("flipped", line, `Python would refuse ${what} here`);
    const numbers = args.map((arg) => values[arg]);
    for (const [place, arg] of args.entries()) {
      const error = this.#errorOf(arg);
      if (!error) continue;
      for (const side of [-error, error]) {
        const [x, y, w] = numbers.map((number, k) => (k === place ? number + side : number));
        if (rule.refuses(x, y, w, rule.one(x, y, w)))
          return told("uncertain", line, `whether Python refuses ${what} is too near to tell here`);
      }
    }
    return EXACT;
  }
}

/** How much of an argument's error comes through; of what has no slope or no error none, be the other infinite. */
function grown(slope: number, error: number): number {
  return slope === 0 || error === 0 ? 0 : Math.abs(slope) * error;
}

/** Whether a step operation jumps within the error of one of its arguments. */
function jumps(rule: Rule, args: readonly number[], place: number, error: number, z: number): boolean {
  return [-error, error].some((shift) => {
    const [x, y, w] = args.map((arg, k) => (k === place ? arg + shift : arg));
    return !(Math.abs(rule.one(x, y, w) - z) <= 4 * error);
  });
}

function told(kind: Verdict["kind"], line: number, text: string): Verdict {
  return { kind, line, text: line > 0 ? `line ${line}: ${text}` : text };
}
