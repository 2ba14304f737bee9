// The picture as a file: SVG that needs nothing around it, or PNG. What the style sheet says of each element becomes an
// attribute of it, since the sheet stays here.
import { element, set, svg } from "./dom";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "text-anchor"];
const WRITING = ["font-family", "font-size", "font-weight", "text-decoration"];
const MARGIN = 14;

/** A colour of the page as every program reads it: what a canvas makes of it. */
function plainColours(): (colour: string) => string {
  const known = new Map<string, string>();
  const canvas = element("canvas", { width: "1", height: "1" });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (colour) => {
    const found = known.get(colour);
    if (found || !pen || colour === "none") return found ?? colour;
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    const plain = alpha ? `rgb(${red},${green},${blue})` : "none";
    known.set(colour, plain);
    return plain;
  };
}

/** A copy whose look needs no style sheet. */
function plain(layer: SVGSVGElement, colour: (colour: string) => string): SVGSVGElement {
  const copy = layer.cloneNode(true) as SVGSVGElement;
  const [from, to] = [layer, copy].map((found) => [...found.querySelectorAll("*")]);
  from.forEach((original, k) => {
    const look = getComputedStyle(original);
    const made = to[k];
    for (const name of [...LOOKS, ...(original.tagName === "text" ? WRITING : [])]) {
      const value = look.getPropertyValue(name);
      if (value) set(made, name, /^(fill|stroke)$/.test(name) ? colour(value) : value);
    }
    made.removeAttribute("class");
  });
  for (const made of to) if (made.hasAttribute("hidden")) made.remove();
  return copy;
}

/** The whole picture, in its own size, as the text of an SVG file: the wires as they are, and what the cards (or all else) show drawn after them. */
export function asSvg(stage: HTMLElement, width: number, height: number): string {
  const colour = plainColours();
  const [below, above] = [...stage.querySelectorAll("svg")].map((layer) => plain(layer, colour));
  const page = stage.closest(".page") ?? stage;
  const [wide, tall] = [Math.ceil(width + 2 * MARGIN), Math.ceil(height + 2 * MARGIN)];
  const title = svg("title", stage.closest("[aria-label]")?.getAttribute("aria-label") ?? "");
  const ground = svg("rect", { width: wide, height: tall, fill: colour(getComputedStyle(page).backgroundColor) });
  const picture = svg("g", { transform: `translate(${MARGIN} ${MARGIN})` }, ...(below?.childNodes ?? []));
  const drawn = new Boxes(stage, width, colour);
  for (const node of below ? stage.querySelectorAll(".node") : [stage]) drawn.draw(node, picture);
  picture.append(...(above?.childNodes ?? []));
  const made = svg("svg", { width: wide, height: tall, viewBox: `0 0 ${wide} ${tall}` }, title, ground, picture);
  return new XMLSerializer().serializeToString(made);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes and texts of the page as shapes of a picture. */
class Boxes {
  readonly #left: number;
  readonly #top: number;
  readonly #scale: number;

  constructor(
    stage: HTMLElement,
    width: number,
    readonly colour: (colour: string) => string,
  ) {
    const at = stage.getBoundingClientRect();
    [this.#left, this.#top, this.#scale] = [at.left, at.top, at.width / width || 1];
  }

  /** Draws an element and what is in it. */
  draw(made: Element, into: SVGElement): void {
    const look = getComputedStyle(made);
    if (look.display === "none" || look.visibility === "hidden") return;
    const at = this.#of(made.getBoundingClientRect());
    if (made instanceof HTMLInputElement && made.type === "range") {
      this.#slider(made, at, into);
      return;
    }
    const fill = this.colour(look.backgroundColor);
    const line = this.colour(look.borderTopColor);
    const framed = parseFloat(look.borderTopWidth) > 0 && parseFloat(look.borderBottomWidth) > 0 && line !== "none";
    if (fill !== "none" || framed) {
      const rx = Math.min(parseFloat(look.borderTopLeftRadius) || 0, at.height / 2);
      const stroke = framed ? line : "none";
      into.append(svg("rect", { ...at, rx, fill, stroke, "stroke-width": made.closest(".root") ? 2 : 1 }));
    }
    const sides = [
      ["borderTopWidth", `M${at.x} ${at.y}h${at.width}`],
      ["borderLeftWidth", `M${at.x} ${at.y}v${at.height}`],
    ] as const;
    for (const [side, path] of sides)
      if (!framed && parseFloat(look[side]) > 0)
        into.append(svg("path", { d: path, stroke: this.colour(look.borderLeftColor), fill: "none" }));
    if (made instanceof HTMLInputElement) this.#text(made.value, look, at, into, true);
    for (const inside of made.childNodes) {
      if (inside instanceof Element) this.draw(inside, into);
      else if (inside.textContent?.trim()) {
        const range = document.createRange();
        range.selectNode(inside);
        this.#text(inside.textContent, look, this.#of(range.getBoundingClientRect()), into, false);
      }
    }
  }

  #of({ left, top, width, height }: DOMRect): Place {
    const scale = this.#scale;
    return {
      x: (left - this.#left) / scale,
      y: (top - this.#top) / scale,
      width: width / scale,
      height: height / scale,
    };
  }

  #text(text: string, look: CSSStyleDeclaration, at: Place, into: SVGElement, right: boolean): void {
    const size = parseFloat(look.fontSize);
    const written = svg("text", {
      x: right ? at.x + at.width : at.x,
      y: at.y + at.height / 2 + size * 0.36,
      fill: this.colour(look.color),
      "text-anchor": right ? "end" : "start",
    });
    for (const name of WRITING) set(written, name, look.getPropertyValue(name));
    written.textContent = text;
    into.append(written);
  }

  /** A track from end to end, filled from zero, and the thumb. */
  #slider(made: HTMLInputElement, at: Place, into: SVGElement): void {
    const { style } = made;
    const look = getComputedStyle(made);
    const [ink, line] = ["--text", "--line"].map((name) => this.colour(look.getPropertyValue(name)));
    const place = (share: string) => at.x + 6 + Number(share) * (at.width - 12);
    const [zero, thumb] = [place(style.getPropertyValue("--zero")), place(style.getPropertyValue("--at"))];
    const y = at.y + at.height / 2;
    const track = (from: number, to: number, stroke: string) =>
      svg("path", { d: `M${from} ${y}H${to}`, stroke, "stroke-width": 4, "stroke-linecap": "round", fill: "none" });
    const ground = this.colour(getComputedStyle(made.closest(".card") ?? made).backgroundColor);
    into.append(
      track(at.x + 6, at.x + at.width - 6, line),
      track(zero, thumb, ink),
      svg("circle", { cx: thumb, cy: y, r: 6, fill: ground, stroke: ink, "stroke-width": 2 }),
    );
  }
}

/** Hands a file to the browser's downloads. */
export function download(content: Blob, name: string): void {
  const link = element("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** An SVG's picture as PNG, twice as large for sharp screens. */
export async function asPng(text: string): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const [width, height] = [2 * image.naturalWidth, 2 * image.naturalHeight].map(String);
  const canvas = element("canvas", { width, height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve));
}
