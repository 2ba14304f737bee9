// Generated from autograd_magic/engine/ops.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
import * as gamma from "./gamma";
import * as numeric from "./numeric";

export interface Rule {
  readonly name: string;
  readonly arity: number;
  readonly ulps: number;
  readonly one: (x: number, y: number, w: number) => number;
  readonly local: readonly ((x: number, y: number, w: number, z: number) => number)[];
  readonly floor?: number;
  readonly step?: boolean;
  readonly refuses?: Condition;
  readonly kink?: Condition;
}

const table = new Map<string, Rule>();
export const RULES: ReadonlyMap<string, Rule> = table;

type Condition = (x: number, y: number, w: number, z: number) => boolean;

function rule(
  name: string, ulps: number, one: Rule["one"], local: Rule["local"],
  more?: Pick<Rule, "floor" | "step" | "refuses" | "kink">,
): Rule {
  const made = { name, arity: local.length, ulps, one, local, ...more };
  table.set(name, made);
  return made;
}

const shared0 = () => 1;
const shared1 = () => (-1);
const shared2 = (x: number, y: number) => (y === 0);
const shared3 = (x: number, y: number) => ((x === 0) && (y === 0));
const shared4 = () => 0;
const shared5 = (x: number, y: number, w: number, z: number) => (-Math.floor((((x - z) / y) + 0.5)));
const shared6 = (x: number, y: number) => (((y === 0) && (x === x)) || ((Math.abs(x) === Infinity) && (y === y)));
const shared7 = (x: number) => (x === 0);
const shared8 = (x: number, y: number) => (x === y);
const shared9 = (x: number, y: number, w: number, z: number) => ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity));
const shared10 = (x: number) => (x <= 0);
const shared11 = (x: number) => (Math.abs(x) === Infinity);
const shared12 = (x: number) => (Math.abs(x) > 1);

rule('add', 0, (x: number, y: number) => (x + y),
[shared0, shared0]);

rule('sub', 0, (x: number, y: number) => (x - y),
[shared0, shared1]);

rule('mul', 0, (x: number, y: number) => (x * y),
[(x: number, y: number) => y, (x: number) => x]);

rule('div', 0, (x: number, y: number) => (x / y),
[(x: number, y: number) => (1 / y), (x: number, y: number, w: number, z: number) => ((-z) / y)], { refuses: shared2 });

rule('pow', 2, (x: number, y: number) => numeric.pow(x, y),
[(x: number, y: number) => ((y === 0) ? 0 : (y * numeric.pow(x, (y - 1)))), (x: number, y: number, w: number, z: number) => (((x === 0) && (y >= 0)) ? 0 : (z * Math.log(x)))], { refuses: (x: number, y: number, w: number, z: number) => (((x === 0) && (y < 0)) || ((x < 0) && (Math.abs(x) < Infinity) && (y !== Math.floor(y)) && (Math.abs(y) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity) && (Math.abs(y) < Infinity))), kink: shared3 });

rule('mod', 0, (x: number, y: number) => numeric.mod(x, y),
[shared0, (x: number, y: number) => (-numeric.floordiv(x, y))], { refuses: shared2, step: true });

rule('floordiv', 0, (x: number, y: number) => numeric.floordiv(x, y),
[shared4, shared4], { refuses: shared2, step: true });

rule('fmod', 0, (x: number, y: number) => numeric.fmod(x, y),
[shared0, shared5], { refuses: shared6, step: true });

rule('remainder', 0, (x: number, y: number) => numeric.remainder(x, y),
[shared0, shared5], { refuses: shared6, step: true });

rule('neg', 0, (x: number) => (-x),
[shared1]);

rule('abs', 0, (x: number) => Math.abs(x),
[(x: number) => RULE_sign.one(x, 0, 0)], { kink: shared7 });

rule('copysign', 0, (x: number, y: number) => numeric.copysign(x, y),
[(x: number, y: number) => (RULE_sign.one(x, 0, 0) * numeric.copysign(1, y)), shared4], { kink: shared7, step: true });

const RULE_min = rule('min', 0, (x: number, y: number) => ((x < y) ? x : ((y <= x) ? y : (x + y))),
[(x: number, y: number) => ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number) => ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : NaN)))], { kink: shared8 });

const RULE_max = rule('max', 0, (x: number, y: number) => ((x > y) ? x : ((y >= x) ? y : (x + y))),
[(x: number, y: number) => ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : NaN))), (x: number, y: number) => ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : NaN)))], { kink: shared8 });

rule('smaller', 0, (x: number, y: number) => ((y < x) ? y : x),
[(x: number, y: number) => ((y < x) ? 0 : 1), (x: number, y: number) => ((y < x) ? 1 : 0)], { kink: shared8 });

rule('larger', 0, (x: number, y: number) => ((y > x) ? y : x),
[(x: number, y: number) => ((y > x) ? 0 : 1), (x: number, y: number) => ((y > x) ? 1 : 0)], { kink: shared8 });

rule('fmin', 0, (x: number, y: number) => ((x < y) ? x : ((y <= x) ? y : ((x === x) ? x : y))),
[(x: number, y: number) => ((x < y) ? 1 : ((x > y) ? 0 : ((x === y) ? 0.5 : ((x === x) ? 1 : ((y === y) ? 0 : NaN))))), (x: number, y: number) => ((y < x) ? 1 : ((y > x) ? 0 : ((x === y) ? 0.5 : ((y === y) ? 1 : ((x === x) ? 0 : NaN)))))], { kink: shared8 });

rule('fmax', 0, (x: number, y: number) => ((x > y) ? x : ((y >= x) ? y : ((x === x) ? x : y))),
[(x: number, y: number) => ((x > y) ? 1 : ((x < y) ? 0 : ((x === y) ? 0.5 : ((x === x) ? 1 : ((y === y) ? 0 : NaN))))), (x: number, y: number) => ((y > x) ? 1 : ((y < x) ? 0 : ((x === y) ? 0.5 : ((y === y) ? 1 : ((x === x) ? 0 : NaN)))))], { kink: shared8 });

rule('exp', 2, (x: number) => Math.exp(x),
[(x: number, y: number, w: number, z: number) => z], { refuses: shared9 });

rule('exp2', 2, (x: number) => numeric.exp2(x),
[(x: number, y: number, w: number, z: number) => (z * 0.6931471805599453)], { refuses: shared9 });

rule('expm1', 3, (x: number) => Math.expm1(x),
[(x: number) => Math.exp(x)], { refuses: shared9 });

rule('log', 2, (x: number) => Math.log(x),
[(x: number) => (1 / x)], { refuses: shared10 });

rule('log2', 3, (x: number) => Math.log2(x),
[(x: number) => (1 / (x * 0.6931471805599453))], { refuses: shared10 });

rule('log10', 3, (x: number) => Math.log10(x),
[(x: number) => (1 / (x * 2.302585092994046))], { refuses: shared10 });

rule('log1p', 3, (x: number) => Math.log1p(x),
[(x: number) => (1 / (1 + x))], { refuses: (x: number) => (x <= (-1)) });

rule('logaddexp', 8, (x: number, y: number) => ((x === y) ? (x + 0.6931471805599453) : (RULE_max.one(x, y, 0) + Math.log1p(Math.exp((-Math.abs((x - y))))))),
[(x: number, y: number) => (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : RULE_sigmoid.one((x - y), 0, 0)), (x: number, y: number) => (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : RULE_sigmoid.one((y - x), 0, 0))], { floor: 1 });

rule('logaddexp2', 8, (x: number, y: number) => ((x === y) ? (x + 1) : (RULE_max.one(x, y, 0) + (Math.log1p(numeric.exp2((-Math.abs((x - y))))) / 0.6931471805599453))),
[(x: number, y: number) => (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : RULE_sigmoid.one(((x - y) * 0.6931471805599453), 0, 0)), (x: number, y: number) => (((x === y) && (Math.abs(x) === Infinity)) ? 0.5 : RULE_sigmoid.one(((y - x) * 0.6931471805599453), 0, 0))], { floor: 1 });

rule('xlogy', 6, (x: number, y: number) => (((x === 0) && (y === y)) ? 0 : (x * Math.log(y))),
[(x: number, y: number) => Math.log(y), (x: number, y: number) => (((x === 0) && (y === 0)) ? 0 : (x / y))]);

rule('xlog1py', 6, (x: number, y: number) => (((x === 0) && (y === y)) ? 0 : (x * Math.log1p(y))),
[(x: number, y: number) => Math.log1p(y), (x: number, y: number) => (((x === 0) && (y === (-1))) ? 0 : (x / (1 + y)))]);

rule('sqrt', 0, (x: number) => Math.sqrt(x),
[(x: number, y: number, w: number, z: number) => (1 / (2 * z))], { refuses: (x: number) => (x < 0) });

rule('cbrt', 8, (x: number) => Math.cbrt(x),
[(x: number, y: number, w: number, z: number) => (1 / ((3 * z) * z))]);

const RULE_square = rule('square', 0, (x: number) => (x * x),
[(x: number) => (2 * x)]);

rule('reciprocal', 0, (x: number) => (1 / x),
[(x: number, y: number, w: number, z: number) => -(z * z)]);

rule('sin', 2, (x: number) => Math.sin(x),
[(x: number) => Math.cos(x)], { refuses: shared11 });

rule('cos', 2, (x: number) => Math.cos(x),
[(x: number) => (-Math.sin(x))], { refuses: shared11 });

rule('tan', 3, (x: number) => Math.tan(x),
[(x: number, y: number, w: number, z: number) => (1 + (z * z))], { refuses: shared11 });

rule('asin', 3, (x: number) => Math.asin(x),
[(x: number) => (1 / Math.sqrt(((1 - x) * (1 + x))))], { refuses: shared12 });

rule('acos', 3, (x: number) => Math.acos(x),
[(x: number) => ((-1) / Math.sqrt(((1 - x) * (1 + x))))], { refuses: shared12 });

rule('atan', 2, (x: number) => Math.atan(x),
[(x: number) => (1 / (1 + (x * x)))]);

rule('atan2', 3, (x: number, y: number) => Math.atan2(x, y),
[(x: number, y: number) => ((y / Math.hypot(x, y)) / Math.hypot(x, y)), (x: number, y: number) => (((-x) / Math.hypot(x, y)) / Math.hypot(x, y))], { kink: shared3 });

rule('radians', 0, (x: number) => (x * 0.017453292519943295),
[() => 0.017453292519943295]);

rule('degrees', 0, (x: number) => (x * 57.29577951308232),
[() => 57.29577951308232]);

rule('sinc', 4, (x: number) => ((x === 0) ? 1 : (Math.sin((3.141592653589793 * x)) / (3.141592653589793 * x))),
[(x: number, y: number, w: number, z: number) => ((Math.abs(x) < 0.03) ? (((-9.869604401089358) * x) * (0.3333333333333333 - (RULE_square.one((3.141592653589793 * x), 0, 0) * (0.03333333333333333 - (RULE_square.one((3.141592653589793 * x), 0, 0) * (0.0011904761904761906 - (RULE_square.one((3.141592653589793 * x), 0, 0) / 45360))))))) : ((Math.cos((3.141592653589793 * x)) - z) / x))]);

rule('sinh', 4, (x: number) => Math.sinh(x),
[(x: number) => Math.cosh(x)], { refuses: shared9 });

rule('cosh', 4, (x: number) => Math.cosh(x),
[(x: number) => Math.sinh(x)], { refuses: shared9 });

rule('tanh', 6, (x: number) => Math.tanh(x),
[(x: number, y: number, w: number, z: number) => (1 - (z * z))]);

rule('asinh', 4, (x: number) => Math.asinh(x),
[(x: number) => (1 / Math.hypot(x, 1))]);

rule('acosh', 4, (x: number) => Math.acosh(x),
[(x: number) => (1 / (Math.sqrt((x - 1)) * Math.sqrt((x + 1))))], { refuses: (x: number) => (x < 1) });

rule('atanh', 4, (x: number) => Math.atanh(x),
[(x: number) => (1 / ((1 - x) * (1 + x)))], { refuses: (x: number) => (Math.abs(x) >= 1) });

rule('hypot', 4, (x: number, y: number) => Math.hypot(x, y),
[(x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (x / z)), (x: number, y: number, w: number, z: number) => ((z === 0) ? 0 : (y / z))], { kink: (x: number, y: number, w: number, z: number) => (z === 0) });

const RULE_sigmoid = rule('sigmoid', 4, (x: number) => ((x >= 0) ? (1 / (1 + Math.exp((-x)))) : (Math.exp(x) / (1 + Math.exp(x)))),
[(x: number, y: number, w: number, z: number) => (z * ((x >= 0) ? (Math.exp((-x)) / (1 + Math.exp((-x)))) : (1 / (1 + Math.exp(x)))))]);

rule('relu', 0, (x: number) => ((x < 0) ? 0 : x),
[(x: number) => ((x > 0) ? 1 : ((x <= 0) ? 0 : NaN))], { kink: shared7 });

rule('softplus', 4, (x: number) => ((x > 0) ? (x + Math.log1p(Math.exp((-x)))) : Math.log1p(Math.exp(x))),
[(x: number) => RULE_sigmoid.one(x, 0, 0)]);

rule('leaky_relu', 0, (x: number) => ((x < 0) ? (0.01 * x) : x),
[(x: number) => ((x > 0) ? 1 : ((x <= 0) ? 0.01 : NaN))], { kink: shared7 });

rule('silu', 6, (x: number) => (x * RULE_sigmoid.one(x, 0, 0)),
[(x: number) => (RULE_sigmoid.one(x, 0, 0) * (1 + (x * RULE_sigmoid.one((-x), 0, 0))))]);

rule('gelu', 16, (x: number) => (x * RULE_ndtr.one(x, 0, 0)),
[(x: number) => (RULE_ndtr.one(x, 0, 0) + ((x * Math.exp((((-x) * x) / 2))) / 2.5066282746310002))]);

rule('erf', 16, (x: number) => numeric.erf(x),
[(x: number) => (1.1283791670955126 * Math.exp(((-x) * x)))]);

rule('erfc', 12, (x: number) => numeric.erfc(x),
[(x: number) => ((-1.1283791670955126) * Math.exp(((-x) * x)))]);

rule('erfinv', 32, (x: number) => numeric.erfinv(x),
[(x: number, y: number, w: number, z: number) => (0.8862269254527579 * Math.exp((z * z)))]);

rule('erfcinv', 32, (x: number) => numeric.erfcinv(x),
[(x: number, y: number, w: number, z: number) => ((-0.8862269254527579) * Math.exp((z * z)))]);

const RULE_ndtr = rule('ndtr', 12, (x: number) => ((x < 0) ? (numeric.erfc(((-x) / 1.4142135623730951)) / 2) : (1 - (numeric.erfc((x / 1.4142135623730951)) / 2))),
[(x: number) => (Math.exp((((-x) * x) / 2)) / 2.5066282746310002)]);

rule('log_ndtr', 24, (x: number) => ((x > 1) ? Math.log1p(((-numeric.erfc((x / 1.4142135623730951))) / 2)) : ((x > (-20)) ? Math.log((numeric.erfc(((-x) / 1.4142135623730951)) / 2)) : ((((((-x) * x) / 2) - Math.log((-x))) - 0.9189385332046727) + Math.log1p((((-1) + ((3 - ((15 - ((105 - (945 / (x * x))) / (x * x))) / (x * x))) / (x * x))) / (x * x)))))),
[(x: number, y: number, w: number, z: number) => (Math.exp(((((-x) * x) / 2) - z)) / 2.5066282746310002)]);

rule('ndtri', 32, (x: number) => (1.4142135623730951 * ((x < 0.25) ? (-numeric.erfcinv((2 * x))) : ((x > 0.75) ? numeric.erfcinv((2 * (1 - x))) : numeric.erfinv(((2 * x) - 1))))),
[(x: number, y: number, w: number, z: number) => (2.5066282746310002 * Math.exp(((z * z) / 2)))]);

rule('gamma', 64, (x: number) => gamma.gamma(x),
[(x: number, y: number, w: number, z: number) => (z * gamma.digamma(x))], { refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x))) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))) });

rule('lgamma', 128, (x: number) => gamma.lgamma(x),
[(x: number) => gamma.digamma(x)], { refuses: (x: number, y: number, w: number, z: number) => (((x <= 0) && (x === Math.floor(x)) && (Math.abs(x) < Infinity)) || ((Math.abs(z) === Infinity) && (Math.abs(x) < Infinity))), floor: 1 });

rule('digamma', 32, (x: number) => gamma.digamma(x),
[(x: number) => gamma.polygamma(1, x)], { floor: 1 });

rule('polygamma', 64, (x: number, y: number) => gamma.polygamma(x, y),
[shared4, (x: number, y: number) => gamma.polygamma((x + 1), y)], { floor: 1 });

const RULE_sign = rule('sign', 0, (x: number) => ((x > 0) ? 1 : ((x < 0) ? (-1) : ((x === 0) ? 0 : x))),
[shared4], { kink: shared7, step: true });

rule('floor', 0, (x: number) => Math.floor(x),
[shared4], { step: true });

rule('ceil', 0, (x: number) => Math.ceil(x),
[shared4], { step: true });

rule('trunc', 0, (x: number) => Math.trunc(x),
[shared4], { step: true });

rule('round', 0, (x: number, y: number) => numeric.round(x, y),
[shared4, shared4], { step: true });

rule('clip', 0, (x: number, y: number, w: number) => RULE_min.one(RULE_max.one(x, y, 0), w, 0),
[(x: number, y: number, w: number) => ((x > y) ? ((x < w) ? 1 : 0) : ((x === x) ? 0 : NaN)), (x: number, y: number, w: number) => ((x <= y) ? ((y < w) ? 1 : 0) : 0), (x: number, y: number, w: number) => ((x >= w) ? 1 : ((y >= w) ? 1 : 0))], { kink: (x: number, y: number, w: number) => (((x === y) ? 1 : ((x === w) ? 1 : 0)) === 1) });

rule('where', 0, (x: number, y: number, w: number) => (x !== 0 ? y : w),
[shared4, (x: number) => (x !== 0 ? 1 : 0), (x: number) => (x !== 0 ? 0 : 1)]);
