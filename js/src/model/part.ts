// A part of a large graph: one node, or what it holds; and how parts in a row are put together where there are too many.
import { fromTo } from "./spoken";

export type Kind = "node" | "steps" | "sum" | "list" | "call" | "pass" | "loop" | "part";

/** So many parts stand beside each other; more are put together. */
export const MANY = 24;
/** From so many on things of one kind are a list, and additions a long sum. */
export const LONG = 4;

export type Nodes = readonly number[];

/** A part: one node, or what it holds. */
export class Part {
  #inside: readonly Part[] | null = null;
  /** How things like it are called together, which are opened together. */
  readonly family: string;

  constructor(
    readonly kind: Kind,
    readonly key: string,
    readonly nodes: Nodes,
    private readonly called: () => string,
    private readonly split: () => readonly Part[] = () => [],
    family = key,
  ) {
    this.family = family;
  }

  /** What a reader calls it. */
  get label(): string {
    return this.called();
  }

  /** What it holds, one level; nothing for a node. */
  get inside(): readonly Part[] {
    this.#inside ??= this.split();
    return this.#inside;
  }

  /** How many nodes are in it; 1 for one that cannot be opened. */
  get holds(): number {
    return this.kind === "node" ? 1 : this.nodes.length;
  }

  /** The last node that was made of those in it. */
  get last(): number {
    return this.nodes[this.nodes.length - 1];
  }
}

/** Things of one kind that follow each other are put together where there are too many; then what is next to each other. */
export function packed(parts: readonly Part[], key: string): readonly Part[] {
  if (parts.length <= MANY) return parts;
  const runs: Part[][] = [];
  for (const part of parts) {
    const run = runs[runs.length - 1];
    if (run && run[0].family === part.family && part.kind !== "list") run.push(part);
    else runs.push([part]);
  }
  const together = runs.flatMap((run) => {
    if (run.length < LONG) return run;
    const [first] = run;
    const { family } = first;
    const calls = first.kind === "call" || first.kind === "pass";
    const called = () =>
      calls
        ? `${run.length} × ${first.label.replace(/ \d+$|^call \d+ of /, "")}`
        : `${family}: ${run.length} ${family.startsWith("line ") ? "steps" : "numbers"}`;
    const name = `${first.key}…`;
    return [
      new Part(
        "list",
        name,
        run.flatMap((part) => part.nodes),
        called,
        () => chunks(run, name),
        `many ${family}`,
      ),
    ];
  });
  return chunks(together, key);
}

/** What stands in a row, by tens where it is too much, or by hundreds. */
export function chunks(parts: readonly Part[], key: string): readonly Part[] {
  if (parts.length <= MANY) return parts;
  let size = 10;
  while (parts.length > size * MANY) size *= 10;
  return Array.from({ length: Math.ceil(parts.length / size) }, (_, at) => {
    const held = parts.slice(at * size, (at + 1) * size);
    if (held.length === 1) return held[0];
    const name = `${key}[${at * size}]`;
    const called = () => fromTo(held.length, held[0].label, held[held.length - 1].label);
    return new Part(
      "part",
      name,
      held.flatMap((part) => part.nodes),
      called,
      () => chunks(held, name),
      `tens of ${key}`,
    );
  });
}

/** Put something under a key, with what is there. */
export function into<Key, Found>(found: Map<Key, Found[]>, key: Key, one: Found): void {
  const known = found.get(key);
  if (known) known.push(one);
  else found.set(key, [one]);
}
