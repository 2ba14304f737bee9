import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect, type Widget } from "../src/app/kernel";
import { Ask } from "../src/engine/protocol.gen";
import { Tape } from "../src/engine/tape";
import { Model } from "../src/model/model";
import { scope } from "../src/model/signals";
import { branch, LECTURE, wire } from "./tapes";

interface Leaves {
  readonly trace: number;
  readonly question: number;
  readonly at: Record<string, string>;
  readonly done: boolean;
}

class Played implements Widget {
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
  const widget = new Played({ tape, leaves: {}, answer: {}, output: {}, stale: "", ...traits });
  const state = new Model(Tape.read(tape));
  const broken = vi.fn();
  return { widget, state, broken, end: scope(() => connect(widget, state, broken)) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("what the kernel hears", () => {
  it("is the first move at once, then ten a second, and the last", () => {
    const { widget, state } = connected(wire(LECTURE));
    for (let event = 1; event <= 1000; event++) {
      state.move(0, 2 + event / 1000, false);
      vi.advanceTimersByTime(1);
    }
    expect(widget.saved.length).toBeLessThanOrEqual(11);
    state.move(0, 7, true);
    expect(widget.saved.at(-1)).toMatchObject({ trace: 1, at: { a: "7" }, done: true });
    const questions = widget.saved.map(({ question }) => question);
    expect(questions).toEqual([...questions].sort((a, b) => a - b));
    vi.advanceTimersByTime(1000);
    expect(widget.saved.at(-1)?.done).toBe(true);
  });

  it("is the end of a drag also where changes of traits wait", () => {
    const { widget, state } = connected(wire(LECTURE));
    state.move(0, 3, false);
    expect(widget.posted).toEqual([]);
    state.move(0, 4, true);
    expect(widget.posted).toEqual([widget.saved.at(-1)]);
    expect(widget.posted).toMatchObject([{ at: { a: "4" }, done: true }]);
  });

  it("is every number, those that JSON lacks too", () => {
    const { widget, state } = connected(wire(LECTURE));
    state.move(0, Number.NaN, true);
    state.move(1, -0, true);
    expect(widget.saved.at(-1)?.at).toEqual({ a: "NaN", b: "-0.0" });
  });

  it("is numbered after what was asked before the page was opened", () => {
    const { widget, state } = connected(wire(LECTURE), { leaves: { trace: 1, question: 41, at: {}, by: "before" } });
    state.move(0, 3, true);
    expect(widget.saved[0].question).toBe(42);
  });

  it("ends with the view", () => {
    const { widget, state, end } = connected(wire(LECTURE));
    state.move(0, 3, false);
    state.move(0, 4, false);
    end();
    vi.advanceTimersByTime(1000);
    expect(widget.saved).toHaveLength(1);
    expect(widget.listening()).toBe(0);
  });
});

describe("what the kernel says", () => {
  it("is shown when it answers the last question, and dropped when it is late", () => {
    const { widget, state } = connected(branch());
    state.move(0, -1, true);
    const first = widget.saved[0].question;
    state.move(0, -2, true);
    widget.receive("answer", { trace: 1, question: first, status: "error", message: "ZeroDivisionError", line: 3 });
    expect(state.mood).toBe("asking");
    widget.receive("answer", { trace: 1, question: first + 1, status: "error", message: "ZeroDivisionError", line: 3 });
    expect(state.mood).toBe("stuck");
    expect(state.message).toBe("ZeroDivisionError (line 3)");
  });

  it("is that it runs the code only when somebody asks for it", () => {
    const { widget, state } = connected(branch());
    state.move(0, -1, true);
    expect(state.byHand).toBe(false);
    widget.receive("answer", { trace: 1, question: 1, status: "asks", message: "The cell has changed it" });
    expect([state.mood, state.message, state.byHand]).toEqual(["stuck", "The cell has changed it", true]);
    state.move(0, -2, true);
    expect(state.byHand).toBe(false);
    widget.receive("answer", { trace: 1, question: 2, status: "error", message: "ZeroDivisionError" });
    expect([state.mood, state.byHand]).toEqual(["stuck", false]);
  });

  it("of another trace is dropped", () => {
    const { widget, state } = connected(branch());
    state.move(0, -1, true);
    widget.receive("answer", { trace: 9, question: 1, status: "ok" });
    expect(state.mood).toBe("asking");
    widget.receive("tape", branch({ trace: 1 }));
    expect(state.mood).toBe("asking");
  });

  it("of a path that this view has not seen confirms nothing: its graph is asked for", () => {
    const { widget, state } = connected(branch({ trace: 2 }));
    state.move(0, -1, true);
    widget.receive("answer", { trace: 1, question: 1, status: "ok" });
    expect(state.mood).toBe("asking");
    expect([...state.run.values]).toEqual([2, 0, 4]);
    expect(widget.saved.at(-1)).toMatchObject({ trace: 2, question: 2, at: { x: "-1" }, done: true });
  });

  it("as a new tape replaces the picture, and keeps what was moved since", () => {
    const { widget, state } = connected(wire(LECTURE));
    state.move(0, 3, true);
    state.move(0, 5, true);
    widget.receive("tape", wire(LECTURE, { trace: 2, question: 1 }));
    expect(state.tape.trace).toBe(2);
    expect(state.positions[0]).toBe(5);
    expect(widget.saved.at(-1)).toMatchObject({ trace: 2, at: { a: "5" }, done: true });
  });

  it("as leaves moves the sliders", () => {
    const { widget, state } = connected(wire(LECTURE));
    widget.receive("leaves", { trace: 1, question: 5, at: { a: "3" }, done: true, by: "kernel" });
    expect(state.run.values[6]).toBe(-2);
    expect(widget.saved).toHaveLength(0);
  });

  it("as nonsense changes nothing", () => {
    const { widget, state } = connected(wire(LECTURE));
    for (const nonsense of [null, 3, "x", [], { trace: 1, question: 9, at: { a: 1, b: "one", c: null }, by: "x" }]) {
      widget.receive("leaves", nonsense);
      widget.receive("answer", nonsense);
    }
    expect([...state.at]).toEqual([]);
    expect(state.mood).toBe("exact");
  });

  it("as a tape that cannot be read is reported, and the picture stays", () => {
    const { widget, state, broken } = connected(wire(LECTURE));
    widget.receive("tape", { version: 7 });
    expect(broken).toHaveBeenCalledOnce();
    expect(state.run.values[6]).toBe(-8);
  });
});

describe("a kernel that does not answer", () => {
  it("is noticed, and noticed to be back", () => {
    const { widget, state } = connected(wire(LECTURE));
    state.move(0, 3, true);
    expect(state.company).toBe("kernel");
    vi.advanceTimersByTime(1000);
    expect(state.company).toBe("busy");
    expect(state.run.values[6]).toBe(-2);
    widget.receive("answer", { trace: 1, question: 1, status: "ok" });
    expect(state.company).toBe("kernel");
  });

  it("is noticed when it has only answered what is no longer asked", () => {
    const { widget, state } = connected(branch());
    state.move(0, -1, true);
    const first = widget.saved[0].question;
    state.move(0, -2, true);
    widget.receive("answer", { trace: 1, question: first, status: "ok" });
    vi.advanceTimersByTime(5000);
    expect(state.company).toBe("busy");
  });

  it("may be gone altogether", () => {
    const { widget, state } = connected(wire(LECTURE));
    widget.save_changes = () => {
      throw new Error("comm closed");
    };
    state.move(0, 3, true);
    vi.advanceTimersByTime(2000);
    expect(state.company).toBe("none");
    expect(state.run.values[6]).toBe(-2);
  });
});

describe("a run that is cancelled", () => {
  /** How often the kernel is interrupted that has begun a run for a move, which is cancelled: `says` is what it says of that. */
  const cancelled = (says: (widget: Played, reply: unknown) => void) => {
    const { widget, state } = connected(branch());
    const interrupt = vi.fn(async () => undefined);
    Object.assign(widget, { widget_manager: { kernel: { status: "busy", interrupt } } });
    state.move(0, -1, true);
    widget.receive("answer", { trace: 1, status: "running", question: widget.saved.at(-1)?.question });
    state.cancel();
    const { id } = widget.posted.find((content) => (content as { ask?: string }).ask === Ask.Cancel) as { id: unknown };
    says(widget, id);
    vi.advanceTimersByTime(1000);
    return interrupt.mock.calls.length;
  };
  it("is interrupted by a kernel that hears of it only afterwards", () => {
    expect(cancelled(() => undefined)).toBe(1);
  });
  it("is not interrupted where the kernel has heard of it: what it runs then may be another cell", () => {
    expect(cancelled((widget, reply) => widget.tell("msg:custom", { reply }))).toBe(0);
  });
});

describe("no kernel at all", () => {
  it("is found out within two seconds of the first move, and one that comes late is one", () => {
    const { widget, state } = connected(branch());
    vi.advanceTimersByTime(60_000);
    expect(state.company).toBe("kernel");
    state.move(0, -1, true);
    vi.advanceTimersByTime(2000);
    expect([state.company, state.mood]).toEqual(["none", "asking"]);
    state.cancel();
    expect([state.company, state.mood, state.positions[0]]).toEqual(["none", "exact", 2]);
    expect(widget.posted.filter((content) => "ask" in (content as object))).toEqual([]);
    widget.receive("answer", { trace: 1, question: widget.saved.at(-1)?.question, status: "ok" });
    expect(state.company).toBe("kernel");
    state.move(0, 3, true);
    vi.advanceTimersByTime(60_000);
    expect(state.company).toBe("busy");
  });

  it("is found out by a question too, which is let go of", async () => {
    const { state } = connected(wire(LECTURE));
    const asked = state.ask({ ask: Ask.Formula });
    vi.advanceTimersByTime(2000);
    expect((await asked).error).toContain("none has answered");
    expect((await state.ask({ ask: Ask.Formula })).error).toContain("none has answered");
  });

  it("is told by the front end, and not found where that says that the kernel is busy", () => {
    const told = connected(wire(LECTURE));
    Object.assign(told.widget, { widget_manager: { kernel: null } });
    told.state.move(0, 3, true);
    vi.advanceTimersByTime(0);
    expect(told.state.company).toBe("none");
    const busy = connected(wire(LECTURE));
    const kernel = { status: "busy" };
    Object.assign(busy.widget, { widget_manager: { kernel } });
    busy.state.move(0, 3, true);
    vi.advanceTimersByTime(60_000);
    expect(busy.state.company).toBe("busy");
    kernel.status = "idle";
    vi.advanceTimersByTime(2000);
    expect(busy.state.company).toBe("none");
  });
});

describe("a question of its own", () => {
  it("is answered under its number, whatever else is said", async () => {
    const { widget, state } = connected(wire(LECTURE));
    const first = state.ask({ ask: Ask.Formula, index: 4 });
    const second = state.ask({ ask: Ask.Formula, index: 6 });
    const [one, other] = widget.posted as { id: string; trace: number; index: number }[];
    expect(one).toMatchObject({ ask: "formula", index: 4, trace: 1 });
    for (const nonsense of [null, 7, {}, { reply: "nobody's" }]) widget.tell("msg:custom", nonsense);
    widget.tell("msg:custom", { reply: other.id, written: "L" });
    widget.tell("msg:custom", { reply: one.id, error: "No." });
    widget.tell("msg:custom", { reply: one.id, text: "too late" });
    expect(await second).toEqual({ written: "L", error: "" });
    expect(await first).toEqual({ error: "No." });
  });

  it("is let go of when the kernel is gone, or the view ends", async () => {
    const { widget, state, end } = connected(wire(LECTURE));
    const first = state.ask({ ask: Ask.Formula });
    widget.tell("comm_live_update");
    expect((await first).error).toContain("The kernel is gone");
    const second = state.ask({ ask: Ask.Formula });
    end();
    expect((await second).error).toContain("The kernel is gone");
    expect((await state.ask({ ask: Ask.Formula })).error).toBe("There is no kernel to ask");
  });
});

describe("a kernel that is gone", () => {
  it("is said, until it is heard of again", () => {
    const { widget, state } = connected(wire(LECTURE));
    expect(state.company).toBe("kernel");
    widget.tell("comm_live_update");
    expect(state.company).toBe("gone");
    state.move(0, 3, true);
    vi.advanceTimersByTime(5000);
    expect(state.company).toBe("gone");
    expect(state.run.values[6]).toBe(-2);
    widget.receive("answer", { trace: 1, question: 1, status: "ok", message: "", line: 0 });
    expect(state.company).toBe("kernel");
  });

  it("is told where the leaves are before it is asked anything", async () => {
    const { widget, state } = connected(wire(LECTURE));
    state.move(0, 3, false);
    state.move(0, 4, false);
    void state.ask({ ask: Ask.Points });
    const [asked] = widget.posted as { moves: Leaves }[];
    expect(asked).toMatchObject({ ask: "points", trace: 1, moves: { at: { a: "4" }, done: false } });
    widget.receive("answer", { trace: 1, question: asked.moves.question, status: "ok", message: "", line: 0 });
    void state.ask({ ask: Ask.Points });
    expect(widget.posted[1]).not.toHaveProperty("moves");
    expect(widget.posted).toHaveLength(2);
  });
});
