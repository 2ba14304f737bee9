import { describe, expect, it } from "vitest";
import * as ours from "../src/model/signals";

describe("signals", () => {
  it("are followed by what an effect writes, one effect after the other in the order in which they began", () => {
    const [one, other] = [ours.signal(1), ours.signal(0)];
    const log: string[] = [];
    ours.effect(() => {
      other.value = 2 * one.value;
    });
    const end = ours.effect(() => log.push(`${one.value} ${other.value}`));
    one.value = 2;
    ours.batch(() => {
      one.value = 3;
      other.value = 7;
    });
    end();
    one.value = 4;
    expect(log).toEqual(["1 2", "2 4", "3 6"]);
  });

  it("end what was begun in an effect before that runs again, and with it", () => {
    const [outer, inner] = [ours.signal("a"), ours.signal(1)];
    const log: string[] = [];
    const end = ours.effect(() => {
      const name = outer.value;
      ours.ended(() => log.push(`end ${name}`));
      ours.effect(() => log.push(`${name}${inner.value}`));
    });
    inner.value = 2;
    outer.value = "b";
    inner.value = 3;
    end();
    inner.value = 4;
    expect(log).toEqual(["a1", "a2", "end a", "b2", "b3", "end b"]);
  });

  it("go on when an effect throws, which is told to who has changed what it follows", () => {
    const one = ours.signal(1);
    const log: number[] = [];
    ours.effect(() => {
      if (one.value === 2) throw new Error("two");
    });
    ours.effect(() => log.push(one.value));
    expect(() => {
      one.value = 2;
    }).toThrow("two");
    one.value = 3;
    expect(log).toEqual([1, 2, 3]);
  });
});
