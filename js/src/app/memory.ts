// What somebody has set in the view of a notebook cell, kept for as long as the page lives. When the cell is run again, the view of its
// new widget takes it up by names; the numbers are those of the new graph.
import type { Model } from "../model/model";
import { nodeLabelled } from "../model/names";
import type { Range } from "../model/ranges";
import type { MoreView } from "../modes/menu";
import type { ModesView } from "../modes/modes";
import type { Pins } from "../modes/table";
import type { Standing } from "../view/camera";
import type { GraphView } from "../view/graph";
import type { NetView } from "../view/net";

/** So many cells are remembered, and so many roots of one cell. */
const CELLS = 50;
const ROOTS = 8;

/** The parts of a view in which something can be set. */
export interface Parts {
  readonly model: Model;
  readonly graph: GraphView;
  readonly modes: ModesView;
  readonly more: MoreView;
  readonly net: NetView;
}

interface Kept {
  readonly ranges: ReadonlyMap<string, Range>;
  readonly selected: string;
  readonly wishes: GraphView["wishes"];
  readonly choice: GraphView["choice"];
  readonly standing: Standing;
  readonly large: boolean;
  readonly mode: string;
  readonly panel: string;
  readonly cards: boolean;
  readonly data: boolean;
  readonly pinned: Pins["run"];
}

/** By cell and root; what was kept last comes last. */
const cells = new Map<string, Map<string, Kept>>();

/** Keeps the last so many. */
function keep<Value>(kept: Map<string, Value>, key: string, value: Value, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}

export function remember(cell: string, { model, graph, modes, more, net }: Parts): void {
  if (!cell) return;
  const { selected, tape, ranges } = model;
  const roots = cells.get(cell) ?? new Map<string, Kept>();
  const kept = {
    ranges,
    selected: selected === null ? "" : tape.label(selected),
    wishes: graph.wishes,
    choice: graph.choice,
    standing: graph.standing,
    large: more.large.value,
    mode: modes.open,
    panel: more.open.value,
    cards: net.cards.value,
    data: net.data.value,
    pinned: more.pins.run,
  };
  keep(roots, model.ownRoot, kept, ROOTS);
  keep(cells, cell, roots, CELLS);
}

/** Takes up what was set before: in a view of this root, else in the one of this cell that ended last. */
export function takeUp(cell: string, { model, graph, modes, more, net }: Parts): void {
  const roots = cells.get(cell);
  const kept = roots?.get(model.ownRoot) ?? [...(roots?.values() ?? [])].at(-1);
  if (!kept) return;
  model.takeRanges(kept.ranges);
  const { constants, names } = graph.wishes;
  if (kept.wishes.constants !== constants || kept.wishes.names !== names) graph.wishes = kept.wishes;
  if (kept.choice.open.size + kept.choice.shut.size) graph.choice = kept.choice;
  net.cards.value = kept.cards;
  net.data.value = kept.data;
  more.large.value = kept.large;
  graph.standing = kept.standing;
  if (kept.selected) model.select(nodeLabelled(model.tape, kept.selected));
  more.pins.run = kept.pinned;
  if (model.tape.quiz) return;
  more.open.value = kept.panel;
  modes.open = kept.mode;
}
