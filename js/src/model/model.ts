// What one view shows, as signals: the tape, where its leaves are, what is selected, and whether the numbers may be believed.
// Whoever reads a signal in an effect hears of its changes. It knows nothing of the page, and of the kernel only what it was told.

import { Ask, type QuestionWire, type ReplyWire } from "../engine/protocol.gen";
import type { Run, Tape } from "../engine/tape";
import type { At, Output, Raw } from "../engine/wire";
import { finite } from "./format";
import type { Lens } from "./lens";
import { alike, difference, nodeLabelled, title } from "./names";
import { type Elsewhere, Paths } from "./paths";
import { defaultRange, type Range, refused } from "./ranges";
import { batch, computed, type ReadonlySignal, signal } from "./signals";

/**
 * "exact": the numbers are what a fresh run gives. "unconfirmed": they are, as far as can be seen without one. "asking": the kernel must
 * decide or run again. "stuck": it cannot.
 */
export type Mood = "exact" | "unconfirmed" | "asking" | "stuck";

/**
 * In what company a view is: a kernel that answers, one that is late, one that is gone, or none, as in a reopened notebook; or a page of its
 * own, which has no notebook around it.
 */
export type Company = "kernel" | "busy" | "gone" | "none" | "page";

/** That leaves were moved: here or elsewhere, and whether they rest. */
export interface Moved {
  readonly here: boolean;
  readonly done: boolean;
}

export const ASKED = "The kernel is asked; whoever closes the tool need not wait.";
/** So many nodes are run several times within a frame. */
const SMALL = 5000;

export const UNREADABLE = "The kernel's answer cannot be read";

/** A question to the kernel, and what it answers: nobody has looked at the fields yet, but for the sentence that says why not. */
export type Question = Omit<QuestionWire, "id" | "trace" | "moves">;
export type Reply = Raw<ReplyWire> & { readonly error: string };

export class Model {
  readonly #paths: Paths;
  /** The tape on whose path the leaves are, as the kernel sent it; what is shown may have another root. */
  readonly #raw;
  readonly #run;
  readonly #tape = computed(() => this.#run.value.tape);
  readonly #roots = computed(() => {
    void this.#run.value;
    return this.#paths.under(this.#raw.value).nodes;
  });
  readonly #structure;
  readonly #at;
  readonly #positions = computed(() => this.tape.positions(this.at));
  /** Where the code puts each leaf on the path where it was seen last. */
  readonly #start: Map<string, number>;
  /** The ranges that leaves begin with. On another path through the code they stay. */
  readonly #around = new Map<string, Range>();
  readonly #ranges = signal<ReadonlyMap<string, Range>>(new Map());
  readonly #selected = signal<number | null>(null);
  /** Who looks at the graph in which way; who began last comes last. */
  readonly #lenses = signal<ReadonlyMap<unknown, Lens>>(new Map());
  readonly #lens = computed(() => {
    const all = [...this.#lenses.value.values()];
    return all.length ? (Object.assign({}, ...all) as Lens) : null;
  });
  readonly #mood = signal<Mood>("exact");
  readonly #message = signal("");
  readonly #company = signal<Company>("kernel");
  /** What the cell has put out when it was last run again. */
  readonly output = signal<Output>({ said: "", text: "", shown: [] });
  readonly #stale = signal("");
  readonly #byHand = signal(false);
  readonly #moved = signal<Moved | null>(null);
  /** The highest number of a trace that the kernel has sent. */
  #latest: number;
  #asker: ((question: Question) => Promise<Reply>) | null = null;
  /** How the leaves came onto the present path; said until they leave it. */
  #path = "";

  constructor(tape: Tape) {
    const run = tape.run(tape.at, true);
    this.#paths = new Paths(tape);
    this.#raw = signal(tape);
    this.#run = signal(run);
    this.#structure = signal(tape);
    this.#at = signal<At>(tape.at);
    this.#latest = tape.trace;
    this.#start = new Map(tape.leaves.map(({ key, start }) => [key, start]));
    this.#reachAll();
  }

  /** The graph at the numbers that are shown: the last that hold. */
  get run(): Run {
    return this.#run.value;
  }
  /** The graph that is shown. */
  get tape(): Tape {
    return this.#tape.value;
  }
  /** The same, but another one only where its structure is another. */
  get structure(): Tape {
    return this.#structure.value;
  }
  /** The number of the trace on which the leaves are, and the highest that the kernel has sent. */
  get trace(): number {
    return this.#raw.value.trace;
  }
  get latest(): number {
    return this.#latest;
  }
  /** The leaves that somebody has moved, by key, those too that the present path does not have. */
  get at(): At {
    return this.#at.value;
  }
  /** Where the leaves are, in the order of `tape.leaves`; they may wait there for the kernel. */
  get positions(): readonly number[] {
    return this.#positions.value;
  }
  /** That leaves were moved last; null before. */
  get moved(): ReadonlySignal<Moved | null> {
    return this.#moved;
  }
  /** Whether there is time for what costs as much as a run: the graph is small, or its leaves rest. */
  get rests(): boolean {
    return this.tape.size <= SMALL || this.#moved.value?.done !== false;
  }
  /** How the picture is looked at; null for as it is. */
  get lens(): Lens | null {
    return this.#lens.value;
  }
  /** A node's number as it is looked at; null while it is not there yet. */
  data(node: number): number | null {
    const { lens } = this;
    return lens?.data ? lens.data(node) : this.run.values[node];
  }
  /** A node's gradient as it is looked at; null while it is not there yet. */
  grad(node: number): number | null {
    const { lens } = this;
    return lens?.grad ? lens.grad(node) : this.run.grads[node];
  }
  get selected(): number | null {
    return this.#selected.value;
  }
  /** Whether the kernel runs the code only when somebody asks for it. */
  get byHand(): boolean {
    return this.mood === "stuck" && this.#byHand.value;
  }

  get mood(): Mood {
    return this.#mood.value;
  }
  /** A sentence about the numbers; empty when there is nothing to say. */
  get message(): string {
    return this.#message.value;
  }
  /** One sentence when what this graph took from elsewhere in the notebook has changed since. */
  get stale(): string {
    return this.#stale.value;
  }
  get company(): Company {
    return this.#company.value;
  }
  /** Whether there is a kernel that may answer. */
  get accompanied(): boolean {
    return this.company === "kernel" || this.company === "busy";
  }

  /** Moves one leaf, by its place in `tape.leaves`; `done` when the drag has ended. */
  move(place: number, position: number, done: boolean): void {
    this.moveAll(new Map([[place, position]]), done);
  }

  /** Moves several leaves at once, as one change. */
  moveAll(moves: ReadonlyMap<number, number>, done = true): void {
    const { leaves } = this.tape;
    this.put(new Map([...moves].map(([place, position]) => [leaves[place].key, position])), done);
  }

  /** Moves leaves, by their keys, as one change; null: to where the code puts it, which counts as not moved. */
  put(moves: ReadonlyMap<string, number | null>, done = true): void {
    const at = new Map(this.at);
    for (const [key, position] of moves) {
      if (!this.#start.has(key)) continue;
      if (position === null || Object.is(this.#start.get(key), position)) at.delete(key);
      else at.set(key, position);
    }
    this.#go(at, { here: true, done });
  }

  /** Puts one leaf, or all of them, back to the number in the text, and its slider to the range of before. */
  reset(place?: number): void {
    const [at, ranges] = place === undefined ? [new Map(), new Map()] : [new Map(this.at), new Map(this.ranges)];
    if (place !== undefined) {
      at.delete(this.tape.leaves[place].key);
      ranges.delete(this.tape.leaves[place].name);
    }
    batch(() => {
      this.#ranges.value = ranges;
      this.#go(at, { here: true, done: true });
    });
  }

  /** Lets go of what the kernel is asked, if there is one, and goes back to the last numbers that hold. */
  cancel(): void {
    if (this.accompanied) void this.ask({ ask: Ask.Cancel });
    const { tape, run } = this;
    this.moveAll(new Map(tape.leaves.map((_, place) => [place, run.positions[place]])));
  }

  /** Looks at another root, or at the sum of several; at the cell's own for none. */
  root(nodes: readonly number[]): void {
    batch(() => {
      const raw = this.#raw.value;
      const last = new Map(this.tape.leaves.map(({ key }, place) => [key, this.run.positions[place]]));
      this.#paths.choose(raw, nodes.join() === String(raw.root) ? [] : nodes);
      this.#show(raw, this.#paths.under(raw).tape.run(last, true), this.#path);
      this.#settle(false);
      if (this.mood === "asking") this.#moved.value = { here: true, done: true };
    });
  }

  /** The roots that were chosen here; empty for the cell's own. */
  get roots(): readonly number[] {
    return this.#roots.value;
  }

  /** Whether a node was made by the code, and not by the sum of several roots. */
  owns(node: number): boolean {
    return node < this.#raw.value.size;
  }

  /** The root's name in the notebook. */
  get ownRoot(): string {
    const raw = this.#raw.value;
    return title(raw, raw.root);
  }

  /** Asks the kernel what no replay can tell. */
  ask(question: Question): Promise<Reply> {
    return this.#asker?.(question) ?? Promise.resolve({ error: "There is no kernel to ask" });
  }

  /** Who answers. */
  answering(asker: ((question: Question) => Promise<Reply>) | null): void {
    this.#asker = asker;
  }

  /** The number in the text, from which a leaf came. */
  start(place: number): number {
    return this.tape.leaves[place].start;
  }

  /** How far a leaf's slider goes: as it was set or as it has been, else as the code asked, else around its number. */
  range(place: number): Range {
    const { key, node, name, start, whole, startsWhole, lo, hi } = this.tape.leaves[place];
    const what = `${key} ${start} ${whole}`;
    let around = this.#around.get(what);
    if (!around) {
      around = defaultRange(start, whole || startsWhole, (x) => this.tape.refuses(node, x));
      this.#around.set(what, around);
    }
    const asked = { low: lo ?? around.low, high: hi ?? around.high };
    return this.#ranges.value.get(name) ?? (refused(asked) ? around : asked);
  }

  /** The ranges that were set or reached, by the leaves' names. */
  get ranges(): ReadonlyMap<string, Range> {
    return this.#ranges.value;
  }

  /** Takes up the ranges of an earlier widget of the same cell. */
  takeRanges(ranges: ReadonlyMap<string, Range>): void {
    this.#ranges.value = ranges;
    this.#reachAll();
  }

  /** Sets how far a leaf's slider goes. */
  setRange(place: number, range: Range): void {
    batch(() => {
      this.#setRange(this.tape.leaves[place].name, range);
      this.#reachAll();
    });
  }

  /** Follows leaves that were moved elsewhere: from Python, or in another view. */
  follow(at: At): void {
    this.#go(at, { here: false, done: true });
  }

  /** The kernel has looked at the present positions, and every guard holds. */
  confirm(): void {
    batch(() => {
      if (this.mood === "asking" && !this.stale) this.#settle(true);
      this.meet("kernel");
    });
  }

  /** The kernel cannot go where the leaves are, or does so only when somebody asks for it; the last good picture stays. */
  refuse(message: string, byHand = false): void {
    batch(() => {
      this.meet("kernel");
      this.#byHand.value = byHand;
      this.#mood.value = "stuck";
      this.#message.value = message;
    });
  }

  /** What has become of the kernel. */
  meet(company: Company): void {
    this.#company.value = company;
  }

  /** What this graph took from elsewhere has changed, or has not. */
  age(stale: string): void {
    this.#stale.value = stale;
  }

  /** A path that was traced before this view began. */
  know(tape: Tape): void {
    this.#paths.add(tape);
  }

  /** The kernel has run the code again. Leaves that were moved meanwhile stay where they are (`ours`), and the kernel hears of them. */
  replace(tape: Tape, ours: boolean): void {
    batch(() => {
      const why = this.mood === "exact" || this.mood === "unconfirmed" ? "" : this.message;
      this.#latest = tape.trace;
      this.#paths.add(tape);
      if (!ours) this.#at.value = tape.at;
      this.#mood.value = "exact";
      this.meet("kernel");
      const before = this.#raw.value;
      const path = `${why ? `${why}. ` : ""}The code was run again, and this is its graph now`;
      const said = alike(before, tape) ? this.#path : path + difference(before, tape);
      this.#show(tape, this.#paths.under(tape).tape.run(tape.at, true), said);
      if (ours) {
        this.#settle(false);
        this.#moved.value = { here: true, done: true };
      }
    });
  }

  select(node: number | null): void {
    this.#selected.value = node;
  }

  /** Looks at the graph in another way until this is called with null by the same one: a mode, or what is laid over it for a while. */
  look(lens: Lens | null, by: unknown = "mode"): void {
    const all = new Map(this.#lenses.peek());
    if (lens) all.set(by, lens);
    else if (!all.delete(by)) return;
    this.#lenses.value = all;
  }

  /** Where the leaves are with some of them moved, by their places. */
  elsewhere(moves: ReadonlyMap<number, number>): At {
    const { leaves } = this.tape;
    return new Map([...this.at, ...[...moves].map(([place, position]) => [leaves[place].key, position] as const)]);
  }

  /** The root with the leaves elsewhere, by their places; null where only the kernel could tell. Nothing that is shown changes. */
  probe(moves: ReadonlyMap<number, number>): Elsewhere | null {
    const at = this.elsewhere(moves);
    const values = this.tape.probe(at);
    return values ? { root: values[this.tape.root], values, path: this.tape } : this.#paths.probe(this.#raw.value, at);
  }

  #go(at: At, moved: Moved): void {
    batch(() => {
      this.#at.value = at;
      this.#settle(false);
      this.#moved.value = moved;
    });
  }

  #setRange(name: string, range: Range): void {
    this.#ranges.value = new Map([...this.#ranges.value, [name, range]]);
  }

  /** Every slider goes as far as its leaf is. Those that stand where the last run had them do. */
  #reachAll(all = true): void {
    this.positions.forEach((at, place) => {
      if (!all && Object.is(at, this.run.positions[place])) return;
      const { low, high } = this.range(place);
      if (finite(at) && (at < low || at > high))
        this.#setRange(this.tape.leaves[place].name, { low: Math.min(low, at), high: Math.max(high, at) });
    });
  }

  /** Another graph in the place of the one that is shown; `path` is what is said of how one came there. */
  #show(raw: Tape, run: Run, path: string): void {
    const { tape: before, selected } = this;
    const same = alike(before, run.tape);
    const chosen = selected === null ? "" : before.label(selected);
    if (this.#raw.value !== raw && !same) this.#selected.value = chosen ? nodeLabelled(run.tape, chosen) : null;
    else if (selected !== null && selected >= run.tape.size) this.#selected.value = null;
    for (const { key, start } of run.tape.leaves) this.#start.set(key, start);
    this.#raw.value = raw;
    this.#run.value = run;
    if (!alike(this.#structure.value, run.tape)) this.#structure.value = run.tape;
    this.#path = path && !path.endsWith(".") ? `${path}.` : path;
    this.#message.value = this.#path;
    this.#reachAll();
  }

  /** Finds out what the graph comes to where the leaves are now, and whether that may be believed. */
  #settle(confirmed: boolean): void {
    const [raw, at] = [this.#raw.value, this.#at.value];
    this.#reachAll(false);
    if (this.stale && !sameAt(at, this.run)) {
      this.#mood.value = "asking";
      this.#message.value = this.stale;
      return;
    }
    const run = this.tape.run(at, confirmed);
    const { kind, text } = run.verdict;
    if (kind === "exact" || kind === "unconfirmed") {
      this.#mood.value = kind;
      this.#message.value = text || this.#path;
      this.#run.value = run;
      return;
    }
    const known = kind === "flipped" ? this.#paths.other(raw, at) : null;
    if (known) {
      this.#mood.value = "exact";
      const path = `${text}. This path was traced before`;
      this.#show(known.tape, known.run, alike(raw, known.tape) ? this.#path : path + difference(raw, known.tape));
    } else if (kind === "flipped" && !this.tape.rerun) {
      this.#mood.value = "stuck";
      this.#message.value = `${text}: this graph was not traced there, and there is no code to run again`;
    } else {
      this.#mood.value = "asking";
      this.#message.value = text;
    }
  }
}

/** Whether leaves that are moved so stand where a run has them. */
function sameAt(at: At, run: Run): boolean {
  return run.tape.positions(at).every((position, place) => Object.is(position, run.positions[place]));
}
