// The gamma function's relatives, as in autograd_magic/engine/gamma.py (formulas: DLMF 5.11, 5.15, 25.11.43).
const FAR = 15;
/** lgamma is led no farther, where its terms are smaller and lose fewer digits in their difference. */
const NEARER = 9;
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

/** The gamma function by Stirling's formula and, below zero, by reflection; infinite or nan at the poles. */
export function gamma(x: number): number {
  const rest = x - Math.round(x); // exact, and so is the sine near a pole
  if (x <= 0 && !rest) return x === 0 ? 1 / x : NaN;
  const size = Math.abs(x);
  let [far, product] = [size, 1];
  for (; far < FAR; far++) product *= far;
  const root = size > 200 ? Infinity : far ** (far / 2 - 0.25); // the whole power overflows too early
  const other = size > 200 ? 1 : ((root * Math.exp(-far) * Math.sqrt(2 * Math.PI)) / product) * Math.exp(stirling(far));
  if (!(x < 0)) return root * other;
  const sine = Math.sin(Math.PI * rest) * (Math.round(x) % 2 ? -1 : 1);
  return -Math.PI / (x * sine) / root / other;
}

/** What Stirling's series adds to the logarithm of his formula (DLMF 5.11.1). */
function stirling(x: number): number {
  return BERNOULLI.reduce((sum, number, k) => sum + number / ((2 * k + 2) * (2 * k + 1) * x ** (2 * k + 1)), 0);
}

/** The logarithm of the gamma function's absolute value; infinity at the poles. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) === Infinity) return Infinity;
  if (x <= 0) {
    const rest = x - Math.round(x); // exact, and so is the sine near a pole
    return rest === 0 ? Infinity : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * rest))) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
  let product = 1;
  for (; x < NEARER; x++) product *= x;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + stirling(x) - Math.log(product);
}

/** The derivative of lgamma; nan at the negative poles. */
export function digamma(x: number): number {
  if (x <= 0) {
    const rest = Number.isFinite(x) ? x - Math.floor(x) : 0;
    if (rest === 0) return x === 0 ? -1 / x : NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * rest);
  }
  if (!Number.isFinite(x)) return x;
  let sum = 0;
  for (; x < FAR; x++) sum -= 1 / x;
  sum += Math.log(x) - 1 / (2 * x);
  let power = 1;
  BERNOULLI.forEach((number, k) => {
    power /= x * x;
    sum -= (number / (2 * k + 2)) * power;
  });
  return sum;
}

/** The derivative of digamma of a whole order; nan where the order is none, and far below zero. */
export function polygamma(order: number, x: number): number {
  if (order === 0) return digamma(x);
  if (!(order > 0 && order <= 100 && Number.isInteger(order) && x > -10_000)) return NaN;
  if (x <= 0 && Number.isInteger(x)) return order % 2 ? Infinity : NaN;
  if (x === Infinity) return 0;
  const s = order + 1;
  let sum = 0;
  for (; x < FAR + order; x++) sum += x ** -s;
  sum += x ** (1 - s) / order + x ** -s / 2;
  let term = (s * x ** (-s - 1)) / 2;
  BERNOULLI.forEach((number, k) => {
    sum += number * term;
    term *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / ((2 * k + 3) * (2 * k + 4) * x * x);
  });
  let factorial = 1;
  for (let k = 2; k <= order; k++) factorial *= k;
  return factorial * (order % 2 ? sum : -sum);
}
