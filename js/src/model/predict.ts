// What becomes of a gradient when a leaf moves: questions that can be asked, and why it comes as it comes.
import type { Run } from "../engine/tape";
import { finite } from "./format";
import { sum } from "./mistakes";
import type { Model } from "./model";
import { gradOf, title } from "./names";
import { firstStep } from "./nudge";
import { Scale } from "./ranges";
import { usesOf } from "./why";

/** What a gradient does, by its size. */
export const CHANGES = ["grows", "shrinks", "stays"] as const;
export type Change = (typeof CHANGES)[number];

/** A leaf moves, and what does a node's gradient do? */
export interface Question {
  readonly place: number;
  readonly node: number;
  readonly to: number;
  readonly change: Change;
}

/** By which share a gradient must change for anybody to see it, and up to which it stays. */
const [SEEN, SAME] = [0.01, 1e-9];
/** So many leaves are tried. */
const LEAVES = 12;
/** A leaf moves by so many of its nudges. */
const FAR = 10;
/** A leaf whose goal is no further than this share of its way has arrived. */
export const LEFT = 0.1;

/** What has become of a gradient by its size; null where that is hard to see, or its sign is another. */
export function change(before: Run, after: Run, node: number): Change | null {
  const [was, is] = [before.grads[node], after.grads[node]];
  if (!finite(was) || !finite(is)) return null;
  if (Math.abs(is - was) <= SAME * Math.abs(was)) return "stays";
  const more = Math.abs(is) - Math.abs(was);
  if (was * is < 0 || Math.abs(more) < SEEN * Math.abs(was)) return null;
  return more > 0 ? "grows" : "shrinks";
}

/** Where a leaf goes to: within its slider, and to where that can be dragged. */
function goal(model: Model, place: number): number {
  const { run, tape } = model;
  const { node, whole } = tape.leaves[place];
  const at = run.positions[place];
  const by = firstStep(run, node) * (whole ? 1 : FAR);
  const range = model.range(place);
  const way = at + by > range.high ? -by : by;
  const to = Number((at + way).toPrecision(12));
  const slider = new Scale(range, whole);
  const apart = Math.abs(slider.number(slider.step(to)) - to);
  return apart > LEFT * by ? slider.number(slider.step(at) + Math.sign(way)) : to;
}

/** All questions on how these leaves move the gradients of these nodes, whose answers are sure. */
export function questions(model: Model, places: readonly number[], nodes: readonly number[]): Question[] {
  const { run, tape } = model;
  return places.slice(0, LEAVES).flatMap((place) => {
    const to = goal(model, place);
    const after = tape.run(new Map(tape.leaves.map(({ key }, at) => [key, at === place ? to : run.positions[at]])));
    if (!finite(to) || after.verdict.kind !== "exact") return [];
    return nodes.flatMap((node) => {
      const found = change(run, after, node);
      return found ? [{ place, node, to, change: found }] : [];
    });
  });
}

/** The question whose turn it is: what gradients do takes turns as well. */
export function pick(all: readonly Question[], turn: number): Question | null {
  const kinds = CHANGES.map((kind) => all.filter(({ change }) => change === kind)).filter(({ length }) => length);
  const kind = kinds[turn % kinds.length];
  return kind?.[Math.floor(turn / kinds.length) % kind.length] ?? null;
}

/** Why a gradient has become what it is, with its numbers. */
export function because(before: Run, after: Run, node: number): string {
  const { tape } = after;
  const stays = change(before, after, node) === "stays";
  const moved = usesOf(tape, node).flatMap(({ user, place }) => {
    const above = before.grads[user] !== after.grads[user];
    const local = before.partials(user)[place] !== after.partials(user)[place];
    return [...(above ? [gradOf(tape, user)] : []), ...(local ? [`the local derivative of ${title(tape, user)}`] : [])];
  });
  const causes = [...new Set(moved)].slice(0, 3);
  const numbers = stays ? `stays ${sum(after, node)}` : `goes from ${sum(before, node)} to ${sum(after, node)}`;
  const since = causes.length
    ? `${stays ? "though" : "since"} ${causes.join(" and ")} ${causes.length > 1 ? "have" : "has"} changed`
    : "since none of its factors has changed";
  return `${gradOf(tape, node)} ${numbers}, ${since}.`;
}
