// Numbers as people read them: four significant digits, and never 0.0000 for what is not zero.

/** Four significant digits. */
export function short(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-4) return exponential(x, 3);
  const text = x.toPrecision(size >= 1000 ? Math.floor(Math.log10(size)) + 1 : 4);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** The number as it is, all digits. */
export function full(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
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
  if (/^[+-]?(inf|infinity|∞)$/.test(plain)) return plain.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (plain === "nan") return Number.NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain)) return null;
  return Number(plain);
}

/** A label that fits into a box. */
export function elide(label: string, length: number): string {
  const characters = Array.from(label.replace(/\s+/g, " "));
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : characters.join("");
}
