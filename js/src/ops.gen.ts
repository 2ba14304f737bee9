// Generated from autograd_magic/ops.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
import * as gamma from "./gamma";
import * as numeric from "./numeric";

export interface Rule {
  readonly name: string;
  readonly arity: number;
  readonly ulps: number;
  readonly floor: number;
  readonly step: boolean;
  readonly one: (x: number, y: number, w: number) => number;
  readonly local: readonly ((x: number, y: number, w: number, z: number) => number)[];
  readonly refuses?: Condition;
  readonly kink?: Condition;
  readonly forward?: (v: Float64Array, out: Int32Array, a: Int32Array, b: Int32Array, c: Int32Array) => void;
  readonly backward?: (
    v: Float64Array, g: Float64Array, part: Float64Array, slot: Int32Array,
    out: Int32Array, a: Int32Array, b: Int32Array, c: Int32Array,
  ) => void;
}

type Condition = (x: number, y: number, w: number, z: number) => boolean;

function rule(
  name: string, arity: number, ulps: number, floor: number, step: boolean,
  one: Rule["one"], local: Rule["local"],
  more: Pick<Rule, "refuses" | "kink" | "forward" | "backward">,
): Rule {
  return { name, arity, ulps, floor, step, one, local, ...more };
}

const RULE_add = rule('add', 2, 0, 0,
false,
(x: number, y: number) => (x + y),
[() => 1, () => 1],
{ forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x + y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * 1; } },
 });

const RULE_sub = rule('sub', 2, 0, 0,
false,
(x: number, y: number) => (x - y),
[() => 1, () => (-1)],
{ forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x - y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * (-1); } },
 });

const RULE_mul = rule('mul', 2, 0, 0,
false,
(x: number, y: number) => (x * y),
[(x: number, y: number) => y, (x: number) => x],
{ forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x * y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * y;part[slot[2 * k + 1]] = grad * x; } },
 });

const RULE_div = rule('div', 2, 0, 0,
false,
(x: number, y: number) => (x / y),
[(x: number, y: number) => (1 / y), (x: number, y: number, w: number, z: number) => ((-z) / y)],
{ refuses: (x: number, y: number) => (y === 0),
 });

const RULE_pow = rule('pow', 2, 2, 0,
false,
(x: number, y: number) => numeric.pow(x, y),
[(x: number, y: number) => ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1)))), (x: number, y: number, w: number, z: number) => (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x)))],
{ refuses: (x: number, y: number, w: number, z: number) => (((x === 0) && (y < 0)) || ((x < 0) && (Math.abs(x) < Infinity) && (y !== Math.floor(y)) && (Math.abs(y) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity) && (Math.abs(y) < Infinity))),
kink: (x: number, y: number) => ((x === 0) && (y === 0)),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = numeric.pow(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1))));part[slot[2 * k + 1]] = grad * (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x))); } },
 });

const RULE_mod = rule('mod', 2, 0, 0,
true,
(x: number, y: number) => numeric.mod(x, y),
[() => 1, (x: number, y: number) => (-numeric.floordiv(x, y))],
{ refuses: (x: number, y: number) => (y === 0),
 });

const RULE_floordiv = rule('floordiv', 2, 0, 0,
true,
(x: number, y: number) => numeric.floordiv(x, y),
[() => 0, () => 0],
{ refuses: (x: number, y: number) => (y === 0),
 });

const RULE_neg = rule('neg', 1, 0, 0,
false,
(x: number) => (-x),
[() => (-1)],
{  });

const RULE_abs = rule('abs', 1, 0, 0,
false,
(x: number) => Math.abs(x),
[(x: number) => RULE_sign.one(x, 0, 0)],
{ kink: (x: number) => (x === 0),
 });

const RULE_min = rule('min', 2, 0, 0,
false,
(x: number, y: number) => ((x < y) ? x : ((y <= x) ? y : (x + y))),
[(x: number, y: number) => ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number) => ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : NaN)))],
{ kink: (x: number, y: number) => (x === y),
 });

const RULE_max = rule('max', 2, 0, 0,
false,
(x: number, y: number) => ((x > y) ? x : ((y >= x) ? y : (x + y))),
[(x: number, y: number) => ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number) => ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN)))],
{ kink: (x: number, y: number) => (x === y),
 });

const RULE_exp = rule('exp', 1, 2, 0,
false,
(x: number) => Math.exp(x),
[(x: number, y: number, w: number, z: number) => z],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_exp2 = rule('exp2', 1, 2, 0,
false,
(x: number) => numeric.exp2(x),
[(x: number, y: number, w: number, z: number) => (z * 0.6931471805599453)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_expm1 = rule('expm1', 1, 3, 0,
false,
(x: number) => Math.expm1(x),
[(x: number) => Math.exp(x)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_log = rule('log', 1, 2, 0,
false,
(x: number) => Math.log(x),
[(x: number) => (1 / x)],
{ refuses: (x: number) => (x <= 0),
 });

const RULE_log2 = rule('log2', 1, 3, 0,
false,
(x: number) => Math.log2(x),
[(x: number) => (1 / (x * 0.6931471805599453))],
{ refuses: (x: number) => (x <= 0),
 });

const RULE_log10 = rule('log10', 1, 3, 0,
false,
(x: number) => Math.log10(x),
[(x: number) => (1 / (x * 2.302585092994046))],
{ refuses: (x: number) => (x <= 0),
 });

const RULE_log1p = rule('log1p', 1, 3, 0,
false,
(x: number) => Math.log1p(x),
[(x: number) => (1 / (1 + x))],
{ refuses: (x: number) => (x <= (-1)),
 });

const RULE_sqrt = rule('sqrt', 1, 0, 0,
false,
(x: number) => Math.sqrt(x),
[(x: number, y: number, w: number, z: number) => (1 / (2 * z))],
{ refuses: (x: number) => (x < 0),
 });

const RULE_cbrt = rule('cbrt', 1, 3, 0,
false,
(x: number) => Math.cbrt(x),
[(x: number, y: number, w: number, z: number) => (1 / ((3 * z) * z))],
{  });

const RULE_square = rule('square', 1, 0, 0,
false,
(x: number) => (x * x),
[(x: number) => (2 * x)],
{  });

const RULE_reciprocal = rule('reciprocal', 1, 0, 0,
false,
(x: number) => (1 / x),
[(x: number, y: number, w: number, z: number) => -(z * z)],
{  });

const RULE_sin = rule('sin', 1, 2, 0,
false,
(x: number) => Math.sin(x),
[(x: number) => Math.cos(x)],
{ refuses: (x: number) => (Math.abs(x) === Infinity),
 });

const RULE_cos = rule('cos', 1, 2, 0,
false,
(x: number) => Math.cos(x),
[(x: number) => (-Math.sin(x))],
{ refuses: (x: number) => (Math.abs(x) === Infinity),
 });

const RULE_tan = rule('tan', 1, 3, 0,
false,
(x: number) => Math.tan(x),
[(x: number, y: number, w: number, z: number) => (1 + (z * z))],
{ refuses: (x: number) => (Math.abs(x) === Infinity),
 });

const RULE_asin = rule('asin', 1, 3, 0,
false,
(x: number) => Math.asin(x),
[(x: number) => (1 / Math.sqrt(((1 - x) * (1 + x))))],
{ refuses: (x: number) => (Math.abs(x) > 1),
 });

const RULE_acos = rule('acos', 1, 3, 0,
false,
(x: number) => Math.acos(x),
[(x: number) => ((-1) / Math.sqrt(((1 - x) * (1 + x))))],
{ refuses: (x: number) => (Math.abs(x) > 1),
 });

const RULE_atan = rule('atan', 1, 2, 0,
false,
(x: number) => Math.atan(x),
[(x: number) => (1 / (1 + (x * x)))],
{  });

const RULE_atan2 = rule('atan2', 2, 3, 0,
false,
(x: number, y: number) => Math.atan2(x, y),
[(x: number, y: number) => ((y / Math.hypot(x, y)) / Math.hypot(x, y)), (x: number, y: number) => (((-x) / Math.hypot(x, y)) / Math.hypot(x, y))],
{ kink: (x: number, y: number) => ((x === 0) && (y === 0)),
 });

const RULE_sinh = rule('sinh', 1, 4, 0,
false,
(x: number) => Math.sinh(x),
[(x: number) => Math.cosh(x)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_cosh = rule('cosh', 1, 4, 0,
false,
(x: number) => Math.cosh(x),
[(x: number) => Math.sinh(x)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_tanh = rule('tanh', 1, 4, 0,
false,
(x: number) => Math.tanh(x),
[(x: number, y: number, w: number, z: number) => (1 - (z * z))],
{ forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.tanh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 - (z * z)); } },
 });

const RULE_asinh = rule('asinh', 1, 4, 0,
false,
(x: number) => Math.asinh(x),
[(x: number) => (1 / Math.hypot(x, 1))],
{  });

const RULE_acosh = rule('acosh', 1, 4, 0,
false,
(x: number) => Math.acosh(x),
[(x: number) => (1 / (Math.sqrt((x - 1)) * Math.sqrt((x + 1))))],
{ refuses: (x: number) => (x < 1),
 });

const RULE_atanh = rule('atanh', 1, 4, 0,
false,
(x: number) => Math.atanh(x),
[(x: number) => (1 / ((1 - x) * (1 + x)))],
{ refuses: (x: number) => (Math.abs(x) >= 1),
 });

const RULE_hypot = rule('hypot', 2, 2, 0,
false,
(x: number, y: number) => Math.hypot(x, y),
[(x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (x / z)), (x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (y / z))],
{ kink: (x: number, y: number, w: number, z: number) => (z === 0),
 });

const RULE_sigmoid = rule('sigmoid', 1, 4, 0,
false,
(x: number) => ((x >= 0) ? (1 / (1 + Math.exp((-x)))) : (Math.exp(x) / (1 + Math.exp(x)))),
[(x: number, y: number, w: number, z: number) => (z * ((x >= 0) ? (Math.exp((-x)) / (1 + Math.exp((-x)))) : (1 / (1 + Math.exp(x)))))],
{  });

const RULE_relu = rule('relu', 1, 0, 0,
false,
(x: number) => ((x < 0) ? 0 : x),
[(x: number) => ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN))],
{ kink: (x: number) => (x === 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x < 0) ? 0 : x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN)); } },
 });

const RULE_softplus = rule('softplus', 1, 4, 0,
false,
(x: number) => ((x > 0) ? (x + Math.log1p(Math.exp((-x)))) : Math.log1p(Math.exp(x))),
[(x: number) => RULE_sigmoid.one(x, 0, 0)],
{  });

const RULE_erf = rule('erf', 1, 4, 0,
false,
(x: number) => numeric.erf(x),
[(x: number) => (1.1283791670955126 * Math.exp(((-x) * x)))],
{  });

const RULE_erfc = rule('erfc', 1, 8, 0,
false,
(x: number) => numeric.erfc(x),
[(x: number) => ((-1.1283791670955126) * Math.exp(((-x) * x)))],
{  });

const RULE_ndtr = rule('ndtr', 1, 12, 0,
false,
(x: number) => ((x < 0) ? (numeric.erfc(((-x) / 1.4142135623730951)) / 2) : (1 - (numeric.erfc((x / 1.4142135623730951)) / 2))),
[(x: number) => (Math.exp((((-x) * x) / 2)) / 2.5066282746310002)],
{  });

const RULE_log_ndtr = rule('log_ndtr', 1, 16, 0,
false,
(x: number) => ((x > 1) ? Math.log1p(((-numeric.erfc((x / 1.4142135623730951))) / 2)) : ((x > (-20)) ? Math.log((numeric.erfc(((-x) / 1.4142135623730951)) / 2)) : ((((((-x) * x) / 2) - Math.log((-x))) - 0.9189385332046727) + Math.log1p((((-1) + ((3 - ((15 - ((105 - (945 / (x * x))) / (x * x))) / (x * x))) / (x * x))) / (x * x)))))),
[(x: number, y: number, w: number, z: number) => (Math.exp(((((-x) * x) / 2) - z)) / 2.5066282746310002)],
{  });

const RULE_lgamma = rule('lgamma', 1, 32, 1,
false,
(x: number) => gamma.lgamma(x),
[(x: number) => gamma.digamma(x)],
{ refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x)) && (Math.abs(x) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))),
 });

const RULE_digamma = rule('digamma', 1, 32, 1,
false,
(x: number) => gamma.digamma(x),
[(x: number) => gamma.polygamma(1, x)],
{  });

const RULE_polygamma = rule('polygamma', 2, 64, 1,
false,
(x: number, y: number) => gamma.polygamma(x, y),
[() => 0, (x: number, y: number) => gamma.polygamma((x + 1), y)],
{  });

const RULE_sign = rule('sign', 1, 0, 0,
true,
(x: number) => ((x > 0) ? 1 : ((x < 0) ? (-1) : ((x === 0) ? 0 : x))),
[() => 0],
{ kink: (x: number) => (x === 0),
 });

const RULE_floor = rule('floor', 1, 0, 0,
true,
(x: number) => Math.floor(x),
[() => 0],
{  });

const RULE_ceil = rule('ceil', 1, 0, 0,
true,
(x: number) => Math.ceil(x),
[() => 0],
{  });

const RULE_trunc = rule('trunc', 1, 0, 0,
true,
(x: number) => Math.trunc(x),
[() => 0],
{  });

const RULE_round = rule('round', 2, 0, 0,
true,
(x: number, y: number) => numeric.round(x, y),
[() => 0, () => 0],
{  });

const RULE_clip = rule('clip', 3, 0, 0,
false,
(x: number, y: number, w: number) => RULE_min.one(RULE_max.one(x, y, 0), w, 0),
[(x: number, y: number, w: number) => ((x > y) ? ((x < w) ? 1 : 0) : ((x === x) ? 0 : NaN)), (x: number, y: number, w: number) => ((x <= y) ? ((y < w) ? 1 : 0) : 0), (x: number, y: number, w: number) => ((x >= w) ? 1 : ((y >= w) ? 1 : 0))],
{ kink: (x: number, y: number, w: number) => (((x === y) ? 1 : ((x === w) ? 1 : 0)) === 1),
 });

const RULE_where = rule('where', 3, 0, 0,
false,
(x: number, y: number, w: number) => (x !== 0 ? y : w),
[() => 0, (x: number) => (x !== 0 ? 1 : 0), (x: number) => (x !== 0 ? 0 : 1)],
{  });

export const RULES: ReadonlyMap<string, Rule> = new Map([RULE_add, RULE_sub, RULE_mul, RULE_div, RULE_pow, RULE_mod, RULE_floordiv, RULE_neg, RULE_abs, RULE_min, RULE_max, RULE_exp, RULE_exp2, RULE_expm1, RULE_log, RULE_log2, RULE_log10, RULE_log1p, RULE_sqrt, RULE_cbrt, RULE_square, RULE_reciprocal, RULE_sin, RULE_cos, RULE_tan, RULE_asin, RULE_acos, RULE_atan, RULE_atan2, RULE_sinh, RULE_cosh, RULE_tanh, RULE_asinh, RULE_acosh, RULE_atanh, RULE_hypot, RULE_sigmoid, RULE_relu, RULE_softplus, RULE_erf, RULE_erfc, RULE_ndtr, RULE_log_ndtr, RULE_lgamma, RULE_digamma, RULE_polygamma, RULE_sign, RULE_floor, RULE_ceil, RULE_trunc, RULE_round, RULE_clip, RULE_where].map((rule) => [rule.name, rule]));
