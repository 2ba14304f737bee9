// Generated from autograd_magic/export/geometry.py by `python -m tools.generate_ts`; do not edit.
export const BOXES = 300;
export const LETTER = 7.3;
export const ROW = 28;
export const PAD = 8;
export const ROUND = 15;
export const STEM = 12;
export const BESIDE = 5;
export const NAME_LENGTH = 28;
export const SIGN_LENGTH = 10;
export const APART = 7;
export const ACROSS = 32;
export const DOWN = 14;
export const SWEEPS = 8;
export const PLACINGS = 8;
export const LARGE = 4000;
