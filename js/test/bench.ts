// How long the engine takes for one input event: reads a tape from standard input, prints nanoseconds a node.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Tape } from "../src/engine/tape";

function revive(_: string, value: unknown): unknown {
  const packed = value as { bytes?: string } | null;
  return typeof packed?.bytes === "string" ? Uint8Array.from(Buffer.from(packed.bytes, "hex")).buffer : value;
}

const state: unknown = JSON.parse(readFileSync(0, "utf8"), revive);
// Several tapes in one page are usual, and engines of several shapes slow each other down: five are alive here.
const tapes = Array.from({ length: 5 }, () => Tape.read(state));
const [tape] = tapes;
let event = 0;
const run = (count: number): number => {
  const from = performance.now();
  for (let k = 0; k < count; k++) {
    event++;
    const which = tapes[event % tapes.length];
    which.run(new Map(tape.leaves.map(({ key, start }) => [key, start + (event % 7) * 0.01])));
  }
  return performance.now() - from;
};
let count = 1;
while (run(count) < 200) count *= 2;
const rounds = Array.from({ length: 7 }, () => run(count) / count).sort((a, b) => a - b);
console.log((rounds[3] * 1e6) / tape.size);
