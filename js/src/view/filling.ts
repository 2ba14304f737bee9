// Fills what is blank in a plot from the kernel, which runs the code again there, until the button is pressed again.
import { Ask } from "../engine/protocol.gen";
import { decodeNumber, encodeNumber } from "../engine/wire";
import { type Model, UNREADABLE } from "../model/model";
import { ended } from "../model/signals";
import { button, set } from "./dom";

/** How many points the kernel is asked for at once; it answers as many as it has time for. */
const ASKED = 60;
const QUIET = 300;

type Points = readonly (readonly number[])[];

export interface Filling {
  readonly made: HTMLButtonElement;
  /** What the kernel said when it could not. */
  readonly problem: string;
  /** What it has answered, by the point. */
  readonly known: ReadonlyMap<string, number | null>;
  /** The graph, or where the other leaves are, is another one: what was known is not. */
  anew(): void;
  /** Whether there is something to fill. */
  offer(): void;
}

/** `missing` tells the leaves, by their places, and the points at which the root is not known; `changed` hears that more is known. */
export function filling(
  model: Model,
  missing: () => readonly [places: readonly number[], points: Points],
  changed: () => void,
): Filling {
  const known = new Map<string, number | null>();
  let problem = "";
  let wanted = false;
  let turn = 0;
  let due: ReturnType<typeof setTimeout> | undefined;
  const made = button("Fill", "Run the code again in the kernel where only it can tell", () => {
    wanted = !wanted;
    set(made, "aria-pressed", wanted);
    problem = "";
    if (wanted) void ask();
    else rest();
  });
  set(made, "aria-pressed", "false");
  set(made, "class", "fill");

  const lacking = () => {
    const unknown = missing()[1].filter((point) => !known.has(point.join()));
    return [...new Map(unknown.map((point) => [point.join(), point])).values()];
  };
  const offer = (text = "Fill") => {
    made.textContent = text;
    made.disabled = !wanted && (!lacking().length || !model.tape.rerun);
  };
  const rest = () => {
    clearTimeout(due);
    turn++;
    offer();
  };
  const ask = async () => {
    const mine = ++turn;
    const { roots, tape } = model;
    const [[places], points] = [missing(), lacking()];
    const labels = roots.map((node) => tape.label(node));
    if (labels.includes("")) problem = "The kernel finds a root by its label, and this one has none";
    for (let done = 0; done < points.length && !problem; ) {
      offer(`Stop: ${done} of ${points.length}`);
      const at = points.slice(done, done + ASKED);
      const answer = await model.ask({
        ask: Ask.Points,
        moving: places.map((place) => tape.leaves[place].key),
        at: at.map((point) => point.map(encodeNumber)),
        roots: labels,
      });
      if (mine !== turn) return;
      const { found, error } = answer;
      if (!Array.isArray(found) || !found.length) {
        problem = error || UNREADABLE;
        break;
      }
      found.forEach((number, k) => {
        if (at[k]) known.set(at[k].join(), typeof number === "string" ? decodeNumber(number) : null);
      });
      done += found.length;
      changed();
    }
    offer(wanted ? "Filled" : "Fill");
    changed();
  };
  ended(() => {
    wanted = false;
    rest();
  });
  return {
    made,
    get problem() {
      return problem;
    },
    known,
    anew: () => {
      known.clear();
      rest();
      if (wanted) due = setTimeout(() => void ask(), QUIET);
    },
    offer: () => offer(),
  };
}
