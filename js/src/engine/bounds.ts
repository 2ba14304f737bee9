// How far a replay's numbers may be from those of a fresh run: a first-order bound for each node. What it is, and why, is written down in
// autograd_magic/engine/bounds.py.
import { one, ruleOf, Singles } from "./forward";
import { RULES, type Rule, STRIDE } from "./ops.gen";
import { ALLOWANCE, OFF, TINY, UNIT } from "./protocol.gen";
import type { Graph } from "./wire";

const ULPS = Float64Array.from(RULES.values(), ({ ulps }) => ulps);
const FLOORS = Float64Array.from(RULES.values(), ({ floor = 0 }) => Math.max(floor, TINY));
const STEPS = Uint8Array.from(RULES.values(), ({ step }) => (step ? 1 : 0));

/** The local derivatives of so many nodes are worked out together. */
const MANY = 512;
const singles = new Singles(MANY);

/** In `rough`: what outside code has made, which has no bound of its own. */
const OUTSIDE = 255;

export class Bounds {
  /** By nodes: 0 of what every IEEE machine gives alike, else one more than the code of the operation. */
  readonly rough: Uint8Array;
  readonly any: boolean;

  constructor(readonly graph: Graph) {
    const { starts, args, flags, slopes, size } = graph;
    this.rough = new Uint8Array(size);
    for (let node = 0; node < size; node++) {
      const rule = ruleOf(graph, node);
      if (!rule && !slopes.has(node)) continue;
      let is = flags[node] & OFF || rule?.ulps;
      for (let k = starts[node]; k < starts[node + 1]; k++) is ||= this.rough[args[k]];
      if (is) this.rough[node] = rule ? rule.code + 1 : OUTSIDE;
    }
    this.any = this.rough.some((is) => is && is !== OUTSIDE);
  }

  /** The bounds of a program's nodes, whose arguments have theirs. */
  run(values: Float64Array, errors: Float64Array, program: Int32Array): void {
    const { rough } = this;
    const nodes = new Int32Array(MANY);
    let many = 0;
    for (let at = 0; at < program.length; at += STRIDE) {
      const node = program[at];
      if (rough[node] && rough[node] !== OUTSIDE) {
        nodes[many] = node;
        const k = 4 * many;
        singles.values[k] = values[program[at + 1]];
        singles.values[k + 1] = values[program[at + 2]];
        singles.values[k + 2] = values[program[at + 3]];
        singles.values[k + 3] = values[node];
        singles.is(many++, rough[node] - 1);
      }
      if (many === MANY || (many && at + STRIDE === program.length)) {
        singles.derive(many);
        this.#bound(nodes, many, values, errors);
        many = 0;
      }
    }
  }

  #bound(nodes: Int32Array, many: number, values: Float64Array, errors: Float64Array): void {
    const { starts, args, flags } = this.graph;
    const { rough } = this;
    const { slopes } = singles;
    for (let at = 0; at < many; at++) {
      const node = nodes[at];
      const [begin, end, code, off] = [starts[node], starts[node + 1], rough[node] - 1, flags[node] & OFF];
      const size = Math.abs(values[node]);
      let units = ULPS[code];
      for (let k = begin; k < end; k++) if (errors[args[k]]) units = ULPS[code] + 2;
      let bound = units * UNIT * Math.max(size, FLOORS[code]) + (off ? ALLOWANCE * size : 0);
      for (let k = begin; k < end; k++) {
        const inner = errors[args[k]];
        if (!inner && !off) continue;
        const slope = Math.abs(slopes[4 * at + k - begin]);
        if (off) bound += ALLOWANCE * slope * Math.abs(values[args[k]]);
        // Of what has no slope nothing comes through, unless the error is infinite.
        if (inner && (slope !== 0 || inner === Infinity)) bound += slope * inner;
        if (inner && STEPS[code] && this.#jumps(node, k, inner, values)) bound = Infinity;
      }
      errors[node] = Number.isNaN(bound) ? Infinity : bound;
    }
  }

  /** Whether a step jumps within the error of the argument that stands in this place of the column. */
  #jumps(node: number, at: number, error: number, values: Float64Array): boolean {
    return beside(this.graph, node, at, error, values).some(([, z]) => !(Math.abs(z - values[node]) <= 4 * error));
  }
}

/** A node's arguments with one of them off by its error, this way and that, and what they make. */
export function beside(
  graph: Graph,
  node: number,
  at: number,
  error: number,
  values: Float64Array,
): (readonly [args: number[], made: number])[] {
  const begin = graph.starts[node];
  return [-error, error].map((side) => {
    const args = Array.from(graph.args.subarray(begin, graph.starts[node + 1]), (arg) => values[arg]);
    args[at - begin] += side;
    return [args, one(ruleOf(graph, node) as Rule, args)];
  });
}
