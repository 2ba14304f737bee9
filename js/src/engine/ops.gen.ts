// Generated from autograd_magic/engine/ops.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
import * as gamma from "./gamma";
import * as numeric from "./numeric";

export interface Rule {
  readonly name: string;
  readonly code: number;
  readonly arity: number;
  readonly ulps: number;
  readonly floor?: number;
  readonly step?: boolean;
  readonly refuses?: Condition;
  readonly kink?: Condition;
}

const table = new Map<string, Rule>();
export const RULES: ReadonlyMap<string, Rule> = table;

type Condition = (x: number, y: number, w: number, z: number) => boolean;

function rule(name: string, arity: number, ulps: number, more?: Partial<Rule>): void {
  table.set(name, { name, code: table.size, arity, ulps, ...more });
}

const shared0 = (x: number, y: number) => (y === 0);
const shared1 = (x: number, y: number) => ((x === 0) && (y === 0));
const shared2 = (x: number, y: number) => (((y === 0) && (x === x)) || ((Math.abs(x) === Infinity) && (y === y)));
const shared3 = (x: number) => (x === 0);
const shared4 = (x: number, y: number) => (x === y);
const shared5 = (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity));
const shared6 = (x: number) => (x <= 0);
const shared7 = (x: number) => (Math.abs(x) === Infinity);
const shared8 = (x: number) => (Math.abs(x) > 1);
const minOf = (x: number, y: number) => ((x < y) ? x : ((y <= x) ? y : (x + y)));
const maxOf = (x: number, y: number) => ((x > y) ? x : ((y >= x) ? y : (x + y)));
const squareOf = (x: number) => (x * x);
const sigmoidOf = (x: number) => ((x >= 0) ? (1 / (1 + Math.exp((-x)))) : (Math.exp(x) / (1 + Math.exp(x))));
const ndtrOf = (x: number) => ((x < 0) ? (numeric.erfc(((-x) / 1.4142135623730951)) / 2) : (1 - (numeric.erfc((x / 1.4142135623730951)) / 2)));
const signOf = (x: number) => ((x > 0) ? 1 : ((x < 0) ? (-1) : ((x === 0) ? 0 : x)));

rule('add', 2, 0);
rule('sub', 2, 0);
rule('mul', 2, 0);
rule('div', 2, 0, { refuses: shared0 });
rule('pow', 2, 2, { refuses: (x: number, y: number, w: number, z: number) => (((x === 0) && (y < 0)) || ((x < 0) && (Math.abs(x) < Infinity) && (y !== Math.floor(y)) && (Math.abs(y) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity) && (Math.abs(y) < Infinity))), kink: shared1 });
rule('mod', 2, 0, { refuses: shared0, step: true });
rule('floordiv', 2, 0, { refuses: shared0, step: true });
rule('fmod', 2, 0, { refuses: shared2, step: true });
rule('remainder', 2, 0, { refuses: shared2, step: true });
rule('neg', 1, 0);
rule('abs', 1, 0, { kink: shared3 });
rule('copysign', 2, 0, { kink: shared3, step: true });
rule('min', 2, 0, { kink: shared4 });
rule('max', 2, 0, { kink: shared4 });
rule('smaller', 2, 0, { kink: shared4 });
rule('larger', 2, 0, { kink: shared4 });
rule('fmin', 2, 0, { kink: shared4 });
rule('fmax', 2, 0, { kink: shared4 });
rule('exp', 1, 2, { refuses: shared5 });
rule('exp2', 1, 2, { refuses: shared5 });
rule('expm1', 1, 3, { refuses: shared5 });
rule('log', 1, 2, { refuses: shared6 });
rule('log2', 1, 3, { refuses: shared6 });
rule('log10', 1, 3, { refuses: shared6 });
rule('log1p', 1, 3, { refuses: (x: number) => (x <= (-1)) });
rule('logaddexp', 2, 8, { floor: 1 });
rule('logaddexp2', 2, 8, { floor: 1 });
rule('xlogy', 2, 6);
rule('xlog1py', 2, 6);
rule('sqrt', 1, 0, { refuses: (x: number) => (x < 0) });
rule('cbrt', 1, 8);
rule('square', 1, 0);
rule('reciprocal', 1, 0);
rule('sin', 1, 2, { refuses: shared7 });
rule('cos', 1, 2, { refuses: shared7 });
rule('tan', 1, 3, { refuses: shared7 });
rule('asin', 1, 3, { refuses: shared8 });
rule('acos', 1, 3, { refuses: shared8 });
rule('atan', 1, 2);
rule('atan2', 2, 3, { kink: shared1 });
rule('radians', 1, 0);
rule('degrees', 1, 0);
rule('sinc', 1, 4);
rule('sinh', 1, 4, { refuses: shared5 });
rule('cosh', 1, 4, { refuses: shared5 });
rule('tanh', 1, 6);
rule('asinh', 1, 4);
rule('acosh', 1, 4, { refuses: (x: number) => (x < 1) });
rule('atanh', 1, 4, { refuses: (x: number) => (Math.abs(x) >= 1) });
rule('hypot', 2, 4, { kink: (x: number, y: number, w: number, z: number) => (z === 0) });
rule('sigmoid', 1, 4);
rule('relu', 1, 0, { kink: shared3 });
rule('softplus', 1, 4);
rule('leaky_relu', 1, 0, { kink: shared3 });
rule('silu', 1, 6);
rule('gelu', 1, 16);
rule('erf', 1, 16);
rule('erfc', 1, 12);
rule('erfinv', 1, 32);
rule('erfcinv', 1, 32);
rule('ndtr', 1, 12);
rule('log_ndtr', 1, 24);
rule('ndtri', 1, 32);
rule('gamma', 1, 64, { refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x))) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))) });
rule('lgamma', 1, 128, { refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x)) && (Math.abs(x) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))), floor: 1 });
rule('digamma', 1, 32, { floor: 1 });
rule('polygamma', 2, 64, { floor: 1 });
rule('sign', 1, 0, { kink: shared3, step: true });
rule('floor', 1, 0, { step: true });
rule('ceil', 1, 0, { step: true });
rule('trunc', 1, 0, { step: true });
rule('round', 2, 0, { step: true });
rule('clip', 3, 0, { kink: (x: number, y: number, w: number) => (((x === y) ? 1 : ((x === w) ? 1 : 0)) === 1) });
rule('where', 3, 0);

/** What a program has of each node: itself, up to three arguments (0 where there is none), and the code of its rule. */
export const STRIDE = 5;

type Other = (node: number, numbers: Float64Array) => void;

/** Computes the nodes of a program, one after the other; `other` does it for those that the table does not know. */
export function forward(program: Int32Array, values: Float64Array, other: Other): void {
  for (let at = 0; at < program.length; at += STRIDE) {
    const node = program[at];
    const a = program[at + 1];
    const b = program[at + 2];
    const c = program[at + 3];
    let x: number, y: number, w: number;
    switch (program[at + 4]) {
      case 0: x = values[a]; y = values[b]; values[node] = (x + y); break;
      case 1: x = values[a]; y = values[b]; values[node] = (x - y); break;
      case 2: x = values[a]; y = values[b]; values[node] = (x * y); break;
      case 3: x = values[a]; y = values[b]; values[node] = (x / y); break;
      case 4: x = values[a]; y = values[b]; values[node] = numeric.pow(x, y); break;
      case 5: x = values[a]; y = values[b]; values[node] = numeric.mod(x, y); break;
      case 6: x = values[a]; y = values[b]; values[node] = numeric.floordiv(x, y); break;
      case 7: x = values[a]; y = values[b]; values[node] = numeric.fmod(x, y); break;
      case 8: x = values[a]; y = values[b]; values[node] = numeric.remainder(x, y); break;
      case 9: x = values[a]; values[node] = (-x); break;
      case 10: x = values[a]; values[node] = Math.abs(x); break;
      case 11: x = values[a]; y = values[b]; values[node] = numeric.copysign(x, y); break;
      case 12: x = values[a]; y = values[b]; values[node] = minOf(x, y); break;
      case 13: x = values[a]; y = values[b]; values[node] = maxOf(x, y); break;
      case 14: x = values[a]; y = values[b]; values[node] = ((y < x) ? y : x); break;
      case 15: x = values[a]; y = values[b]; values[node] = ((y > x) ? y : x); break;
      case 16: x = values[a]; y = values[b]; values[node] = ((x < y) ? x : ((y <= x) ? y : ((x === x) ? x : y))); break;
      case 17: x = values[a]; y = values[b]; values[node] = ((x > y) ? x : ((y >= x) ? y : ((x === x) ? x : y))); break;
      case 18: x = values[a]; values[node] = Math.exp(x); break;
      case 19: x = values[a]; values[node] = numeric.exp2(x); break;
      case 20: x = values[a]; values[node] = Math.expm1(x); break;
      case 21: x = values[a]; values[node] = Math.log(x); break;
      case 22: x = values[a]; values[node] = Math.log2(x); break;
      case 23: x = values[a]; values[node] = Math.log10(x); break;
      case 24: x = values[a]; values[node] = Math.log1p(x); break;
      case 25: x = values[a]; y = values[b]; values[node] = ((x === y) ? (x + 0.6931471805599453) : (maxOf(x, y) + Math.log1p(Math.exp((-Math.abs((x - y))))))); break;
      case 26: x = values[a]; y = values[b]; values[node] = ((x === y) ? (x + 1) : (maxOf(x, y) + (Math.log1p(numeric.exp2((-Math.abs((x - y))))) / 0.6931471805599453))); break;
      case 27: x = values[a]; y = values[b]; values[node] = (((x === 0) && (y === y)) ? 0 : (x * Math.log(y))); break;
      case 28: x = values[a]; y = values[b]; values[node] = (((x === 0) && (y === y)) ? 0 : (x * Math.log1p(y))); break;
      case 29: x = values[a]; values[node] = Math.sqrt(x); break;
      case 30: x = values[a]; values[node] = Math.cbrt(x); break;
      case 31: x = values[a]; values[node] = squareOf(x); break;
      case 32: x = values[a]; values[node] = (1 / x); break;
      case 33: x = values[a]; values[node] = Math.sin(x); break;
      case 34: x = values[a]; values[node] = Math.cos(x); break;
      case 35: x = values[a]; values[node] = Math.tan(x); break;
      case 36: x = values[a]; values[node] = Math.asin(x); break;
      case 37: x = values[a]; values[node] = Math.acos(x); break;
      case 38: x = values[a]; values[node] = Math.atan(x); break;
      case 39: x = values[a]; y = values[b]; values[node] = Math.atan2(x, y); break;
      case 40: x = values[a]; values[node] = (x * 0.017453292519943295); break;
      case 41: x = values[a]; values[node] = (x * 57.29577951308232); break;
      case 42: x = values[a]; values[node] = ((x === 0) ? 1 : (Math.sin((3.141592653589793 * x)) / (3.141592653589793 * x))); break;
      case 43: x = values[a]; values[node] = Math.sinh(x); break;
      case 44: x = values[a]; values[node] = Math.cosh(x); break;
      case 45: x = values[a]; values[node] = Math.tanh(x); break;
      case 46: x = values[a]; values[node] = Math.asinh(x); break;
      case 47: x = values[a]; values[node] = Math.acosh(x); break;
      case 48: x = values[a]; values[node] = Math.atanh(x); break;
      case 49: x = values[a]; y = values[b]; values[node] = Math.hypot(x, y); break;
      case 50: x = values[a]; values[node] = sigmoidOf(x); break;
      case 51: x = values[a]; values[node] = ((x < 0) ? 0 : x); break;
      case 52: x = values[a]; values[node] = ((x > 0) ? (x + Math.log1p(Math.exp((-x)))) : Math.log1p(Math.exp(x))); break;
      case 53: x = values[a]; values[node] = (((x < 0) ? 0.01 : 1) * x); break;
      case 54: x = values[a]; values[node] = (x * sigmoidOf(x)); break;
      case 55: x = values[a]; values[node] = (x * ndtrOf(x)); break;
      case 56: x = values[a]; values[node] = numeric.erf(x); break;
      case 57: x = values[a]; values[node] = numeric.erfc(x); break;
      case 58: x = values[a]; values[node] = numeric.erfinv(x); break;
      case 59: x = values[a]; values[node] = numeric.erfcinv(x); break;
      case 60: x = values[a]; values[node] = ndtrOf(x); break;
      case 61: x = values[a]; values[node] = ((x > 1) ? Math.log1p(((-numeric.erfc((x / 1.4142135623730951))) / 2)) : ((x > (-20)) ? Math.log((numeric.erfc(((-x) / 1.4142135623730951)) / 2)) : ((((((-x) * x) / 2) - Math.log((-x))) - 0.9189385332046727) + Math.log1p((((-1) + ((3 - ((15 - ((105 - (945 / (x * x))) / (x * x))) / (x * x))) / (x * x))) / (x * x)))))); break;
      case 62: x = values[a]; values[node] = (1.4142135623730951 * ((x < 0.25) ? (-numeric.erfcinv((2 * x))) : ((x > 0.75) ? numeric.erfcinv((2 * (1 - x))) : numeric.erfinv(((2 * x) - 1))))); break;
      case 63: x = values[a]; values[node] = gamma.gamma(x); break;
      case 64: x = values[a]; values[node] = gamma.lgamma(x); break;
      case 65: x = values[a]; values[node] = gamma.digamma(x); break;
      case 66: x = values[a]; y = values[b]; values[node] = gamma.polygamma(x, y); break;
      case 67: x = values[a]; values[node] = signOf(x); break;
      case 68: x = values[a]; values[node] = Math.floor(x); break;
      case 69: x = values[a]; values[node] = Math.ceil(x); break;
      case 70: x = values[a]; values[node] = Math.trunc(x); break;
      case 71: x = values[a]; y = values[b]; values[node] = numeric.round(x, y); break;
      case 72: x = values[a]; y = values[b]; w = values[c]; values[node] = minOf(maxOf(x, y), w); break;
      case 73: x = values[a]; y = values[b]; w = values[c]; values[node] = (x !== 0 ? y : w); break;
      default: other(node, values);
    }
  }
}

/** Adds the gradient of each node of a program to those of its arguments, from the last node to the first. */
export function backward(program: Int32Array, values: Float64Array, grads: Float64Array, other: Other): void {
  for (let at = program.length - STRIDE; at >= 0; at -= STRIDE) {
    const node = program[at];
    const a = program[at + 1];
    const b = program[at + 2];
    const c = program[at + 3];
    const g = grads[node];
    let x: number, y: number, w: number, z: number;
    switch (program[at + 4]) {
      case 0: grads[a] += g; grads[b] += g; break;
      case 1: grads[a] += g; grads[b] += g * (-1); break;
      case 2: x = values[a]; y = values[b]; grads[a] += g * y; grads[b] += g * x; break;
      case 3: y = values[b]; z = values[node]; grads[a] += g * (1 / y); grads[b] += g * ((-z) / y); break;
      case 4: x = values[a]; y = values[b]; z = values[node]; grads[a] += g * ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1)))); grads[b] += g * (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x))); break;
      case 5: x = values[a]; y = values[b]; grads[a] += g; grads[b] += g * (-numeric.floordiv(x, y)); break;
      case 6: case 71: grads[a] += g * 0; grads[b] += g * 0; break;
      case 7: case 8: x = values[a]; y = values[b]; z = values[node]; grads[a] += g; grads[b] += g * (-Math.floor((((x - z) / y) + 0.5))); break;
      case 9: grads[a] += g * (-1); break;
      case 10: x = values[a]; grads[a] += g * signOf(x); break;
      case 11: x = values[a]; y = values[b]; grads[a] += g * (signOf(x) * numeric.copysign(1, y)); grads[b] += g * 0; break;
      case 12: x = values[a]; y = values[b]; grads[a] += g * ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : NaN))); grads[b] += g * ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : NaN))); break;
      case 13: x = values[a]; y = values[b]; grads[a] += g * ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN))); grads[b] += g * ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN))); break;
      case 14: x = values[a]; y = values[b]; grads[a] += g * ((y < x) ? 0 : 1); grads[b] += g * ((y < x) ? 1 : 0); break;
      case 15: x = values[a]; y = values[b]; grads[a] += g * ((y > x) ? 0 : 1); grads[b] += g * ((y > x) ? 1 : 0); break;
      case 16: x = values[a]; y = values[b]; grads[a] += g * ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : ((x === x) ? 1 : ((y === y) ? 0 : NaN))))); grads[b] += g * ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : ((y === y) ? 1 : ((x === x) ? 0 : NaN))))); break;
      case 17: x = values[a]; y = values[b]; grads[a] += g * ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : ((x === x) ? 1 : ((y === y) ? 0 : NaN))))); grads[b] += g * ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : ((y === y) ? 1 : ((x === x) ? 0 : NaN))))); break;
      case 18: z = values[node]; grads[a] += g * z; break;
      case 19: z = values[node]; grads[a] += g * (z * 0.6931471805599453); break;
      case 20: x = values[a]; grads[a] += g * Math.exp(x); break;
      case 21: x = values[a]; grads[a] += g * (1 / x); break;
      case 22: x = values[a]; grads[a] += g * (1 / (x * 0.6931471805599453)); break;
      case 23: x = values[a]; grads[a] += g * (1 / (x * 2.302585092994046)); break;
      case 24: x = values[a]; grads[a] += g * (1 / (1 + x)); break;
      case 25: x = values[a]; y = values[b]; grads[a] += g * (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : sigmoidOf((x - y))); grads[b] += g * (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : sigmoidOf((y - x))); break;
      case 26: x = values[a]; y = values[b]; grads[a] += g * (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : sigmoidOf(((x - y) * 0.6931471805599453))); grads[b] += g * (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : sigmoidOf(((y - x) * 0.6931471805599453))); break;
      case 27: x = values[a]; y = values[b]; grads[a] += g * Math.log(y); grads[b] += g * (((x === 0) && (y === 0)) ? 0 : (x / y)); break;
      case 28: x = values[a]; y = values[b]; grads[a] += g * Math.log1p(y); grads[b] += g * (((x === 0) && (y === (-1))) ? 0 : (x / (1 + y))); break;
      case 29: z = values[node]; grads[a] += g * (1 / (2 * z)); break;
      case 30: z = values[node]; grads[a] += g * (1 / ((3 * z) * z)); break;
      case 31: x = values[a]; grads[a] += g * (2 * x); break;
      case 32: z = values[node]; grads[a] += g * -(z * z); break;
      case 33: x = values[a]; grads[a] += g * Math.cos(x); break;
      case 34: x = values[a]; grads[a] += g * (-Math.sin(x)); break;
      case 35: z = values[node]; grads[a] += g * (1 + (z * z)); break;
      case 36: x = values[a]; grads[a] += g * (1 / Math.sqrt(((1 - x) * (1 + x)))); break;
      case 37: x = values[a]; grads[a] += g * ((-1) / Math.sqrt(((1 - x) * (1 + x)))); break;
      case 38: x = values[a]; grads[a] += g * (1 / (1 + (x * x))); break;
      case 39: x = values[a]; y = values[b]; grads[a] += g * ((y / Math.hypot(x, y)) / Math.hypot(x, y)); grads[b] += g * (((-x) / Math.hypot(x, y)) / Math.hypot(x, y)); break;
      case 40: grads[a] += g * 0.017453292519943295; break;
      case 41: grads[a] += g * 57.29577951308232; break;
      case 42: x = values[a]; z = values[node]; grads[a] += g * ((Math.abs(x) < 0.03) ? (((-9.869604401089358) * x) * (0.3333333333333333 - (squareOf((3.141592653589793 * x)) * (0.03333333333333333 - (squareOf((3.141592653589793 * x)) * (0.0011904761904761906 - (squareOf((3.141592653589793 * x)) / 45360))))))) : ((Math.cos((3.141592653589793 * x)) - z) / x)); break;
      case 43: x = values[a]; grads[a] += g * Math.cosh(x); break;
      case 44: x = values[a]; grads[a] += g * Math.sinh(x); break;
      case 45: z = values[node]; grads[a] += g * (1 - (z * z)); break;
      case 46: x = values[a]; grads[a] += g * (1 / Math.hypot(x, 1)); break;
      case 47: x = values[a]; grads[a] += g * (1 / (Math.sqrt((x - 1)) * Math.sqrt((x + 1)))); break;
      case 48: x = values[a]; grads[a] += g * (1 / ((1 - x) * (1 + x))); break;
      case 49: x = values[a]; y = values[b]; z = values[node]; grads[a] += g * ((z === 0) ? 0 : (x / z)); grads[b] += g * ((z === 0) ? 0 : (y / z)); break;
      case 50: x = values[a]; z = values[node]; grads[a] += g * (z * ((x >= 0) ? (Math.exp((-x)) / (1 + Math.exp((-x)))) : (1 / (1 + Math.exp(x))))); break;
      case 51: x = values[a]; grads[a] += g * ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN)); break;
      case 52: x = values[a]; grads[a] += g * sigmoidOf(x); break;
      case 53: x = values[a]; grads[a] += g * ((x > 0) ? 1 : ((x <= 0) ? 0.01 : NaN)); break;
      case 54: x = values[a]; grads[a] += g * (sigmoidOf(x) * (1 + (x * sigmoidOf((-x))))); break;
      case 55: x = values[a]; grads[a] += g * (ndtrOf(x) + ((x * Math.exp((((-x) * x) / 2))) / 2.5066282746310002)); break;
      case 56: x = values[a]; grads[a] += g * (1.1283791670955126 * Math.exp(((-x) * x))); break;
      case 57: x = values[a]; grads[a] += g * ((-1.1283791670955126) * Math.exp(((-x) * x))); break;
      case 58: z = values[node]; grads[a] += g * (0.8862269254527579 * Math.exp((z * z))); break;
      case 59: z = values[node]; grads[a] += g * ((-0.8862269254527579) * Math.exp((z * z))); break;
      case 60: x = values[a]; grads[a] += g * (Math.exp((((-x) * x) / 2)) / 2.5066282746310002); break;
      case 61: x = values[a]; z = values[node]; grads[a] += g * (Math.exp(((((-x) * x) / 2) - z)) / 2.5066282746310002); break;
      case 62: z = values[node]; grads[a] += g * (2.5066282746310002 * Math.exp(((z * z) / 2))); break;
      case 63: x = values[a]; z = values[node]; grads[a] += g * (z * gamma.digamma(x)); break;
      case 64: x = values[a]; grads[a] += g * gamma.digamma(x); break;
      case 65: x = values[a]; grads[a] += g * gamma.polygamma(1, x); break;
      case 66: x = values[a]; y = values[b]; grads[a] += g * 0; grads[b] += g * gamma.polygamma((x + 1), y); break;
      case 67: case 68: case 69: case 70: grads[a] += g * 0; break;
      case 72: x = values[a]; y = values[b]; w = values[c]; grads[a] += g * ((x > y) ? ((x < w) ? 1 : 0) : ((x === x) ? 0 : NaN)); grads[b] += g * ((x <= y) ? ((y < w) ? 1 : 0) : 0); grads[c] += g * ((x >= w) ? 1 : ((y >= w) ? 1 : 0)); break;
      case 73: x = values[a]; grads[a] += g * 0; grads[b] += g * (x !== 0 ? 1 : 0); grads[c] += g * (x !== 0 ? 0 : 1); break;
      default: other(node, grads);
    }
  }
}
