import { describe, expect, it } from "vitest";
import { Tape } from "../src/engine/tape";
import { alarm } from "../src/model/alarms";
import type { Company, Mood } from "../src/model/model";
import { sentence } from "../src/model/trust";
import { LECTURE, wire } from "./tapes";

const COMPANIES: readonly Company[] = ["kernel", "busy", "gone", "none"];
const MOODS: readonly Mood[] = ["exact", "unconfirmed", "asking", "stuck"];

const said = (mood: Mood, company: Company, more: { message?: string; stale?: string; rerun?: boolean } = {}) =>
  sentence({
    mood,
    company,
    message: more.message ?? (mood === "exact" ? "" : "line 3: x > 1 is no longer true"),
    stale: more.stale ?? "",
    tape: { rerun: more.rerun ?? true },
  });

describe("what is said of the numbers", () => {
  it("is that they are those of a fresh run where they are, in any company", () => {
    for (const company of COMPANIES) expect(said("exact", company)).toMatch(/^same as a fresh run/);
    for (const mood of MOODS.slice(1))
      for (const company of COMPANIES) expect(said(mood, company)).not.toContain("same as a fresh run");
  });

  it("promises nothing of a kernel that is not there", () => {
    for (const mood of MOODS)
      for (const stale of ["", "m[0] is 8 now, and this was run with 6"])
        for (const company of ["gone", "none"] as const) {
          const words = said(mood, company, { stale });
          expect(words).not.toMatch(/when it is free|is asked|not answered yet|runs the code again/);
          if (company === "none") expect(words).not.toContain("is gone");
        }
  });

  it("says of a kernel that is gone what brings one back", () => {
    for (const mood of MOODS) expect(said(mood, "gone")).toContain("run the cell again");
  });

  it("says of a kernel that is late that it is, and not that it will answer: a notebook opened again has one that cannot", () => {
    for (const mood of MOODS)
      for (const company of COMPANIES) expect(said(mood, company)).not.toContain("when it is free");
    const late = COMPANIES.filter((company) => said("exact", company).includes("not answered yet"));
    expect(late).toEqual(["busy"]);
  });

  it("keeps how the leaves came onto this path", () => {
    const message = "line 3: x > 1 is true now. This path was traced before (gone: z).";
    for (const company of COMPANIES) expect(said("exact", company, { message })).toContain(message);
    expect(said("exact", "none", { message })).toContain("No kernel has answered");
  });

  it("never says that code runs again which is not there", () => {
    expect(said("unconfirmed", "kernel", { rerun: false })).toContain("There is no code to run again");
    expect(said("exact", "kernel", { rerun: false, stale: "s is 4 now" })).toContain("There is no code to run again");
  });
});

describe("an alarm", () => {
  const chain = (op: string, x: number, value: number) =>
    Tape.read(
      wire([
        { op: "leaf", label: "x", value: x },
        { op, label: "y", args: [0], value },
        { op: "mul", label: "z", args: [1, 1], value: value * value },
      ]),
    );
  const found = (tape: Tape, hidden = false) => alarm(tape.run(tape.at, true), hidden);

  it("is none where all is well", () => {
    expect(found(Tape.read(wire(LECTURE)))).toBeNull();
  });

  it("names where a number that is none was born", () => {
    expect(found(chain("log", 0, Number.NEGATIVE_INFINITY))).toMatchObject({
      node: 1,
      text: "-inf was born at y (line 3)",
    });
  });

  it("names what is dead, and what is saturated", () => {
    expect(found(chain("relu", -1, 0))?.text).toBe("dead: y");
    expect(found(chain("tanh", 9, Math.tanh(9)))?.text).toContain("saturated: y");
  });

  it("names gradients beyond 1e6, and below 1e-9 of the largest, unless they are hidden", () => {
    const large = chain("exp", 10, Math.exp(10));
    expect(found(large)?.text).toContain("exploding: x.grad ");
    expect(found(large, true)).toBeNull();
    const small = chain("exp", -30, Math.exp(-30));
    expect(found(small)?.text).toContain("vanishing: x.grad ");
  });
});
