// The picture as a file: SVG that needs nothing around it, or PNG. What the style sheet says of each element becomes an
// attribute of it, since the sheet stays here.
import { element, set, svg } from "./dom";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "text-anchor"];
const WRITING = ["font-family", "font-size", "font-weight"];
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

/** The whole picture, in its own size, as the text of an SVG file. */
export function asSvg(picture: SVGSVGElement, width: number, height: number): string {
  const colour = plainColours();
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const [from, to] = [picture, copy].map((found) => [...found.querySelectorAll("*")]);
  from.forEach((original, k) => {
    const look = getComputedStyle(original);
    const made = to[k];
    for (const name of [...LOOKS, ...(original.tagName === "text" ? WRITING : [])]) {
      const value = look.getPropertyValue(name);
      if (value) set(made, name, /^(fill|stroke)$/.test(name) ? colour(value) : value);
    }
    for (const name of ["class", "role", "tabindex", "aria-label", "aria-pressed", "aria-hidden", "data-node"])
      made.removeAttribute(name);
  });
  const [wide, tall] = [Math.ceil(width + 2 * MARGIN), Math.ceil(height + 2 * MARGIN)];
  const page = picture.closest(".page") ?? picture;
  const title = svg("title", {}, picture.getAttribute("aria-label") ?? "");
  const ground = svg("rect", { width: wide, height: tall, fill: colour(getComputedStyle(page).backgroundColor) });
  const made = svg("svg", { width: wide, height: tall, viewBox: `0 0 ${wide} ${tall}` }, title, ground);
  copy.firstElementChild?.setAttribute("transform", `translate(${MARGIN} ${MARGIN})`);
  made.append(...copy.childNodes);
  return new XMLSerializer().serializeToString(made);
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
