// Slope: the root against its leaves, how it bends, and the way down.
import { mountCurvature } from "./curvature";
import { mountDescent } from "./descent";
import type { Mode } from "./mode";
import { several } from "./several";
import { mountSlope } from "./slope";

export const slopes: Mode = {
  name: "Slope",
  what: "The root against its leaves",
  mount: (parts) =>
    several(parts, [
      ["Curve", "Tangent and secant", (host, { model, graph, history }) => mountSlope(host, model, graph, history)],
      [
        "Descent",
        "Step the leaves along their gradients",
        (host, { model, graph, history }) => mountDescent(host, model, graph, history),
      ],
      ["Curvature", "The second derivatives, by each pair of leaves", (host, { model }) => mountCurvature(host, model)],
    ]),
};
