// The leaves that step, ticked one by one, or, where they are many, by the list or the object that they belong to.
import type { Leaf } from "../engine/wire";
import { many } from "../model/format";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { into } from "../model/part";
import { base } from "../model/spoken";
import { element, on } from "../view/dom";

/** So many leaves are ticked one by one. */
const FEW = 8;

/** Whether it looks like something to be trained: a Value that the code has made, or an element of a list. */
function trained({ key }: Leaf): boolean {
  return /^[0-9a-f]{24}(#|$)|\[/.test(key);
}

/** What a leaf belongs to: the list of which it is an element, else its name without the number at its end. */
function family(name: string): string {
  return base(name).replace(/[._]?\d+$/, "") || name;
}

export interface Ticks {
  readonly made: HTMLElement;
  /** The places of those that are ticked. */
  readonly chosen: ReadonlySet<number>;
  /** Offers the leaves that the graph has now; a leaf keeps its tick on another way through the code. */
  offer(): void;
}

export function leafTicks(model: Model, changed: () => void): Ticks {
  const made = element("div.choices", { role: "group", "aria-label": "Leaves that step" });
  const chosen = new Set<number>();
  /** What somebody has ticked or not, by the leaves' keys. */
  const said = new Map<string, boolean>();

  const offer = () => {
    const { leaves } = model.tape;
    const usable = [...leaves.keys()].filter((place) => !leaves[place].whole && model.tape.reaches(leaves[place].node));
    const called = (place: number) => title(model.tape, leaves[place].node);
    const some = usable.filter((place) => trained(leaves[place]));
    const first = some.length ? some : usable.filter((place) => !leaves[place].begins);
    chosen.clear();
    for (const place of usable) if (said.get(leaves[place].key) ?? first.includes(place)) chosen.add(place);
    const box = (name: string, places: readonly number[]) => {
      const tick = element("input", { type: "checkbox", "aria-label": name });
      const show = () => {
        const count = places.filter((place) => chosen.has(place)).length;
        tick.checked = count === places.length;
        tick.indeterminate = count > 0 && !tick.checked;
      };
      on(tick, "change", () => {
        for (const place of places) {
          said.set(leaves[place].key, tick.checked);
          if (tick.checked) chosen.add(place);
          else chosen.delete(place);
        }
        for (const each of shown) each();
        changed();
      });
      shown.push(show);
      show();
      return tick;
    };
    const one = (place: number) => element("label", box(called(place), [place]), called(place));
    const shown: (() => void)[] = [];
    const families = new Map<string, number[]>();
    for (const place of usable) {
      const name = usable.length > FEW ? family(called(place)) : String(place);
      into(families, name, place);
    }
    made.replaceChildren(
      ...[...families].map(([name, places]) => {
        if (places.length === 1) return one(places[0]);
        const all = element("details", element("summary", `${name} (${many(places.length)})`));
        // Those of one list are made when somebody looks at them.
        on(all, "toggle", () => {
          if (all.childElementCount < 2) all.append(...places.map(one));
        });
        return element("span.family", box(`${name}: ${many(places.length)} leaves`, places), all);
      }),
    );
  };
  return { made, chosen, offer };
}
