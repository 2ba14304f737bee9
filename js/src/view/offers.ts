// Numbers that become sliders by a click: a constant of the picture, and lists, arrays, dicts and attributes, each as one. The kernel runs
// the cell again with them as leaves; where it cannot, or where there is none, that is said beside the buttons.

import { Ask } from "../engine/protocol.gen";
import { clean, many } from "../model/format";
import { NAME_LENGTH } from "../model/geometry.gen";
import type { Model, Question } from "../model/model";
import { ASKED } from "../model/model";
import { effect, signal } from "../model/signals";
import { button, element, live } from "./dom";

/** Asks for sliders, and says what became of it. */
class Asking {
  readonly #said = signal("");

  constructor(readonly model: Model) {}

  ask(question: Question): void {
    this.#said.value = ASKED;
    void this.model.ask(question).then(({ error }) => {
      this.#said.value = error && `${error}.`;
    });
  }

  note(): HTMLElement {
    const made = live("p", "note asked", () => this.#said.value);
    made.setAttribute("role", "status");
    return made;
  }
}

/** For a constant: the button that makes it a slider. */
export function sliderOf(model: Model, node: number): HTMLElement[] {
  const asking = new Asking(model);
  const make = button("Make it a slider", "Run the cell again with this number as a leaf", () =>
    asking.ask({ ask: Ask.Slider, index: node }),
  );
  return [make, asking.note()];
}

/** What else could have sliders, and what has them because it was asked for. */
export function mountOffers(host: HTMLElement, model: Model): void {
  const asking = new Asking(model);
  const place = element("div.offers");
  host.append(place);
  effect(() => {
    const made = model.tape.offers.map(({ name, count, on }) => {
      const called = clean(name, NAME_LENGTH);
      const numbers = count === 1 ? "1 number" : `${many(count)} numbers`;
      return on
        ? button(`${called} ×`, `Make ${called} constant again`, () => asking.ask({ ask: Ask.Constant, form: name }))
        : button(`${called}: ${numbers}`, `Make sliders of ${called}`, () =>
            asking.ask({ ask: Ask.Slider, form: name }),
          );
    });
    place.hidden = !made.length;
    place.replaceChildren(element("span.hint", "More sliders:"), ...made, asking.note());
  });
}
