// Explore: why the selected node's gradient is what it is, and by which ways it comes about.
import { finite, many } from "../model/format";
import { drawn, element, type Live, on } from "../view/dom";
import { echoes } from "../view/highlight";
import { invitation, Why } from "../view/strip";
import { countChains, mountChains } from "./chains";
import type { Mode, Parts } from "./mode";

export const explore: Mode = {
  name: "Explore",
  what: "Why is a gradient what it is",
  mount: (parts) => {
    const { body, model, stage } = parts;
    const strip = element("div.strip", {});
    body.append(strip);
    const open = { ways: false };
    const end = drawn((live) => {
      const { selected } = model;
      strip.replaceChildren(
        ...(selected === null
          ? invitation(model, live, parts)
          : new Why(model, selected, live, parts, strip).parts(ways(parts, selected, live, open))),
      );
    });
    const deaf = echoes(stage, strip);
    return () => {
      deaf();
      end();
      model.look(null, strip);
    };
  },
};

/** The ways from a node to the root, folded until somebody wants them. */
function ways({ model }: Parts, node: number, live: Live, open: { ways: boolean }): HTMLElement[] {
  const { tape } = model;
  if (node === tape.root || !tape.reaches(node)) return [];
  const count = countChains(tape, node);
  const text =
    count === 1 ? "its way to the root" : `its ${finite(count) ? many(count) : "countless"} ways to the root`;
  const list = element("div", {});
  const folded = element("details.ways", {}, element("summary", {}, text), list);
  folded.open = open.ways;
  let end: (() => void) | undefined;
  const show = () => {
    end?.();
    end = folded.open ? mountChains(list, model, node) : undefined;
    list.hidden = !folded.open;
  };
  on(folded, "toggle", () => {
    if (folded.open === open.ways) return;
    open.ways = folded.open;
    show();
  });
  show();
  live.add(() => () => end?.());
  return [folded];
}
