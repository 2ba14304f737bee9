// A pass over what is drawn, a card at a time: what has come to each node after so many steps. A backward pass is right, or wrong on
// purpose, in one of the ways in which everybody's first one is.
import type { Run } from "../engine/tape";
import { part } from "./gradients";
import type { Brought } from "./lens";
import type { Item, Plan } from "./plan";
import { usesOf } from "./why";

export interface Bug {
  readonly name: string;
  readonly words: string;
  /** A part takes the place of what was there before it. */
  readonly overwrites?: boolean;
  /** Nodes hand on as soon as they are reached, and not after all their uses. */
  readonly eager?: boolean;
  /** A product hands each argument that one's own number. */
  readonly own?: boolean;
  /** The gradients of an earlier pass are still there. */
  readonly twice?: boolean;
  /** One node does not hand on. */
  readonly stops?: boolean;
}

export const BUGS: readonly Bug[] = [
  {
    name: "grad = in place of +=",
    words: "of several uses only the last counts",
    overwrites: true,
  },
  {
    name: "no topological order",
    words: "a node hands on as soon as it is reached; what comes later stays there",
    eager: true,
  },
  { name: "× hands on the own value", words: "each input gets its own value, not the other's", own: true },
  { name: "no zero_grad", words: "what an earlier backward() left is still there", twice: true },
  { name: "an op without backward", words: "nothing comes through it", stops: true },
];

const NEVER = 2 ** 31 - 1;
/** As near as two sums of the same parts are. */
const NEAR = 1e-9;

/** Which cards a pass visits in turn, and when something comes to each node. */
export class Steps {
  readonly items: readonly Item[];
  /** The step in which each node hands on, or is computed. */
  readonly at: Int32Array;
  /** The first step in which a gradient comes to each node, and the last. */
  readonly first: Int32Array;
  readonly last: Int32Array;

  /** `stopped` is a node that hands nothing on. */
  constructor(
    readonly plan: Plan,
    backward = true,
    eager = false,
    stopped = -1,
  ) {
    const { tape, items, args } = plan;
    const acts = ({ nodes }: Item) => nodes.some((node) => tape.inner(node));
    const order = [plan.at(tape.root)];
    if (eager) {
      for (const index of order) for (const arg of args[index]) if (!order.includes(arg)) order.push(arg);
    }
    this.items = (eager ? order.map((index) => items[index]) : backward ? [...items].reverse() : items).filter(acts);
    this.at = new Int32Array(tape.size).fill(NEVER);
    this.first = this.at.slice();
    this.last = new Int32Array(tape.size).fill(-1);
    this.first[tape.root] = -1;
    this.items.forEach(({ nodes }, step) => {
      for (const node of nodes) {
        if (!tape.inner(node)) continue;
        if (node !== stopped) this.at[node] = step;
        for (const arg of tape.args(node)) {
          this.first[arg] = Math.min(this.first[arg], this.at[node]);
          this.last[arg] = Math.max(this.last[arg], this.at[node]);
        }
      }
    });
  }

  /** How many steps are to be done so that all is done that `count` steps of another order did, as far as that goes. */
  follow(other: Steps, count: number): number {
    const left = new Set(other.items.slice(count).flatMap(({ nodes }) => nodes));
    const at = this.items.findIndex(({ nodes }) => left.has(nodes[nodes.length - 1]));
    return at < 0 ? this.items.length : at;
  }
}

export class Pass {
  /** What each node has when it hands on. */
  readonly handed: Float64Array;
  /** The same pass as it ought to be; of a right one itself. */
  readonly right: Pass;
  /** What has come to each node after so many steps. */
  #come = new Float64Array();
  #done = NEVER;

  constructor(
    readonly run: Run,
    readonly steps: Steps,
    readonly bug: Bug | null = null,
  ) {
    this.handed = bug ? new Float64Array(run.tape.size) : run.grads;
    this.right = bug ? new Pass(run, steps) : this;
  }

  over(count: number): boolean {
    return count >= this.steps.items.length;
  }

  /** The local derivatives by which a node hands on. */
  locals(node: number): readonly number[] {
    const { run, bug } = this;
    const { tape } = run;
    return bug?.own && tape.op(node) === "mul" ? tape.args(node).map((arg) => run.values[arg]) : run.partials(node);
  }

  /** What a use has given after so many steps, and the local derivative by which; null before it has. */
  gave(user: number, place: number, count: number): Brought | null {
    if (!(this.steps.at[user] < count)) return null;
    if (this.bug) this.#after(count);
    const local = this.locals(user)[place];
    return { part: part(this.run.tape, user, this.handed[user], local), local };
  }

  /** What has been given to a node, in its turn. */
  parts(node: number, count: number): number[] {
    const { at } = this.steps;
    return usesOf(this.run.tape, node)
      .sort((one, other) => at[one.user] - at[other.user])
      .flatMap(({ user, place }) => this.gave(user, place, count)?.part ?? []);
  }

  /** Whether all that comes to a node has come. */
  whole(node: number, count: number): boolean {
    return count > this.steps.last[node] || this.over(count);
  }

  /** A node's gradient after so many steps; null before anything has come to it. */
  grad(node: number, count: number): number | null {
    const { run, steps, bug } = this;
    if (!(bug?.twice || count > steps.first[node] || this.over(count))) return null;
    if (run.unknown(node)) return Number.NaN;
    return !bug && this.whole(node, count) ? run.grads[node] : this.#after(count)[node];
  }

  /** Whether a gradient is not what it ought to be after so many steps. */
  wrong(node: number, count: number): boolean {
    const { run, bug } = this;
    const is = bug && this.grad(node, count);
    const right = this.due(node, count);
    if (is === null || is === right || Object.is(is, right)) return false;
    if (right !== null && Math.abs(is - right) <= NEAR * Math.abs(right)) return false;
    return run.tape.op(node) !== "const" && !run.unknown(node) && !run.measured(node);
  }

  /** What a right pass has after so many steps; null where nothing has come yet. */
  due(node: number, count: number): number | null {
    return this.right.grad(node, count);
  }

  /** What has come to all nodes. A step on costs what that step does. */
  #after(count: number): Float64Array {
    const { run, bug, steps, handed } = this;
    const { tape } = run;
    if (count < this.#done) {
      this.#done = 0;
      this.#come = bug?.twice ? run.grads.slice() : new Float64Array(tape.size);
      this.#come[tape.root] = 1;
    }
    const come = this.#come;
    for (; this.#done < count && this.#done < steps.items.length; this.#done++) {
      const { nodes } = steps.items[this.#done];
      for (let k = nodes.length - 1; k >= 0; k--) {
        const node = nodes[k];
        if (steps.at[node] !== this.#done) continue;
        if (bug) handed[node] = come[node];
        const locals = this.locals(node);
        tape.args(node).forEach((arg, place) => {
          come[arg] = (bug?.overwrites ? 0 : come[arg]) + part(tape, node, handed[node], locals[place]);
        });
      }
    }
    return come;
  }
}
