// Zoom, in the corner of the picture.
import { button, element } from "./dom";
import type { GraphView } from "./graph";

export function mountZoom(host: HTMLElement, graph: GraphView): void {
  host.append(
    element(
      "div.zoom",
      { role: "group", "aria-label": "Zoom" },
      button("−", "Zoom out", () => graph.zoom(0.8)),
      button("+", "Zoom in (or Ctrl and wheel)", () => graph.zoom(1.25)),
      button("Fit", "Show the whole graph", () => graph.fit(true)),
    ),
  );
}
