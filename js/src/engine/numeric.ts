// What JavaScript's Math lacks, or does in another way than Python and NumPy.

/** C's and Python's pow: 1 to any power is 1, also to nan; -1 to an infinite power is 1. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && (y === Infinity || y === -Infinity))) return 1;
  return x ** y;
}

export function exp2(x: number): number {
  return 2 ** x;
}

/** Python's %: the result has the sign of y. */
export function mod(x: number, y: number): number {
  const rest = x % y;
  if (rest === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
  return rest < 0 !== y < 0 ? rest + y : rest;
}

/** C's fmod: the result has the sign of x. */
export function fmod(x: number, y: number): number {
  return x % y;
}

/** Python's math.remainder: what is left of x beyond the nearest multiple of y, ties to the even one. */
export function remainder(x: number, y: number): number {
  const [far, unit] = [Math.abs(x), Math.abs(y)];
  const below = far % unit;
  const above = unit - below;
  if (below === above) return copysign(1, x) * (below - 2 * ((0.5 * (far - below)) % unit));
  return copysign(1, x) * (below > above ? -above : below);
}

export function copysign(x: number, y: number): number {
  return y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x);
}

/** Python's //, computed from the exact remainder so that it does not round the quotient over a whole number. */
export function floordiv(x: number, y: number): number {
  if (y === 0) return x / y;
  let rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) {
    rest += y;
    quotient -= 1;
  }
  if (quotient === 0) return Object.is(x / y, -0) || x / y < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** The nearest whole number, ties to even, the sign of zero kept. */
export function roundEven(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const floor = Math.floor(x);
  const rest = x - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const result = up ? floor + 1 : floor;
  return result === 0 && (x < 0 || Object.is(x, -0)) ? -0 : result;
}

/** Python's round(x, digits): correctly rounded in decimal, exact ties to even. */
export function round(x: number, digits: number): number {
  if (Number.isNaN(digits) || !Number.isFinite(digits)) return NaN;
  const places = Math.trunc(digits);
  if (!Number.isFinite(x) || x === 0 || places > 323) return x;
  if (places === 0) return roundEven(x);
  if (places < 0) return places < -308 ? 0 * x : roundTens(x, -places);
  if (places > 100 || Math.abs(x) >= 1e21) return x;
  const text = Math.abs(x).toFixed(places);
  // toFixed takes exact ties upwards; a tie is a number whose exact expansion ends in a single 5 one place further.
  const exact = places < 100 ? Math.abs(x).toFixed(Math.min(100, places + 30)) : text;
  const rest = exact.slice(text.length);
  if (/^50*$/.test(rest) && Number(text[text.length - 1]) % 2 === 1) {
    return Math.sign(x) * Number(exact.slice(0, text.length));
  }
  return Math.sign(x) * Number(text);
}

/** Rounds to a multiple of 10**places, at least ten, with integers, which are exact. */
function roundTens(x: number, places: number): number {
  const unit = 10n ** BigInt(places);
  const size = Math.abs(x);
  const floor = Math.floor(size);
  const whole = BigInt(floor);
  const rest = whole % unit;
  const twice = rest * 2n;
  const up = twice > unit || (twice === unit && (size > floor || ((whole - rest) / unit) % 2n === 1n));
  return (x < 0 ? -1 : 1) * Number(whole - rest + (up ? unit : 0n));
}

const ROOT_PI = 1.772453850905516;
const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** The error function by its Maclaurin series (DLMF 7.6.2, without cancellation) near 0, by erfc further out. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2.5)) return Number.isNaN(x) ? x : Math.sign(x) * (1 - erfc(size));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * expMinusSquare(x) * sum;
}

/** The complementary error function: 1 - erf near 0, its continued fraction (DLMF 7.9.1) further out. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0.5) return x < -2.5 ? 2 - erfc(-x) : 1 - erf(x);
  if (x > 27.3) return 0;
  if (x < 2) return erfcNear(x);
  // Evaluated from the far end: x + (1/2)/(x + 1/(x + (3/2)/(x + ...))).
  let tail = x;
  for (let k = Math.ceil(20 + 400 / (x * x)); k > 0; k--) tail = x + k / 2 / tail;
  return expMinusSquare(x) / (tail * Math.sqrt(Math.PI));
}

/** exp(-x*x) with the square split, so that its rounding error does not grow with x. */
function expMinusSquare(x: number): number {
  const head = Math.round(x * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}

/** erfc between 0.5 and 2, where 1 - erf cancels and the continued fraction is slow: the trapezium rule on its integral
 * (DLMF 7.7.1 with the pole's correction, after Chiarella and Reichel), whose error at step 1/2 is below 1e-16. */
function erfcNear(x: number): number {
  const h = 0.5;
  let sum = 1 / (x * x) / 2;
  for (let n = 1; n <= 13; n++) {
    const t = n * h;
    sum += Math.exp(-t * t) / (t * t + x * x);
  }
  const trapezium = ((2 * h * x) / Math.PI) * expMinusSquare(x) * sum;
  return trapezium + 2 / (1 - Math.exp((2 * Math.PI * x) / h));
}

/** The inverse of erf, as in autograd_magic/engine/numeric.py. */
export function erfinv(x: number): number {
  if (Math.abs(x) > 0.5) return copysign(erfcinv(1 - Math.abs(x)), x);
  return halley((x * (1 + (Math.PI / 12) * x * x) * ROOT_PI) / 2, (t) => erf(t) - x);
}

/** The inverse of erfc, as in autograd_magic/engine/numeric.py. */
export function erfcinv(x: number): number {
  if (!(x > 0 && x < 2)) return x === 0 ? Infinity : x === 2 ? -Infinity : NaN;
  if (x > 0.5) return x > 1.5 ? -erfcinv(2 - x) : erfinv(1 - x);
  const root = Math.sqrt(2 * (Math.LN2 - Math.log(x)));
  const near = root - (2.30753 + 0.27061 * root) / (1 + (0.99229 + 0.04481 * root) * root);
  return halley(near / Math.SQRT2, (t) => x - erfc(t));
}

/** Halley's method for what has the derivative of erf. */
function halley(t: number, miss: (t: number) => number): number {
  for (let k = 0; k < 3; k++) {
    const off = (miss(t) * ROOT_PI) / 2 / Math.exp(-t * t);
    t -= off / (1 + t * off);
  }
  return t;
}
