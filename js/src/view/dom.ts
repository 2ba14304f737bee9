// Making elements, and keeping them right. Names and labels are somebody's text: they only ever become text nodes and attributes.
import { effect } from "../model/signals";

type Child = Node | string;

/** A tag, and after a point its classes: `p.note`. */
type Tag<Text extends string> = Text extends `${infer Name}.${string}` ? Name : Text;
type Made<Map, Text extends string> = Tag<Text> extends keyof Map ? Map[Tag<Text>] : never;
type Attributes = Readonly<Record<string, string | number>>;
/** What stands in an element, after its attributes where it has some. */
type Content = readonly (Attributes | Child)[];

function filled(made: Element, look: string | undefined, content: Content): Element {
  if (look) set(made, "class", look);
  for (const part of content)
    if (typeof part === "string" || part instanceof Node) made.append(part);
    else for (const [name, value] of Object.entries(part)) set(made, name, value);
  return made;
}

export function element<Text extends string>(text: Text, ...content: Content): Made<HTMLElementTagNameMap, Text> {
  const [tag, look] = text.split(".");
  const made = document.createElement(tag);
  // An output would be read out at every change; the toolbar says what a move has come to.
  if (tag === "output") set(made, "aria-live", "off");
  return filled(made, look, content) as Made<HTMLElementTagNameMap, Text>;
}

export function svg<Text extends string>(text: Text, ...content: Content): Made<SVGElementTagNameMap, Text> {
  const [tag, look] = text.split(".");
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return filled(made, look, content) as Made<SVGElementTagNameMap, Text>;
}

/** Sets an attribute where it is another: what a move leaves as it is costs nothing. */
export function set(made: Element, name: string, value: string | number | boolean): void {
  const text = String(value);
  if (made.getAttribute(name) !== text) made.setAttribute(name, text);
}

/** The same with a text, which goes into the text node that is there: another one would have to be styled first. */
export function write(made: Element, text: string): void {
  const { firstChild } = made;
  if (!(firstChild instanceof Text)) made.textContent = text;
  else if (firstChild.data !== text) firstChild.data = text;
}

/** Writes a sentence in pieces, of which every second one is its point. */
export function pieces(into: HTMLElement, ...pieces: readonly string[]): void {
  into.replaceChildren(...pieces.map((piece, k) => (k % 2 ? element("strong", piece) : piece)));
}

/** Listens to an event; the listener ends with the element. */
export function on<Name extends keyof HTMLElementEventMap>(
  made: Element,
  event: Name,
  listener: (event: HTMLElementEventMap[Name]) => void,
  options?: AddEventListenerOptions,
): void {
  made.addEventListener(event, listener as EventListener, options);
}

export function option(value: string | number, text: string): HTMLOptionElement {
  return element("option", { value: String(value) }, text);
}

/** Whether a key goes into somebody's text. */
export function typing(event: Event): boolean {
  const at = event.composedPath()[0];
  return at instanceof Element && at.matches("textarea, [type=text], [type=search]");
}

/** Whoever was at something that is gone, when a part has drawn itself anew, stays in that part. */
export function stay(part: HTMLElement): void {
  const within = () => part.matches(":focus-within");
  if (within())
    queueMicrotask(() => {
      if (!within()) part.focus();
    });
}

/** Where an arrow key leads to among some; undefined for another key. */
export function beside<Kind extends Element>(
  all: readonly Kind[],
  event: KeyboardEvent,
  back: string,
  forth: string,
): Kind | undefined {
  const at = all.indexOf(event.target as Kind);
  const by = { [back]: -1, [forth]: 1, Home: -at, End: -at - 1 }[event.key];
  if (by === undefined) return undefined;
  event.preventDefault();
  return all.at((at + by) % all.length);
}

/** A button that is a word in a line. */
export function link(text: string, what: string, act: () => void): HTMLButtonElement {
  const made = button(text, what, act);
  made.removeAttribute("aria-label");
  made.className = "link";
  return made;
}

/** A button. What it does is its title, and its name too where its text is but a sign. */
export function button(text: string, what: string, act: () => void): HTMLButtonElement {
  const named: Record<string, string> = /[a-z]{2}/i.test(text) ? {} : { "aria-label": what };
  const made = element("button", { title: what, ...named }, text);
  on(made, "click", act);
  return made;
}

/** The first row of a table: what its columns are. */
export function heads(...names: readonly string[]): HTMLTableRowElement {
  return element("tr", ...names.map((name) => element("th", { scope: "col" }, name)));
}

/** A row of a table, after what it is about. */
export function row(about: Child, ...cells: readonly Child[]): HTMLTableRowElement {
  return element("tr", element("th", { scope: "row" }, about), ...cells.map((cell) => element("td", cell)));
}

/** Makes these the children. What stays is not touched: a slider that is being dragged must not leave the page. */
export function arrange(parent: Element, wanted: readonly Element[]): void {
  const kept = new Set<Node>(wanted);
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  let at: ChildNode | null = parent.firstChild;
  for (const child of wanted) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
}

/** An element whose text is what `text` says, and follows it; hidden while that is empty. */
export function live(tag: "span" | "p" | "output" | "code", name: string, text: () => string): HTMLElement {
  const made = element(tag, { class: name });
  let shown: string | null = null;
  effect(() => {
    const wanted = text();
    if (wanted === shown) return;
    shown = wanted;
    write(made, wanted);
    made.hidden = wanted === "";
  });
  return made;
}
