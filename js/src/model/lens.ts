// Another way to look at the same graph: what a part lets the picture show for a while, beside the numbers or in their place.

export interface Lens {
  /** What stands for a node's number and its gradient; null while it is not there yet. */
  data?(node: number): number | null;
  grad?(node: number): number | null;
  /** Whether a node, or the use of one by another, is lit. */
  lit?(node: number): boolean;
  used?(source: number, target: number): boolean;
  /** What is written over a node; empty for nothing. */
  note?(node: number): string;
}
