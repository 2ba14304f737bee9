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

/** Two significant digits, for what has but little room. */
export function brief(x: number): string {
  const size = Math.abs(x);
  if (!finite(x) || size === 0) return short(x);
  if (size >= 1e4 || size < 1e-2) return exponential(x, 0);
  return size >= 100 ? x.toFixed() : String(Number(x.toPrecision(2)));
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

const TOKEN = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|∞|nan|\S/g;

/** What somebody typed, as a number, or a sum or product of numbers: 3, -0.5, 1/3, 2*3, 1·6 + 3·2. Null when it is none. */
export function parseNumber(text: string): number | null {
  const tokens = text.toLowerCase().replace(/−/g, "-").replace(/_/g, "").match(TOKEN) ?? [];
  let at = 0;
  const taken = (...signs: string[]) => (signs.includes(tokens[at]) ? tokens[at++] : "");
  /** A number, with its sign, or a sum in brackets. */
  const number = (): number => {
    if (taken("-")) return -number();
    if (taken("+")) return number();
    if (taken("(")) {
      const inside = sum();
      if (!taken(")")) at = Infinity;
      return inside;
    }
    const token = tokens[at++] ?? "";
    if (/^(inf|∞)/.test(token)) return Infinity;
    if (token !== "nan" && !/\d/.test(token)) at = Infinity;
    return Number(token);
  };
  const product = (): number => {
    let made = number();
    for (let sign = taken("*", "·", "×", "/"); sign; sign = taken("*", "·", "×", "/")) {
      const next = number();
      if (sign === "/" && next === 0) at = Infinity;
      made = sign === "/" ? made / next : made * next;
    }
    return made;
  };
  const sum = (): number => {
    let made = product();
    for (let sign = taken("+", "-"); sign; sign = taken("+", "-")) made += sign === "+" ? product() : -product();
    return made;
  };
  const found = sum();
  return at === tokens.length ? found : null;
}

// Control characters, lone surrogates, and what turns the direction of the text around it.
const HARMFUL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufffe\uffff]/gu;

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
