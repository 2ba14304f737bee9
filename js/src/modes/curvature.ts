// Curvature: the second derivatives of the root by each pair of leaves, which the kernel computes.
import { effect, untracked } from "@preact/signals-core";

import { Ask } from "../engine/protocol.gen";
import { decodeNumber } from "../engine/wire";
import { short } from "../model/format";
import { goesOutside } from "../model/gradients";
import { ASKED, type Model, type Reply, UNREADABLE } from "../model/model";
import { title } from "../model/names";
import { element, heads, row } from "../view/dom";

/** A matrix of more rows is nobody's to read. */
const ROWS = 12;
/** Milliseconds after which one is told how far it is. */
const PATIENCE = 500;

/** The row in an answer; null for what is none. */
function readRow({ row }: Reply): number[] | null {
  try {
    return Array.isArray(row) ? row.map(decodeNumber) : null;
  } catch {
    return null;
  }
}

export function mountCurvature(host: HTMLElement, model: Model): () => void {
  const table = element("table", {});
  const words = element("p.words", { role: "status" });
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const { tape } = model;
    const leaves = tape.leaves.map(({ node }) => node).filter((node) => tape.reaches(node));
    const chosen = model.selected !== null && leaves.includes(model.selected) ? model.selected : leaves[0];
    const shown = [chosen, ...leaves.filter((node) => node !== chosen)].slice(0, ROWS).sort((a, b) => a - b);
    if (!leaves.length) {
      words.textContent = "No leaf reaches the root.";
      return;
    }
    table.dataset.stale = "true";
    words.textContent = ASKED;
    const roots = model.roots.length ? model.roots : [tape.root];
    const begun = performance.now();
    const found: number[][] = [];
    // Row by row, so that whoever moves on or closes the tool need not wait for all of them.
    for (const leaf of shown) {
      const answer = await model.ask({ ask: Ask.Curvature, roots, row: leaf, columns: shown });
      if (mine !== asked) return;
      const numbers = readRow(answer);
      if (!numbers) {
        table.replaceChildren();
        words.textContent = `${answer.error || UNREADABLE}.`;
        return;
      }
      found.push(numbers);
      if (performance.now() - begun > PATIENCE)
        words.textContent = `${found.length} of ${shown.length} rows have come from the kernel.`;
    }
    delete table.dataset.stale;
    const names = shown.map((node) => title(tape, node));
    // How the derivatives of outside code change nobody has measured.
    const outside = goesOutside(tape);
    const lost = shown.map((node) => tape.measured(node) !== undefined);
    const written = (k: number, other: number) =>
      lost[k] || lost[other] || (outside && Number.isNaN(found[k][other])) ? "?" : short(found[k][other]);
    table.replaceChildren(
      heads("∂²", ...names),
      ...found.map((numbers, k) =>
        row(names[k], ...numbers.map((_, other) => element(other === k ? "b" : "span", {}, written(k, other)))),
      ),
    );
    const root = title(tape, tape.root);
    const at = shown.indexOf(chosen);
    const second = found[at][at];
    const bends = second > 0 ? "it bends upwards" : second < 0 ? "it bends downwards" : "it is straight there";
    const kinked = tape.nodes().some((node) => tape.reaches(node) && model.run.kink(node));
    const left = leaves.length - shown.length;
    words.textContent =
      `∂²${root}/∂${names[at]}² = ${written(at, at)}` +
      (written(at, at) === "?"
        ? ": not known, as it goes through outside code."
        : Number.isNaN(second)
          ? "."
          : `: along ${names[at]} ${bends}. The gradient of ${names[at]} changes by that much for each 1 that ${names[at]} moves.`) +
      (kinked ? " There is a kink, of which second derivatives say nothing." : "") +
      (left > 0 ? ` ${left} more ${left > 1 ? "leaves are" : "leaf is"} left out; select one to see it.` : "");
  };
  host.append(element("div.wide", {}, table), words);
  const ended = effect(() => {
    const moved = model.moved.value;
    void [model.tape, model.selected];
    untracked(() => {
      if (!moved || moved.done) void ask();
      else table.dataset.stale = "true";
    });
  });
  return () => {
    asked++;
    ended();
  };
}
