// The axes of a plot: rules at round numbers, and the numbers.
import { finite } from "../model/format";
import { set, svg, write } from "./dom";

/** A line through points, as a path; what is no number parts it. */
export function through(points: readonly (readonly number[])[]): string {
  let pen = "M";
  const steps = points.map(([x, y]) => {
    const seen = finite(x + y);
    const step = seen ? `${pen}${x.toFixed(2)} ${y.toFixed(2)}` : "";
    pen = seen ? "L" : "M";
    return step;
  });
  return steps.join("");
}

/** Where a number stands along its axis, and how it is written. */
export type Tick = readonly [at: number, text: string];

export interface Axes {
  readonly made: SVGGElement;
  /** Draws them around a part of the plot, with numbers below it and beside it. */
  draw(
    left: number,
    top: number,
    wide: number,
    tall: number,
    ticks: readonly [below: readonly Tick[], beside: readonly Tick[]],
  ): void;
}

export function axes(): Axes {
  const made = svg("g.axes");
  const [grid, line] = [svg("path.grid"), svg("path")];
  const numbers = svg("g");
  made.append(grid, line, numbers);
  return {
    made,
    draw: (left, top, wide, tall, [below, beside]) => {
      const rules = [
        ...below.map(([at]) => `M${left + at} ${top}v${tall}`),
        ...beside.map(([at]) => `M${left} ${top + at}h${wide}`),
      ];
      set(grid, "d", rules.join(""));
      set(line, "d", `M${left} ${top}v${tall}h${wide}`);
      const words = [
        ...below.map(([at, text]) => [left + at, top + tall + 16, "middle", text] as const),
        ...beside.map(([at, text]) => [left - 6, top + at + 4, "end", text] as const),
      ];
      while (numbers.childElementCount > words.length) numbers.lastChild?.remove();
      while (numbers.childElementCount < words.length) numbers.append(svg("text.tick"));
      words.forEach(([x, y, anchor, text], k) => {
        const word = numbers.children[k];
        set(word, "x", x);
        set(word, "y", y);
        set(word, "text-anchor", anchor);
        write(word, text);
      });
    },
  };
}
