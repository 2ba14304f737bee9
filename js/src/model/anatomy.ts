// How large what stands for a node is: the sign of its operation, and the card of its name, its number and its gradient.
// autograd_magic/export/cards.py measures in the same way; a test holds the two together.

import type { Tape } from "../engine/tape";
import { clean, columns, short } from "./format";
import {
  BESIDE,
  BESIDE_NAME,
  CARD,
  CONSTANT,
  FIGURE,
  HEAD,
  LABEL,
  LESS,
  LETTER,
  LONG_NAME,
  NAME,
  PAD,
  ROUND,
  ROW,
  SIGN_LENGTH,
  STEM,
  TRACK,
} from "./geometry.gen";
import type { Box } from "./layout";
import { symbol } from "./names";
import type { Item, Kind } from "./plan";

/** From an operation to its card where the graph runs from top to bottom. */
const SHORT_STEM = 24;

/** Letters of a name that stands beside the numbers of a card without captions. */
const NARROW_NAME = 2;

/** Signs that are printed otherwise than they are typed. */
const SIGNS: Readonly<Record<string, string>> = { "*": "×", "-": "−" };

export interface Anatomy {
  readonly kind: Kind;
  readonly name: string;
  /** The sign of the operation; empty where nothing computes the node. */
  readonly sign: string;
  /** Half the width of the sign's circle; 0 where there is none. */
  readonly round: number;
  /** The card's, or the constant's. */
  readonly width: number;
  readonly height: number;
  /** The height of a long name above the numbers, and the width of a short one beside them. */
  readonly head: number;
  readonly side: number;
}

/** `compact` where there is no room for captions. */
export function anatomy(tape: Tape, { kind, node, name }: Item, compact = false): Anatomy {
  const found = kind === "group" ? "" : symbol(tape, node) || (tape.args(node).length ? "?" : "");
  const sign = SIGNS[found] ?? clean(found, SIGN_LENGTH);
  const round = sign ? Math.max(ROUND, (columns(sign) * LABEL * LETTER) / 2 + BESIDE) : 0;
  const made = { kind, name, sign, round, head: 0, side: 0 };
  if (kind === "op") return { ...made, width: 0, height: 0 };
  if (kind === "constant") {
    const width = columns(short(tape.traced[node])) * FIGURE * LETTER + 2 * PAD;
    return { ...made, width: Math.max(CONSTANT + 8, width), height: CONSTANT };
  }
  const letters = columns(name);
  const long = letters > (compact ? NARROW_NAME : LONG_NAME);
  const head = long ? HEAD : 0;
  const side = long || !name ? 0 : Math.max(NAME, letters * LABEL * LETTER + PAD);
  const less = compact ? LESS : 0;
  const width = long ? Math.max(CARD - less, letters * LABEL * LETTER + 2 * PAD) : side + BESIDE_NAME - less;
  return { ...made, width, height: head + 2 * ROW + (kind === "leaf" ? TRACK : 0), head, side };
}

/** The box that a node takes up; `upright` where the graph runs from top to bottom. */
export function box({ kind, round, width, height, head }: Anatomy, upright: boolean): Box {
  const op = round ? 2 * (upright ? ROUND : round) : 0;
  if (kind === "op") return { width: op, above: upright ? round : ROUND, below: upright ? round : ROUND };
  const stem = op ? (upright ? SHORT_STEM : STEM) : 0;
  if (upright) return { width: op + stem + height, above: width / 2, below: width / 2 };
  const middle = kind === "constant" ? height / 2 : head + ROW;
  return { width: op + stem + width, above: middle, below: height - middle };
}
