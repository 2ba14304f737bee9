import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect, type Model } from "../src/app/kernel";
import { Tape } from "../src/engine/tape";
import { State } from "../src/model/model";
import { branch, LECTURE, wire } from "./tapes";

interface Leaves {
  readonly trace: number;
  readonly question: number;
  readonly moved: [number, string][];
  readonly done: boolean;
}

class Played implements Model {
  readonly saved: Leaves[] = [];
  readonly posted: unknown[] = [];
  readonly #listeners = new Map<string, Set<(content?: unknown) => void>>();

  constructor(readonly traits: { [name: string]: unknown }) {}

  get(name: string): unknown {
    return this.traits[name];
  }
  set(name: string, value: unknown): void {
    this.traits[name] = value;
  }
  save_changes(): void {
    this.saved.push(this.traits.leaves as Leaves);
  }
  send(content: unknown): void {
    this.posted.push(content);
  }
  on(event: string, listener: (content?: unknown) => void): void {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener));
  }
  off(event: string, listener: (content?: unknown) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }
  /** What the kernel sets. */
  receive(name: string, value: unknown): void {
    this.traits[name] = value;
    for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }
  /** What ipywidgets itself says. */
  tell(event: string, content?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(content);
  }
  listening(): number {
    return [...this.#listeners.values()].reduce((count, all) => count + all.size, 0);
  }
}

function connected(tape: { [name: string]: unknown }, traits: { [name: string]: unknown } = {}) {
  const model = new Played({ tape, leaves: {}, answer: {}, output: "", ...traits });
  const state = new State(Tape.read(tape));
  const broken = vi.fn();
  return { model, state, broken, end: connect(model, state, broken) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("what the kernel hears", () => {
  it("is the first move at once, then ten a second, and the last", () => {
    const { model, state } = connected(wire(LECTURE));
    for (let event = 1; event <= 1000; event++) {
      state.move(0, 2 + event / 1000, false);
      vi.advanceTimersByTime(1);
    }
    expect(model.saved.length).toBeLessThanOrEqual(11);
    state.move(0, 7, true);
    expect(model.saved.at(-1)).toMatchObject({ trace: 1, moved: [[0, "7"]], done: true });
    const questions = model.saved.map(({ question }) => question);
    expect(questions).toEqual([...questions].sort((a, b) => a - b));
    vi.advanceTimersByTime(1000);
    expect(model.saved.at(-1)?.done).toBe(true);
  });

  it("is the end of a drag also where changes of traits wait", () => {
    const { model, state } = connected(wire(LECTURE));
    state.move(0, 3, false);
    expect(model.posted).toEqual([]);
    state.move(0, 4, true);
    expect(model.posted).toEqual([model.saved.at(-1)]);
    expect(model.posted).toMatchObject([{ moved: [[0, "4"]], done: true }]);
  });

  it("is every number, those that JSON lacks too", () => {
    const { model, state } = connected(wire(LECTURE));
    state.move(0, Number.NaN, true);
    state.move(1, -0, true);
    expect(model.saved.at(-1)?.moved).toEqual([
      [0, "NaN"],
      [1, "-0.0"],
    ]);
  });

  it("is numbered after what was asked before the page was opened", () => {
    const { model, state } = connected(wire(LECTURE), { leaves: { trace: 1, question: 41, moved: [], by: "before" } });
    state.move(0, 3, true);
    expect(model.saved[0].question).toBe(42);
  });

  it("ends with the view", () => {
    const { model, state, end } = connected(wire(LECTURE));
    state.move(0, 3, false);
    state.move(0, 4, false);
    end();
    vi.advanceTimersByTime(1000);
    expect(model.saved).toHaveLength(1);
    expect(model.listening()).toBe(0);
  });
});

describe("what the kernel says", () => {
  it("is shown when it answers the last question, and dropped when it is late", () => {
    const { model, state } = connected(branch());
    state.move(0, -1, true);
    const first = model.saved[0].question;
    state.move(0, -2, true);
    model.receive("answer", { trace: 1, question: first, status: "error", message: "ZeroDivisionError", line: 3 });
    expect(state.mood).toBe("asking");
    model.receive("answer", { trace: 1, question: first + 1, status: "error", message: "ZeroDivisionError", line: 3 });
    expect(state.mood).toBe("stuck");
    expect(state.message).toBe("ZeroDivisionError (line 3)");
  });

  it("of another trace is dropped", () => {
    const { model, state } = connected(branch());
    state.move(0, -1, true);
    model.receive("answer", { trace: 9, question: 1, status: "ok" });
    expect(state.mood).toBe("asking");
    model.receive("tape", branch({ trace: 1 }));
    expect(state.mood).toBe("asking");
  });

  it("as a new tape replaces the picture, and keeps what was moved since", () => {
    const { model, state } = connected(wire(LECTURE));
    state.move(0, 3, true);
    state.move(0, 5, true);
    model.receive("tape", wire(LECTURE, { trace: 2, question: 1 }));
    expect(state.tape.trace).toBe(2);
    expect(state.positions[0]).toBe(5);
    expect(model.saved.at(-1)).toMatchObject({ trace: 2, moved: [[0, "5"]], done: true });
  });

  it("as leaves moves the sliders", () => {
    const { model, state } = connected(wire(LECTURE));
    model.receive("leaves", { trace: 1, question: 5, moved: [[0, "3"]], done: true, by: "kernel" });
    expect(state.tape.values[6]).toBe(-2);
    expect(model.saved).toHaveLength(0);
  });

  it("as nonsense changes nothing", () => {
    const { model, state } = connected(wire(LECTURE));
    for (const nonsense of [
      null,
      3,
      "x",
      [],
      { trace: 1, question: 9, moved: [[99, "1"], ["0", "1"], [0, "one"], 7] },
    ]) {
      model.receive("leaves", nonsense);
      model.receive("answer", nonsense);
    }
    expect(state.moves()).toEqual([]);
    expect(state.mood).toBe("exact");
  });

  it("as a tape that cannot be read is reported, and the picture stays", () => {
    const { model, state, broken } = connected(wire(LECTURE));
    model.receive("tape", { version: 7 });
    expect(broken).toHaveBeenCalledOnce();
    expect(state.tape.values[6]).toBe(-8);
  });
});

describe("a kernel that does not answer", () => {
  it("is noticed, and noticed to be back", () => {
    const { model, state } = connected(wire(LECTURE));
    state.move(0, 3, true);
    expect(state.waiting).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(state.waiting).toBe(true);
    expect(state.tape.values[6]).toBe(-2);
    model.receive("answer", { trace: 1, question: 1, status: "ok" });
    expect(state.waiting).toBe(false);
  });

  it("is noticed when it has only answered what is no longer asked", () => {
    const { model, state } = connected(branch());
    state.move(0, -1, true);
    const first = model.saved[0].question;
    state.move(0, -2, true);
    model.receive("answer", { trace: 1, question: first, status: "ok" });
    vi.advanceTimersByTime(5000);
    expect(state.waiting).toBe(true);
  });

  it("may be gone altogether", () => {
    const { model, state } = connected(wire(LECTURE));
    model.save_changes = () => {
      throw new Error("comm closed");
    };
    state.move(0, 3, true);
    expect(state.waiting).toBe(true);
    expect(state.tape.values[6]).toBe(-2);
  });
});

describe("a question of its own", () => {
  it("is answered under its number, whatever else is said", async () => {
    const { model, state } = connected(wire(LECTURE));
    const first = state.ask({ ask: "formula", node: 4 });
    const second = state.ask({ ask: "formula", node: 6 });
    const [one, other] = model.posted as { id: string; trace: number; node: number }[];
    expect(one).toMatchObject({ ask: "formula", node: 4, trace: 1 });
    for (const nonsense of [null, 7, {}, { reply: "nobody's" }]) model.tell("msg:custom", nonsense);
    model.tell("msg:custom", { reply: other.id, text: "L" });
    model.tell("msg:custom", { reply: one.id, error: "No." });
    model.tell("msg:custom", { reply: one.id, text: "too late" });
    expect(await second).toEqual({ text: "L", error: "" });
    expect(await first).toEqual({ error: "No." });
  });

  it("is let go of when the kernel is gone, or the view ends", async () => {
    const { model, state, end } = connected(wire(LECTURE));
    const first = state.ask({ ask: "curvature" });
    model.tell("comm_live_update");
    expect((await first).error).toContain("The kernel is gone");
    const second = state.ask({ ask: "curvature" });
    end();
    expect((await second).error).toContain("The kernel is gone");
    expect((await state.ask({ ask: "curvature" })).error).toBe("There is no kernel to ask");
  });
});

describe("a kernel that is gone", () => {
  it("is said, until it is heard of again", () => {
    const { model, state } = connected(wire(LECTURE));
    expect(state.lost).toBe(false);
    model.tell("comm_live_update");
    expect(state.lost).toBe(true);
    state.move(0, 3, true);
    vi.advanceTimersByTime(5000);
    expect(state.waiting).toBe(false);
    expect(state.tape.values[6]).toBe(-2);
    model.receive("answer", { trace: 1, question: 1, status: "ok", message: "", line: 0 });
    expect(state.lost).toBe(false);
  });

  it("is told where the leaves are before it is asked anything", async () => {
    const { model, state } = connected(wire(LECTURE));
    state.move(0, 3, false);
    state.move(0, 4, false);
    void state.ask({ ask: "points" });
    const [told, asked] = model.posted as Leaves[];
    expect(told.moved).toEqual([[0, "4"]]);
    expect(told.done).toBe(false);
    expect(asked).toMatchObject({ ask: "points", trace: 1 });
    model.receive("answer", { trace: 1, question: told.question, status: "ok", message: "", line: 0 });
    void state.ask({ ask: "points" });
    expect(model.posted).toHaveLength(3);
  });
});
