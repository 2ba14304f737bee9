// Why this gradient: every path from a node to the root, the product of the local derivatives along it, and their sum.
import { element } from "./dom";
import { short } from "./format";
import { bracketed } from "./formula";
import { type State, title } from "./state";
import type { Tape } from "./tape";

/** As many paths as are written out; the others are counted. */
const WRITTEN = 12;

/** A way from a node to the root: the nodes on it, and the local derivative of each step. */
export interface Path {
  readonly nodes: readonly number[];
  readonly factors: readonly number[];
}

/** How many paths lead from a node to the root; infinite where a number cannot count them. */
export function countPaths(tape: Tape, from: number): number {
  const ways = new Float64Array(tape.size);
  ways[tape.root] = 1;
  for (let node = tape.root; node > from; node--)
    if (ways[node]) for (const arg of tape.args(node)) ways[arg] += ways[node];
  return ways[from];
}

/** The first paths from a node to the root, shortest names first found first. */
export function somePaths(tape: Tape, from: number, most: number): Path[] {
  const found: Path[] = [];
  const walk = (nodes: number[], factors: number[]) => {
    const node = nodes[nodes.length - 1];
    if (node === tape.root) {
      found.push({ nodes: [...nodes], factors: [...factors] });
      return;
    }
    for (const user of new Set(tape.uses(node))) {
      const partials = tape.partials(user);
      tape.args(user).forEach((arg, place) => {
        if (arg !== node || found.length >= most) return;
        walk([...nodes, user], [...factors, partials[place]]);
      });
      if (found.length >= most) return;
    }
  };
  walk([from], []);
  return found;
}

export function mountPaths(host: HTMLElement, state: State): () => void {
  const draw = () => {
    const { tape, selected } = state;
    state.look(null);
    if (selected === null || !tape.reaches(selected)) {
      const why =
        selected === null ? "Select a node to see its paths to the root." : "No path leads from it to the root.";
      host.replaceChildren(element("p", { class: "hint" }, why));
      return;
    }
    const total = countPaths(tape, selected);
    const paths = somePaths(tape, selected, WRITTEN);
    let sum = 0;
    const rows = paths.map((path) => {
      const product = path.factors.reduce((product, factor) => product * factor, 1);
      sum += product;
      const names = path.nodes.map((node) => title(tape, node)).join(" → ");
      const factors = path.factors.length ? [...path.factors].reverse().map(bracketed).join(" · ") : "1";
      const row = element("button", { type: "button", class: "path" }, `${names}: ${factors} = ${short(product)}`);
      const on = () =>
        state.look({
          data: (node) => tape.values[node],
          grad: (node) => tape.grads[node],
          lit: (node) => path.nodes.includes(node),
          used: (source, target) => path.nodes.some((node, k) => node === source && path.nodes[k + 1] === target),
        });
      const off = () => state.look(null);
      row.addEventListener("pointerenter", on);
      row.addEventListener("focus", on);
      row.addEventListener("pointerleave", off);
      row.addEventListener("blur", off);
      return element("li", {}, row);
    });
    const gradient = tape.grads[selected];
    const left = total - paths.length;
    const what = `∂${title(tape, tape.root)}/∂${title(tape, selected)}`;
    const many = Number.isFinite(left) ? left.toLocaleString("en") : "countless";
    const rest = left > 0 ? ` ${many} more paths bring ${short(gradient - sum)}.` : "";
    const sums = `${what} = ${short(gradient)}: the sum over ${total === 1 ? "the one path" : `${Number.isFinite(total) ? total.toLocaleString("en") : "countless"} paths`}.${rest}`;
    host.replaceChildren(element("ul", { class: "paths" }, ...rows), element("p", { class: "words" }, sums));
  };
  const ended = state.listen((news) => {
    if (news === "structure" || news === "numbers" || news === "selection") draw();
  });
  draw();
  return () => {
    ended();
    state.look(null);
  };
}
