// What is said of a pass: of each step in one line, and over the cards what has come together there.
import type { Tape } from "../engine/tape";
import { many, short } from "./format";
import { known } from "./gradients";
import { gradOf, title } from "./names";
import type { Pass } from "./pass";
import { bracketed } from "./phrases";
import type { Item } from "./plan";
import { made, usesOf } from "./why";

/** As many arguments as are told of in a step, and as many terms as a sum is written with. */
const [TOLD, TERMS] = [3, 5];
/** Letters for which there is room over a card. */
const ROOM = 18;

/** What a step is about. */
function called(tape: Tape, { name, nodes }: Item): string {
  return name || title(tape, nodes[nodes.length - 1]);
}

/** The sum that has come to a node, where it is one that can be written, how many of its uses are in, and how many it has. */
function together(pass: Pass, node: number, count: number): [sum: string, done: number, all: number] {
  const { tape } = pass.run;
  const parts = pass.parts(node, count);
  const all = usesOf(tape, node).length;
  const plain = all <= TERMS && !pass.bug?.twice && !pass.bug?.overwrites;
  // A part of -0 is none.
  const terms = plain ? parts.map((part, k) => known(tape, node, part + 0, k ? bracketed : short)) : [];
  return [terms.join(" + "), parts.length, all];
}

/** What has come to a node: that it waits, or what its sum is. */
function come(pass: Pass, node: number, count: number): string {
  const { tape } = pass.run;
  const is = known(tape, node, pass.grad(node, count) ?? 0, short);
  const sums = `${gradOf(tape, node)} = `;
  if (pass.wrong(node, count)) return ` ${sums}${is}; right is ${short(pass.due(node, count) ?? 0)}.`;
  const [sum, done, all] = together(pass, node, count);
  if (all < 2) return "";
  const name = title(tape, node);
  if (done < all) return ` ${name} waits: ${many(done)} of its ${many(all)} uses ${done === 1 ? "is" : "are"} in.`;
  return ` ${all === 2 ? "Both" : `All ${many(all)}`} uses of ${name} are in: ${sums}${sum && `${sum} = `}${is}.`;
}

/** What the last of so many steps back has done. */
export function backward(pass: Pass, count: number): string {
  const { run, steps } = pass;
  const { tape } = run;
  if (!count)
    return `It begins at the root: ${gradOf(tape, tape.root)} = 1. A card hands its gradient on once it is whole.`;
  const item = steps.items[count - 1];
  const group = item.kind === "group";
  const given = new Map<number, number>();
  const products: string[] = [];
  const here = steps.plan.at(item.nodes[0]);
  for (const user of [...item.nodes].reverse())
    tape.args(user).forEach((arg, place) => {
      const { part, local } = pass.gave(user, place, count) ?? {};
      if (part === undefined || part === null || tape.op(arg) === "const" || steps.plan.at(arg) === here) return;
      given.set(arg, (given.get(arg) ?? 0) + part);
      if (group) return;
      const factors = [known(tape, user, pass.handed[user]), known(tape, arg, local ?? 1)];
      products.push(`${factors.join(" · ")} = ${known(tape, arg, part, short)} to ${title(tape, arg)}`);
    });
  const size = (part: number) => (Number.isNaN(part) ? Infinity : Math.abs(part));
  const order = [...given].sort(([, one], [, other]) => (group ? size(other) - size(one) : 0));
  const told = group
    ? order.slice(0, TOLD).map(([arg, part]) => `${known(tape, arg, part, short)} to ${title(tape, arg)}`)
    : products.slice(0, TOLD);
  const name = called(tape, item);
  if (!told.length) return `${name} hands nothing on.`;
  const left = (group ? order : products).length - TOLD;
  const list = `${told.join(", ")}${left > 0 ? `, and to ${many(left)} more` : ""}`;
  const { node } = item;
  const early = pass.bug?.eager && node >= 0 && !pass.whole(node, count - 1) ? " too early" : "";
  const { items } = steps.plan;
  const seen = order.slice(0, TOLD).filter(([arg]) => items[steps.plan.at(arg)]?.node === arg);
  const comes = seen.map(([arg]) => come(pass, arg, count));
  return `${name} gives ${list}${early}.${comes.join("")}`;
}

/** What the last of so many steps on has done. */
export function forward(pass: Pass, count: number): string {
  const { run, steps } = pass;
  if (!count) return "It begins with the leaves. Each step computes what has all its arguments.";
  const { kind, name, node, holds } = steps.items[count - 1];
  if (kind !== "group") return `${made(run, node)}.`;
  return `${name}: ${many(holds)} numbers${node < 0 ? "" : `, and it comes to ${short(run.values[node])}`}.`;
}

/** What stands over a card: how its sum comes together, and beside a wrong one what is right. */
export function above(pass: Pass, node: number, within: readonly number[], count: number): string {
  const { tape } = pass.run;
  const wrong = (node: number) => pass.wrong(node, count);
  if (node >= 0 && wrong(node)) {
    const right = pass.due(node, count);
    return `right: ${right === null ? "none yet" : short(right)}`;
  }
  const off = pass.bug && within.length > 1 ? within.filter(wrong).length : 0;
  if (off) return `${many(off)} wrong in it`;
  if (node < 0)
    return within.some((node) => pass.grad(node, count) !== null && !pass.whole(node, count)) ? "so far" : "";
  if (tape.op(node) === "const") return "";
  const [sum, done, all] = together(pass, node, count);
  if (!done || all < 2) return "";
  const terms = sum && sum + (done < all ? " + …" : "");
  if (terms && terms.length <= ROOM) return terms;
  return done < all ? `${many(done)} of ${many(all)} in` : `sum of ${many(all)}`;
}
