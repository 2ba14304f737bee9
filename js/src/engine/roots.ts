// A graph with another root: one of its nodes, or several, of which the sum is the root then.
import type { Graph } from "./wire";

/** `names` are what the nodes are called, of which the sum has its name. */
export function rooted(graph: Graph, nodes: readonly number[], names: readonly string[] = []): Graph {
  const [first, ...more] = nodes;
  if (!more.length) return { ...graph, root: first };
  const { size } = graph;
  const ops = graph.ops.includes("add") ? graph.ops : [...graph.ops, "add"];
  const words = new Map([
    ["add", { symbol: "+", says: "", formula: "{x} + {y}", partials: ["1", "1"] }],
    ...graph.words,
  ]);
  const values = [...graph.values];
  const args = [...graph.args];
  const starts = [...graph.starts];
  more.forEach((node, k) => {
    const before = k ? size + k - 1 : first;
    args.push(before, node);
    starts.push(args.length);
    values.push(values[before] + values[node]);
  });
  const none = more.map(() => 0);
  const root = size + more.length - 1;
  return {
    ...graph,
    size: root + 1,
    ops,
    words,
    codes: Uint8Array.from([...graph.codes, ...more.map(() => ops.indexOf("add"))]),
    starts: Int32Array.from(starts),
    args: Int32Array.from(args),
    values: Float64Array.from(values),
    flags: Uint8Array.from([...graph.flags, ...none]),
    lines: Int32Array.from([...graph.lines, ...none]),
    origins: { ...graph.origins, of: Int32Array.from([...graph.origins.of, ...none]) },
    labels: new Map([...graph.labels, [root, `(${names.join(" + ")})`]]),
    root,
  };
}
