// Say a gradient: the field stands in the card, from the root to the leaves. What is wrong is told by the mistake that it comes from; then the
// equation with a gap helps, and at last the answer.

import type { Tape } from "../engine/tape";
import { parseNumber } from "../model/format";
import { FIRST, type Gap, marked, sum } from "../model/mistakes";
import { gradOf, title } from "../model/names";
import { after, effect, ended, scope, untracked } from "../model/signals";
import { ruleOf, usesOf } from "../model/why";
import { button, element, link, on, pieces, set } from "../view/dom";
import { equation } from "../view/equation";
import type { Parts } from "./mode";

/** Whether a gradient was said, or shown. */
const [SAID, SHOWN] = ["✓", "○"];
/** So many names are listed. */
const LISTED = 24;

/** The nodes of which something can be asked, from the root to the leaves: they have a card and a name, and their gradient is a sum over their uses. */
export function askable({ model: { tape }, graph }: Parts): number[] {
  return graph.plan.items
    .map(({ node }) => node)
    .filter(
      (node) =>
        node >= 0 &&
        graph.slot(node)?.parentElement &&
        tape.label(node) &&
        tape.uses(node).length &&
        node !== tape.root &&
        !tape.lost(node),
    )
    .sort((one, other) => other - one);
}

/** What a node's card is called where that is not its own name, as words behind that. */
export function shownAs({ model: { tape }, graph: { plan } }: Parts, node: number): string {
  const { name } = plan.items[plan.at(node)];
  return name !== title(tape, node) ? `, of ${name}` : "";
}

/** What each gradient is called by: the root and the node, each by its leaf's key, or its name and which of that name it is. */
function keysOf(tape: Tape): Map<number, string> {
  const leaves = new Map(tape.leaves.map(({ node, key }) => [node, key]));
  const count = new Map<string, number>();
  const own = tape.nodes().map((node) => {
    const name = tape.label(node);
    count.set(name, (count.get(name) ?? 0) + 1);
    return leaves.get(node) ?? `${name} ${count.get(name)}`;
  });
  return new Map(own.map((key, node) => [node, `${own[tape.root]} by ${key}`]));
}

/** `known` are the gradients that were said or shown, by those keys. */
export function mountSaying(strip: HTMLElement, parts: Parts, known: Map<string, string>, other: () => void): void {
  const { model, graph } = parts;
  const field = element("input", { type: "text", class: "guess", autocomplete: "off", spellcheck: "false" });
  const question = element("h3");
  const words = element("p.words", { role: "status" });
  const formula = element("div.formula");
  const progress = element("p.hint");
  const list = element("p.said");
  const folded = element("p.hint", "What a group holds is asked for once it is open: click it twice, or press +.");
  let end = () => {};
  let cards: number[] = [];
  /** By what each is known again on another path through the code: two can have one name. */
  let keys = new Map<number, string>();
  let asked: number | null = null;
  /** What is asked for, on whatever path through the code. */
  let key = "";
  /** What is left out of the equation, once somebody has had help. */
  let gap: Gap | null = null;
  let marks = new Uint8Array(0);

  const grad = (node: number) => gradOf(model.tape, node);
  const keyOf = (node: number) => keys.get(node) ?? "";
  const open = (node: number) => cards.includes(node) && !known.has(keyOf(node));
  const seen = (node: number) => marks[node] > 0 || node === model.tape.root || model.tape.lost(node);

  /** Between two cards that are known nothing is hidden, nor above the one for which there was help; and nothing at all once all are. */
  const look = () => {
    const { tape } = model;
    const own = new Set(cards);
    const all = !cards.some(open);
    marks = new Uint8Array(tape.size);
    for (let node = 0; node < tape.size; node++) {
      const passed = () => tape.args(node).some((arg) => marks[arg] || (gap && arg === asked));
      marks[node] = Number(all || (own.has(node) ? !open(node) : passed()));
    }
    model.look({
      grad: (node) => (seen(node) ? model.run.grads[node] : null),
      unseen: "?",
      keeps: true,
      lit: (node) => node === asked,
      local: (node) => seen(node) || (node === asked && gap !== null && gap.what !== "local"),
    });
  };

  /** The equation with its gap; there is room for it before it is seen. */
  const help = () => {
    end();
    formula.classList.toggle("unseen", !gap);
    formula.replaceChildren();
    if (asked === null) return;
    const { tape } = model;
    const uses = usesOf(tape, asked);
    const { use, what } = gap ?? FIRST;
    const user = uses[use].user;
    const missing = {
      above: grad(user),
      local: `how far ${title(tape, user)} moves when ${title(tape, asked)} moves by 1`,
      part: `what comes back by ${title(tape, user)}`,
    }[what];
    const subject = { model, node: asked, host: strip };
    end = scope(() => formula.append(...equation(subject, uses, { use, what })));
    formula.firstElementChild?.append(element("span.hint", `In the gap stands ${missing}.`));
  };

  /** Shows what is asked, and how far one is. */
  const show = () => {
    const done = cards.flatMap((node) => known.get(keyOf(node)) ?? []);
    const shown = done.filter((sign) => sign === SHOWN).length;
    progress.textContent = `${done.length} of ${cards.length} known${shown ? `, ${shown} of them shown` : ""}`;
    list.replaceChildren(
      ...cards.slice(0, LISTED).flatMap((node) => {
        const text = `${title(model.tape, node)} ${known.get(keyOf(node)) ?? ""}`;
        return [element(node === asked ? "strong" : "span", {}, text.trim()), " "];
      }),
      cards.length > LISTED ? "…" : "",
    );
    for (const each of [check, hint, reveal]) set(each, "aria-disabled", asked === null);
    if (asked === null) pieces(question, `${cards.length ? "Every" : "No"} gradient that can be asked for is known.`);
    else
      pieces(
        question,
        "What is ",
        grad(asked),
        `${shownAs(parts, asked)}? Write it into its card: a number, 1/3, 2*3, or only its sign.`,
      );
    help();
    look();
  };

  /** Asks for a gradient: the field goes to its card, and who types goes on. */
  const ask = (node: number | null) => {
    asked = node;
    const before = key;
    key = node === null ? "" : keyOf(node);
    if (key !== before) {
      gap = null;
      field.value = "";
    }
    show();
    const typing = field.matches(":focus");
    const slot = node === null ? null : graph.slot(node);
    if (!slot || node === null) return field.remove();
    set(field, "aria-label", grad(node) + shownAs(parts, node));
    if (slot !== field.parentElement) slot.append(field);
    if (typing) field.focus({ preventScroll: true });
    model.select(node);
  };
  const next = (node = cards.find(open)) => ask(node ?? null);
  /** Notes that a gradient is known, and goes on. */
  const know = (node: number, sign: string, ...told: readonly string[]) => {
    known.set(keyOf(node), sign);
    next();
    pieces(words, ...told);
  };

  const answer = () => {
    if (asked === null) return;
    const text = field.value.trim();
    const sign = /^[+−-]$/.test(text);
    const number = parseNumber(sign ? `${text}1` : text);
    if (number === null) return pieces(words, "An answer is a number, like -2, 0.5 or 1/3; or only its sign, + or -.");
    if (sign && number * model.run.grads[asked] > 0) return pieces(words, "", "The sign is right", ". And the size?");
    const found = marked(model.run, asked, number);
    if (found.right) return know(asked, SAID, ...found.words);
    gap = found.gap;
    show();
    // Of a sign alone no more is said than that it is another.
    pieces(words, ...(sign ? ["", "The sign is wrong", "."] : found.words));
    field.select();
  };
  on(field, "keydown", (event) => {
    if (event.key === "Enter") answer();
  });
  const check = button("Check ↵", "Mark what is written in the card", () => {
    answer();
    field.focus({ preventScroll: true });
  });
  check.className = "first";
  const hint = button("Hint", "The rule, and the equation with a gap", () => {
    if (asked === null) return;
    gap ??= FIRST;
    show();
    pieces(words, ...ruleOf(model.tape, usesOf(model.tape, asked)[gap.use].user));
  });
  const reveal = button("Show this one", "Show this gradient, and go on", () => {
    if (asked !== null) know(asked, SHOWN, "", grad(asked), ` = ${sum(model.run, asked)}.`);
  });
  const again = link("start again", "Hide all gradients again", () => {
    known.clear();
    key = "";
    pieces(words);
    next();
  });
  const predict = link("predict instead", "Say what becomes of a gradient when a leaf moves", other);
  strip.append(
    element("div.because", question, words, formula),
    element(
      "div.check",
      progress,
      element("div.controls", check, hint, reveal),
      list,
      folded,
      element("p.links", again, predict),
    ),
  );
  pieces(words, "Move a slider whenever you like: the question is then about the new numbers.");

  /** Somebody looks at another node: it is asked for, or said how it comes about. */
  const choose = (node: number) => {
    if (node === asked) return;
    if (open(node)) {
      ask(node);
      pieces(words);
      // Who has pressed its card can write at once.
      queueMicrotask(() => {
        if (field.closest(".node")?.querySelector(".face:focus")) field.focus({ preventScroll: true });
      });
    } else if (cards.includes(node)) pieces(words, "", grad(node), ` = ${sum(model.run, node)}.`);
    else if (model.tape.lost(node)) pieces(words, "", grad(node), " is not asked for: nothing here tells it.");
  };
  let first = true;
  /** Who has selected what has no card of its own, a weight among the grids of a net, is asked for that. */
  const { selected } = model;
  let from = selected !== null && model.tape.reaches(selected) && !graph.draws(selected) ? selected : null;
  if (from !== null) graph.open(from);
  effect(() => {
    // In another graph the same numbers are other nodes. It hears of it first, and asks once that is drawn.
    void model.structure;
    end();
    [cards, asked, gap] = [[], null, null];
  });
  after(
    () => graph.plan,
    () => {
      cards = askable(parts);
      keys = keysOf(model.tape);
      const kept = cards.find((node) => open(node) && (node === from || keyOf(node) === key));
      from = null;
      folded.hidden = !graph.plan.items.some(({ kind }) => kind === "group");
      next(kept);
    },
  );
  effect(() => {
    void model.run;
    // What was said of an answer was said of other numbers.
    if (!first) {
      pieces(words);
      if (gap) {
        gap = null;
        untracked(show);
      }
    }
    first = false;
  });
  effect(() => {
    const { selected } = model;
    if (selected !== null) untracked(() => choose(selected));
  });
  ended(() => {
    end();
    field.remove();
  });
}
