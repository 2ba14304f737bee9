// Numbers as people read them: four significant digits, and never 0.0000 for what is not zero.

export const finite = Number.isFinite;

/** Four significant digits. */
export function short(x: number): string {
  if (!finite(x)) return full(x);
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-4) return exponential(x, 3);
  const text = size >= 1e3 ? x.toFixed() : x.toPrecision(4);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** How many there are. */
export function many(count: number): string {
  return count.toLocaleString("en");
}

/** The number as it is, all digits. */
export function full(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!finite(x)) return x > 0 ? "inf" : "-inf";
  return Object.is(x, -0) ? "-0.0" : String(x);
}

function exponential(x: number, digits: number): string {
  const [mantissa, exponent] = x.toExponential(digits).split("e");
  const plain = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${plain}e${exponent.replace("+", "")}`;
}

/** What somebody typed, as a number; null when it is none. */
export function parseNumber(text: string): number | null {
  const plain = text.trim().toLowerCase().replace("−", "-").replace(/_/g, "");
  if (/^[+-]?(inf|infinity|∞)$/.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
  if (plain === "nan") return NaN;
  // A fraction of two numbers is taken too: 1/3.
  const parts = plain.split("/").map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(part))) return null;
  const [number, divisor = 1] = parts.map(Number);
  return divisor === 0 ? null : number / divisor;
}

// Control characters, lone surrogates, and what turns the direction of the text around it.
const HARMFUL = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** Somebody's label as harmless text in one line, no longer than `length` characters. */
export function clean(label: string, length: number): string {
  const start = Array.from(label.slice(0, 4 * length + 4))
    .slice(0, length + 1)
    .join("");
  const shown = Array.from(start.replace(HARMFUL, escaped));
  return shown.length > length ? `${shown.slice(0, length - 1).join("")}…` : shown.join("");
}

function escaped(character: string): string {
  const known = { "\n": "\\n", "\t": "\\t", "\r": "\\r" }[character];
  if (known) return known;
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

// East Asian wide and full-width letters, and emoji.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns wide text is, about: letters one, wide letters and emoji two, combining marks none. */
export function columns(text: string): number {
  let width = 0;
  for (const character of text) width += NARROW.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
