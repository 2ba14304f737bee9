// Flow: the backward and the forward pass as movement, and passes that are wrong on purpose.
import { mountBugs } from "./bugs";
import type { Mode } from "./mode";
import { several } from "./several";
import { mountSteps } from "./steps";

export const flow: Mode = {
  name: "Flow",
  what: "The backward and the forward pass, node by node",
  mount: (parts) =>
    several(parts, [
      ["Steps", "Node by node", (host, { model, graph }) => mountSteps(host, model, graph)],
      ["Bugs", "Backward passes that are wrong on purpose", (host, { model }) => mountBugs(host, model)],
    ]),
};
