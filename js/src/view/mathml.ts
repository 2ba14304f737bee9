// Fractions of derivatives, typeset by the browser.
import { single } from "../model/names";
import { set } from "./dom";

/** As many letters as two names may have to stand in one line of a fraction, twice. */
const LONG = 14;
const SPACE = "http://www.w3.org/1998/Math/MathML";

function math(tag: string, ...children: readonly (Node | string)[]): Element {
  const made = document.createElementNS(SPACE, tag);
  made.append(...children);
  return made;
}

/** A name or a formula: its names, numbers and signs each as what it is. */
function written(text: string): Element[] {
  return (text.match(/[\p{L}_](?:[\p{L}\p{N}_.'"]|\[[^\]]*\]| (?=\d))*|[\d.]+(?:e[-+]?\d+)?|\s+|\*\*|./gu) ?? [])
    .filter((part) => part.trim())
    .map((part) => {
      const made = math(/^[\p{L}_]/u.test(part) ? "mi" : /^\d/.test(part) ? "mn" : "mo", part === "-" ? "−" : part);
      set(made, "stretchy", "false");
      return made;
    });
}

/** A formula as the kernel writes it: an element is a list of its tag and of what it holds. Throws on anything else. */
export function typeset(part: unknown): Element {
  if (!Array.isArray(part) || !/^m\w+$/.test(part[0])) throw new TypeError("no MathML");
  const [tag, ...held] = part;
  return math(tag, ...held.map((inside) => (typeof inside === "string" ? inside : typeset(inside))));
}

/** The derivative of one by another. */
export function derivative(of: string, by: string): Element {
  const part = (text: string) => math("mrow", math("mo", "∂"), ...written(single(text)));
  const made = math("math", math("mfrac", part(of), part(by)));
  set(made, "displaystyle", "true");
  return made;
}

/** The finite difference of one by another, over a step h. */
export function quotient(of: string, by: string): Element {
  const at = (...inside: readonly Node[]) => [...written(of), math("mtext", "("), ...inside, math("mtext", ")")];
  const there = at(...written(by), math("mo", "+"), math("mi", "h"));
  const here = [math("mo", "−"), ...at(...written(by))];
  // Long names have a line each.
  const line = (inside: readonly Node[]) => math("mtr", math("mtd", ...inside));
  const above =
    of.length + by.length > LONG ? math("mtable", line(there), line(here)) : math("mrow", ...there, ...here);
  return math("math", math("mfrac", above, math("mi", "h")));
}
