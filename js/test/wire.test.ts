import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { decodeNumber, encodeNumber, WireError } from "../src/engine/wire";
import { LECTURE, leavesWire, wire } from "./tapes";

const leafAt = (node: number, key = "a") => ({ node, key, start: 2 });
const oneLeaf = (change: object = {}) => ({ ...leavesWire([leafAt(0)]), ...change });
const good = () => wire(LECTURE);

/** Calls of one function. */
function origins(parent: readonly number[], of: readonly number[]): unknown {
  return {
    sites: [[false, "f", 3]],
    parent: Int32Array.from(parent),
    site: Int32Array.from(parent, (_, at) => (at ? 0 : -1)),
    count: Int32Array.from(parent, (_, at) => at),
    of: Int32Array.from(of),
  };
}

describe("a tape is looked at before it is used", () => {
  it("reads a good one", () => {
    const tape = Tape.read(good());
    expect([...tape.run(tape.at).grads]).toEqual([6, -4, -2, -2, -2, 4, 1]);
  });

  it.each<[string, (state: { [name: string]: unknown }) => unknown]>([
    ["nothing", () => undefined],
    ["null", () => null],
    ["text", () => "tape"],
    ["an empty object", () => ({})],
    ["another version", (state) => ({ ...state, version: 2 })],
    ["an unknown operation", (state) => ({ ...state, ops: ["leaf", "evil", "add"] })],
    ["an operation of the prototype", (state) => ({ ...state, ops: ["leaf", "constructor", "add"] })],
    ["a truncated list of values", (state) => ({ ...state, values: new Float64Array(6) })],
    ["a broken length", (state) => ({ ...state, values: new Uint8Array(55) })],
    ["a cycle", (state) => ({ ...state, args: Int32Array.from([6, 1, 3, 2, 4, 5]) })],
    ["an argument out of range", (state) => ({ ...state, args: Int32Array.from([0, 1, 99, 2, 4, 5]) })],
    ["a negative argument", (state) => ({ ...state, args: Int32Array.from([0, -1, 3, 2, 4, 5]) })],
    ["an index that runs back", (state) => ({ ...state, starts: Int32Array.from([0, 0, 4, 0, 2, 4, 4, 6]) })],
    ["a root out of range", (state) => ({ ...state, root: 7 })],
    ["a root that is no number", (state) => ({ ...state, root: "6" })],
    ["a leaf that is no leaf", (state) => ({ ...state, leaves: leavesWire([leafAt(3)]) })],
    ["a leaf twice", (state) => ({ ...state, leaves: leavesWire([leafAt(0), leafAt(0, "b")]) })],
    ["a key twice", (state) => ({ ...state, leaves: leavesWire([leafAt(0), leafAt(1)]) })],
    ["a leaf without a key", (state) => ({ ...state, leaves: oneLeaf({ key: [undefined] }) })],
    ["a leaf without a start", (state) => ({ ...state, leaves: oneLeaf({ start: null }) })],
    ["a label on no node", (state) => ({ ...state, labels: [[70, "x"]] })],
    ["a label that is no text", (state) => ({ ...state, labels: [[0, { toString: "x" }]] })],
    ["fewer leaves than keys", (state) => ({ ...state, leaves: oneLeaf({ key: ["a", "b"] }) })],
    ["a range that is no number", (state) => ({ ...state, leaves: oneLeaf({ lo: "alert(1)" }) })],
    ["ranges of too few leaves", (state) => ({ ...state, leaves: oneLeaf({ hi: new Float64Array(0) }) })],
    [
      "a guard on no node",
      (state) => ({ ...state, guards: wire(LECTURE, { guards: [{ kind: 0, left: 99 }] }).guards }),
    ],
    ["a guard of no kind", (state) => ({ ...state, guards: wire(LECTURE, { guards: [{ kind: 9, left: 0 }] }).guards })],
    ["an origin inside of a later one", (state) => ({ ...state, origins: origins([-1, 2, 1], [0, 1, 2, 0, 0, 0, 0]) })],
    ["an origin that is not there", (state) => ({ ...state, origins: origins([-1, 0], [0, 2, 0, 0, 0, 0, 0]) })],
    ["too few origins", (state) => ({ ...state, origins: origins([-1, 0], [0, 1]) })],
    ["no cell around the origins", (state) => ({ ...state, origins: origins([0, 0], [0, 1, 0, 0, 0, 0, 0]) })],
    ["no guards at all", (state) => ({ ...state, guards: null })],
  ])("refuses %s", (_, change) => {
    expect(() => Tape.read(change(good()))).toThrow(WireError);
  });

  it("reads which call made a node; where nobody says so it was the cell", () => {
    const called = Tape.read({ ...good(), origins: origins([-1, 0], [0, 0, 0, 1, 1, 0, 0]) }).origins;
    expect(called.sites).toEqual([{ loop: false, name: "f", line: 3 }]);
    expect([...called.of]).toEqual([0, 0, 0, 1, 1, 0, 0]);
    expect([...Tape.read(good()).origins.of]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("takes bytes from anywhere in a buffer", () => {
    const state = good();
    const values = state.values as Float64Array;
    const room = new Uint8Array(values.byteLength + 16);
    room.set(new Uint8Array(values.buffer), 5);
    state.values = new DataView(room.buffer, 5, values.byteLength);
    expect(Tape.read(state).traced[6]).toBe(-8);
  });

  it("takes what is null or missing for empty", () => {
    const state = good();
    for (const name of [
      "question",
      "labels",
      "symbols",
      "at",
      "again",
      "source",
      "rerun",
      "quiz",
      "notes",
      "text",
      "theirs",
      "others",
    ])
      delete state[name];
    const tape = Tape.read({ ...state, leaves: oneLeaf(), notes: null });
    expect([tape.question, tape.label(0), tape.source, tape.rerun, tape.quiz, tape.text]).toEqual([
      0,
      "",
      "",
      false,
      false,
      0,
    ]);
    expect([tape.notes, tape.others, tape.at.size, tape.leaves[0].lo]).toEqual([[], [], 0, null]);
  });

  it("keeps labels of hostile names apart from objects", () => {
    const state = good();
    state.labels = [[0, "__proto__"]];
    expect(Tape.read(state).label(0)).toBe("__proto__");
    expect(Tape.read(state).label(1)).toBe("");
  });
});

describe("numbers in JSON", () => {
  it.each([
    0,
    -0,
    1,
    -1.5,
    1e-10,
    5e-324,
    Number.MAX_VALUE,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])("%d comes back", (x) => expect(decodeNumber(encodeNumber(x))).toBe(x));
  it.each(["", "1.0.0", "0x10", "one", " 1", 1, null, undefined, {}])("%j is refused", (text) => {
    expect(() => decodeNumber(text)).toThrow(WireError);
  });
});
