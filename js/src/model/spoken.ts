// What a reader calls the calls, loops and lists of a graph.
import type { Site } from "../engine/wire";

/** The name of a list, of which this is an element: `w` of `w[2]`, `l0.w` of `l0.w[1,2]`, `x` of `x₂`. */
export function base(label: string): string {
  return label.replace(/(\[[^[\]]*\])+$|[₀-₉]+$/, "");
}

/** What a reader calls a function or a loop: a class by its name where its objects are called or made. */
export function spoken(site: Site): string {
  return site.loop ? `a pass of ${loopOf(site)}` : site.name.replace(/\.__(call|init)__$/, "");
}

export function loopOf({ name, line }: Site): string {
  return `the loop in ${line ? `line ${line}` : name || "the cell"}`;
}

export function numbered(site: Site, count: number): string {
  if (site.loop) return `pass ${count + 1} of ${loopOf(site)}`;
  return spoken(site) === site.name ? `call ${count + 1} of ${site.name}` : `${spoken(site)} ${count}`;
}

/** The first and the last of a row: `passes 1 to 10 of the loop in line 4`. */
export function fromTo(count: number, first: string, last: string): string {
  if (first === last) return `${count} × ${first}`;
  const number = /^(.*?)(\d+)(\D*.*)$/;
  const [one, other] = [number.exec(first), number.exec(last)];
  if (!one || !other || one[1] !== other[1] || one[3] !== other[3]) return `${first} to ${last}`;
  return `${one[1].replace(/^pass $/, "passes ").replace(/^call $/, "calls ")}${one[2]} to ${other[2]}${one[3]}`;
}

/** What the passes of a loop are: `6 passes`, or `4 × Neuron` where each is a call of the same. */
export function allOf(parts: readonly { readonly kind: string; readonly label: string }[]): string {
  const [first] = parts;
  const same = parts.every(({ kind, label }) => kind === "call" && label.split(" ")[0] === first.label.split(" ")[0]);
  const name = first.label.startsWith("call ") ? first.label.replace(/^call \d+ of /, "") : first.label.split(" ")[0];
  return same ? `${parts.length} × ${name}` : `${parts.length} passes`;
}

export function lower(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name[0].toLowerCase() + name.slice(1) : name;
}
