// Explore: why the selected node's gradient is what it is.
import { drawn, element, write } from "../view/dom";
import { echoes } from "../view/highlight";
import { invitation, Why } from "../view/strip";
import type { Mode } from "./mode";

export const explore: Mode = {
  name: "Explore",
  what: "Why is a gradient what it is",
  mount: (parts) => {
    const { body, model, stage } = parts;
    const strip = element("div.strip", {});
    const said = element("div.spoken", { role: "status" });
    let before = model.selected;
    body.append(strip, said);
    const end = drawn((live) => {
      const { selected } = model;
      strip.replaceChildren(
        ...(selected === null ? invitation(model, live, parts) : new Why(model, selected, live, parts, strip).parts()),
      );
      if (selected === before) return;
      before = selected;
      const words = selected === null ? [] : [...strip.querySelectorAll("h3, .rule")];
      write(said, words.map(({ textContent }) => textContent).join(" "));
    });
    const deaf = echoes(stage, strip);
    return () => {
      deaf();
      end();
      model.look(null, strip);
    };
  },
};
