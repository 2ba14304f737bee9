// A graph as a list of what is to be done: which node, of which arguments, by which operation. The order is, as far as it can be chosen,
// that of the same operation many times, which machines do several times as fast.
import { STRIDE } from "./ops.gen";
import type { Graph } from "./wire";

/** More than there are operations, and nodes. */
const [CODES, NODES] = [2 ** 8, 2 ** 21];

/**
 * Nodes, which come in creation order, by levels and in these by operation. What uses a node keeps its order: so its gradient is added up
 * from the last use to the first, as in the kernel, and both agree to the bit where the machine's arithmetic is exact.
 */
export function program(nodes: Int32Array, codes: Uint8Array, { starts, args }: Graph): Int32Array {
  /** The level of each node with its operation, and that of its last use. */
  const keys = new Int32Array(codes.length).fill(-1);
  const used = new Int32Array(codes.length);
  for (const node of nodes) {
    let level = 0;
    for (let k = starts[node]; k < starts[node + 1]; k++) {
      const [made, last] = [keys[args[k]], used[args[k]]];
      level = Math.max(level, Math.floor(made / CODES) + 1, Math.ceil((last - codes[node]) / CODES));
    }
    keys[node] = level * CODES + codes[node];
    for (let k = starts[node]; k < starts[node + 1]; k++) used[args[k]] = keys[node];
  }
  const found = new Int32Array(nodes.length * STRIDE);
  const order = Float64Array.from(nodes, (node) => keys[node] * NODES + node).sort();
  order.forEach((key, k) => {
    const node = key % NODES;
    const at = k * STRIDE;
    found[at] = node;
    found.set(args.subarray(starts[node], Math.min(starts[node] + 3, starts[node + 1])), at + 1);
    found[at + 4] = codes[node];
  });
  return found;
}

/** What a program does for the nodes that are marked: itself, if they all are. */
export function part(whole: Int32Array, marked: Uint8Array): Int32Array {
  let size = 0;
  for (let at = 0; at < whole.length; at += STRIDE) size += marked[whole[at]] ? STRIDE : 0;
  if (size === whole.length) return whole;
  const found = new Int32Array(size);
  let end = 0;
  for (let at = 0; at < whole.length; at += STRIDE)
    if (marked[whole[at]]) for (let k = 0; k < STRIDE; k++) found[end++] = whole[at + k];
  return found;
}
