// Another way to look at the same graph: what a part lets the picture show for a while, beside the numbers or in their place.

/** What a way brings back, null while that is hidden, and the local derivative along it, null where that is not one number. */
export interface Brought {
  readonly part: number | null;
  readonly local: number | null;
}

export interface Lens {
  /** What stands for a node's number and its gradient; null while it is not there yet. */
  data?(node: number): number | null;
  grad?(node: number): number | null;
  /** What is written for a gradient that is not there yet; a point, unless it is said. */
  readonly unseen?: string;
  /** Whether what is selected stays so when somebody moves a slider elsewhere. */
  readonly keeps?: boolean;
  /** Whether the local derivative along a use may be read. */
  local?(source: number, target: number): boolean;
  /** Whether a node, or the use of one by another, is lit. */
  lit?(node: number): boolean;
  used?(source: number, target: number): boolean;
  /** What is written over a node, or over a group of several, for which the node is -1; empty for nothing. */
  note?(node: number, within: readonly number[]): string;
  /** What a use has brought back, where that is told use by use; null while it is not there yet. */
  gave?(user: number, place: number): Brought | null;
  /** Whether the gradient that stands for a node's is wrong, and what is to be said of such numbers. */
  wrong?(node: number): boolean;
  readonly broken?: string;
  /** In how many milliseconds that which comes now moves to where it belongs; 0 for no movement. */
  readonly moves?: number;
}
