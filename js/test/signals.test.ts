import * as theirs from "@preact/signals-core";
import { describe, expect, it } from "vitest";
import * as ours from "../src/model/signals";

type Kit = Pick<typeof ours, "signal" | "computed" | "effect" | "batch" | "untracked">;

/** Numbers from a seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * sides);
  };
}

/** What a random net of values and effects does when values change: what is called, with what numbers. */
function played(kit: Kit, seed: number): string[] {
  const roll = dice(seed);
  const log: string[] = [];
  const signals = Array.from({ length: 3 }, (_, k) => kit.signal(k));
  const values: { readonly value: number }[] = [...signals];
  const some = () => values[roll(values.length)];
  for (let k = 0; k < 4; k++) {
    const [choice, one, other] = [some(), some(), some()];
    values.push(kit.computed(() => Math.floor((choice.value % 2 ? one.value : other.value + choice.value) / 2)));
  }
  const follow = (name: string) => {
    const [choice, one, other, hidden] = [some(), some(), some(), some()];
    return kit.effect(() => {
      const read = choice.value % 2 ? one.value : other.value;
      log.push(`${name} ${choice.value} ${read} ${kit.untracked(() => hidden.value)}`);
    });
  };
  const ends = Array.from({ length: 5 }, (_, k) => follow(`e${k}`));
  for (let turn = 0; turn < 12; turn++) {
    const begun = log.length;
    const change = (k: number) => {
      signals[k].value = roll(6);
    };
    const what = roll(5);
    if (what === 0) kit.batch(() => [0, 1, 2].forEach(change));
    else if (what === 1) ends[roll(ends.length)]();
    else if (what === 2) ends.push(follow(`t${turn}`));
    else change(roll(3));
    log.push(...log.splice(begun).sort(), `turn ${turn}: ${values.map(({ value }) => value)}`);
  }
  for (const end of ends) end();
  return log;
}

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

  it("let go of what a value has read when nobody reads it any more", () => {
    const one = ours.signal(1);
    let computed = 0;
    const twice = ours.computed(() => {
      computed++;
      return 2 * one.value;
    });
    const end = ours.effect(() => void twice.value);
    end();
    one.value = 2;
    one.value = 3;
    expect([twice.value, computed]).toEqual([6, 2]);
  });

  it("do what @preact/signals-core does", () => {
    for (let seed = 1; seed <= 500; seed++) expect(played(ours, seed), `seed ${seed}`).toEqual(played(theirs, seed));
  });
});
