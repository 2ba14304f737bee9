// What one view of a graph shows: the tape, where its leaves are, what is selected, and whether the numbers may be believed.
// It knows nothing of the page and nothing of the kernel; the parts of the view and kernel.ts listen to it.

import type { Tape } from "../engine/tape";
import { finite } from "./format";
import { alike, difference, leafKeys, nodeLabelled, title } from "./names";
import { type Found, type Places, positionsAt, Ways } from "./paths";
import { defaultRange, type Range, refused } from "./ranges";

/**
 * "exact": the numbers are what a fresh run gives. "unconfirmed": they are, as far as can be seen without one. "asking": the kernel must
 * decide or run again. "stuck": it cannot.
 */
export type Mood = "exact" | "unconfirmed" | "asking" | "stuck";

/**
 * What has changed. `structure`: the graph is another one. `retraced`: it is the same, in another tape, for those who hold on to a tape.
 * `followed`: leaves were moved elsewhere.
 */
export interface Listener {
  readonly structure?: () => void;
  readonly retraced?: () => void;
  readonly numbers?: () => void;
  readonly followed?: () => void;
  readonly selection?: () => void;
  readonly status?: () => void;
  readonly lens?: () => void;
}

/** Leaves that moved: the place of each in `tape.leaves`, and its number. */
export type Moves = readonly (readonly [place: number, position: number])[];

/** Another way to look at the same graph: what a part lets the picture show for a while, beside the numbers or in their place. */
export interface Lens {
  /** What stands for a node's number and its gradient; null while it is not there yet. */
  data?(node: number): number | null;
  grad?(node: number): number | null;
  /** Whether a node, or the use of one by another, is lit. */
  lit?(node: number): boolean;
  used?(source: number, target: number): boolean;
  /** What is written over a node; empty for nothing. */
  note?(node: number): string;
}

export const ASKED = "The kernel is asked; whoever closes the tool need not wait.";
export const UNREADABLE = "The kernel's answer cannot be read";

/** A question to the kernel. */
export type Question = Readonly<Record<string, unknown>>;

/** What it answers: fields nobody has looked at yet, or one sentence that says why not. */
export type Answer = Question & { readonly error: string };

export class State {
  #tape: Tape;
  /** The same as the kernel sent it; `#tape` may have another root. */
  #raw: Tape;
  #base: Tape;
  readonly #ways: Ways;
  #asker: ((question: Question) => Promise<Answer>) | null = null;
  #positions: number[];
  /** Where each leaf was last, those too that the present path does not have. */
  readonly #places: Map<string, number>;
  #start: Map<string, number>;
  readonly #ranges = new Map<string, Range>();
  #selected: number | null = null;
  #lens: Lens | null = null;
  #mood: Mood = "exact";
  #message = "";
  /** How the leaves came onto the present path; said until they leave it. */
  #path = "";
  #waiting = false;
  #lost = false;
  #output = "";
  readonly #listeners = new Set<Listener>();
  readonly #senders = new Set<(done: boolean) => void>();

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#raw = tape;
    this.#base = tape;
    this.#ways = new Ways(tape);
    this.#positions = tape.leafPositions();
    this.#start = new Map(leafKeys(tape).map((key, place) => [key, this.#positions[place]]));
    this.#places = new Map(this.#start);
  }

  get tape(): Tape {
    return this.#tape;
  }
  /** The tape that the kernel sent last; what is shown may be an earlier one, of the path on which the leaves are now. */
  get base(): Tape {
    return this.#base;
  }
  get positions(): readonly number[] {
    return this.#positions;
  }
  /** How the picture is looked at; null for as it is. */
  get lens(): Lens | null {
    return this.#lens;
  }
  /** A node's number as it is looked at; null while it is not there yet. */
  data(node: number): number | null {
    return this.#lens?.data ? this.#lens.data(node) : this.#tape.values[node];
  }
  /** A node's gradient as it is looked at; null while it is not there yet. */
  grad(node: number): number | null {
    return this.#lens?.grad ? this.#lens.grad(node) : this.#tape.grads[node];
  }
  get selected(): number | null {
    return this.#selected;
  }
  get mood(): Mood {
    return this.#mood;
  }
  /** A sentence about the numbers; empty when there is nothing to say. */
  get message(): string {
    return this.#message;
  }
  /** Whether the kernel has let a question wait for long. */
  get waiting(): boolean {
    return this.#waiting;
  }
  /** Whether the kernel that ran the code is gone. */
  get lost(): boolean {
    return this.#lost;
  }
  /** What the cell printed when it was last run again. */
  get output(): string {
    return this.#output;
  }

  /** Calls back when something changed, by what it was; gives back how to end it. */
  listen(by: Listener): () => void {
    this.#listeners.add(by);
    return () => this.#listeners.delete(by);
  }

  /** Calls back when leaves were moved here and the kernel is to hear of it. */
  onMove(sender: (done: boolean) => void): () => void {
    this.#senders.add(sender);
    return () => this.#senders.delete(sender);
  }

  /** Moves one leaf; `done` when the drag has ended. */
  move(place: number, position: number, done: boolean): void {
    if (!Object.is(this.#positions[place], position)) {
      this.#put(place, position);
      this.#run(false);
    }
    for (const sender of this.#senders) sender(done);
  }

  /** Moves several leaves at once, as one change. */
  moveAll(moves: ReadonlyMap<number, number>, done = true): void {
    const keys = leafKeys(this.#tape);
    this.put(new Map([...moves].map(([place, position]) => [keys[place], position])), done);
  }

  /** Lets go of what the kernel is asked, and goes back to the last numbers that hold. */
  cancel(): void {
    void this.ask({ ask: "cancel" });
    this.moveAll(new Map(this.#tape.leafPositions().map((position, place) => [place, position])));
  }

  /** Looks at another root, or at the sum of several; at the cell's own for none. */
  root(nodes: readonly number[]): void {
    const last = this.#tape.leafPositions();
    this.#ways.choose(this.#raw, nodes.join() === String(this.#raw.root) ? [] : nodes);
    this.#ways.under(this.#raw).tape.run(last, true);
    this.#show(this.#raw, this.#path);
    this.#run(false);
    if (this.#mood === "asking") for (const sender of this.#senders) sender(true);
  }

  /** The roots that were chosen here; empty for the cell's own. */
  get roots(): readonly number[] {
    return this.#ways.under(this.#raw).nodes;
  }

  /** Whether a node was made by the code, and not by the sum of several roots. */
  owns(node: number): boolean {
    return node < this.#raw.size;
  }

  /** The root's name in the notebook. */
  get ownRoot(): string {
    return title(this.#raw, this.#raw.root);
  }

  /** Asks the kernel what no replay can tell. */
  ask(question: Question): Promise<Answer> {
    return this.#asker?.(question) ?? Promise.resolve({ error: "There is no kernel to ask" });
  }

  /** Who answers. */
  answering(asker: ((question: Question) => Promise<Answer>) | null): void {
    this.#asker = asker;
  }

  /** Where each leaf was last, by the key that it keeps when the code is run again. */
  get places(): Places {
    return this.#places;
  }

  /** Puts leaves, by their keys, as one change. */
  put(places: Places, done = true): void {
    for (const [key, position] of places) if (this.#places.has(key)) this.#places.set(key, position);
    this.#positions = positionsAt(this.#tape, this.#places) ?? this.#positions;
    this.#run(false);
    for (const sender of this.#senders) sender(done);
  }

  /** Puts one leaf, or all of them, back to the number in the text. */
  reset(place?: number): void {
    leafKeys(this.#tape).forEach((key, at) => {
      const start = this.#start.get(key);
      if (start !== undefined && (place === undefined || place === at)) this.#put(at, start);
    });
    this.#run(false);
    for (const sender of this.#senders) sender(true);
  }

  /** The number in the text, from which a leaf came. */
  start(place: number): number {
    return this.#start.get(leafKeys(this.#tape)[place]) ?? this.#tape.traced[this.#tape.leaves[place].node];
  }

  /** How far a leaf's slider goes: as it was set or as it has been, else as the code asked, else around its number. */
  range(place: number): Range {
    const { whole, lo, hi } = this.#tape.leaves[place];
    const around = defaultRange(this.start(place), whole);
    const asked = { low: lo ?? around.low, high: hi ?? around.high };
    return this.#ranges.get(leafKeys(this.#tape)[place]) ?? (refused(asked) ? around : asked);
  }

  /** Sets how far a leaf's slider goes. */
  setRange(place: number, range: Range): void {
    this.#ranges.set(leafKeys(this.#tape)[place], range);
    this.#reach(place);
    this.#tell((by) => by.numbers);
  }

  /** The leaves of the kernel's tape that are not where it was traced. */
  moves(): Moves {
    const keys = leafKeys(this.#base);
    return this.#base.leaves.flatMap(({ node }, place) => {
      const traced = this.#base.traced[node];
      const position = this.#places.get(keys[place]) ?? traced;
      return Object.is(position, traced) ? [] : [[place, position] as const];
    });
  }

  /** Follows leaves that were moved elsewhere: from Python, or in another view. */
  follow(moves: Moves): void {
    const base = this.#base;
    const moved = new Map(moves);
    leafKeys(base).forEach((key, place) => {
      this.#places.set(key, moved.get(place) ?? base.traced[base.leaves[place].node]);
    });
    this.#positions = positionsAt(this.#tape, this.#places) ?? this.#positions;
    this.#run(false);
    this.#tell((by) => by.followed);
  }

  /** The kernel has looked at the present positions, and every guard holds. */
  confirm(): void {
    if (this.#mood === "asking") this.#run(true);
    this.wait(false);
  }

  /** The kernel cannot go where the leaves are; the last good picture stays. */
  refuse(message: string): void {
    this.#waiting = false;
    this.#say("stuck", message);
  }

  wait(waiting: boolean): void {
    if (this.#waiting === waiting) return;
    this.#waiting = waiting;
    this.#tell((by) => by.status);
  }

  lose(lost: boolean): void {
    if (this.#lost === lost) return;
    this.#lost = lost;
    this.#tell((by) => by.status);
  }

  print(output: string): void {
    if (this.#output === output) return;
    this.#output = output;
    this.#tell((by) => by.status);
  }

  /**
   * The kernel has run the code again. Leaves that were moved meanwhile stay where they are (`ours`), and the kernel hears of them.
   */
  replace(tape: Tape, ours: boolean): void {
    const why = this.#mood === "exact" || this.#mood === "unconfirmed" ? "" : this.#message;
    this.#base = tape;
    this.#ways.add(tape);
    leafKeys(tape).forEach((key, place) => {
      const position = tape.traced[tape.leaves[place].node];
      if (!this.#start.has(key)) this.#start.set(key, position);
      if (!ours || !this.#places.has(key)) this.#places.set(key, position);
    });
    this.#mood = "exact";
    this.#waiting = false;
    const path = `${why ? `${why}. ` : ""}The code was run again, and this is its graph now`;
    this.#show(tape, alike(this.#raw, tape) ? this.#path : path + difference(this.#raw, tape));
    if (this.moves().length) {
      this.#run(false);
      for (const sender of this.#senders) sender(true);
    }
  }

  select(node: number | null): void {
    if (this.#selected === node) return;
    this.#selected = node;
    this.#tell((by) => by.selection);
  }

  /** Looks at the graph in another way until this is called with null. */
  look(lens: Lens | null): void {
    if (this.#lens === lens) return;
    this.#lens = lens;
    this.#tell((by) => by.lens);
  }

  /** The root with the leaves elsewhere; null where only the kernel could tell. Nothing that is shown changes. */
  probe(moves: ReadonlyMap<number, number>): Found | null {
    const positions = this.#positions.map((position, place) => moves.get(place) ?? position);
    const here = this.#tape.probe(positions);
    if (here !== null) return { root: here, path: this.#tape };
    const keys = leafKeys(this.#tape);
    const there = [...moves].map(([place, at]) => [keys[place], at] as const);
    return this.#ways.probe(this.#raw, new Map([...this.#places, ...there]));
  }

  /** A leaf's slider goes as far as the leaf is. */
  #reach(place: number): void {
    const at = this.#positions[place];
    const { low, high } = this.range(place);
    if (finite(at) && (at < low || at > high))
      this.#ranges.set(leafKeys(this.#tape)[place], { low: Math.min(low, at), high: Math.max(high, at) });
  }

  #put(place: number, position: number): void {
    this.#positions[place] = position;
    this.#places.set(leafKeys(this.#tape)[place], position);
  }

  /** Another tape in the place of the one that is shown; `path` is what is said of how one came there. */
  #show(raw: Tape, path: string): void {
    const before = this.#tape;
    const { tape } = this.#ways.under(raw);
    const same = alike(before, tape);
    const kept = this.#raw === raw || same;
    const chosen = this.#selected === null ? "" : before.label(this.#selected);
    this.#raw = raw;
    this.#tape = tape;
    this.#positions = positionsAt(tape, this.#places) ?? tape.leafPositions();
    for (const place of tape.leaves.keys()) this.#reach(place);
    if (!kept) this.#selected = chosen ? nodeLabelled(tape, chosen) : null;
    else if (this.#selected !== null && this.#selected >= tape.size) this.#selected = null;
    this.#path = path && !path.endsWith(".") ? `${path}.` : path;
    this.#message = this.#path;
    this.#tell(same ? (by) => by.retraced : (by) => by.structure);
    if (same) this.#tell((by) => by.numbers);
    this.#tell((by) => by.status);
  }

  #run(confirmed: boolean): void {
    for (const [place, { node }] of this.#tape.leaves.entries())
      if (!Object.is(this.#positions[place], this.#tape.values[node])) this.#reach(place);
    const verdict = this.#tape.run(this.#positions, confirmed);
    if (verdict.kind === "flipped") {
      const known = this.#ways.other(this.#raw, this.#places);
      if (known) {
        this.#mood = "exact";
        const path = `${verdict.text}. This path was traced before`;
        this.#ways.under(known).tape.run(positionsAt(known, this.#places) as number[]);
        this.#show(known, alike(this.#raw, known) ? this.#path : path + difference(this.#raw, known));
        return;
      }
    }
    if (verdict.kind === "exact" || verdict.kind === "unconfirmed") {
      this.#mood = verdict.kind;
      this.#message = verdict.text || this.#path;
    } else if (verdict.kind === "flipped" && !this.#tape.rerun) {
      this.#mood = "stuck";
      this.#message = `${verdict.text}: this graph was not traced there, and there is no code to run again`;
    } else {
      this.#mood = "asking";
      this.#message = verdict.text;
    }
    this.#tell((by) => by.numbers);
    this.#tell((by) => by.status);
  }

  #say(mood: Mood, message: string): void {
    this.#mood = mood;
    this.#message = message;
    this.#tell((by) => by.status);
  }

  #tell(news: (by: Listener) => (() => void) | undefined): void {
    for (const by of this.#listeners) news(by)?.();
  }
}
