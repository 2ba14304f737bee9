// Predict, then see: a leaf will move, and what does a gradient do? Only who has answered sees it.
import { effect, untracked } from "@preact/signals-core";
import type { Run } from "../engine/tape";
import { short } from "../model/format";
import { gradOf, title } from "../model/names";
import { because, CHANGES, type Change, change, pick, type Question, questions } from "../model/predict";
import { button, element, set } from "../view/dom";
import type { Parts } from "./mode";
import { askable, write } from "./say";

/** How near to its goal, as a share of its range, a leaf has arrived. */
const NEAR = 0.03;

export function mountPredicting(strip: HTMLElement, parts: Parts, other: () => void): () => void {
  const { model, graph } = parts;
  const question = element("h3", {});
  const words = element("p.words", { role: "status" });
  const progress = element("p.hint", {});
  let [turn, right, done] = [0, 0, 0];
  let now: Question | null = null;
  /** Where everything stood when the question was put. */
  let before: Run = model.run;
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
  /** Puts a question: the same one at other numbers, where that is one. */
  const put = (same = false) => {
    const { tape, run } = model;
    const places = tape.leaves.flatMap(({ node }, place) => (graph.slides(node) ? [place] : []));
    const last = same && now ? questions(model, [now.place], [now.node])[0] : undefined;
    now = last ?? pick(questions(model, places, askable(parts)), turn);
    [before, said, seen] = [run, null, false];
    write(words);
    if (now)
      write(
        question,
        "",
        leaf(),
        ` goes from ${short(run.positions[now.place])} to ${short(now.to)}. Does `,
        gradOf(tape, now.node),
        `, which is ${short(run.grads[now.node])}, grow, shrink or stay? Its size counts, not its sign.`,
      );
    else write(question, "No leaf in the picture moves a gradient in it.");
    show();
  };
  /** Once the leaf has come to its goal, the answer is marked. */
  const arrived = () => {
    const { run } = model;
    if (!now || said === null || seen) return;
    const { place, node, to } = now;
    const { low, high } = model.range(place);
    if (!model.moved.peek()?.done || Math.abs(run.positions[place] - to) > NEAR * (high - low)) return;
    const found = change(before, run, node) ?? now.change;
    seen = true;
    done++;
    if (found === said) right++;
    write(words, "", found === said ? "Right" : `It ${found}`, `: ${because(before, run, node)}`);
    show();
  };
  const say = (what: Change) => {
    if (!now || seen) return;
    said = what;
    write(words, "You say it ", what, `. Drag ${leaf()} to ${short(now.to)}, and see.`);
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
  const back = button("say gradients", "Say the gradients themselves", other);
  back.className = "link";
  strip.append(
    element("div.because", {}, question, element("div.controls", {}, ...choices), words),
    element("div.check", {}, progress, element("div.controls", {}, see, next), element("p.links", {}, back)),
  );

  model.select(null);
  const ends = [
    effect(() => {
      void graph.plan;
      untracked(() => put(true));
    }),
    effect(() => {
      const { run } = model;
      void model.moved.value;
      untracked(() => {
        const others = run.positions.some(
          (at, place) => place !== now?.place && !Object.is(at, before.positions[place]),
        );
        const moved = run !== before && (said === null || (others && !seen));
        if (moved) put(true);
        else arrived();
      });
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
