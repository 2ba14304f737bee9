// What a wrong answer to "what is this gradient?" comes from: each mistake that is made with the chain rule gives a number of its own.
import type { Run } from "../engine/tape";
import { finite, short } from "./format";
import { part } from "./gradients";
import { gradOf, rootName, single, title } from "./names";
import { bracketed, filled } from "./phrases";
import { times, type Use, usesOf } from "./why";

/** As near as an answer must be to count as right. */
const NEAR = 0.005;
/** What is nothing beside the parts of a sum: two that cancel leave no more than their last digits. */
const NOTHING = 1e-12;
/** Rates of a step downhill, and of the lecture's nudge. */
const RATES = [0.1, 0.01, 0.001, 0.0001];

/** What is left out of the equation of a gradient, for a learner to find: of which use, and whether a factor or all of it. */
export interface Gap {
  readonly use: number;
  readonly what: "above" | "local" | "part";
}

export type Name = "one path" | "local" | "own value" | "halves" | "other input" | "output" | "above" | "sign" | "step";

/** A number that a mistake gives, and what is said of it. */
interface Mistake {
  readonly name: Name;
  readonly number: number;
  readonly what: string;
  readonly why: string;
  readonly gap: Gap;
}

export interface Marked {
  readonly right: boolean;
  /** The mistakes that give this number, the likeliest first. */
  readonly names: readonly Name[];
  /** What is said, in pieces of which every second one is the point. */
  readonly words: readonly string[];
  /** What is worth finding next. */
  readonly gap: Gap;
}

interface Factors extends Use {
  readonly above: number;
  readonly local: number;
  readonly part: number;
}

/** What a mistake makes of one use: the number that is taken for the local derivative, or nothing where it is not made. */
type Wrong = (use: Factors) => number | null;

/** Which gap comes first, where nothing is known of a mistake. */
export const FIRST: Gap = { use: 0, what: "local" };

export function near(one: number, other: number): boolean {
  return Object.is(one, other) || (finite(other) && Math.abs(one - other) <= NEAR * Math.abs(other));
}

function factorsOf(run: Run, node: number): Factors[] {
  return usesOf(run.tape, node).map((use) => {
    const [above, local] = [run.grads[use.user], run.partials(use.user)[use.place]];
    return { ...use, above, local, part: part(run.tape, use.user, above, local) };
  });
}

/** The sum by which a gradient is found from those of its users. */
export function sum(run: Run, node: number): string {
  const terms = factorsOf(run, node).map(({ above, local }) => `${bracketed(above)} · ${bracketed(local)}`);
  return `${terms.slice(0, 6).join(" + ")}${terms.length > 6 ? " + …" : ""} = ${short(run.grads[node])}`;
}

/** What is handed on by the operations that hand on their gradient, and what is not. */
const SUMS: Readonly<Record<string, readonly [hands: string, shares: string]>> = {
  add: ["a sum hands its gradient on as it is", "a sum is not shared out, each input gets the whole of it"],
  sub: [
    "a difference hands its gradient on as it is, and with the other sign to what it subtracts",
    "a difference is not shared out, its first input gets the whole of it, and what it subtracts minus the whole",
  ],
};

/** All that can go wrong with a node's gradient, the likeliest first. */
function mistakes(run: Run, node: number): Mistake[] {
  const { tape, values } = run;
  const total = run.grads[node];
  const uses = factorsOf(run, node);
  const [name, root] = [title(tape, node), rootName(tape)];
  const users = uses.map(({ user }) => title(tape, user));
  const found: Mistake[] = [];
  const add = (name: Name, number: number, what: string, why: string, use = 0, gap: Gap["what"] = "local") =>
    found.push({ name, number, what, why, gap: { use, what: gap } });
  const summed = (user: number) => SUMS[tape.op(user)];
  /** The other input of a use with two, and what its number is called. */
  const other = ({ user, place }: Use) => tape.args(user)[1 - place];
  const worth = (use: Use) =>
    tape.op(other(use)) === "const" ? "the other input" : `the value of ${title(tape, other(use))}`;

  uses.forEach(({ user, part }, at) => {
    const count = uses.length;
    if (count < 2) return;
    const why = `${name} is used ${times(count)}, and what comes back adds up`;
    const same = uses.filter((use) => use.user === user).length > 1;
    const alike = new Set(users.filter((_, k) => near(uses[k].part, part)));
    const ways = same ? "one of its uses" : [...alike].slice(0, 3).join(" or by ");
    add("one path", part, `what comes back by ${ways} alone`, why, at ? 0 : 1, "part");
    if (count > 2) add("one path", total - part, `what comes back without the way by ${users[at]}`, why, at, "part");
  });
  uses.forEach((use, at) => {
    const { user, above, local } = use;
    const value = tape.op(user) === "mul" ? `, ${worth(use)}` : "";
    const why = `${name} moves by 1, and ${users[at]} moves by ${short(local)}. And when ${users[at]} moves by 1, how far does ${root} move?`;
    if (!near(above, 1)) add("local", local, `the local derivative${value}`, why, at, "above");
  });
  const why = `each is still to be multiplied by the gradient of what uses ${name}`;
  const locals = uses.reduce((sum, { local }) => sum + local, 0);
  if (uses.length > 1) add("local", locals, "the sum of the local derivatives", why, 0, "above");

  /** Of another number in the place of the local derivative: that alone, and all that is made with it. */
  const instead = (
    kind: Name,
    wrong: Wrong,
    what: (at: number) => string,
    why: (at: number) => string,
    alone = true,
  ) => {
    const numbers = uses.map(wrong);
    numbers.forEach((number, at) => {
      if (alone && number !== null) add(kind, number, what(at), why(at), at);
    });
    const at = numbers.findIndex((number) => number !== null);
    const whole = uses.reduce((sum, use, k) => sum + part(tape, use.user, use.above, numbers[k] ?? use.local), 0);
    if (at >= 0) add(kind, whole, `${alone || uses.length > 1 ? "made with " : ""}${what(at)}`, why(at), at);
  };
  instead(
    "own value",
    ({ user }) => (tape.op(user) === "mul" ? values[node] : null),
    () => `${name}’s own value`,
    () => "a product hands each input the other input’s value",
  );
  instead(
    "halves",
    ({ user, local }) => (summed(user) ? local / 2 : null),
    (at) => `${uses[at].local < 0 ? "minus " : ""}half of ${gradOf(tape, uses[at].user)}`,
    (at) => summed(uses[at].user)?.[1] ?? "",
    false,
  );
  instead(
    "other input",
    (use) => (summed(use.user) ? values[other(use)] : null),
    (at) => worth(uses[at]),
    (at) => `a product would hand that on, but ${summed(uses[at].user)?.[0]}`,
  );
  instead(
    "output",
    ({ user }) => (tape.args(user).length === 1 && /^[a-z]/i.test(tape.sign(user)) ? values[user] : null),
    (at) => `the output of ${tape.sign(uses[at].user)}`,
    (at) => {
      const { user, place } = uses[at];
      const words = [...tape.args(user), user].map((each) => single(title(tape, each)));
      return `its local derivative is ${filled(tape.words(user)?.partials[place] ?? "another", words)}`;
    },
  );
  instead(
    "above",
    ({ local }) => (near(local, 1) ? null : 1),
    (at) => gradOf(tape, uses[at].user),
    (at) => `on its way to ${name} it is multiplied by how far ${users[at]} moves when ${name} moves by 1`,
    false,
  );
  add(
    "sign",
    -total,
    "the gradient with the other sign",
    `when ${name} grows, ${root} ${total > 0 ? "grows" : "falls"}`,
  );
  for (const rate of RATES)
    for (const number of [rate * total, -rate * total]) {
      const each = `the gradient is how far ${root} moves for each 1 that ${name} moves`;
      add("step", number, `a step (${rate} times the gradient)`, each);
    }
  return found;
}

/** What is said of an answer: that it is right, else the mistake that gives this number, else what can be said of its sign and size. */
export function marked(run: Run, node: number, answer: number): Marked {
  const { tape } = run;
  const grad = run.grads[node];
  const say = (right: boolean, words: readonly string[], gap = FIRST, names: readonly Name[] = []): Marked => ({
    right,
    names,
    words,
    gap,
  });
  const most = Math.max(...factorsOf(run, node).map(({ part }) => Math.abs(part)));
  const nothing = (x: number) => finite(x) && Math.abs(x) <= NOTHING * most;
  if (near(answer, grad) || (nothing(grad) && nothing(answer)))
    return say(true, ["", "Right", `: ${gradOf(tape, node)} = ${sum(run, node)}.`]);
  const found = mistakes(run, node).filter(({ number }) => near(answer, number) && !near(number, grad));
  const names = [...new Set(found.map(({ name }) => name))];
  if (found.length) {
    const [{ what, why, gap }] = found;
    const also = found.find(({ name }) => name === names[1]);
    const rest = `${also ? ` (or ${also.what})` : ""}: ${why}${why.endsWith("?") ? "" : "."}`;
    return say(false, ["", `${short(answer)} is ${what}`, rest], gap, names);
  }
  if (Number.isNaN(grad)) return say(false, ["It is no number: nan."]);
  if (Math.sign(answer) !== Math.sign(grad)) {
    const does = grad > 0 ? "grows" : grad < 0 ? "falls" : "does not move";
    return say(false, ["", "The sign is wrong", `: when ${title(tape, node)} grows, ${rootName(tape)} ${does}.`]);
  }
  const share = Math.abs(answer / grad);
  if (share >= 0.5 && share <= 2) return say(false, ["", "Close", ": the sign is right, and the size nearly."]);
  return say(false, ["The sign is right, but it is too ", share > 1 ? "large" : "small", "."]);
}
