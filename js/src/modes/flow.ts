// Flow: the backward and the forward pass as movement in the picture, a card at a time; and backward passes that are wrong on purpose.

import type { Tape } from "../engine/tape";
import { many } from "../model/format";
import { title } from "../model/names";
import { BUGS, Pass, Steps } from "../model/pass";
import { within } from "../model/ranges";
import { after, computed, effect, ended, signal } from "../model/signals";
import { above, backward, forward } from "../model/telling";
import { button, element, on, option, set } from "../view/dom";
import { player } from "../view/player";
import type { Parts } from "./mode";

/** Milliseconds that a step takes: half of them from a card to its operation. Of a long pass they are fewer, so that it ends. */
const PACE = 340;
const LONGEST = 20_000;
const BROKEN = "This backward pass is broken on purpose. The data: ";

export function mountFlow({ body, stage, model, graph, begins }: Parts): void {
  const back = signal(true);
  const broken = signal(-1);
  const count = signal(0);
  /** Whether what comes with this step is seen to move. */
  let moves = false;
  const bug = computed(() => (back.value ? BUGS[broken.value] : undefined) ?? null);
  const stopped = computed(() => (bug.value?.stops ? stopOf(model.tape, model.selected) : -1));
  const steps = computed(() => new Steps(graph.plan, back.value, bug.value?.eager, stopped.value));
  let last: Pass | undefined;
  const pass = computed(() => {
    const { run } = model;
    // Of a graph that is new the picture may not have heard yet.
    if (!last || steps.value.plan.tape.size === run.tape.size) last = new Pass(run, steps.value, bug.value);
    return last;
  });
  const length = () => steps.value.items.length;
  const pace = () => Math.min(PACE, LONGEST / length());

  const way = element("select", { "aria-label": "Which pass" });
  way.append(option(1, "backward"), option(0, "forward"));
  const breaks = element("select");
  breaks.append(option(-1, "nothing"), ...BUGS.map(({ name }, k) => option(k, name)));
  const scrub = element("input", { type: "range", class: "slider", min: "0", step: "1", "aria-label": "Step" });
  const at = element("span.at");
  const words = element("p.words", { "aria-live": "polite" });
  const note = element("p.note");

  /** Ends what still moves: whoever goes elsewhere sees at once what stands there. */
  const still = () => {
    for (const each of stage.getAnimations({ subtree: true })) each.finish();
  };
  const go = (to: number) => {
    const next = within(to, 0, length());
    moves = next === count.value + 1 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    // What is played is told when it ends.
    set(words, "aria-live", play.playing && next < length() ? "off" : "polite");
    if (!moves) still();
    count.value = next;
    const nodes = steps.value.items[next - 1]?.nodes ?? [];
    // The node last: where not all can be seen, it can.
    for (const node of nodes.slice(-1)) for (const each of [...model.tape.args(node), node]) graph.reveal(each);
  };
  const play = player(
    () => go(count.value < length() ? count.value + 1 : 0),
    () => {
      go(count.value + 1);
      if (count.value >= length()) play.stop();
    },
    pace,
  );
  play.made.classList.add("first");
  const to = (where: () => number) => () => {
    play.stop();
    go(where());
  };
  on(way, "change", () => {
    to(() => 0)();
    back.value = way.value === "1";
    breaks.disabled = !back.value;
  });
  on(breaks, "change", () => {
    broken.value = Number(breaks.value);
    if (!count.value && !play.playing) play.made.click();
  });
  on(
    scrub,
    "input",
    to(() => scrub.valueAsNumber),
  );
  body.append(
    element(
      "div.controls pass",
      button(
        "◀",
        "One step back",
        to(() => count.value - 1),
      ),
      play.made,
      way,
      button(
        "▶|",
        "One step on",
        to(() => count.value + 1),
      ),
      scrub,
      at,
      element("label", "Break it: ", breaks),
    ),
    note,
    words,
  );

  const look = () => {
    const [done, backwards] = [count.value, back.value];
    const now = (node: number) => steps.value.at[node] === done - 1;
    model.look({
      data: (node) =>
        backwards || !model.tape.inner(node) || steps.value.at[node] < done ? model.run.values[node] : null,
      grad: (node) => (backwards ? pass.value.grad(node, done) : null),
      gave: (user, place) => (backwards ? pass.value.gave(user, place, done) : null),
      note: (node, within) => (backwards ? above(pass.value, node, within, done) : ""),
      wrong: bug.value ? (node) => pass.value.wrong(node, done) : undefined,
      broken: bug.value ? BROKEN : undefined,
      lit: (node) => (done || !backwards ? now(node) : node === model.tape.root),
      used: (_, user) => now(user),
      moves: moves ? pace() : 0,
    });
  };
  const tell = () => {
    const [done, all] = [count.value, length()];
    scrub.max = String(all);
    scrub.valueAsNumber = done;
    at.textContent = `${done} of ${all}`;
    set(scrub, "aria-valuetext", at.textContent);
    scrub.style.cssText = `--zero: 0; --at: ${done / (all || 1)}`;
    const said = (back.value ? backward : forward)(pass.value, done);
    if (words.textContent !== said) words.textContent = said;
    note.hidden = !bug.value;
    if (!bug.value) return;
    const { tape } = pass.value.run;
    const off = tape.nodes().filter((node) => pass.value.wrong(node, done)).length;
    const place = stopped.value < 0 ? "" : ` (${title(tape, stopped.value)}; select another)`;
    const wrong = off
      ? `Wrong now: ${many(off)}, crossed out.`
      : pass.value.over(done)
        ? "In this graph it changes nothing."
        : "Nothing is wrong yet.";
    note.textContent = `${bug.value.name}${place}: ${bug.value.words}. ${wrong}`;
  };

  let [before, structure] = [steps.peek(), model.structure];
  // Another picture of the same graph: as far as before. Another graph: from the beginning.
  after(
    () => steps.value,
    () => {
      const next = steps.value;
      if (structure === model.structure) {
        if (next !== before) count.value = next.follow(before, count.value);
      } else {
        play.stop();
        go(0);
      }
      [before, structure] = [next, model.structure];
    },
  );
  // Nobody wants to hear it at every move of a slider.
  effect(() => {
    if (model.moved.value) set(words, "aria-live", "off");
  });
  after(
    () => [count.value, steps.value, bug.value],
    () => {
      look();
      moves = false;
    },
  );
  effect(tell);
  if (begins) play.made.click();
  ended(play.stop);
  ended(still);
}

/** The node that has no backward: the one that is selected, if something was made into it, else one below the root. */
function stopOf(tape: Tape, selected: number | null): number {
  if (selected !== null && tape.inner(selected) && tape.reaches(selected)) return selected;
  return tape.args(tape.root).find((arg) => tape.inner(arg)) ?? tape.root;
}
