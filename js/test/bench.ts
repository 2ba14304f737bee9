// What the engine takes, for benchmarks/browser_engine.py: one JSON line in, one out. The first line is a list of tapes, which all stay
// alive: several graphs in one page are usual, and they must not slow each other down. Each further line, {tape, what, seconds}, is
// answered by the nanoseconds that it takes, of the process's own time.
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import { Backward, Forward } from "../src/engine/forward";
import { Tape } from "../src/engine/tape";
import { readGraph } from "../src/engine/wire";

function revive(_: string, value: unknown): unknown {
  const packed = value as { bytes?: string } | null;
  return typeof packed?.bytes === "string" ? Uint8Array.from(Buffer.from(packed.bytes, "base64")).buffer : value;
}

/** What can be measured of a tape, once and with all its numbers new. */
function works(state: unknown): Record<string, (turn: number) => void> {
  const [tape, graph] = [Tape.read(state), readGraph(state)];
  const forward = new Forward(graph);
  const backward = new Backward(forward, graph.root);
  const [values, grads] = [graph.values.slice(), new Float64Array(graph.size)];
  const off = (turn: number) => (turn % 7) * 0.01;
  const all = (turn: number) => new Map(tape.leaves.map(({ key, start }) => [key, start + off(turn)]));
  const [{ key, start }] = tape.leaves;
  return {
    /** Forward and backward, as the loop in C does. */
    replay: (turn) => {
      for (const { node, start } of graph.leaves) values[node] = start + off(turn);
      forward.run(values);
      backward.run(values, grads.fill(0));
    },
    /** An input event, all of it, with each leaf moved. */
    event: (turn) => void tape.run(all(turn)),
    /** The same with one leaf moved. */
    one: (turn) => void tape.run(new Map([[key, start + off(turn)]])),
    /** Forward and guards. */
    probe: (turn) => void tape.probe(all(turn)),
    root: () => values[graph.root],
  };
}

function nanoseconds(work: (turn: number) => void, seconds: number): number {
  for (let count = 1; ; count *= 2) {
    const began = process.cpuUsage();
    for (let turn = 0; turn < count; turn++) work(turn);
    const { user, system } = process.cpuUsage(began);
    if (user + system >= seconds * 1e6) return ((user + system) * 1000) / count;
  }
}

let tapes: ReturnType<typeof works>[] | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line, revive);
  if (tapes) console.log(nanoseconds(tapes[asked.tape][asked.what], asked.seconds));
  else tapes = asked.map(works);
}
