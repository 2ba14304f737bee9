// Predict, then see: a leaf will move, and what does a gradient do? Only who has answered sees it.

import type { Run } from "../engine/tape";
import { short } from "../model/format";
import { gradOf, title } from "../model/names";
import { because, CHANGES, type Change, change, LEFT, pick, type Question, questions } from "../model/predict";
import { after } from "../model/signals";
import { button, element, link, pieces, set } from "../view/dom";
import type { Parts } from "./mode";
import { askable, shownAs } from "./say";

/** How near to its goal, as a share of its range, a leaf has arrived at most. */
const NEAR = 0.03;

export function mountPredicting(strip: HTMLElement, parts: Parts, other: () => void): void {
  const { model, graph } = parts;
  const question = element("h3");
  const words = element("p.words", { role: "status" });
  const progress = element("p.hint");
  let [turn, right, done] = [0, 0, 0];
  let now: Question | null = null;
  /** Where everything stood when the question was put. */
  let before: Run = model.run;
  /** The graph about which it was put: another one has other nodes under the same numbers. */
  let within = model.structure;
  let said: Change | null = null;
  let seen = false;

  const leaf = () => (now ? title(model.tape, model.tape.leaves[now.place].node) : "");
  const show = () => {
    const hidden = now && said === null ? now.node : -1;
    const lit = now ? [now.node, model.tape.leaves[now.place].node] : [];
    model.look({
      grad: (node) => (node === hidden ? null : model.run.grads[node]),
      unseen: "?",
      keeps: true,
      lit: (node) => lit.includes(node),
      local: (node) => node !== hidden,
    });
    progress.textContent = `Predict${done ? ` · ${right} of ${done} right` : ""}`;
    choices.forEach((each, k) => {
      set(each, "aria-pressed", CHANGES[k] === said);
      set(each, "aria-disabled", !now || (seen && CHANGES[k] !== said));
    });
    set(see, "aria-disabled", said === null || seen);
    set(next, "aria-disabled", !now);
    see.textContent = now ? `Move ${leaf()} to ${short(now.to)}` : "Show me";
  };
  /** Puts a question: the same one at other numbers, where it can still be asked. */
  const put = (same = false) => {
    const { tape, run, structure } = model;
    const places = tape.leaves.flatMap(({ node }, place) => (graph.slides(node) ? [place] : []));
    const nodes = askable(parts);
    const kept = same && now && structure === within && places.includes(now.place) && nodes.includes(now.node);
    const last = kept && now ? questions(model, [now.place], [now.node])[0] : undefined;
    now = last ?? pick(questions(model, places, nodes), turn);
    [before, within, said, seen] = [run, structure, null, false];
    pieces(words);
    if (now)
      pieces(
        question,
        "",
        leaf(),
        ` goes from ${short(run.positions[now.place])} to ${short(now.to)}. Does `,
        gradOf(tape, now.node),
        `${shownAs(parts, now.node)}, which is ${short(run.grads[now.node])}, grow, shrink or stay? Its size counts, not its sign.`,
      );
    else pieces(question, "Nothing can be asked here whose answer is sure.");
    show();
  };
  /** Whether what was asked can still be asked of the picture: another size of the page puts no other question. */
  const stands = () =>
    now !== null &&
    model.structure === within &&
    graph.slides(model.tape.leaves[now.place].node) &&
    askable(parts).includes(now.node);
  /** Once the leaf has come to its goal, the answer is marked. */
  const arrived = () => {
    const { run } = model;
    if (!now || said === null || seen) return;
    const { place, node, to } = now;
    const { low, high } = model.range(place);
    const way = Math.abs(to - before.positions[place]);
    const near = Math.min(NEAR * (high - low), LEFT * way);
    if (!model.moved.peek()?.done || Math.abs(run.positions[place] - to) > near) return;
    const found = change(before, run, node);
    if (!found) return pieces(words, "Here it cannot be told yet. ", `Move ${leaf()} to ${short(to)}`, " itself.");
    seen = true;
    done++;
    if (found === said) right++;
    pieces(words, "", found === said ? "Right" : `It ${found}`, `: ${because(before, run, node)}`);
    show();
  };
  const say = (what: Change) => {
    if (!now || seen) return;
    said = what;
    pieces(words, "You say it ", what, `. Drag ${leaf()} to ${short(now.to)}, and see.`);
    show();
  };
  const choices = CHANGES.map((what) => button(`It ${what}`, `The size of the gradient ${what}`, () => say(what)));
  const see = button("Show me", "Move the leaf, and see", () => {
    if (now && said !== null && !seen) model.move(now.place, now.to, true);
  });
  const next = button("Next", "Another question", () => {
    turn++;
    put();
  });
  const back = link("say gradients", "Say the gradients themselves", other);
  strip.append(
    element("div.because", question, element("div.controls", ...choices), words),
    element("div.check", progress, element("div.controls", see, next), element("p.links", back)),
  );

  model.select(null);
  after(
    () => graph.plan,
    () => (stands() ? show() : put(true)),
  );
  after(
    () => [model.run, model.moved.value],
    () => {
      const { run } = model;
      // Of another graph the next question is put once it is drawn.
      if (model.structure !== within) return;
      const others = run.positions.some((at, place) => place !== now?.place && !Object.is(at, before.positions[place]));
      const moved = run !== before && (said === null || (others && !seen));
      if (moved) put(true);
      else arrived();
    },
  );
}
