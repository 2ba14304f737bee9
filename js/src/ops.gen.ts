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
  readonly refuses?: (x: number, y: number, w: number, z: number) => boolean;
  readonly kink?: (x: number, y: number, w: number, z: number) => boolean;
  readonly forward: (v: Float64Array, out: Int32Array, a: Int32Array, b: Int32Array, c: Int32Array) => void;
  readonly backward: (
    v: Float64Array, g: Float64Array, part: Float64Array, slot: Int32Array,
    out: Int32Array, a: Int32Array, b: Int32Array, c: Int32Array,
  ) => void;
}

const RULE_add: Rule = {
name: 'add', symbol: '+', arity: 2, ulps: 0, floor: 0,
step: false,
formula: '{x} + {y}', partials: ['1', '1'],
one: (x: number, y: number) => (x + y),
local: [(x: number, y: number, w: number, z: number) => 1, (x: number, y: number, w: number, z: number) => 1],
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x + y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * 1; } },
};

const RULE_sub: Rule = {
name: 'sub', symbol: '-', arity: 2, ulps: 0, floor: 0,
step: false,
formula: '{x} - {y}', partials: ['1', '-1'],
one: (x: number, y: number) => (x - y),
local: [(x: number, y: number, w: number, z: number) => 1, (x: number, y: number, w: number, z: number) => (-1)],
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x - y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * (-1); } },
};

const RULE_mul: Rule = {
name: 'mul', symbol: '*', arity: 2, ulps: 0, floor: 0,
step: false,
formula: '{x} · {y}', partials: ['{y}', '{x}'],
one: (x: number, y: number) => (x * y),
local: [(x: number, y: number, w: number, z: number) => y, (x: number, y: number, w: number, z: number) => x],
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x * y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * y;part[slot[2 * k + 1]] = grad * x; } },
};

const RULE_div: Rule = {
name: 'div', symbol: '/', arity: 2, ulps: 0, floor: 0,
step: false,
formula: '{x} / {y}', partials: ['1 / {y}', '-{z} / {y}'],
one: (x: number, y: number) => (x / y),
local: [(x: number, y: number, w: number, z: number) => (1 / y), (x: number, y: number, w: number, z: number) => ((-z) / y)],
refuses: (x: number, y: number, w: number, z: number) => (y === 0),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = (x / y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * (1 / y);part[slot[2 * k + 1]] = grad * ((-z) / y); } },
};

const RULE_pow: Rule = {
name: 'pow', symbol: '**', arity: 2, ulps: 2, floor: 0,
step: false,
formula: '{x}**{y}', partials: ['0 if {y} = 0, else {y} · {x}**({y} - 1)', '0 if {x} = 0 and {y} ≥ 0, else {z} · log({x})'],
one: (x: number, y: number) => numeric.pow(x, y),
local: [(x: number, y: number, w: number, z: number) => ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1)))), (x: number, y: number, w: number, z: number) => (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x)))],
refuses: (x: number, y: number, w: number, z: number) => (((x === 0) && (y < 0)) || ((x < 0) && (Math.abs(x) < Infinity) && (y !== Math.floor(y)) && (Math.abs(y) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity) && (Math.abs(y) < Infinity))),
kink: (x: number, y: number, w: number, z: number) => ((x === 0) && (y === 0)),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = numeric.pow(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1))));part[slot[2 * k + 1]] = grad * (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x))); } },
};

const RULE_mod: Rule = {
name: 'mod', symbol: '%', arity: 2, ulps: 0, floor: 0,
step: true,
formula: '{x} % {y}', partials: ['1', '-({x} // {y})'],
one: (x: number, y: number) => numeric.mod(x, y),
local: [(x: number, y: number, w: number, z: number) => 1, (x: number, y: number, w: number, z: number) => (-numeric.floordiv(x, y))],
refuses: (x: number, y: number, w: number, z: number) => (y === 0),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = numeric.mod(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 1;part[slot[2 * k + 1]] = grad * (-numeric.floordiv(x, y)); } },
};

const RULE_floordiv: Rule = {
name: 'floordiv', symbol: '//', arity: 2, ulps: 0, floor: 0,
step: true,
formula: '{x} // {y}', partials: ['0', '0'],
one: (x: number, y: number) => numeric.floordiv(x, y),
local: [(x: number, y: number, w: number, z: number) => 0, (x: number, y: number, w: number, z: number) => 0],
refuses: (x: number, y: number, w: number, z: number) => (y === 0),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = numeric.floordiv(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 0;part[slot[2 * k + 1]] = grad * 0; } },
};

const RULE_neg: Rule = {
name: 'neg', symbol: '-', arity: 1, ulps: 0, floor: 0,
step: false,
formula: '-{x}', partials: ['-1'],
one: (x: number) => (-x),
local: [(x: number, y: number, w: number, z: number) => (-1)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = (-x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (-1); } },
};

const RULE_abs: Rule = {
name: 'abs', symbol: 'abs', arity: 1, ulps: 0, floor: 0,
step: false,
formula: 'abs({x})', partials: ['sign({x})'],
one: (x: number) => Math.abs(x),
local: [(x: number, y: number, w: number, z: number) => RULE_sign.one(x, 0, 0)],
kink: (x: number, y: number, w: number, z: number) => (x === 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.abs(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * RULE_sign.one(x, 0, 0); } },
};

const RULE_min: Rule = {
name: 'min', symbol: 'min', arity: 2, ulps: 0, floor: 0,
step: false,
formula: '{x} if {x} < {y}, else {y} if {y} ≤ {x}, else {x} + {y}', partials: ['1 if {x} < {y}, else 0 if {x} > {y}, else 0.5', '1 if {y} < {x}, else 0 if {y} > {x}, else 0.5'],
one: (x: number, y: number) => ((x < y) ? x : ((y <= x) ? y : (x + y))),
local: [(x: number, y: number, w: number, z: number) => ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number, w: number, z: number) => ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : NaN)))],
kink: (x: number, y: number, w: number, z: number) => (x === y),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = ((x < y) ? x : ((y <= x) ? y : (x + y))); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : NaN)));part[slot[2 * k + 1]] = grad * ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : NaN))); } },
};

const RULE_max: Rule = {
name: 'max', symbol: 'max', arity: 2, ulps: 0, floor: 0,
step: false,
formula: '{x} if {x} > {y}, else {y} if {y} ≥ {x}, else {x} + {y}', partials: ['1 if {x} > {y}, else 0 if {x} < {y}, else 0.5', '1 if {y} > {x}, else 0 if {y} < {x}, else 0.5'],
one: (x: number, y: number) => ((x > y) ? x : ((y >= x) ? y : (x + y))),
local: [(x: number, y: number, w: number, z: number) => ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number, w: number, z: number) => ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN)))],
kink: (x: number, y: number, w: number, z: number) => (x === y),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = ((x > y) ? x : ((y >= x) ? y : (x + y))); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN)));part[slot[2 * k + 1]] = grad * ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN))); } },
};

const RULE_exp: Rule = {
name: 'exp', symbol: 'exp', arity: 1, ulps: 2, floor: 0,
step: false,
formula: 'exp({x})', partials: ['{z}'],
one: (x: number) => Math.exp(x),
local: [(x: number, y: number, w: number, z: number) => z],
refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.exp(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * z; } },
};

const RULE_exp2: Rule = {
name: 'exp2', symbol: 'exp2', arity: 1, ulps: 2, floor: 0,
step: false,
formula: 'exp2({x})', partials: ['{z} · log(2)'],
one: (x: number) => numeric.exp2(x),
local: [(x: number, y: number, w: number, z: number) => (z * 0.6931471805599453)],
refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = numeric.exp2(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (z * 0.6931471805599453); } },
};

const RULE_expm1: Rule = {
name: 'expm1', symbol: 'expm1', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'expm1({x})', partials: ['exp({x})'],
one: (x: number) => Math.expm1(x),
local: [(x: number, y: number, w: number, z: number) => Math.exp(x)],
refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.expm1(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * Math.exp(x); } },
};

const RULE_log: Rule = {
name: 'log', symbol: 'log', arity: 1, ulps: 2, floor: 0,
step: false,
formula: 'log({x})', partials: ['1 / {x}'],
one: (x: number) => Math.log(x),
local: [(x: number, y: number, w: number, z: number) => (1 / x)],
refuses: (x: number, y: number, w: number, z: number) => (x <= 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.log(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / x); } },
};

const RULE_log2: Rule = {
name: 'log2', symbol: 'log2', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'log2({x})', partials: ['1 / ({x} · log(2))'],
one: (x: number) => Math.log2(x),
local: [(x: number, y: number, w: number, z: number) => (1 / (x * 0.6931471805599453))],
refuses: (x: number, y: number, w: number, z: number) => (x <= 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.log2(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / (x * 0.6931471805599453)); } },
};

const RULE_log10: Rule = {
name: 'log10', symbol: 'log10', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'log10({x})', partials: ['1 / ({x} · log(10))'],
one: (x: number) => Math.log10(x),
local: [(x: number, y: number, w: number, z: number) => (1 / (x * 2.302585092994046))],
refuses: (x: number, y: number, w: number, z: number) => (x <= 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.log10(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / (x * 2.302585092994046)); } },
};

const RULE_log1p: Rule = {
name: 'log1p', symbol: 'log1p', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'log1p({x})', partials: ['1 / (1 + {x})'],
one: (x: number) => Math.log1p(x),
local: [(x: number, y: number, w: number, z: number) => (1 / (1 + x))],
refuses: (x: number, y: number, w: number, z: number) => (x <= (-1)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.log1p(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / (1 + x)); } },
};

const RULE_sqrt: Rule = {
name: 'sqrt', symbol: 'sqrt', arity: 1, ulps: 0, floor: 0,
step: false,
formula: 'sqrt({x})', partials: ['1 / (2 · {z})'],
one: (x: number) => Math.sqrt(x),
local: [(x: number, y: number, w: number, z: number) => (1 / (2 * z))],
refuses: (x: number, y: number, w: number, z: number) => (x < 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.sqrt(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / (2 * z)); } },
};

const RULE_cbrt: Rule = {
name: 'cbrt', symbol: 'cbrt', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'cbrt({x})', partials: ['1 / (3 · {z}²)'],
one: (x: number) => Math.cbrt(x),
local: [(x: number, y: number, w: number, z: number) => (1 / ((3 * z) * z))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.cbrt(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / ((3 * z) * z)); } },
};

const RULE_square: Rule = {
name: 'square', symbol: 'square', arity: 1, ulps: 0, floor: 0,
step: false,
formula: '{x}²', partials: ['2 · {x}'],
one: (x: number) => (x * x),
local: [(x: number, y: number, w: number, z: number) => (2 * x)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = (x * x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (2 * x); } },
};

const RULE_reciprocal: Rule = {
name: 'reciprocal', symbol: '1/x', arity: 1, ulps: 0, floor: 0,
step: false,
formula: '1 / {x}', partials: ['-({z}²)'],
one: (x: number) => (1 / x),
local: [(x: number, y: number, w: number, z: number) => -(z * z)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = (1 / x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * -(z * z); } },
};

const RULE_sin: Rule = {
name: 'sin', symbol: 'sin', arity: 1, ulps: 2, floor: 0,
step: false,
formula: 'sin({x})', partials: ['cos({x})'],
one: (x: number) => Math.sin(x),
local: [(x: number, y: number, w: number, z: number) => Math.cos(x)],
refuses: (x: number, y: number, w: number, z: number) => (Math.abs(x) === Infinity),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.sin(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * Math.cos(x); } },
};

const RULE_cos: Rule = {
name: 'cos', symbol: 'cos', arity: 1, ulps: 2, floor: 0,
step: false,
formula: 'cos({x})', partials: ['-sin({x})'],
one: (x: number) => Math.cos(x),
local: [(x: number, y: number, w: number, z: number) => (-Math.sin(x))],
refuses: (x: number, y: number, w: number, z: number) => (Math.abs(x) === Infinity),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.cos(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (-Math.sin(x)); } },
};

const RULE_tan: Rule = {
name: 'tan', symbol: 'tan', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'tan({x})', partials: ['1 + {z}²'],
one: (x: number) => Math.tan(x),
local: [(x: number, y: number, w: number, z: number) => (1 + (z * z))],
refuses: (x: number, y: number, w: number, z: number) => (Math.abs(x) === Infinity),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.tan(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 + (z * z)); } },
};

const RULE_asin: Rule = {
name: 'asin', symbol: 'asin', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'asin({x})', partials: ['1 / sqrt((1 - {x}) · (1 + {x}))'],
one: (x: number) => Math.asin(x),
local: [(x: number, y: number, w: number, z: number) => (1 / Math.sqrt(((1 - x) * (1 + x))))],
refuses: (x: number, y: number, w: number, z: number) => (Math.abs(x) > 1),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.asin(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / Math.sqrt(((1 - x) * (1 + x)))); } },
};

const RULE_acos: Rule = {
name: 'acos', symbol: 'acos', arity: 1, ulps: 3, floor: 0,
step: false,
formula: 'acos({x})', partials: ['-1 / sqrt((1 - {x}) · (1 + {x}))'],
one: (x: number) => Math.acos(x),
local: [(x: number, y: number, w: number, z: number) => ((-1) / Math.sqrt(((1 - x) * (1 + x))))],
refuses: (x: number, y: number, w: number, z: number) => (Math.abs(x) > 1),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.acos(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * ((-1) / Math.sqrt(((1 - x) * (1 + x)))); } },
};

const RULE_atan: Rule = {
name: 'atan', symbol: 'atan', arity: 1, ulps: 2, floor: 0,
step: false,
formula: 'atan({x})', partials: ['1 / (1 + {x}²)'],
one: (x: number) => Math.atan(x),
local: [(x: number, y: number, w: number, z: number) => (1 / (1 + (x * x)))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.atan(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / (1 + (x * x))); } },
};

const RULE_atan2: Rule = {
name: 'atan2', symbol: 'atan2', arity: 2, ulps: 3, floor: 0,
step: false,
formula: 'atan2({x}, {y})', partials: ['{y} / hypot({x}, {y}) / hypot({x}, {y})', '-{x} / hypot({x}, {y}) / hypot({x}, {y})'],
one: (x: number, y: number) => Math.atan2(x, y),
local: [(x: number, y: number, w: number, z: number) => ((y / Math.hypot(x, y)) / Math.hypot(x, y)), (x: number, y: number, w: number, z: number) => (((-x) / Math.hypot(x, y)) / Math.hypot(x, y))],
kink: (x: number, y: number, w: number, z: number) => ((x === 0) && (y === 0)),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = Math.atan2(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((y / Math.hypot(x, y)) / Math.hypot(x, y));part[slot[2 * k + 1]] = grad * (((-x) / Math.hypot(x, y)) / Math.hypot(x, y)); } },
};

const RULE_sinh: Rule = {
name: 'sinh', symbol: 'sinh', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'sinh({x})', partials: ['cosh({x})'],
one: (x: number) => Math.sinh(x),
local: [(x: number, y: number, w: number, z: number) => Math.cosh(x)],
refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.sinh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * Math.cosh(x); } },
};

const RULE_cosh: Rule = {
name: 'cosh', symbol: 'cosh', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'cosh({x})', partials: ['sinh({x})'],
one: (x: number) => Math.cosh(x),
local: [(x: number, y: number, w: number, z: number) => Math.sinh(x)],
refuses: (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity)),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.cosh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * Math.sinh(x); } },
};

const RULE_tanh: Rule = {
name: 'tanh', symbol: 'tanh', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'tanh({x})', partials: ['1 - {z}²'],
one: (x: number) => Math.tanh(x),
local: [(x: number, y: number, w: number, z: number) => (1 - (z * z))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.tanh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 - (z * z)); } },
};

const RULE_asinh: Rule = {
name: 'asinh', symbol: 'asinh', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'asinh({x})', partials: ['1 / hypot({x}, 1)'],
one: (x: number) => Math.asinh(x),
local: [(x: number, y: number, w: number, z: number) => (1 / Math.hypot(x, 1))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.asinh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / Math.hypot(x, 1)); } },
};

const RULE_acosh: Rule = {
name: 'acosh', symbol: 'acosh', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'acosh({x})', partials: ['1 / (sqrt({x} - 1) · sqrt({x} + 1))'],
one: (x: number) => Math.acosh(x),
local: [(x: number, y: number, w: number, z: number) => (1 / (Math.sqrt((x - 1)) * Math.sqrt((x + 1))))],
refuses: (x: number, y: number, w: number, z: number) => (x < 1),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.acosh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / (Math.sqrt((x - 1)) * Math.sqrt((x + 1)))); } },
};

const RULE_atanh: Rule = {
name: 'atanh', symbol: 'atanh', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'atanh({x})', partials: ['1 / ((1 - {x}) · (1 + {x}))'],
one: (x: number) => Math.atanh(x),
local: [(x: number, y: number, w: number, z: number) => (1 / ((1 - x) * (1 + x)))],
refuses: (x: number, y: number, w: number, z: number) => (Math.abs(x) >= 1),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.atanh(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1 / ((1 - x) * (1 + x))); } },
};

const RULE_hypot: Rule = {
name: 'hypot', symbol: 'hypot', arity: 2, ulps: 2, floor: 0,
step: false,
formula: 'hypot({x}, {y})', partials: ['0 if {z} = 0, else {x} / {z}', '0 if {z} = 0, else {y} / {z}'],
one: (x: number, y: number) => Math.hypot(x, y),
local: [(x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (x / z)), (x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (y / z))],
kink: (x: number, y: number, w: number, z: number) => (z === 0),
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = Math.hypot(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * ((z === 0) ? 0 : (x / z));part[slot[2 * k + 1]] = grad * ((z === 0) ? 0 : (y / z)); } },
};

const RULE_sigmoid: Rule = {
name: 'sigmoid', symbol: 'sigmoid', arity: 1, ulps: 4, floor: 0,
step: false,
formula: '1 / (1 + exp(-{x})) if {x} ≥ 0, else exp({x}) / (1 + exp({x}))', partials: ['{z} · (exp(-{x}) / (1 + exp(-{x})) if {x} ≥ 0, else 1 / (1 + exp({x})))'],
one: (x: number) => ((x >= 0) ? (1 / (1 + Math.exp((-x)))) : (Math.exp(x) / (1 + Math.exp(x)))),
local: [(x: number, y: number, w: number, z: number) => (z * ((x >= 0) ? (Math.exp((-x)) / (1 + Math.exp((-x)))) : (1 / (1 + Math.exp(x)))))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x >= 0) ? (1 / (1 + Math.exp((-x)))) : (Math.exp(x) / (1 + Math.exp(x)))); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (z * ((x >= 0) ? (Math.exp((-x)) / (1 + Math.exp((-x)))) : (1 / (1 + Math.exp(x))))); } },
};

const RULE_relu: Rule = {
name: 'relu', symbol: 'ReLU', arity: 1, ulps: 0, floor: 0,
step: false,
formula: '0 if {x} < 0, else {x}', partials: ['1 if {x} > 0, else 0'],
one: (x: number) => ((x < 0) ? 0 : x),
local: [(x: number, y: number, w: number, z: number) => ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN))],
kink: (x: number, y: number, w: number, z: number) => (x === 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x < 0) ? 0 : x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN)); } },
};

const RULE_softplus: Rule = {
name: 'softplus', symbol: 'softplus', arity: 1, ulps: 4, floor: 0,
step: false,
formula: '{x} + log1p(exp(-{x})) if {x} > 0, else log1p(exp({x}))', partials: ['sigmoid({x})'],
one: (x: number) => ((x > 0) ? (x + Math.log1p(Math.exp((-x)))) : Math.log1p(Math.exp(x))),
local: [(x: number, y: number, w: number, z: number) => RULE_sigmoid.one(x, 0, 0)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x > 0) ? (x + Math.log1p(Math.exp((-x)))) : Math.log1p(Math.exp(x))); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * RULE_sigmoid.one(x, 0, 0); } },
};

const RULE_erf: Rule = {
name: 'erf', symbol: 'erf', arity: 1, ulps: 4, floor: 0,
step: false,
formula: 'erf({x})', partials: ['2 / √π · exp(-{x}²)'],
one: (x: number) => numeric.erf(x),
local: [(x: number, y: number, w: number, z: number) => (1.1283791670955126 * Math.exp(((-x) * x)))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = numeric.erf(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (1.1283791670955126 * Math.exp(((-x) * x))); } },
};

const RULE_erfc: Rule = {
name: 'erfc', symbol: 'erfc', arity: 1, ulps: 8, floor: 0,
step: false,
formula: 'erfc({x})', partials: ['-2 / √π · exp(-{x}²)'],
one: (x: number) => numeric.erfc(x),
local: [(x: number, y: number, w: number, z: number) => ((-1.1283791670955126) * Math.exp(((-x) * x)))],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = numeric.erfc(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * ((-1.1283791670955126) * Math.exp(((-x) * x))); } },
};

const RULE_ndtr: Rule = {
name: 'ndtr', symbol: 'Φ', arity: 1, ulps: 12, floor: 0,
step: false,
formula: 'erfc(-{x} / sqrt(2)) / 2 if {x} < 0, else 1 - erfc({x} / sqrt(2)) / 2', partials: ['exp(-{x}² / 2) / sqrt(2 · pi)'],
one: (x: number) => ((x < 0) ? (numeric.erfc(((-x) / 1.4142135623730951)) / 2) : (1 - (numeric.erfc((x / 1.4142135623730951)) / 2))),
local: [(x: number, y: number, w: number, z: number) => (Math.exp((((-x) * x) / 2)) / 2.5066282746310002)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x < 0) ? (numeric.erfc(((-x) / 1.4142135623730951)) / 2) : (1 - (numeric.erfc((x / 1.4142135623730951)) / 2))); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (Math.exp((((-x) * x) / 2)) / 2.5066282746310002); } },
};

const RULE_log_ndtr: Rule = {
name: 'log_ndtr', symbol: 'log Φ', arity: 1, ulps: 16, floor: 0,
step: false,
formula: 'log1p(-erfc({x} / sqrt(2)) / 2) if {x} > 1, else log(erfc(-{x} / sqrt(2)) / 2) if {x} > -20, else -{x}² / 2 - log(-{x}) - log(2 · pi) / 2 + log1p((-1 + (3 - (15 - (105 - 945 / ({x}²)) / ({x}²)) / ({x}²)) / ({x}²)) / ({x}²))', partials: ['exp(-{x}² / 2 - {z}) / sqrt(2 · pi)'],
one: (x: number) => ((x > 1) ? Math.log1p(((-numeric.erfc((x / 1.4142135623730951))) / 2)) : ((x > (-20)) ? Math.log((numeric.erfc(((-x) / 1.4142135623730951)) / 2)) : ((((((-x) * x) / 2) - Math.log((-x))) - 0.9189385332046727) + Math.log1p((((-1) + ((3 - ((15 - ((105 - (945 / (x * x))) / (x * x))) / (x * x))) / (x * x))) / (x * x)))))),
local: [(x: number, y: number, w: number, z: number) => (Math.exp(((((-x) * x) / 2) - z)) / 2.5066282746310002)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x > 1) ? Math.log1p(((-numeric.erfc((x / 1.4142135623730951))) / 2)) : ((x > (-20)) ? Math.log((numeric.erfc(((-x) / 1.4142135623730951)) / 2)) : ((((((-x) * x) / 2) - Math.log((-x))) - 0.9189385332046727) + Math.log1p((((-1) + ((3 - ((15 - ((105 - (945 / (x * x))) / (x * x))) / (x * x))) / (x * x))) / (x * x)))))); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * (Math.exp(((((-x) * x) / 2) - z)) / 2.5066282746310002); } },
};

const RULE_lgamma: Rule = {
name: 'lgamma', symbol: 'ln Γ', arity: 1, ulps: 32, floor: 1,
step: false,
formula: 'lgamma({x})', partials: ['digamma({x})'],
one: (x: number) => gamma.lgamma(x),
local: [(x: number, y: number, w: number, z: number) => gamma.digamma(x)],
refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x)) && (Math.abs(x) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = gamma.lgamma(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * gamma.digamma(x); } },
};

const RULE_digamma: Rule = {
name: 'digamma', symbol: 'ψ', arity: 1, ulps: 32, floor: 1,
step: false,
formula: 'digamma({x})', partials: ['polygamma(1, {x})'],
one: (x: number) => gamma.digamma(x),
local: [(x: number, y: number, w: number, z: number) => gamma.polygamma(1, x)],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = gamma.digamma(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * gamma.polygamma(1, x); } },
};

const RULE_polygamma: Rule = {
name: 'polygamma', symbol: 'ψ', arity: 2, ulps: 64, floor: 1,
step: false,
formula: 'polygamma({x}, {y})', partials: ['0', 'polygamma({x} + 1, {y})'],
one: (x: number, y: number) => gamma.polygamma(x, y),
local: [(x: number, y: number, w: number, z: number) => 0, (x: number, y: number, w: number, z: number) => gamma.polygamma((x + 1), y)],
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = gamma.polygamma(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 0;part[slot[2 * k + 1]] = grad * gamma.polygamma((x + 1), y); } },
};

const RULE_sign: Rule = {
name: 'sign', symbol: 'sign', arity: 1, ulps: 0, floor: 0,
step: true,
formula: '1 if {x} > 0, else -1 if {x} < 0, else 0 if {x} = 0, else {x}', partials: ['0'],
one: (x: number) => ((x > 0) ? 1 : ((x < 0) ? (-1) : ((x === 0) ? 0 : x))),
local: [(x: number, y: number, w: number, z: number) => 0],
kink: (x: number, y: number, w: number, z: number) => (x === 0),
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = ((x > 0) ? 1 : ((x < 0) ? (-1) : ((x === 0) ? 0 : x))); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * 0; } },
};

const RULE_floor: Rule = {
name: 'floor', symbol: 'floor', arity: 1, ulps: 0, floor: 0,
step: true,
formula: 'floor({x})', partials: ['0'],
one: (x: number) => Math.floor(x),
local: [(x: number, y: number, w: number, z: number) => 0],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.floor(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * 0; } },
};

const RULE_ceil: Rule = {
name: 'ceil', symbol: 'ceil', arity: 1, ulps: 0, floor: 0,
step: true,
formula: 'ceil({x})', partials: ['0'],
one: (x: number) => Math.ceil(x),
local: [(x: number, y: number, w: number, z: number) => 0],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.ceil(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * 0; } },
};

const RULE_trunc: Rule = {
name: 'trunc', symbol: 'trunc', arity: 1, ulps: 0, floor: 0,
step: true,
formula: 'trunc({x})', partials: ['0'],
one: (x: number) => Math.trunc(x),
local: [(x: number, y: number, w: number, z: number) => 0],
forward: (v, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; v[out[k]] = Math.trunc(x); } },
backward: (v, g, part, slot, out, a) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[1 * k + 0]] = grad * 0; } },
};

const RULE_round: Rule = {
name: 'round', symbol: 'round', arity: 2, ulps: 0, floor: 0,
step: true,
formula: 'round({x}, {y})', partials: ['0', '0'],
one: (x: number, y: number) => numeric.round(x, y),
local: [(x: number, y: number, w: number, z: number) => 0, (x: number, y: number, w: number, z: number) => 0],
forward: (v, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; v[out[k]] = numeric.round(x, y); } },
backward: (v, g, part, slot, out, a, b) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[2 * k + 0]] = grad * 0;part[slot[2 * k + 1]] = grad * 0; } },
};

const RULE_clip: Rule = {
name: 'clip', symbol: 'clip', arity: 3, ulps: 0, floor: 0,
step: false,
formula: 'min(max({x}, {y}), {w})', partials: ['1 if {x} < {w}, else 0 if {x} > {y}, else 0', '1 if {y} < {w}, else 0 if {x} ≤ {y}, else 0', '1 if {x} ≥ {w}, else 1 if {y} ≥ {w}, else 0'],
one: (x: number, y: number, w: number) => RULE_min.one(RULE_max.one(x, y, 0), w, 0),
local: [(x: number, y: number, w: number, z: number) => ((x > y) ? ((x < w) ? 1 : 0) : ((x === x) ? 0 : NaN)), (x: number, y: number, w: number, z: number) => ((x <= y) ? ((y < w) ? 1 : 0) : 0), (x: number, y: number, w: number, z: number) => ((x >= w) ? 1 : ((y >= w) ? 1 : 0))],
kink: (x: number, y: number, w: number, z: number) => (((x === y) ? 1 : ((x === w) ? 1 : 0)) === 1),
forward: (v, out, a, b, c) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]];const w = v[c[k]]; v[out[k]] = RULE_min.one(RULE_max.one(x, y, 0), w, 0); } },
backward: (v, g, part, slot, out, a, b, c) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]];const w = v[c[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[3 * k + 0]] = grad * ((x > y) ? ((x < w) ? 1 : 0) : ((x === x) ? 0 : NaN));part[slot[3 * k + 1]] = grad * ((x <= y) ? ((y < w) ? 1 : 0) : 0);part[slot[3 * k + 2]] = grad * ((x >= w) ? 1 : ((y >= w) ? 1 : 0)); } },
};

const RULE_where: Rule = {
name: 'where', symbol: 'where', arity: 3, ulps: 0, floor: 0,
step: false,
formula: '{y} if {x}, else {w}', partials: ['0', '1 if {x}, else 0', '0 if {x}, else 1'],
one: (x: number, y: number, w: number) => (x !== 0 ? y : w),
local: [(x: number, y: number, w: number, z: number) => 0, (x: number, y: number, w: number, z: number) => (x !== 0 ? 1 : 0), (x: number, y: number, w: number, z: number) => (x !== 0 ? 0 : 1)],
forward: (v, out, a, b, c) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]];const w = v[c[k]]; v[out[k]] = (x !== 0 ? y : w); } },
backward: (v, g, part, slot, out, a, b, c) => {
for (let k = 0; k < out.length; k++) { const x = v[a[k]];const y = v[b[k]];const w = v[c[k]]; const z = v[out[k]]; const grad = g[out[k]]; part[slot[3 * k + 0]] = grad * 0;part[slot[3 * k + 1]] = grad * (x !== 0 ? 1 : 0);part[slot[3 * k + 2]] = grad * (x !== 0 ? 0 : 1); } },
};

export const RULES: ReadonlyMap<string, Rule> = new Map([RULE_add, RULE_sub, RULE_mul, RULE_div, RULE_pow, RULE_mod, RULE_floordiv, RULE_neg, RULE_abs, RULE_min, RULE_max, RULE_exp, RULE_exp2, RULE_expm1, RULE_log, RULE_log2, RULE_log10, RULE_log1p, RULE_sqrt, RULE_cbrt, RULE_square, RULE_reciprocal, RULE_sin, RULE_cos, RULE_tan, RULE_asin, RULE_acos, RULE_atan, RULE_atan2, RULE_sinh, RULE_cosh, RULE_tanh, RULE_asinh, RULE_acosh, RULE_atanh, RULE_hypot, RULE_sigmoid, RULE_relu, RULE_softplus, RULE_erf, RULE_erfc, RULE_ndtr, RULE_log_ndtr, RULE_lgamma, RULE_digamma, RULE_polygamma, RULE_sign, RULE_floor, RULE_ceil, RULE_trunc, RULE_round, RULE_clip, RULE_where].map((rule) => [rule.name, rule]));
