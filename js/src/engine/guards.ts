// Whether the code that made a graph would have done the same with other numbers.

import { type Forward, ruleOf } from "./forward";
import { roundEven } from "./numeric";
import { type Guard, Kind, RAISED, STRICT, WHOLE } from "./wire";

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

const RELATIONS = ["<", "<=", "==", "!=", ">", ">="];
const ROUNDINGS = ["trunc", "floor", "ceil", "round"];
const UNIT = 2 ** -53;
const WHOLE_LIMIT = 2 ** 53;

function compare(relation: number, x: number, y: number): boolean {
  return [x < y, x <= y, x === y, x !== y, x > y, x >= y][relation];
}

function rounded(rounding: number, x: number): number {
  return [Math.trunc, Math.floor, Math.ceil, roundEven][rounding](x);
}

/** The guards of one graph: those that were recorded, and those that follow from Python's own rules for its operations. */
export class Guards {
  readonly #implicit: readonly number[];
  readonly #watched: readonly number[];

  constructor(
    readonly forward: Forward,
    readonly name: (node: number) => string,
  ) {
    const { graph } = forward;
    const implicit: number[] = [];
    const wanted = new Uint8Array(graph.size);
    for (const { left, right } of graph.guards) {
      if (left >= 0) wanted[left] = 1;
      if (right >= 0) wanted[right] = 1;
    }
    for (let node = 0; node < graph.size; node++) {
      const flags = graph.flags[node];
      if (flags & WHOLE || (flags & STRICT && !(flags & RAISED) && ruleOf(graph, node)?.refuses)) {
        implicit.push(node);
        wanted[node] = 1;
        for (let k = graph.starts[node]; k < graph.starts[node + 1]; k++) wanted[graph.args[k]] = 1;
      }
    }
    for (let node = graph.size - 1; node >= 0; node--) {
      if (wanted[node]) for (let k = graph.starts[node]; k < graph.starts[node + 1]; k++) wanted[graph.args[k]] = 1;
    }
    this.#implicit = implicit;
    this.#watched = Array.from(forward.computed).filter((node) => wanted[node]);
  }

  /** Looks at the guards in the program's order; `moved` marks the leaves that are not where they were traced. */
  verdict(values: Float64Array, moved: Uint8Array): Verdict {
    const { graph } = this.forward;
    if (!graph.guards.length && !this.#implicit.length) return EXACT;
    this.forward.spread(moved);
    const error = this.#errors(values);
    let implicit = 0;
    for (const guard of graph.guards) {
      for (; implicit < this.#implicit.length && this.#implicit[implicit] < guard.after; implicit++) {
        const found = this.#refused(this.#implicit[implicit], values, error, moved);
        if (found !== EXACT) return found;
      }
      const found = this.#recorded(guard, values, error, moved);
      if (found !== EXACT) return found;
    }
    for (; implicit < this.#implicit.length; implicit++) {
      const found = this.#refused(this.#implicit[implicit], values, error, moved);
      if (found !== EXACT) return found;
    }
    return EXACT;
  }

  /** A first-order bound on how far each number may be from the kernel's, whose exp may differ from ours in the last place. */
  #errors(values: Float64Array): Map<number, number> {
    const { graph } = this.forward;
    const { starts, args } = graph;
    const error = new Map<number, number>();
    for (const node of this.#watched) {
      const rule = ruleOf(graph, node);
      if (!rule) continue;
      const k = starts[node];
      const [x, y, w, z] = [values[args[k]], values[args[k + 1]], values[args[k + 2]], values[node]];
      let bound = rule.ulps * UNIT * Math.max(Math.abs(z), rule.floor ?? 0);
      for (let place = 0; place < rule.arity; place++) {
        const inner = error.get(args[k + place]);
        if (!inner) continue;
        if (rule.step) {
          const shifted = [x, y, w];
          const jumps = [-inner, inner].some((shift) => {
            const at = shifted.slice();
            at[place] += shift;
            return Math.abs(rule.one(at[0], at[1], at[2]) - z) > 4 * inner;
          });
          if (jumps) bound = Infinity;
        }
        const slope = Math.abs(rule.local[place](x, y, w, z));
        bound += slope === 0 ? 0 : slope * inner;
      }
      if (bound > 0) error.set(node, bound);
      else if (Number.isNaN(bound)) error.set(node, Infinity);
    }
    return error;
  }

  #recorded(guard: Guard, values: Float64Array, error: Map<number, number>, moved: Uint8Array): Verdict {
    const { kind, relation, left, right, outcome, line } = guard;
    if (kind === Kind.Escapes) {
      const changed = left >= 0 ? moved[left] : moved.some((flag) => flag);
      return changed
        ? told(
            "flipped",
            line,
            `${left >= 0 ? this.name(left) : "a gradient, or a number of single precision,"} left the graph there and has changed`,
          )
        : EXACT;
    }
    if (!moved[left] && !(right >= 0 && moved[right])) return EXACT;
    const x = values[left];
    if (kind === Kind.Raised) {
      const refuses = this.#asks(left, values);
      return refuses
        ? EXACT
        : told("flipped", line, `Python no longer refuses ${ruleOf(this.forward.graph, left)?.name ?? "this"}`);
    }
    const slack = (error.get(left) ?? 0) + (right >= 0 ? (error.get(right) ?? 0) : 0);
    if (kind === Kind.Whole) {
      const what = `${ROUNDINGS[relation]}(${this.name(left)})`;
      if (rounded(relation, x) !== outcome) return told("flipped", line, `${what} is no longer ${outcome}`);
      const sure = rounded(relation, x - slack) === outcome && rounded(relation, x + slack) === outcome;
      return sure ? EXACT : told("uncertain", line, `${what} is too near to a whole number to tell here`);
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

  #refused(node: number, values: Float64Array, error: Map<number, number>, moved: Uint8Array): Verdict {
    if (!moved[node]) return EXACT;
    const { graph } = this.forward;
    const line = graph.lines[node];
    if (graph.flags[node] & WHOLE && !(Math.abs(values[node]) <= WHOLE_LIMIT)) {
      return told("flipped", line, `${this.name(node)} is a whole number too large to follow here`);
    }
    const rule = ruleOf(graph, node);
    if (!rule?.refuses || !(graph.flags[node] & STRICT)) return EXACT;
    const args = Array.from(graph.args.subarray(graph.starts[node], graph.starts[node + 1]));
    const what = `${rule.name}(${args.map((arg) => this.name(arg)).join(", ")})`;
    if (this.#asks(node, values)) return told("flipped", line, `Python would refuse ${what}`);
    const [x, y] = args.map((arg) => [values[arg], error.get(arg) ?? 0]);
    for (const [dx, dy] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ]) {
      const at = [x[0] + dx * x[1], (y?.[0] ?? 0) + dy * (y?.[1] ?? 0)];
      if (rule.refuses(at[0], at[1], 0, rule.one(at[0], at[1], 0)))
        return told("uncertain", line, `whether Python refuses ${what} is too near to tell here`);
    }
    return EXACT;
  }
}

function told(kind: Verdict["kind"], line: number, text: string): Verdict {
  return { kind, line, text: line > 0 ? `line ${line}: ${text}` : text };
}
