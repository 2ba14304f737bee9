// Generated from autograd_magic/ops.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
import * as gamma from "./gamma";
import * as numeric from "./numeric";

export interface Rule {
  readonly name: string;
  readonly symbol: string;
  readonly arity: number;
  readonly ulps: number;
  readonly floor: number;
  readonly step: boolean;
  readonly formula: string;
  readonly partials: readonly string[];
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
  name: string, symbol: string, arity: number, ulps: number, floor: number, step: boolean,
  formula: string, partials: readonly string[], one: Rule["one"], local: Rule["local"],
  more: Pick<Rule, "refuses" | "kink" | "forward" | "backward">,
): Rule {
  return { name, symbol, arity, ulps, floor, step, formula, partials, one, local, ...more };
}

const RULE_add = rule('add', '+', 2, 0, 0,
false, '{x} + {y}', ['1', '1'],
(x: number, y: number) => (x + y),
[() => 1, () => 1],
{ forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x + y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * 1; } },
 });

const RULE_sub = rule('sub', '-', 2, 0, 0,
false, '{x} - {y}', ['1', '-1'],
(x: number, y: number) => (x - y),
[() => 1, () => (-1)],
{ forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x - y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * (-1); } },
 });

const RULE_mul = rule('mul', '*', 2, 0, 0,
false, '{x} · {y}', ['{y}', '{x}'],
(x: number, y: number) => (x * y),
[(x: number, y: number) => y, (x: number) => x],
{ forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x * y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * y;part[slot[2 * k + 1]] = grad * x; } },
 });

const RULE_div = rule('div', '/', 2, 0, 0,
false, '{x} / {y}', ['1 / {y}', '-{z} / {y}'],
(x: number, y: number) => (x / y),
[(x: number, y: number) => (1 / y), (x: number, y: number, w: number, z: number) => ((-z) / y)],
{ refuses: (x: number, y: number) => (y === 0),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x / y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * (1 / y);part[slot[2 * k + 1]] = grad * ((-z) / y); } },
 });

const RULE_pow = rule('pow', '**', 2, 2, 0,
false, '{x}**{y}', ['0 if {y} = 0, else {y} · {x}**({y} - 1)', '0 if {x} = 0 and {y} ≥ 0, else {z} · log({x})'],
(x: number, y: number) => numeric.pow(x, y),
[(x: number, y: number) => ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1)))), (x: number, y: number, w: number, z: number) => (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x)))],
{ refuses: (x: number, y: number, w: number, z: number) => (((x === 0) && (y < 0)) || ((x < 0) && (Math.abs(x) < Infinity) && (y !== Math.floor(y)) && (Math.abs(y) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity) && (Math.abs(y) < Infinity))),
kink: (x: number, y: number) => ((x === 0) && (y === 0)),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = numeric.pow(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1))));part[slot[2 * k + 1]] = grad * (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x))); } },
 });

const RULE_mod = rule('mod', '%', 2, 0, 0,
true, '{x} % {y}', ['1', '-({x} // {y})'],
(x: number, y: number) => numeric.mod(x, y),
[() => 1, (x: number, y: number) => (-numeric.floordiv(x, y))],
{ refuses: (x: number, y: number) => (y === 0),
 });

const RULE_floordiv = rule('floordiv', '//', 2, 0, 0,
true, '{x} // {y}', ['0', '0'],
(x: number, y: number) => numeric.floordiv(x, y),
[() => 0, () => 0],
{ refuses: (x: number, y: number) => (y === 0),
 });

const RULE_neg = rule('neg', '-', 1, 0, 0,
false, '-{x}', ['-1'],
(x: number) => (-x),
[() => (-1)],
{ forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = (-x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (-1); } },
 });

const RULE_abs = rule('abs', 'abs', 1, 0, 0,
false, 'abs({x})', ['sign({x})'],
(x: number) => Math.abs(x),
[(x: number) => RULE_sign.one(x, 0, 0)],
{ kink: (x: number) => (x === 0),
 });

const RULE_min = rule('min', 'min', 2, 0, 0,
false, '{x} if {x} < {y}, else {y} if {y} ≤ {x}, else {x} + {y}', ['1 if {x} < {y}, else 0 if {x} > {y}, else 0.5', '1 if {y} < {x}, else 0 if {y} > {x}, else 0.5'],
(x: number, y: number) => ((x < y) ? x : ((y <= x) ? y : (x + y))),
[(x: number, y: number) => ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number) => ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : NaN)))],
{ kink: (x: number, y: number) => (x === y),
 });

const RULE_max = rule('max', 'max', 2, 0, 0,
false, '{x} if {x} > {y}, else {y} if {y} ≥ {x}, else {x} + {y}', ['1 if {x} > {y}, else 0 if {x} < {y}, else 0.5', '1 if {y} > {x}, else 0 if {y} < {x}, else 0.5'],
(x: number, y: number) => ((x > y) ? x : ((y >= x) ? y : (x + y))),
[(x: number, y: number) => ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number) => ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN)))],
{ kink: (x: number, y: number) => (x === y),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = ((x > y) ? x : ((y >= x) ? y : (x + y))); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN)));part[slot[2 * k + 1]] = grad * ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN))); } },
 });

const RULE_exp = rule('exp', 'exp', 1, 2, 0,
false, 'exp({x})', ['{z}'],
(x: number) => Math.exp(x),
[(x: number, y: number, w: number, z: number) => z],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.exp(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * z; } },
 });

const RULE_exp2 = rule('exp2', 'exp2', 1, 2, 0,
false, 'exp2({x})', ['{z} · log(2)'],
(x: number) => numeric.exp2(x),
[(x: number, y: number, w: number, z: number) => (z * 0.6931471805599453)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_expm1 = rule('expm1', 'expm1', 1, 3, 0,
false, 'expm1({x})', ['exp({x})'],
(x: number) => Math.expm1(x),
[(x: number) => Math.exp(x)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_log = rule('log', 'log', 1, 2, 0,
false, 'log({x})', ['1 / {x}'],
(x: number) => Math.log(x),
[(x: number) => (1 / x)],
{ refuses: (x: number) => (x <= 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.log(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / x); } },
 });

const RULE_log2 = rule('log2', 'log2', 1, 3, 0,
false, 'log2({x})', ['1 / ({x} · log(2))'],
(x: number) => Math.log2(x),
[(x: number) => (1 / (x * 0.6931471805599453))],
{ refuses: (x: number) => (x <= 0),
 });

const RULE_log10 = rule('log10', 'log10', 1, 3, 0,
false, 'log10({x})', ['1 / ({x} · log(10))'],
(x: number) => Math.log10(x),
[(x: number) => (1 / (x * 2.302585092994046))],
{ refuses: (x: number) => (x <= 0),
 });

const RULE_log1p = rule('log1p', 'log1p', 1, 3, 0,
false, 'log1p({x})', ['1 / (1 + {x})'],
(x: number) => Math.log1p(x),
[(x: number) => (1 / (1 + x))],
{ refuses: (x: number) => (x <= (-1)),
 });

const RULE_sqrt = rule('sqrt', 'sqrt', 1, 0, 0,
false, 'sqrt({x})', ['1 / (2 · {z})'],
(x: number) => Math.sqrt(x),
[(x: number, y: number, w: number, z: number) => (1 / (2 * z))],
{ refuses: (x: number) => (x < 0),
 });

const RULE_cbrt = rule('cbrt', 'cbrt', 1, 3, 0,
false, 'cbrt({x})', ['1 / (3 · {z}²)'],
(x: number) => Math.cbrt(x),
[(x: number, y: number, w: number, z: number) => (1 / ((3 * z) * z))],
{  });

const RULE_square = rule('square', 'square', 1, 0, 0,
false, '{x}²', ['2 · {x}'],
(x: number) => (x * x),
[(x: number) => (2 * x)],
{  });

const RULE_reciprocal = rule('reciprocal', '1/x', 1, 0, 0,
false, '1 / {x}', ['-({z}²)'],
(x: number) => (1 / x),
[(x: number, y: number, w: number, z: number) => -(z * z)],
{  });

const RULE_sin = rule('sin', 'sin', 1, 2, 0,
false, 'sin({x})', ['cos({x})'],
(x: number) => Math.sin(x),
[(x: number) => Math.cos(x)],
{ refuses: (x: number) => (Math.abs(x) === Infinity),
 });

const RULE_cos = rule('cos', 'cos', 1, 2, 0,
false, 'cos({x})', ['-sin({x})'],
(x: number) => Math.cos(x),
[(x: number) => (-Math.sin(x))],
{ refuses: (x: number) => (Math.abs(x) === Infinity),
 });

const RULE_tan = rule('tan', 'tan', 1, 3, 0,
false, 'tan({x})', ['1 + {z}²'],
(x: number) => Math.tan(x),
[(x: number, y: number, w: number, z: number) => (1 + (z * z))],
{ refuses: (x: number) => (Math.abs(x) === Infinity),
 });

const RULE_asin = rule('asin', 'asin', 1, 3, 0,
false, 'asin({x})', ['1 / sqrt((1 - {x}) · (1 + {x}))'],
(x: number) => Math.asin(x),
[(x: number) => (1 / Math.sqrt(((1 - x) * (1 + x))))],
{ refuses: (x: number) => (Math.abs(x) > 1),
 });

const RULE_acos = rule('acos', 'acos', 1, 3, 0,
false, 'acos({x})', ['-1 / sqrt((1 - {x}) · (1 + {x}))'],
(x: number) => Math.acos(x),
[(x: number) => ((-1) / Math.sqrt(((1 - x) * (1 + x))))],
{ refuses: (x: number) => (Math.abs(x) > 1),
 });

const RULE_atan = rule('atan', 'atan', 1, 2, 0,
false, 'atan({x})', ['1 / (1 + {x}²)'],
(x: number) => Math.atan(x),
[(x: number) => (1 / (1 + (x * x)))],
{  });

const RULE_atan2 = rule('atan2', 'atan2', 2, 3, 0,
false, 'atan2({x}, {y})', ['{y} / hypot({x}, {y}) / hypot({x}, {y})', '-{x} / hypot({x}, {y}) / hypot({x}, {y})'],
(x: number, y: number) => Math.atan2(x, y),
[(x: number, y: number) => ((y / Math.hypot(x, y)) / Math.hypot(x, y)), (x: number, y: number) => (((-x) / Math.hypot(x, y)) / Math.hypot(x, y))],
{ kink: (x: number, y: number) => ((x === 0) && (y === 0)),
 });

const RULE_sinh = rule('sinh', 'sinh', 1, 4, 0,
false, 'sinh({x})', ['cosh({x})'],
(x: number) => Math.sinh(x),
[(x: number) => Math.cosh(x)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_cosh = rule('cosh', 'cosh', 1, 4, 0,
false, 'cosh({x})', ['sinh({x})'],
(x: number) => Math.cosh(x),
[(x: number) => Math.sinh(x)],
{ refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
 });

const RULE_tanh = rule('tanh', 'tanh', 1, 4, 0,
false, 'tanh({x})', ['1 - {z}²'],
(x: number) => Math.tanh(x),
[(x: number, y: number, w: number, z: number) => (1 - (z * z))],
{ forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.tanh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 - (z * z)); } },
 });

const RULE_asinh = rule('asinh', 'asinh', 1, 4, 0,
false, 'asinh({x})', ['1 / hypot({x}, 1)'],
(x: number) => Math.asinh(x),
[(x: number) => (1 / Math.hypot(x, 1))],
{  });

const RULE_acosh = rule('acosh', 'acosh', 1, 4, 0,
false, 'acosh({x})', ['1 / (sqrt({x} - 1) · sqrt({x} + 1))'],
(x: number) => Math.acosh(x),
[(x: number) => (1 / (Math.sqrt((x - 1)) * Math.sqrt((x + 1))))],
{ refuses: (x: number) => (x < 1),
 });

const RULE_atanh = rule('atanh', 'atanh', 1, 4, 0,
false, 'atanh({x})', ['1 / ((1 - {x}) · (1 + {x}))'],
(x: number) => Math.atanh(x),
[(x: number) => (1 / ((1 - x) * (1 + x)))],
{ refuses: (x: number) => (Math.abs(x) >= 1),
 });

const RULE_hypot = rule('hypot', 'hypot', 2, 2, 0,
false, 'hypot({x}, {y})', ['0 if {z} = 0, else {x} / {z}', '0 if {z} = 0, else {y} / {z}'],
(x: number, y: number) => Math.hypot(x, y),
[(x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (x / z)), (x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (y / z))],
{ kink: (x: number, y: number, w: number, z: number) => (z === 0),
 });

const RULE_sigmoid = rule('sigmoid', 'sigmoid', 1, 4, 0,
false, '1 / (1 + exp(-{x})) if {x} ≥ 0, else exp({x}) / (1 + exp({x}))', ['{z} · (exp(-{x}) / (1 + exp(-{x})) if {x} ≥ 0, else 1 / (1 + exp({x})))'],
(x: number) => ((x >= 0) ? (1 / (1 + Math.exp((-x)))) : (Math.exp(x) / (1 + Math.exp(x)))),
[(x: number, y: number, w: number, z: number) => (z * ((x >= 0) ? (Math.exp((-x)) / (1 + Math.exp((-x)))) : (1 / (1 + Math.exp(x)))))],
{  });

const RULE_relu = rule('relu', 'ReLU', 1, 0, 0,
false, '0 if {x} < 0, else {x}', ['1 if {x} > 0, else 0'],
(x: number) => ((x < 0) ? 0 : x),
[(x: number) => ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN))],
{ kink: (x: number) => (x === 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x < 0) ? 0 : x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN)); } },
 });

const RULE_softplus = rule('softplus', 'softplus', 1, 4, 0,
false, '{x} + log1p(exp(-{x})) if {x} > 0, else log1p(exp({x}))', ['sigmoid({x})'],
(x: number) => ((x > 0) ? (x + Math.log1p(Math.exp((-x)))) : Math.log1p(Math.exp(x))),
[(x: number) => RULE_sigmoid.one(x, 0, 0)],
{  });

const RULE_erf = rule('erf', 'erf', 1, 4, 0,
false, 'erf({x})', ['2 / √π · exp(-{x}²)'],
(x: number) => numeric.erf(x),
[(x: number) => (1.1283791670955126 * Math.exp(((-x) * x)))],
{  });

const RULE_erfc = rule('erfc', 'erfc', 1, 8, 0,
false, 'erfc({x})', ['-2 / √π · exp(-{x}²)'],
(x: number) => numeric.erfc(x),
[(x: number) => ((-1.1283791670955126) * Math.exp(((-x) * x)))],
{  });

const RULE_ndtr = rule('ndtr', 'Φ', 1, 12, 0,
false, 'erfc(-{x} / sqrt(2)) / 2 if {x} < 0, else 1 - erfc({x} / sqrt(2)) / 2', ['exp(-{x}² / 2) / sqrt(2 · pi)'],
(x: number) => ((x < 0) ? (numeric.erfc(((-x) / 1.4142135623730951)) / 2) : (1 - (numeric.erfc((x / 1.4142135623730951)) / 2))),
[(x: number) => (Math.exp((((-x) * x) / 2)) / 2.5066282746310002)],
{  });

const RULE_log_ndtr = rule('log_ndtr', 'log Φ', 1, 16, 0,
false, 'log1p(-erfc({x} / sqrt(2)) / 2) if {x} > 1, else log(erfc(-{x} / sqrt(2)) / 2) if {x} > -20, else -{x}² / 2 - log(-{x}) - log(2 · pi) / 2 + log1p((-1 + (3 - (15 - (105 - 945 / ({x}²)) / ({x}²)) / ({x}²)) / ({x}²)) / ({x}²))', ['exp(-{x}² / 2 - {z}) / sqrt(2 · pi)'],
(x: number) => ((x > 1) ? Math.log1p(((-numeric.erfc((x / 1.4142135623730951))) / 2)) : ((x > (-20)) ? Math.log((numeric.erfc(((-x) / 1.4142135623730951)) / 2)) : ((((((-x) * x) / 2) - Math.log((-x))) - 0.9189385332046727) + Math.log1p((((-1) + ((3 - ((15 - ((105 - (945 / (x * x))) / (x * x))) / (x * x))) / (x * x))) / (x * x)))))),
[(x: number, y: number, w: number, z: number) => (Math.exp(((((-x) * x) / 2) - z)) / 2.5066282746310002)],
{  });

const RULE_lgamma = rule('lgamma', 'ln Γ', 1, 32, 1,
false, 'lgamma({x})', ['digamma({x})'],
(x: number) => gamma.lgamma(x),
[(x: number) => gamma.digamma(x)],
{ refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x)) && (Math.abs(x) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))),
 });

const RULE_digamma = rule('digamma', 'ψ', 1, 32, 1,
false, 'digamma({x})', ['polygamma(1, {x})'],
(x: number) => gamma.digamma(x),
[(x: number) => gamma.polygamma(1, x)],
{  });

const RULE_polygamma = rule('polygamma', 'ψ', 2, 64, 1,
false, 'polygamma({x}, {y})', ['0', 'polygamma({x} + 1, {y})'],
(x: number, y: number) => gamma.polygamma(x, y),
[() => 0, (x: number, y: number) => gamma.polygamma((x + 1), y)],
{  });

const RULE_sign = rule('sign', 'sign', 1, 0, 0,
true, '1 if {x} > 0, else -1 if {x} < 0, else 0 if {x} = 0, else {x}', ['0'],
(x: number) => ((x > 0) ? 1 : ((x < 0) ? (-1) : ((x === 0) ? 0 : x))),
[() => 0],
{ kink: (x: number) => (x === 0),
 });

const RULE_floor = rule('floor', 'floor', 1, 0, 0,
true, 'floor({x})', ['0'],
(x: number) => Math.floor(x),
[() => 0],
{  });

const RULE_ceil = rule('ceil', 'ceil', 1, 0, 0,
true, 'ceil({x})', ['0'],
(x: number) => Math.ceil(x),
[() => 0],
{  });

const RULE_trunc = rule('trunc', 'trunc', 1, 0, 0,
true, 'trunc({x})', ['0'],
(x: number) => Math.trunc(x),
[() => 0],
{  });

const RULE_round = rule('round', 'round', 2, 0, 0,
true, 'round({x}, {y})', ['0', '0'],
(x: number, y: number) => numeric.round(x, y),
[() => 0, () => 0],
{  });

const RULE_clip = rule('clip', 'clip', 3, 0, 0,
false, 'min(max({x}, {y}), {w})', ['1 if {x} < {w}, else 0 if {x} > {y}, else 0', '1 if {y} < {w}, else 0 if {x} ≤ {y}, else 0', '1 if {x} ≥ {w}, else 1 if {y} ≥ {w}, else 0'],
(x: number, y: number, w: number) => RULE_min.one(RULE_max.one(x, y, 0), w, 0),
[(x: number, y: number, w: number) => ((x > y) ? ((x < w) ? 1 : 0) : ((x === x) ? 0 : NaN)), (x: number, y: number, w: number) => ((x <= y) ? ((y < w) ? 1 : 0) : 0), (x: number, y: number, w: number) => ((x >= w) ? 1 : ((y >= w) ? 1 : 0))],
{ kink: (x: number, y: number, w: number) => (((x === y) ? 1 : ((x === w) ? 1 : 0)) === 1),
 });

const RULE_where = rule('where', 'where', 3, 0, 0,
false, '{y} if {x}, else {w}', ['0', '1 if {x}, else 0', '0 if {x}, else 1'],
(x: number, y: number, w: number) => (x !== 0 ? y : w),
[() => 0, (x: number) => (x !== 0 ? 1 : 0), (x: number) => (x !== 0 ? 0 : 1)],
{  });

export const RULES: ReadonlyMap<string, Rule> = new Map([RULE_add, RULE_sub, RULE_mul, RULE_div, RULE_pow, RULE_mod, RULE_floordiv, RULE_neg, RULE_abs, RULE_min, RULE_max, RULE_exp, RULE_exp2, RULE_expm1, RULE_log, RULE_log2, RULE_log10, RULE_log1p, RULE_sqrt, RULE_cbrt, RULE_square, RULE_reciprocal, RULE_sin, RULE_cos, RULE_tan, RULE_asin, RULE_acos, RULE_atan, RULE_atan2, RULE_sinh, RULE_cosh, RULE_tanh, RULE_asinh, RULE_acosh, RULE_atanh, RULE_hypot, RULE_sigmoid, RULE_relu, RULE_softplus, RULE_erf, RULE_erfc, RULE_ndtr, RULE_log_ndtr, RULE_lgamma, RULE_digamma, RULE_polygamma, RULE_sign, RULE_floor, RULE_ceil, RULE_trunc, RULE_round, RULE_clip, RULE_where].map((rule) => [rule.name, rule]));
