// Practise: the gradients are hidden, and the learner says them; or says what will become of one when a leaf moves.
import { ended, scope } from "../model/signals";
import { element } from "../view/dom";
import type { Parts } from "./mode";
import { mountPredicting } from "./predict";
import { mountSaying } from "./say";

export function mountPractise(parts: Parts): void {
  const strip = element("div.strip practise");
  parts.body.append(strip);
  const known = new Map<string, string>();
  let end = () => {};
  const open = (predicting: boolean) => {
    end();
    strip.replaceChildren();
    end = scope(() =>
      predicting
        ? mountPredicting(strip, parts, () => open(false))
        : mountSaying(strip, parts, known, () => open(true)),
    );
  };
  open(false);
  ended(() => {
    end();
    parts.model.look(null, strip);
  });
}
