// The axes of a plot: rules at round numbers, and the numbers.
import { set, svg } from "./dom";

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
  const made = svg("g.axes", {});
  const [grid, line] = [svg("path.grid", {}), svg("path", {})];
  return {
    made,
    draw: (left, top, wide, tall, [below, beside]) => {
      const rules = [
        ...below.map(([at]) => `M${left + at} ${top}v${tall}`),
        ...beside.map(([at]) => `M${left} ${top + at}h${wide}`),
      ];
      set(grid, "d", rules.join(""));
      set(line, "d", `M${left} ${top}v${tall}h${wide}`);
      const word = (x: number, y: number, anchor: string, text: string) =>
        svg("text.tick", { x, y, "text-anchor": anchor }, text);
      made.replaceChildren(
        grid,
        line,
        ...below.map(([at, text]) => word(left + at, top + tall + 16, "middle", text)),
        ...beside.map(([at, text]) => word(left - 6, top + at + 4, "end", text)),
      );
    },
  };
}
