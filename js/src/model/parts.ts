// A large graph as a tree of parts: what a call, a pass of a loop, a list or a long sum has made. Every node that the root depends on
// is in exactly one part of each level, and no level holds more than some two dozen. No part needs what it helps to make: between the
// parts of a level the graph has no circle, since a call, a pass, or a row of steps ends before the next begins, and everything else is
// put together only with what alone uses it.
import type { Tape } from "../engine/tape";
import { short } from "./format";
import { chunks, into, LONG, MANY, type Nodes, Part, packed } from "./part";
import { allOf, base, loopOf, lower, numbered, spoken } from "./spoken";
import { Sort, Wiring } from "./wiring";

/** A graph of no more boxes is drawn node by node. */
const FEW = 30;
/** As many cards as a graph opens with; one of no more names is drawn by its names. */
export const LIMIT = 40;
export class Parts {
  readonly wiring: Wiring;
  readonly #sites: readonly string[];
  readonly #ways = new Map<number, string>([[0, ""]]);
  readonly #order: Int32Array;
  readonly #lastInside: Int32Array;
  readonly #below: Int32Array;
  readonly #place: Int32Array;
  readonly #stamp: Int32Array;
  readonly #keys: ReadonlyMap<number, string>;
  readonly #slots: Int32Array;
  #round = 0;

  constructor(readonly tape: Tape) {
    const { sites, parent, of } = tape.origins;
    this.wiring = new Wiring(tape);
    this.#keys = new Map(tape.leaves.map(({ node, key }) => [node, key]));
    const seen = new Map<string, number>();
    this.#sites = sites.map(({ loop, name, line }) => {
      const text = loop ? `${name}:${line}` : name;
      const times = seen.get(text) ?? 0;
      seen.set(text, times + 1);
      return times ? `${text}:${times}` : text;
    });
    this.#order = new Int32Array(tape.size);
    const next = new Int32Array(parent.length);
    for (const node of this.wiring.nodes) this.#order[node] = next[of[node]]++;
    this.#lastInside = Int32Array.from(parent, (_, at) => at);
    for (let at = parent.length - 1; at > 0; at--)
      this.#lastInside[parent[at]] = Math.max(this.#lastInside[parent[at]], this.#lastInside[at]);
    this.#below = new Int32Array(parent.length);
    this.#place = new Int32Array(tape.size);
    this.#stamp = new Int32Array(tape.size);
    this.#slots = new Int32Array(Math.max(tape.size, parent.length) + 1);
  }

  /** The parts of the whole graph. */
  top(names = false): readonly Part[] {
    const nodes = [...this.wiring.nodes];
    if (this.wiring.boxes <= FEW && !names) return this.#singly(nodes, false);
    return this.#byName(nodes) ?? this.#scope(nodes, 0, "", "");
  }

  #is(node: number, sort: Sort): boolean {
    return this.wiring.sort[node] === sort;
  }

  /** The way to a call or a pass, as text that the same code gives again. */
  #way(origin: number): string {
    const known = this.#ways.get(origin);
    if (known !== undefined) return known;
    const { parent, site, count } = this.tape.origins;
    const way = `${this.#way(parent[origin])}/${this.#sites[site[origin]]}#${count[origin]}`;
    this.#ways.set(origin, way);
    return way;
  }

  #key(node: number): string {
    return this.#keys.get(node) ?? `${this.#way(this.tape.origins.of[node])}/${this.#order[node]}`;
  }

  #node(nodes: Nodes): Part {
    const node = nodes[nodes.length - 1];
    const { tape } = this;
    const label = tape.label(node);
    const family = label === base(label) ? `line ${tape.line(node)}` : base(label);
    const called = () => label || (this.#is(node, Sort.Inner) ? tape.sign(node) || "?" : short(tape.traced[node]));
    if (nodes.length === 1) return new Part("node", this.#key(node), nodes, called, undefined, family);
    const exponent = tape.foldedExponent(node) && nodes.length === 2 && nodes[0] === this.wiring.argsOf(node)[1];
    const held = exponent ? undefined : () => this.#steps(nodes, true);
    const key = this.#key(node);
    return new Part(exponent ? "node" : "steps", exponent ? key : `${key}~`, nodes, called, held, family);
  }

  /** Each node by itself; a constant exponent is part of its power, and when it must be (`fold`) so is a constant that one node uses. */
  #singly(nodes: Nodes, fold: boolean): Part[] {
    const round = this.#mark(nodes, (node) => node);
    return this.#gathered(nodes, (node) => {
      if (!this.#is(node, Sort.Constant) || this.tape.label(node) || this.wiring.uses(node) !== 1) return node;
      const [user] = this.wiring.usersOf(node);
      const exponent = this.tape.foldedExponent(user) && this.wiring.argsOf(user)[1] === node;
      return (fold || exponent) && this.#stamp[user] === round ? user : node;
    }).map((found) => this.#node(found));
  }

  /** Nodes put together that have the same `place`, in the order of the last of each. */
  #gathered(nodes: Nodes, place: (node: number) => number): number[][] {
    const [found, slots] = [[] as number[][], this.#slots];
    for (const node of nodes) {
      const at = place(node) + 1;
      const slot = slots[at];
      if (slot < found.length && found[slot].length && place(found[slot][0]) + 1 === at) found[slot].push(node);
      else slots[at] = found.push([node]) - 1;
    }
    return found.sort((one, other) => one[one.length - 1] - other[other.length - 1]);
  }

  /** Give nodes their places; gives the stamp by which those of other rounds are told from them. */
  #mark(nodes: Nodes, place: (node: number) => number): number {
    this.#round++;
    for (const node of nodes) {
      this.#stamp[node] = this.#round;
      this.#place[node] = place(node);
    }
    return this.#round;
  }

  /** The place that all users of a node have; null where they have several, or where one is not of this round. */
  #shared(node: number, round: number): number | null {
    const users = this.wiring.usersOf(node);
    for (const user of users)
      if (this.#stamp[user] !== round || this.#place[user] !== this.#place[users[0]]) return null;
    return users.length ? this.#place[users[0]] : null;
  }

  /** Nodes without a name go with the named one that they lead to, if they lead to one alone. */
  #folded(nodes: Nodes): number[][] {
    const round = this.#mark(nodes, (node) => node);
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at];
      if (this.tape.label(node) || this.#is(node, Sort.Leaf)) continue;
      this.#place[node] = this.#shared(node, round) ?? node;
    }
    return this.#gathered(nodes, (node) => this.#place[node]);
  }

  #named(nodes: Nodes): Part {
    if (nodes.length === 1) return this.#node(nodes);
    const node = nodes[nodes.length - 1];
    const { label, family } = this.#node([node]);
    return new Part(
      "steps",
      `${this.#key(node)}~`,
      nodes,
      () => label,
      () => this.#steps(nodes, false),
      family,
    );
  }

  /** The first rung: a graph of a middle size by its names. */
  #byName(nodes: Nodes): Part[] | null {
    if (nodes.length > LIMIT * LIMIT) return null;
    const found = this.#folded(nodes);
    const fits = found.length <= LIMIT && found.every((held) => held.length <= LIMIT);
    return fits ? found.map((held) => this.#named(held)) : null;
  }

  /** What stands behind a name: the calls and the steps that lead to it. */
  #steps(nodes: Nodes, single: boolean): readonly Part[] {
    const { parent, of } = this.tape.origins;
    let around = of[nodes[nodes.length - 1]];
    for (const node of nodes) {
      if (this.#is(node, Sort.Constant)) continue;
      for (let at = of[node]; at !== around; ) {
        if (at > around) at = parent[at];
        else around = parent[around];
      }
    }
    const key = `${this.#key(nodes[nodes.length - 1])}~`;
    return single ? this.#singly(nodes, false) : this.#scope(nodes, around, key, "", true);
  }

  /** The child of an origin in which a node was made; the origin itself where it was not made in one. */
  #childOf(origin: number): (node: number) => number {
    const { parent, of } = this.tape.origins;
    const [below, last] = [this.#below, this.#lastInside[origin]];
    for (let at = origin + 1; at <= last; at++) {
      const up = parent[at];
      below[at] = up === origin ? at : up > origin ? below[up] : origin;
    }
    return (node) => (of[node] > origin && of[node] <= last ? below[of[node]] : origin);
  }

  /** The parts of what was made inside of a call or a pass. `around` is what that is called where it has a number. */
  #scope(nodes: Nodes, origin: number, key: string, around: string, steps = false): readonly Part[] {
    const { site, sites } = this.tape.origins;
    const child = this.#childOf(origin);
    const top = origin === 0 && !steps;
    const apart = (node: number) => top && this.#is(node, Sort.Leaf);
    const round = this.#mark(nodes, (node) => (apart(node) ? -1 : child(node)));
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at];
      if (this.#is(node, Sort.Constant)) this.#place[node] = this.#shared(node, round) ?? origin;
    }
    const found = this.#gathered(nodes, (node) => this.#place[node]);
    const places = found.map((held) => this.#place[held[0]]);
    if (found.length === 1 && places[0] > origin) return this.#scope(nodes, places[0], key, around, steps);
    const loops = new Map<number, [number, number[]][]>();
    const calls: [number, number[]][] = [];
    const parts: Part[] = [];
    let leaves: readonly Part[] = [];
    found.forEach((held, at) => {
      const place = places[at];
      if (place === -1) leaves = this.#leaves(held);
      else if (place === origin) parts.push(...this.#own(held, steps));
      else if (sites[site[place]].loop) into(loops, site[place], [place, held]);
      else calls.push([place, held]);
    });
    for (const [at, passes] of loops) {
      if (passes.length === 1) calls.push(...passes);
      else {
        const inner = this.#calls(passes, around);
        const held = passes.flatMap(([, pass]) => pass);
        const loop = `${this.#way(origin)}/${this.#sites[at]}`;
        const called = () => `${loopOf(sites[at])}: ${allOf(inner)}`;
        parts.push(new Part("loop", loop, held, called, () => chunks(inner, loop), `loop ${at}`));
      }
    }
    parts.push(...this.#calls(calls, around));
    if (parts.length === 1 && !leaves.length && parts[0].inside.length) return parts[0].inside;
    const made = packed(
      parts.sort((one, other) => one.last - other.last),
      key,
    );
    return [...packed(leaves, `leaves ${key}`), ...made];
  }

  /** Calls, or passes of a loop, as parts; those of one name have a number. */
  #calls(calls: readonly [number, number[]][], around: string): Part[] {
    const { site, count, sites } = this.tape.origins;
    const found = calls.map(([origin, held]) => ({ origin, held, ...this.#innermost(held, origin) }));
    const times = new Map<string, number>();
    for (const { named } of found) {
      const name = spoken(sites[site[named]]);
      times.set(name, (times.get(name) ?? 0) + 1);
    }
    return found.map(({ origin, held, inner, named }) => {
      const single = held.length <= LONG ? this.#singly(held, true) : [];
      if (single.length === 1) return single[0];
      const at = sites[site[named]];
      const number = count[origin];
      const several = (times.get(spoken(at)) ?? 0) > 1 || (at.loop && number > 0);
      const own = several ? numbered(at, number) : spoken(at);
      const label = several && around && !at.loop ? `${own} of ${lower(around)}` : own;
      const [key, leaves] = [this.#way(origin), held.every((node) => this.#is(node, Sort.Leaf))];
      const called = () => (leaves ? `${label}: ${held.length} numbers` : label);
      const split = () => this.#scope(held, inner, key, several && !at.loop ? own : "");
      return new Part(leaves ? "list" : at.loop ? "pass" : "call", key, held, called, split, `in ${site[origin]}`);
    });
  }

  /** The innermost call or pass in which all of this was made, and the outermost call on the way there: what it is called by. */
  #innermost(nodes: Nodes, origin: number): { inner: number; named: number } {
    const { site, sites } = this.tape.origins;
    let [inner, named] = [origin, origin];
    for (;;) {
      const child = this.#childOf(inner);
      let only = -1;
      for (const node of nodes) {
        if (this.#is(node, Sort.Constant)) continue;
        const place = child(node);
        if (place === inner || (only >= 0 && place !== only)) return { inner, named };
        only = place;
      }
      if (only < 0) return { inner, named };
      inner = only;
      if (sites[site[named]].loop && !sites[site[inner]].loop) named = inner;
    }
  }

  /** Steps that stand in a call or a pass itself: one by one where they are few, else by their names, or as long sums. */
  #own(nodes: Nodes, steps: boolean): readonly Part[] {
    const single = this.#singly(nodes, false);
    if (single.length <= MANY) return single;
    const named = steps ? [] : this.#folded(nodes);
    if (named.length > 1) return named.length < single.length ? named.map((held) => this.#named(held)) : single;
    return this.#sums(nodes);
  }

  /** Additions of which each only goes on with the one before are one long sum. */
  #sums(nodes: Nodes): readonly Part[] {
    const { tape, wiring } = this;
    const round = this.#mark(nodes, (node) => node);
    const counted = new Map<number, number>();
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at];
      const [user] = wiring.usersOf(node);
      const [label, above] = [tape.label(node), tape.label(user ?? node)];
      if (this.#is(node, Sort.Constant) && wiring.uses(node) === 1 && this.#stamp[user] === round) {
        this.#place[node] = this.#place[user];
      } else if (tape.op(node) === "add") {
        const inner = wiring.uses(node) === 1 && this.#stamp[user] === round && tape.op(user) === "add";
        if (inner && (!label || base(label) === base(above))) this.#place[node] = this.#place[user];
        counted.set(this.#place[node], (counted.get(this.#place[node]) ?? 0) + 1);
      }
    }
    const long = (at: number) => (counted.get(at) ?? 0) >= LONG - 1;
    const rest = nodes.filter((node) => !long(this.#place[node]));
    const sums = this.#gathered(
      nodes.filter((node) => long(this.#place[node])),
      (node) => this.#place[node],
    );
    const parts = sums.map((held) => {
      const top = held[held.length - 1];
      const [key, label] = [`${this.#key(top)}+`, tape.label(top)];
      const terms = 1 + held.filter((node) => tape.op(node) === "add").length;
      const called = () => `${label && `${label}: `}sum of ${terms} terms`;
      return new Part("sum", key, held, called, () => chunks(this.#singly(held, held.length > MANY), key));
    });
    return [...this.#singly(rest, rest.length + parts.length > MANY), ...parts];
  }

  /** Leaves: those that are elements of one list or array together, and those without a name by the call that made them. */
  #leaves(nodes: Nodes): readonly Part[] {
    if (nodes.length <= MANY / 2) return this.#singly(nodes, false);
    const child = this.#childOf(0);
    const lists = new Map<string, number[]>();
    for (const node of nodes) {
      const label = this.tape.label(node);
      const list = label ? base(label) : `by ${child(node)}`;
      into(lists, list, node);
    }
    return [...lists].flatMap(([list, held]) => {
      if (held.length < LONG) return this.#singly(held, false);
      const origin = child(held[0]);
      const { sites, site } = this.tape.origins;
      const made = list.startsWith("by ") && origin ? spoken(sites[site[origin]]) : "";
      const name = made || (this.tape.label(held[0]) ? list : "");
      const key = `list ${made ? this.#way(origin) : name}`;
      const split = () => (made ? this.#scope(held, origin, key, "") : this.#rows(held, key));
      return [new Part("list", key, held, () => `${name && `${name}: `}${held.length} numbers`, split, "lists")];
    });
  }

  /** The elements of a list; of one with two indices, if it is long, row by row. */
  #rows(nodes: Nodes, key: string): readonly Part[] {
    const rows = new Map<string, number[]>();
    for (const node of nodes) {
      const row = this.tape.label(node).replace(/(,|\]\[)[^,[\]]*\]$/, "");
      into(rows, row, node);
    }
    if (nodes.length <= MANY || rows.size === nodes.length || rows.size === 1)
      return chunks(this.#singly(nodes, false), key);
    const parts = [...rows].map(([row, held]) => {
      const inner = () => chunks(this.#singly(held, false), `${key} ${row}`);
      return new Part("list", `list ${row}`, held, () => `${row}]: ${held.length} numbers`, inner, key);
    });
    return chunks(parts, key);
  }
}
