// Curvature: how the slope itself changes. The second derivatives come from the kernel: those of the leaf that is looked at, and on
// demand those by each pair of leaves. Where there is none, differences of gradients stand for them.

import { Ask } from "../engine/protocol.gen";
import { decodeNumber } from "../engine/wire";
import { short } from "../model/format";
import { goesOutside } from "../model/gradients";
import { ASKED, type Model, type Reply, UNREADABLE } from "../model/model";
import { rootName, title } from "../model/names";
import { after, ended, signal } from "../model/signals";
import { element, heads, on, row, set } from "../view/dom";

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

export interface Curvature {
  /** What is said of the leaf. */
  readonly words: HTMLElement;
  /** The matrix, behind its title. */
  readonly pairs: HTMLElement;
  /** Looks at some leaves, by their nodes; the first is spoken of. */
  look(nodes: readonly number[]): void;
}

export function mountCurvature(model: Model): Curvature {
  const words = element("p.words bends", { "aria-live": "off" });
  const table = element("table");
  const pairs = element("details.pairs", element("summary", "Second derivatives by each pair of leaves"));
  pairs.append(element("div.wide", table));
  const looked = signal<readonly number[]>([]);
  const open = signal(false);
  let asked = 0;
  const stale = (is: boolean) => {
    for (const each of [words, table]) set(each, "data-stale", is);
  };
  const ask = async () => {
    const mine = ++asked;
    const { tape } = model;
    const wanted = looked.peek();
    const leaves = tape.leaves.map(({ node }) => node).filter((node) => tape.reaches(node));
    const chosen = wanted[0];
    if (!leaves.includes(chosen)) {
      words.textContent = "";
      return;
    }
    const all = open.peek() ? [...wanted, ...leaves.filter((node) => !wanted.includes(node))] : wanted;
    const shown = all.slice(0, ROWS).sort((a, b) => a - b);
    stale(true);
    words.textContent ||= ASKED;
    const roots = model.roots.length ? model.roots : [tape.root];
    const begun = performance.now();
    const found: number[][] = [];
    // Row by row, so that whoever moves on or looks elsewhere need not wait for all of them.
    for (const leaf of shown) {
      const answer = await model.ask({ ask: Ask.Curvature, roots, row: leaf, columns: shown });
      if (mine !== asked) return;
      const bends = model.accompanied ? null : tape.bend(model.run.values, leaf);
      const numbers = bends ? shown.map((node) => bends[node]) : readRow(answer);
      if (!numbers) {
        table.replaceChildren();
        stale(false);
        words.textContent = `${answer.error || UNREADABLE}.`;
        return;
      }
      found.push(numbers);
      if (performance.now() - begun > PATIENCE)
        words.textContent = `${found.length} of ${shown.length} rows have come from the kernel.`;
    }
    stale(false);
    const names = shown.map((node) => title(tape, node));
    // How the derivatives of outside code change nobody has measured.
    const outside = goesOutside(tape);
    const lost = shown.map((node) => tape.measured(node) !== undefined);
    const about = model.accompanied ? "" : "≈ ";
    const written = (k: number, other: number) =>
      lost[k] || lost[other] || (outside && Number.isNaN(found[k][other])) ? "?" : about + short(found[k][other]);
    table.replaceChildren(
      heads("∂²", ...names),
      ...found.map((numbers, k) =>
        row(names[k], ...numbers.map((_, other) => element(other === k ? "b" : "span", {}, written(k, other)))),
      ),
    );
    const root = rootName(tape);
    const at = shown.indexOf(chosen);
    const second = found[at][at];
    const bends = second > 0 ? "it bends upwards" : second < 0 ? "it bends downwards" : "it is straight there";
    const kinked = tape.nodes().some((node) => tape.reaches(node) && model.run.kink(node));
    const left = open.peek() ? leaves.length - shown.length : 0;
    words.textContent =
      `∂²${root}/∂${names[at]}² ${`= ${written(at, at)}`.replace("= ≈", "≈")}` +
      (written(at, at) === "?"
        ? ": not known, as it goes through outside code."
        : Number.isNaN(second)
          ? "."
          : `: along ${names[at]} ${bends}.`) +
      (second && written(at, at) !== "?"
        ? ` The gradient of ${names[at]} changes by that much for each 1 that ${names[at]} moves.`
        : "") +
      (kinked ? " There is a kink, of which second derivatives say nothing." : "") +
      (left > 0 ? ` ${left} more ${left > 1 ? "leaves are" : "leaf is"} left out; select one to see it.` : "");
  };
  on(pairs, "toggle", () => {
    open.value = pairs.open;
  });
  after(
    () => [model.tape, model.moved.value, looked.value, open.value],
    () => {
      if (model.moved.value?.done !== false) void ask();
      else stale(true);
    },
  );
  ended(() => {
    asked++;
  });
  return {
    words,
    pairs,
    look: (nodes) => {
      if (nodes.join() !== looked.peek().join()) looked.value = nodes;
    },
  };
}
