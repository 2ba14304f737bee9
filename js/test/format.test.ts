import { describe, expect, it } from "vitest";
import { clean, columns, full, parseNumber, short } from "../src/model/format";

describe("numbers", () => {
  it.each([
    [24.70408163265306, "24.7"],
    [-8, "-8"],
    [138.83381924198252, "138.8"],
    [1e-10, "1e-10"],
    [0.00012346, "0.0001235"],
    [123456, "123456"],
    [1234567, "1.235e6"],
    [-0, "-0"],
    [Number.NaN, "nan"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%d is short as %s", (number, text) => expect(short(number)).toBe(text));

  it("keeps every digit where all are asked for", () => {
    expect(full(0.1 + 0.2)).toBe("0.30000000000000004");
    expect(full(-0)).toBe("-0.0");
  });

  it.each([
    ["3", 3],
    [" -0.5 ", -0.5],
    ["1e-10", 1e-10],
    ["−2", -2],
    ["1_000", 1000],
    [".5", 0.5],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["", null],
    ["abc", null],
    ["1,5", null],
    ["0x10", null],
    ["3 4", null],
    ["1/3", 1 / 3],
    ["2*3", 6],
    ["-3.0", -3],
    ["(-2) · 2", -4],
    ["1·6 + 3*2", 12],
    ["-3*-2", 6],
    ["6 - 2/4", 5.5],
    ["-(1 + 2)", -3],
    ["- inf", Number.NEGATIVE_INFINITY],
    ["1/0", null],
    ["2*", null],
    ["2 3*4", null],
    ["(2", null],
    ["2)", null],
    ["2**3", null],
    ["1e", null],
    ["info", null],
  ])("reads %j as %s", (text, number) => expect(parseNumber(text)).toBe(number));

  it("reads nan", () => expect(parseNumber("NaN")).toBeNaN());
});

describe("labels", () => {
  it("makes control and direction characters harmless", () => {
    expect(clean("a\nb", 20)).toBe("a\\nb");
    expect(clean("\u202eabc", 20)).toBe("\\u202eabc");
    expect(clean("\u0000", 20)).toBe("\\x00");
  });
  it("cuts what is long, between characters", () => {
    expect(clean("x".repeat(1_000_000), 5)).toBe("xxxx…");
    expect(clean("🙂🙂🙂", 2)).toBe("🙂…");
  });
  it("counts columns", () =>
    expect([columns("ab"), columns("日本"), columns("🙂"), columns("e\u0301")]).toEqual([2, 4, 2, 1]));
});
