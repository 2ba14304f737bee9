// What is drawn of a graph: an item for each card of its groups, and the ways between them, each with what it brings back.
import type { Run, Tape } from "../engine/tape";
import { clean } from "./format";
import { NAME_LENGTH } from "./geometry.gen";
import { part } from "./gradients";
import { type Around, type Choice, type Groups, grouped } from "./groups";
import type { Brought, Lens } from "./lens";
import { title } from "./names";
import { into } from "./part";

/**
 * As what an item is drawn: a card, a leaf's card with its slider, the sign of an operation that the code did not name, a number that the
 * code mentions, or a group that can be opened.
 */
export type Kind = "card" | "leaf" | "op" | "constant" | "group";

export interface Item {
  readonly key: string;
  readonly kind: Kind;
  /** The node whose numbers it shows; -1 for a group from which several go out. */
  readonly node: number;
  readonly name: string;
  readonly nodes: readonly number[];
  readonly holds: number;
  /** The groups around it, outermost first. */
  readonly within: readonly Around[];
}

/** A way from one item to another that uses it. */
export interface Way {
  readonly source: number;
  readonly target: number;
  /** Which argument of the target it is; -1 where the target is a group. */
  readonly place: number;
  /** Each use at the end of the way: the node that is used, by which, and as which argument. */
  readonly uses: readonly (readonly [node: number, user: number, place: number])[];
}

export interface Wishes extends Choice {
  /** Whether numbers that the code mentions are drawn. */
  readonly constants: boolean;
}

export class Plan {
  readonly items: readonly Item[];
  readonly ways: readonly Way[];
  readonly #groups: Groups;
  readonly #places: Int32Array;

  constructor(
    readonly tape: Tape,
    wishes: Wishes,
  ) {
    const groups = grouped(tape, wishes);
    const leaves = new Map(tape.leaves.map((leaf) => [leaf.node, leaf]));
    const kind = (node: number): Kind => {
      const leaf = leaves.get(node);
      if (leaf) return leaf.begins ? "constant" : "leaf";
      if (tape.op(node) === "const" && !tape.label(node)) return "constant";
      const told = tape.label(node) || node === tape.root || !tape.args(node).length || tape.theirs(node)?.why;
      return told ? "card" : "op";
    };
    const items: Item[] = [];
    this.#places = new Int32Array(groups.cards.length).fill(-1);
    groups.cards.forEach(({ key, node, nodes, holds, label, within }, at) => {
      const found = holds > 1 ? "group" : kind(node);
      if (found === "constant" && !wishes.constants && !leaves.has(node)) return;
      this.#places[at] = items.length;
      const name = holds > 1 ? label : tape.label(node) || node === tape.root ? title(tape, node) : "";
      items.push({ key, kind: found, node, name: clean(name, NAME_LENGTH), nodes, holds, within });
    });
    const names = telling(items.map(({ name }) => name));
    this.items = items.map((item, at) => ({ ...item, name: names[at] }));
    this.#groups = groups;
    this.ways = this.#found();
  }

  /** The place of the item in which a node is; -1 where it is in none, and for no node. */
  at(node: number | null): number {
    const place = node === null ? -1 : this.#groups.at(node);
    return place < 0 ? -1 : this.#places[place];
  }

  /** The items from which a way leads to each. */
  get args(): number[][] {
    const args = this.items.map(() => [] as number[]);
    for (const { source, target } of this.ways) args[target].push(source);
    return args;
  }

  #found(): Way[] {
    const { tape } = this;
    const ways: Way[] = [];
    this.items.forEach(({ kind, nodes, node }, target) => {
      const found = new Map<number, [number, number, number][]>();
      for (const user of kind === "group" ? nodes : [node]) {
        tape.args(user).forEach((arg, place) => {
          const source = this.at(arg);
          if (source < 0 || source === target) return;
          if (kind !== "group") ways.push({ source, target, place, uses: [[arg, user, place]] });
          else into(found, source, [arg, user, place]);
        });
      }
      for (const [source, uses] of found) ways.push({ source, target, place: -1, uses });
    });
    return ways;
  }

  /**
   * What a way brings back at the gradients `grad`, or as each use `gave` it, of several numbers the largest part; null where only constants
   * go there, or nothing has come yet.
   */
  brought(
    { target, uses, place }: Way,
    run: Run,
    grad: (node: number) => number | null,
    gave?: Lens["gave"],
  ): Brought | null {
    const { tape } = this;
    if (place >= 0) {
      const [[node, user]] = uses;
      const above = grad(user);
      if (tape.op(node) === "const") return null;
      if (gave) return gave(user, place);
      const local = run.partials(user)[place];
      const hidden = above === null || grad(node) === null;
      return { part: hidden ? null : part(tape, user, above, local), local };
    }
    const parts = new Map<number, number>();
    for (const [node, user, at] of uses) {
      if (tape.op(node) === "const") continue;
      const above = gave ? 0 : grad(user);
      if (above === null || (!gave && grad(node) === null)) return null;
      const given = gave ? gave(user, at)?.part : part(tape, user, above, run.partials(user)[at]);
      if (given !== undefined && given !== null) parts.set(node, (parts.get(node) ?? 0) + given);
    }
    if (!parts.size) return null;
    const most = [...parts.values()].reduce((most, part) =>
      Number.isNaN(part) || Math.abs(part) > Math.abs(most) ? part : most,
    );
    const { node } = this.items[target];
    const above = node < 0 || parts.size > 1 ? 0 : (grad(node) ?? 0);
    return { part: most, local: above ? most / above : null };
  }
}

/** Names in which duplicates are told apart. */
function telling(names: readonly string[]): string[] {
  const total = new Map<string, number>();
  for (const name of names) total.set(name, (total.get(name) ?? 0) + 1);
  const order = new Map<string, number>();
  return names.map((name) => {
    if (!name || total.get(name) === 1) return name;
    const nth = (order.get(name) ?? 0) + 1;
    order.set(name, nth);
    return `${name} (${nth})`;
  });
}
