// What of a large graph stands on the screen: cards, each a node or a group that says what it holds, and what goes between them.
//
//   const groups = grouped(tape, {open, shut});   // keys of the groups that somebody has opened and shut
//   groups.cards                                  // in an order in which each stands after what it needs: there is no circle
//   groups.at(node)                               // the place of the card that a node is in; -1 where the root does not depend on it
//
// Every node that the root depends on is in exactly one card. A graph of up to 40 boxes is its nodes; one of up to 40 names is its names,
// each holding the steps that lead to it alone; a larger one is opened as far as 40 cards go, a whole generation at a time: all layers, then
// all neurons. A card with `holds > 1` opens: it is replaced by what it holds, one level, of never more than some two dozen cards, and
// all others stay what they are. Keys are the same text when the same code runs again, so what was open stays open. To shut
// a group again, take the key of one of `within` (the groups around a card, outermost first: the way that a breadcrumb shows) out of
// `open`, or put it into `shut`, if it was not somebody who had opened it.
import type { Tape } from "../engine/tape";
import { into, type Kind, type Part } from "./part";
import { LIMIT, Parts } from "./parts";

export interface Choice {
  readonly open: ReadonlySet<string>;
  readonly shut: ReadonlySet<string>;
  /** Whether steps go with the named number that they lead to, also where each could be drawn. */
  readonly names?: boolean;
}

export const AS_IT_OPENS: Choice = { open: new Set(), shut: new Set() };

/** A group around a card. */
export interface Around {
  readonly key: string;
  readonly label: string;
}

export interface Card {
  readonly key: string;
  readonly kind: Kind;
  /** What a reader calls it: a name, an operation, or a sentence like `Neuron 3 of layer 0` and `sum of 20 terms`. */
  readonly label: string;
  readonly within: readonly Around[];
  /** The nodes in it, in the order in which they were made. */
  readonly nodes: readonly number[];
  /** How many things are in it: 1 where it cannot be opened. */
  readonly holds: number;
  /** The node whose number it shows: itself, or the only one that goes out of it; -1 where several do. */
  readonly node: number;
  /** Its nodes that others need, and the root. */
  readonly outputs: readonly number[];
}

export interface Groups {
  readonly cards: readonly Card[];
  /** The place of the card that a node is in. */
  at(node: number): number;
}

/** A graph's parts, and the keys of those that are open from the beginning. */
interface Opening {
  readonly parts: Parts;
  readonly top: readonly Part[];
  readonly open: ReadonlySet<string>;
}

const openings = [new WeakMap<Tape, Opening>(), new WeakMap<Tape, Opening>()] as const;

export function grouped(tape: Tape, { open, shut, names = false }: Choice = AS_IT_OPENS): Groups {
  const known = openings[names ? 1 : 0];
  let opening = known.get(tape);
  if (!opening) {
    const parts = new Parts(tape);
    const top = parts.top(names);
    opening = { parts, top, open: opened(top) };
    known.set(tape, opening);
  }
  const first = opening.open;
  const shown: { part: Part; within: readonly Around[] }[] = [];
  const show = (parts: readonly Part[], within: readonly Around[]) => {
    for (const part of parts) {
      const opens = part.holds > 1 && (open.has(part.key) || (first.has(part.key) && !shut.has(part.key)));
      if (opens) show(part.inside, [...within, { key: part.key, label: part.label }]);
      else shown.push({ part, within });
    }
  };
  show(opening.top, []);
  return connected(opening.parts, shown);
}

/** What must be open so that a node stands by itself. */
export function openTo(tape: Tape, choice: Choice, node: number): { open: Set<string>; shut: Set<string> } {
  const [open, shut] = [new Set(choice.open), new Set(choice.shut)];
  for (;;) {
    const { cards, at } = grouped(tape, { ...choice, open, shut });
    const card = cards[at(node)];
    if (!card || card.holds === 1) return { open, shut };
    open.add(card.key);
    shut.delete(card.key);
  }
}

/** What is opened by hand alone. */
const CLOSED: ReadonlySet<Kind> = new Set<Kind>(["node", "steps", "sum"]);

/** What is open from the beginning: whole generations, the outer ones and the largest first, as long as they have room. */
function opened(top: readonly Part[]): ReadonlySet<string> {
  const open = new Set<string>();
  let count = top.length;
  let generation = new Map<string, Part[]>();
  const put = (found: Map<string, Part[]>, parts: readonly Part[], below = true) => {
    for (const part of parts) {
      if (CLOSED.has(part.kind)) continue;
      if (part.kind === "list" && (below || part.inside.some(({ kind }) => kind === "part"))) continue;
      into(found, part.family, part);
    }
  };
  put(generation, top, false);
  while (generation.size) {
    const next = new Map<string, Part[]>();
    const size = (parts: readonly Part[]) => parts.reduce((sum, { nodes }) => sum + nodes.length, 0);
    const lists = (parts: readonly Part[]) => (parts[0].kind === "list" ? 1 : 0);
    const families = [...generation.values()].sort((a, b) => lists(a) - lists(b) || size(b) - size(a));
    for (const family of families) {
      if (count - family.length + 2 * family.length > LIMIT) continue;
      const more = family.reduce((sum, part) => sum + part.inside.length - 1, 0);
      if (count + more > LIMIT) continue;
      count += more;
      for (const part of family) {
        open.add(part.key);
        put(next, part.inside);
      }
    }
    generation = next;
  }
  return open;
}

function connected({ tape, wiring }: Parts, shown: readonly { part: Part; within: readonly Around[] }[]): Groups {
  const order = [...shown].sort((one, other) => one.part.last - other.part.last);
  const place = new Int32Array(tape.size).fill(-1);
  order.forEach(({ part }, at) => {
    for (const node of part.nodes) place[node] = at;
  });
  const outputs = order.map(() => new Set<number>());
  outputs[place[tape.root]].add(tape.root);
  for (const node of wiring.nodes)
    for (const arg of wiring.argsOf(node)) if (place[arg] !== place[node]) outputs[place[arg]].add(arg);
  const cards = order.map(({ part, within }, at) => {
    const { key, kind, label, nodes, holds, last } = part;
    const out = [...outputs[at]];
    const node = kind === "node" ? last : out.length === 1 ? out[0] : -1;
    return { key, kind, label, within, nodes, holds, node, outputs: out };
  });
  return { cards, at: (node) => place[node] };
}
