// Explore: why the selected node's gradient is what it is.
import { drawn, element } from "../view/dom";
import { echoes } from "../view/highlight";
import { invitation, Why } from "../view/strip";
import type { Mode } from "./mode";

export const explore: Mode = {
  name: "Explore",
  what: "Why is a gradient what it is",
  mount: (parts) => {
    const { body, model, stage } = parts;
    const strip = element("div.strip", {});
    body.append(strip);
    const end = drawn((live) => {
      const { selected } = model;
      strip.replaceChildren(
        ...(selected === null ? invitation(model, live, parts) : new Why(model, selected, live, parts, strip).parts()),
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
