// Pin and compare: the numbers as they stood once, beside what they are now.
import { element, Live } from "./dom";
import { short } from "./format";
import { type State, title } from "./state";

const LISTED = 40;

export function mountPin(host: HTMLElement, state: State): () => void {
  let live = new Live();
  const body = element("tbody", {});
  const head = ["value", "data", "now", "change", "grad", "now", "change"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  const again = element("button", { type: "button" }, "Pin these numbers");
  const draw = () => {
    const { tape } = state;
    live = new Live();
    const named = [...Array(tape.size).keys()]
      .filter((node) => tape.label(node) && tape.reaches(node))
      .reverse()
      .slice(0, LISTED);
    const rows = named.map((node) => {
      const pair = (numbers: Float64Array) => {
        const before = numbers[node];
        const cell = (text: () => string) => element("td", {}, live.text("span", "", text));
        const change = () =>
          Object.is(numbers[node], before)
            ? "·"
            : `${numbers[node] > before ? "+" : ""}${short(numbers[node] - before)}`;
        return [element("td", {}, short(before)), cell(() => short(numbers[node])), cell(change)];
      };
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, title(tape, node)),
        ...pair(tape.values),
        ...pair(tape.grads),
      );
    });
    body.replaceChildren(...rows);
  };
  again.addEventListener("click", draw);
  host.append(
    element("div", { class: "controls" }, again),
    element("div", { class: "wide" }, element("table", {}, element("thead", {}, element("tr", {}, ...head)), body)),
  );
  const ended = state.listen((news) => {
    if (news === "structure") draw();
    else if (news === "numbers") live.update();
  });
  draw();
  return ended;
}
