// Replays tapes outside of a browser, for the tests that compare the three replays and for the benchmark.
// One JSON line in, {tape, positions: [[...], ...]} with bytes as base64; one JSON line out, a list of {values, grads, verdict}.
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import { Tape } from "./tape";
import { decodeNumber } from "./wire";

function revive(_: string, value: unknown): unknown {
  const packed = value as { bytes?: string } | null;
  return typeof packed?.bytes === "string" ? Uint8Array.from(Buffer.from(packed.bytes, "base64")).buffer : value;
}

function packed(numbers: Float64Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64");
}

for await (const line of createInterface({ input: process.stdin })) {
  const { tape: state, positions } = JSON.parse(line, revive) as { tape: unknown; positions: string[][] };
  try {
    const tape = Tape.read(state);
    const answers = positions.map((position) => {
      const verdict = tape.run(position.map(decodeNumber));
      return {
        values: packed(tape.values),
        grads: packed(tape.grads),
        verdict: verdict.kind,
        line: verdict.line,
        text: verdict.text,
      };
    });
    console.log(JSON.stringify(answers));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
