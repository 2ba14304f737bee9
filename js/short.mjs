// The standard library's functions that the bundle calls most, under names that the minifier can shorten (build.mjs).
export const { abs: Math_abs, max: Math_max, min: Math_min, floor: Math_floor, exp: Math_exp, log: Math_log } = Math;
export const { is: Object_is } = Object;
export const { isNaN: Number_isNaN } = Number;
export const { from: Array_from } = Array;
