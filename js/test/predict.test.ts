import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { Model } from "../src/model/model";
import { because, change, pick, questions } from "../src/model/predict";
import { Scale } from "../src/model/ranges";
import { branch, LECTURE, type Node, wire } from "./tapes";

/** b = a * 2; c = a * b */
const TWICE: readonly Node[] = [
  { op: "leaf", value: 3, label: "a" },
  { op: "const", value: 2 },
  { op: "mul", args: [0, 1], value: 6, label: "b" },
  { op: "mul", args: [0, 2], value: 18, label: "c" },
];
const lecture = () => new Model(Tape.read(wire(LECTURE)));
/** The lecture's leaves by their places, and all its nodes below the root. */
const [PLACES, NODES] = [
  [0, 1, 2, 3],
  [5, 4, 3, 2, 1, 0],
];

describe("questions on what a move does to a gradient", () => {
  it("are those whose answer a run gives", () => {
    const model = lecture();
    for (const { place, node, to, change: said } of questions(model, PLACES, NODES)) {
      const { key } = model.tape.leaves[place];
      const grad = Math.abs(model.tape.run(new Map([[key, to]])).grads[node]);
      const was = Math.abs(model.run.grads[node]);
      expect(said).toBe(grad > was ? "grows" : grad < was ? "shrinks" : "stays");
    }
  });

  it("take turns: what grows, what shrinks, what stays", () => {
    const all = questions(lecture(), PLACES, NODES);
    const asked = [0, 1, 2, 3].map((turn) => pick(all, turn));
    expect(asked.map((each) => each?.change)).toEqual(["grows", "shrinks", "stays", "grows"]);
    expect(asked[0]).toEqual({ place: 0, node: 1, to: 3, change: "grows" }); // a goes to 3: b
    expect(pick([], 0)).toBe(null);
  });

  it("are not asked where a guard breaks, nor where the sign is another", () => {
    const model = new Model(Tape.read(branch()));
    model.move(0, 1, true);
    model.setRange(0, { low: 0, high: 1 }); // it could only go to 0, and another way through the code
    expect(questions(model, [0], [0])).toEqual([]);
    const crossing = lecture();
    crossing.move(2, 5.5, true); // d is -0.5, and 0.5 where c has gone on by 1
    expect(questions(crossing, [2], [5])).toEqual([]);
  });

  it("stay within the slider", () => {
    const model = lecture();
    model.move(0, 6, true);
    expect(questions(model, [0], [1])).toMatchObject([{ to: 5, change: "shrinks" }]);
  });

  it("go to where a slider can be dragged, however small the leaf and wide its range", () => {
    for (const at of [2, 0.0055, 1e-7, -0.055, 0.004])
      for (const reach of [0, 1, 1e4]) {
        const model = lecture();
        model.move(0, at, true);
        if (reach) model.setRange(0, { low: -reach, high: 1.1 * reach });
        const asked = questions(model, [0], [1]);
        if (at > 0) expect(asked.length).toBe(1);
        for (const { to } of asked) {
          const slider = new Scale(model.range(0), false);
          const stop = slider.number(slider.step(to));
          expect(Math.abs(stop - to)).toBeLessThanOrEqual(0.1 * Math.abs(to - at) + 1e-15);
          expect(to).not.toBe(at);
        }
      }
  });

  it("are about the numbers that are shown, while leaves wait elsewhere for the kernel", () => {
    const [x, k] = [0, 1];
    const model = new Model(
      Tape.read(
        wire(
          [
            { op: "leaf", value: 2, label: "x" },
            { op: "leaf", value: 3, label: "k" },
            { op: "const", value: 0 },
            { op: "mul", args: [x, k], value: 6, label: "y" },
          ],
          { guards: [{ kind: 0, relation: 4, left: x, right: 2, line: 3 }] },
        ),
      ),
    );
    const asked = questions(model, [k], [x]);
    expect(asked).toMatchObject([{ to: 4, change: "grows" }]);
    model.move(x, -1, true); // another way through the code
    expect([model.mood, model.run.positions[x]]).toEqual(["asking", 2]);
    expect(questions(model, [k], [x])).toEqual(asked);
  });
});

describe("why a gradient has changed", () => {
  const moved = (model: Model, place: number, to: number) => {
    const before = model.run;
    model.move(place, to, true);
    return [before, model.run] as const;
  };
  it("names the factor", () => {
    const model = lecture();
    const [before, after] = moved(model, 0, 3);
    expect(change(before, after, 1)).toBe("grows");
    expect(because(before, after, 1)).toBe(
      "b.grad goes from (-2) · 2 = -4 to (-2) · 3 = -6, since the local derivative of e has changed.",
    );
    expect(because(before, after, 2)).toBe("c.grad stays (-2) · 1 = -2, since none of its factors has changed.");
  });
  it("names the gradient above", () => {
    const [before, after] = moved(lecture(), 3, -1);
    expect(because(before, after, 0)).toBe(
      "a.grad goes from (-2) · (-3) = 6 to (-1) · (-3) = 3, since e.grad has changed.",
    );
  });
  it("sums over the uses", () => {
    const [before, after] = moved(new Model(Tape.read(wire(TWICE))), 0, 4);
    expect(because(before, after, 0)).toBe(
      "a.grad goes from 1 · 6 + 3 · 2 = 12 to 1 · 8 + 4 · 2 = 16, since the local derivative of c and b.grad have changed.",
    );
  });
});
