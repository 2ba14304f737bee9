// Predict, then reveal: gradients are hidden, the learner says one, and it is marked.
import { effect, untracked } from "@preact/signals-core";

import { finite, parseNumber, short } from "../model/format";
import { term } from "../model/gradients";
import type { Model } from "../model/model";
import { gradient, title } from "../model/names";
import { button, element, on } from "../view/dom";
import type { GraphView } from "../view/graph";

/** As near as a guess must be to count as right. */
const NEAR = 0.005;

/** What is said about a guess: right, the right sign and size, or what would help. */
export function marked(guess: number, grad: number): { right: boolean; words: string } {
  const near = finite(grad) && Math.abs(guess - grad) <= NEAR * Math.abs(grad);
  if (Object.is(guess, grad) || near) return { right: true, words: "Right." };
  if (Number.isNaN(grad)) return { right: false, words: "It is no number: nan." };
  if (Math.sign(guess) !== Math.sign(grad)) {
    const does = grad > 0 ? "grows" : grad < 0 ? "falls" : "does not move";
    return { right: false, words: `Not the sign: when it grows, the root ${does}.` };
  }
  const times = Math.abs(guess / grad);
  if (times >= 0.5 && times <= 2) return { right: false, words: "Close: the sign is right, and the size nearly." };
  return { right: false, words: `The sign is right, but it is too ${times > 1 ? "large" : "small"}.` };
}

export function mountQuiz(host: HTMLElement, model: Model, graph: GraphView): () => void {
  const known = new Set<number>();
  let asked: number | null = null;
  let [right, tries] = [0, 0];
  const question = element("label", { for: "guess" });
  const guess = element("input", {
    type: "text",
    class: "value",
    id: "guess",
    inputmode: "decimal",
    autocomplete: "off",
  });
  const words = element("p.words", { role: "status" });
  const greet = () => {
    words.textContent = "What is the gradient of the lit node? The sum over its uses of their grad · local derivative.";
  };

  /** Whether no sum over the uses gives it: it is not known, or was measured from outside. */
  const aside = (node: number) => model.run.unknown(node) || model.run.measured(node) !== undefined;
  const hidden = () => {
    const { tape } = model;
    return tape
      .nodes()
      .filter((node) => tape.reaches(node) && node !== tape.root && tape.op(node) !== "const" && !known.has(node))
      .filter((node) => !aside(node))
      .reverse();
  };
  const look = () => {
    const { tape } = model;
    model.look({
      grad: (node) =>
        asked === null || node === tape.root || known.has(node) || aside(node) ? model.run.grads[node] : null,
      lit: (node) => node === asked,
      used: (source) => source === asked,
    });
  };
  const ask = (node?: number) => {
    const { tape } = model;
    const left = hidden();
    asked = node !== undefined && left.includes(node) ? node : (left[0] ?? null);
    // What uses it comes first: only then can it be told.
    for (let user: number | undefined = asked ?? undefined; user !== undefined; ) {
      asked = user;
      user = tape.uses(user).find((at) => left.includes(at));
    }
    guess.value = "";
    guess.readOnly = asked === null;
    question.textContent =
      asked === null
        ? `All gradients are known: ${right} right, in ${tries} ${tries === 1 ? "try" : "tries"}.`
        : `${gradient(tape, asked)} = `;
    look();
    if (asked !== null) graph.reveal(asked);
  };
  /** The sum by which a gradient can be found from those of its users. */
  const because = (node: number) => {
    const { tape } = model;
    const terms = [...new Set(tape.uses(node))].flatMap((user) =>
      tape
        .args(user)
        .flatMap((arg, place) => (arg === node ? [term(model.run, user, place).slice(0, 2).join(" · ")] : [])),
    );
    return `${title(tape, node)} has grad ${short(model.run.grads[node])} = ${terms.slice(0, 6).join(" + ")}${terms.length > 6 ? " + …" : ""}.`;
  };
  const answer = () => {
    if (asked === null) return;
    const text = guess.value.trim();
    const sign = /^[+−-]$/.test(text);
    const number = parseNumber(sign ? `${text}1` : text);
    if (number === null) {
      words.textContent = "A guess is a number, like -2 or 0.5; or only its sign, + or -.";
      return;
    }
    const grad = model.run.grads[asked];
    if (sign && number * grad > 0) {
      words.textContent = "The sign is right. And the size?";
      return;
    }
    tries++;
    const said = marked(number, grad);
    words.textContent = said.right ? `${said.words} ${because(asked)}` : said.words;
    if (!said.right) return;
    right++;
    known.add(asked);
    ask();
  };
  const reveal = () => {
    if (asked === null) return;
    words.textContent = because(asked);
    known.add(asked);
    ask();
  };
  on(guess, "keydown", (event) => {
    if (event.key === "Enter") answer();
  });
  host.append(
    element(
      "div.controls",
      {},
      question,
      guess,
      button("Check", "Mark the guess", answer),
      button("Reveal", "Show this gradient", reveal),
      button("Again", "Hide all gradients again", () => {
        known.clear();
        [right, tries] = [0, 0];
        greet();
        ask();
      }),
    ),
    words,
  );
  const ends = [
    effect(() => {
      void model.structure;
      untracked(() => {
        known.clear();
        ask();
      });
    }),
    effect(() => {
      void model.run;
      untracked(() => {
        words.textContent = "";
        look();
      });
    }),
    effect(() => {
      const { selected } = model;
      if (selected !== null) untracked(() => ask(selected));
    }),
  ];
  greet();
  return () => {
    for (const end of ends) end();
  };
}
