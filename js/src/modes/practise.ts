// Practise: say the gradients yourself.
import type { Mode } from "./mode";
import { mountQuiz } from "./quiz";

export const practise: Mode = {
  name: "Practise",
  what: "Say the gradients yourself",
  mount: ({ body, model, graph }) => mountQuiz(body, model, graph),
};
