import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { Model } from "../src/model/model";
import { title } from "../src/model/names";
import { effect } from "../src/model/signals";
import { branch, type Extra, LECTURE, wire } from "./tapes";

const lecture = () => new Model(Tape.read(wire(LECTURE)));

/** Writes down what changes from now on; gives back how to end it. */
function hears(state: Model, heard: string[]): () => void {
  const read: Record<string, () => unknown> = {
    structure: () => state.structure,
    numbers: () => state.run,
    selection: () => state.selected,
    status: () => [state.mood, state.message, state.company],
    lens: () => state.lens,
  };
  const ends = Object.entries(read).map(([news, look]) => {
    let first = true;
    return effect(() => {
      look();
      if (!first) heard.push(news);
      first = false;
    });
  });
  return () => {
    for (const end of ends) end();
  };
}

describe("a slider", () => {
  it("goes as far as its leaf has been, from the start on", () => {
    const far = LECTURE.map((node) => (node.label === "a" ? { ...node, value: 50, start: 2 } : node));
    const state = new Model(Tape.read(wire(far)));
    expect(state.range(0)).toEqual({ low: -2, high: 50 });
    state.move(0, 70, false);
    state.move(0, 0, true);
    expect(state.range(0)).toEqual({ low: -2, high: 70 });
  });

  it("has the range that was set, but for where the leaf is", () => {
    const state = lecture();
    state.setRange(0, { low: 0, high: 1 });
    expect(state.range(0)).toEqual({ low: 0, high: 2 });
    state.setRange(0, { low: 0, high: 5 });
    expect(state.range(0)).toEqual({ low: 0, high: 5 });
  });
});

describe("moving a leaf", () => {
  it("runs forward and backward at once", () => {
    const state = lecture();
    state.move(0, 3, false);
    expect(state.run.values[6]).toBe(-2);
    expect([...state.run.grads]).toEqual([6, -6, -2, -2, -2, 1, 1]);
    expect([...state.at]).toEqual([["a", 3]]);
  });

  it("comes back to what it was", () => {
    const state = lecture();
    const before = [...state.run.grads];
    state.move(0, 3, true);
    state.move(3, 7, true);
    state.reset(0);
    expect([...state.at]).toEqual([["f", 7]]);
    state.reset();
    expect([...state.at]).toEqual([]);
    expect([...state.run.grads]).toEqual(before);
  });

  it("tells the listeners, until they have ended", () => {
    const state = lecture();
    const heard: string[] = [];
    const end = hears(state, heard);
    state.move(0, 3, false);
    expect(heard).toEqual(["numbers"]);
    end();
    state.move(0, 4, false);
    expect(heard).toHaveLength(1);
  });
});

describe("a guard that flips", () => {
  it("keeps the last numbers, names the line, and asks", () => {
    const state = new Model(Tape.read(branch()));
    state.move(0, 3, false);
    expect(state.run.values[2]).toBe(9);
    state.move(0, -1, false);
    expect(state.mood).toBe("asking");
    expect(state.message).toBe("line 3: x > 0 is no longer true");
    expect([...state.run.values]).toEqual([3, 0, 9]);
    expect(state.positions).toEqual([-1]);
  });

  it("is stuck where nothing can be run again", () => {
    const state = new Model(Tape.read(branch({ rerun: false })));
    state.move(0, -1, false);
    expect(state.mood).toBe("stuck");
    expect(state.message).toContain("not traced");
    state.move(0, 1, false);
    expect(state.mood).toBe("exact");
    expect(state.message).toBe("");
  });

  it("shows what the second run gave, and says why", () => {
    const state = new Model(Tape.read(branch()));
    const heard: string[] = [];
    state.move(0, -1, true);
    hears(state, heard);
    const other = wire(
      [
        { op: "leaf", value: -1, start: 2, label: "x" },
        { op: "neg", args: [0], value: 1, label: "y" },
      ],
      { trace: 2, question: 1 },
    );
    state.replace(Tape.read(other), false);
    expect(state.mood).toBe("exact");
    expect(state.message).toContain("line 3: x > 0 is no longer true");
    expect(heard[0]).toBe("structure");
    expect(state.start(0)).toBe(2);
    state.reset();
    expect(state.positions).toEqual([2]);
  });

  it("leads to a path that was traced before, unless only the kernel may take it up", () => {
    const below = wire(
      [
        { op: "leaf", value: -1, start: 2, label: "x" },
        { op: "const", value: 0 },
        { op: "neg", args: [0], value: 1, label: "y" },
      ],
      {
        trace: 2,
        guards: [{ kind: 0, relation: 4, left: 0, right: 1, outcome: 0, line: 3 }],
      },
    );
    const after = (extra: Extra) => {
      const state = new Model(Tape.read(branch(extra)));
      state.replace(Tape.read(below), false);
      expect(state.run.root).toBe(1);
      state.move(0, 3, false);
      return state;
    };
    const state = after({});
    expect([state.mood, state.run.root]).toEqual(["exact", 9]);
    expect(state.message).toContain("This path was traced before");
    for (const extra of [{ again: false }, { text: 5 }]) {
      const { mood, run, message } = after(extra);
      expect([mood, run.root, message]).toEqual(["asking", 1, "line 3: x > 0 is true now"]);
      expect(after(extra).probe(new Map([[0, 4]]))).toBeNull();
    }
    expect(state.probe(new Map([[0, -4]]))?.root).toBe(4);
  });

  it("keeps the picture when a second run gave the same graph", () => {
    const state = lecture();
    state.select(3);
    state.move(0, 3, true);
    const again = LECTURE.map((node, index) => ({ ...node, value: [3, -3, 10, -9, 1, -2, -2][index] }));
    const heard: string[] = [];
    hears(state, heard);
    state.replace(Tape.read(wire(again, { trace: 2 })), false);
    expect(heard).not.toContain("structure");
    expect(state.selected).toBe(3);
    expect(state.message).toBe("");
  });

  it("keeps leaves that were moved while the code ran", () => {
    const state = lecture();
    let asked = 0;
    state.move(0, 3, true);
    state.move(0, 5, false);
    effect(() => {
      if (state.moved.value) asked++;
    });
    asked = 0;
    state.replace(Tape.read(wire(LECTURE, { trace: 2 })), true);
    expect(state.positions[0]).toBe(5);
    expect(state.run.values[6]).toBe(10);
    expect(asked).toBe(1);
  });

  it("believes the kernel where it cannot tell itself", () => {
    // sin's last place may differ between the two, so a comparison with itself is the kernel's to decide.
    const close = wire(
      [
        { op: "leaf", value: 1, label: "x" },
        { op: "sin", args: [0], value: Math.sin(1), label: "s" },
        { op: "sin", args: [0], value: Math.sin(1), label: "t" },
        { op: "add", args: [1, 2], value: 2 * Math.sin(1), label: "y" },
      ],
      { guards: [{ kind: 0, relation: 5, left: 1, right: 2, line: 4 }] },
    );
    const state = new Model(Tape.read(close));
    state.move(0, 2, true);
    expect(state.mood).toBe("asking");
    expect(state.run.values[0]).toBe(1);
    state.confirm();
    expect(state.mood).toBe("exact");
    expect(state.run.values[3]).toBeCloseTo(2 * Math.sin(2), 14);
  });
});

describe("what a node is called", () => {
  it("is its label, its number, or what it computes", () => {
    const tape = Tape.read(
      wire([
        { op: "leaf", value: 2, label: "x" },
        { op: "const", value: 3 },
        { op: "pow", args: [0, 1], value: 8 },
        { op: "mul", args: [1, 0], value: 6 },
        { op: "tanh", args: [3], value: 1 },
        { op: "add", args: [2, 4], value: 9 },
        { op: "tanh", args: [0], value: 1 },
      ]),
    );
    expect([0, 1, 2, 3, 4, 5, 6].map((node) => title(tape, node))).toEqual([
      "x",
      "3",
      "x**3",
      "3*x",
      "tanh(3*x)",
      "x**3+tanh(3*x)",
      "tanh(x)",
    ]);
  });

  it("has gaps where all of it is too long, and a count where others are called so too", () => {
    const label = "the_weight_of_a_long_name";
    const nodes = [
      { op: "leaf", value: 2, label },
      { op: "mul", args: [0, 0], value: 4 },
      { op: "mul", args: [1, 0], value: 8 },
      { op: "tanh", args: [2], value: 1 },
      { op: "tanh", args: [1], value: 1 },
      { op: "add", args: [3, 4], value: 2 },
    ];
    const tape = Tape.read(wire(nodes));
    const names = tape.nodes().map((node) => title(tape, node));
    expect(names.slice(3)).toEqual(["tanh(…) (1)", "tanh(…) (2)", "…+…"]);
    expect(new Set(names).size).toBe(nodes.length);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(28);
  });

  it("is not the number that a leaf without a name once had", () => {
    const nodes = [
      { op: "leaf", value: 2 },
      { op: "leaf", value: 3, label: "b" },
      { op: "mul", args: [0, 1], value: 6 },
    ];
    const tape = Tape.read(wire(nodes));
    expect([0, 2].map((node) => title(tape, node))).toEqual(["a leaf without a name", "…*b"]);
  });
});
