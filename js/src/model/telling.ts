// What is said of a pass: of each step in one line, and over the cards what has come together there.
import type { Tape } from "../engine/tape";
import { many, short } from "./format";
import { known } from "./gradients";
import { single, title } from "./names";
import type { Pass } from "./pass";
import { bracketed, byName, byNumber } from "./phrases";
import type { Item } from "./plan";
import { usesOf } from "./why";

/** As many arguments as are told of in a step, and as many terms as a sum is written with. */
const [TOLD, TERMS] = [3, 5];
/** Letters for which there is room over a card. */
const ROOM = 18;

const grads = (tape: Tape, node: number) => `${single(title(tape, node))}.grad`;

/** What a step is about. */
function called(tape: Tape, { name, nodes }: Item): string {
  return name || title(tape, nodes[nodes.length - 1]);
}

function sum(pass: Pass, node: number, count: number): string {
  const { tape } = pass.run;
  return (
    pass
      .parts(node, count)
      // A part of -0 is none.
      .map((part, k) => known(tape, node, part + 0, k ? bracketed : short))
      .join(" + ")
  );
}

/** What has come to a node: that it waits, or what its sum is. */
function come(pass: Pass, node: number, count: number): string {
  const { tape } = pass.run;
  const name = title(tape, node);
  const [done, all] = [pass.uses(node, count).length, usesOf(tape, node).length];
  const is = known(tape, node, pass.grad(node, count) ?? 0, short);
  const right = pass.due(node, count);
  if (pass.wrong(node, count)) return ` ${grads(tape, node)} = ${is}; right is ${right === null ? 0 : short(right)}.`;
  if (all < 2) return "";
  if (done < all) return ` ${name} waits: ${many(done)} of its ${many(all)} uses ${done === 1 ? "is" : "are"} in.`;
  const terms = all > TERMS ? `the sum of its ${many(all)} parts` : sum(pass, node, count);
  return ` ${all === 2 ? "Both" : `All ${many(all)}`} uses of ${name} are in: ${grads(tape, node)} = ${terms}${pass.bug?.twice || pass.bug?.overwrites ? "" : ` = ${is}`}.`;
}

/** What the last of so many steps back has done. */
export function backward(pass: Pass, count: number): string {
  const { run, steps } = pass;
  const { tape } = run;
  if (!count)
    return `It begins at the root: ${grads(tape, tape.root)} = 1. Each step takes what is whole, and hands it on to what that was made of.`;
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
  if (!told.length)
    return item.nodes.includes(steps.stopped)
      ? `${name} hands nothing on: nothing comes to what it is made of.`
      : `${name} is made of constants: there is nobody to hand on to.`;
  const left = (group ? order : products).length - TOLD;
  const list = `${told.join(", ")}${left > 0 ? `, and to ${many(left)} more` : ""}`;
  const { node } = item;
  const early = node >= 0 && !pass.whole(node, count - 1) ? " without waiting for all that comes to it" : "";
  const { items } = steps.plan;
  const seen = order.slice(0, TOLD).filter(([arg]) => items[steps.plan.at(arg)]?.node === arg);
  const comes = seen.map(([arg]) => come(pass, arg, count));
  return `${name} gives ${list}${early}.${comes.join("")}`;
}

/** What the last of so many steps on has done. */
export function forward(pass: Pass, count: number): string {
  const { run, steps } = pass;
  if (!count) return "It begins with the leaves. Each step computes what all arguments are there for.";
  const { tape, values } = run;
  const item = steps.items[count - 1];
  const { node, holds } = item;
  const name = called(tape, item);
  if (item.kind === "group" && holds > 1)
    return `${name}: ${many(holds)} numbers${node < 0 ? "" : `, and it comes to ${short(values[node])}`}.`;
  return `${name} = ${byName(tape, node)} = ${byNumber(run, node)} = ${short(values[node])}.`;
}

/** What stands over a card: how its sum comes together, and beside a wrong one what is right. */
export function above(pass: Pass, node: number, count: number): string {
  if (node < 0) return "";
  if (pass.wrong(node, count)) {
    const right = pass.due(node, count);
    return `right: ${right === null ? "none yet" : short(right)}`;
  }
  const { tape } = pass.run;
  if (tape.op(node) === "const") return "";
  const [done, all] = [pass.uses(node, count).length, usesOf(tape, node).length];
  if (!done || all < 2) return "";
  const plain = all <= TERMS && !pass.bug?.twice && !pass.bug?.overwrites;
  const terms = plain ? `${sum(pass, node, count)}${done < all ? " + …" : ""}` : "";
  if (terms && terms.length <= ROOM) return terms;
  return done < all ? `${many(done)} of ${many(all)} in` : `sum of ${many(all)}`;
}
