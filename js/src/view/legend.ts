// What the ribbons of the picture mean.
import { clean } from "../model/format";
import { SIGN_LENGTH } from "../model/geometry.gen";
import { element } from "./dom";

/** `log` where their widths go by factors. */
export function explained(name: string, log: boolean): HTMLElement[] {
  const root = clean(name, SIGN_LENGTH);
  return [
    element(
      "span",
      element("i.bar positive"),
      element("i.bar negative"),
      `what comes back: ${log ? "2 px wider for each factor of 10" : "as wide as the gradient"}`,
    ),
    element("span", element("strong.positive", "blue"), `: ${root} grows with it`),
    element("span", element("strong.negative", "orange"), `: ${root} falls`),
    element("span", "×3: the local derivative on that way"),
  ];
}
