// The TypeScript side of what exists twice, for the Python tests that hold the twins together, and for the benchmark.
// One JSON line in, one out. {tape, at: [{key: number}, ...]}, bytes as base64, gives a list of {values, grads, verdict};
// {boxes, args} a layout; {numbers} and {labels} what the picture writes for them; {tape, plan: true} what is drawn of a graph;
// {tape, bend: node} how all gradients change with a leaf.
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import { Tape } from "../src/engine/tape";
import { decodeNumber, readAt } from "../src/engine/wire";
import { clean, columns, short } from "../src/model/format";
import { AS_IT_OPENS, grouped } from "../src/model/groups";
import { type Box, layout } from "../src/model/layout";
import { called } from "../src/model/names";
import { findNet, lengths, type Net, parts } from "../src/model/nets";
import { Plan } from "../src/model/plan";

interface Asked {
  readonly tape?: unknown;
  readonly at?: Record<string, string>[];
  readonly boxes?: Box[];
  readonly args?: number[][];
  readonly numbers?: string[];
  readonly labels?: string[];
  readonly net?: boolean;
  readonly plan?: boolean;
  readonly bend?: number;
  readonly groups?: { open: string[]; shut: string[] }[];
}

function revive(_: string, value: unknown): unknown {
  const packed = value as { bytes?: string } | null;
  return typeof packed?.bytes === "string" ? Uint8Array.from(Buffer.from(packed.bytes, "base64")).buffer : value;
}

function packed(numbers: Float64Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64");
}

function answer({ tape: state, at, boxes, args, numbers, labels, groups, net, plan, bend }: Asked): unknown {
  if (boxes && args) return layout(boxes, args);
  if (numbers) return numbers.map((number) => short(decodeNumber(number)));
  if (labels) return labels.map((label) => [clean(label, 28), columns(clean(label, 28))]);
  const tape = Tape.read(state, called);
  if (net) {
    const [found, run] = [findNet(tape), tape.run(tape.at)];
    const some: readonly [number, number, number | undefined][] = [
      [0, 1, 0],
      [1, 0, 1],
      [0, 0, undefined],
    ];
    const given = (net: Net) => some.map((at) => [at, parts(net, run, ...at)]);
    return found && { ...found, lengths: lengths(found, run.grads), parts: given(found) };
  }
  if (bend !== undefined) return packed(tape.bend(tape.run(tape.at).values, bend));
  if (plan) {
    const run = tape.run(tape.at);
    const drawn = new Plan(tape, { ...AS_IT_OPENS, constants: true });
    const number = (x?: number | null) => (x === undefined || x === null ? null : String(x));
    const brought = drawn.ways.map((way) => drawn.brought(way, run, (node) => run.grads[node]));
    return {
      items: drawn.items,
      ways: drawn.ways,
      brought: brought.map((found) => [number(found?.part), number(found?.local)]),
    };
  }
  if (groups) {
    return groups.map(({ open, shut }) => {
      const began = process.cpuUsage();
      const { cards } = grouped(tape, { open: new Set(open), shut: new Set(shut) });
      return { cards, took: process.cpuUsage(began).user / 1000 };
    });
  }
  return at?.map((moved) => {
    const { values, grads, verdict } = tape.run(readAt(moved));
    return {
      values: packed(values),
      grads: packed(grads),
      verdict: verdict.kind,
      line: verdict.line,
      text: verdict.text,
    };
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line, revive) as Asked)));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
