// Making elements, and keeping them right. Names and labels are somebody's text: they only ever become text nodes and attributes.
import { effect } from "@preact/signals-core";

type Child = Node | string;

/** A tag, and after a point its classes: `p.note`. */
type Tag<Text extends string> = Text extends `${infer Name}.${string}` ? Name : Text;
type Made<Map, Text extends string> = Tag<Text> extends keyof Map ? Map[Tag<Text>] : never;
type Attributes = Readonly<Record<string, string | number>>;

function filled<Kind extends Element>(
  made: Kind,
  tag: string,
  attributes: Attributes,
  children: readonly Child[],
): Kind {
  const [, look] = tag.split(".");
  if (look) set(made, "class", look);
  for (const [name, value] of Object.entries(attributes)) set(made, name, value);
  made.append(...children);
  return made;
}

export function element<Text extends string>(
  tag: Text,
  attributes: Attributes = {},
  ...children: readonly Child[]
): Made<HTMLElementTagNameMap, Text> {
  return filled(document.createElement(tag.split(".")[0]), tag, attributes, children) as Made<
    HTMLElementTagNameMap,
    Text
  >;
}

export function svg<Text extends string>(
  tag: Text,
  attributes: Attributes = {},
  ...children: readonly Child[]
): Made<SVGElementTagNameMap, Text> {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag.split(".")[0]);
  return filled(made, tag, attributes, children) as Made<SVGElementTagNameMap, Text>;
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

/** A button. What it does is its title, and its name too where its text is but a sign. */
export function button(text: string, what: string, act: () => void): HTMLButtonElement {
  const named: Record<string, string> = /[a-z]{2}/i.test(text) ? {} : { "aria-label": what };
  const made = element("button", { type: "button", title: what, ...named }, text);
  on(made, "click", act);
  return made;
}

/** The first row of a table: what its columns are. */
export function heads(...names: readonly string[]): HTMLTableRowElement {
  return element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)));
}

/** A row of a table, after what it is about. */
export function row(about: Child, ...cells: readonly Child[]): HTMLTableRowElement {
  return element("tr", {}, element("th", { scope: "row" }, about), ...cells.map((cell) => element("td", {}, cell)));
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

/** Texts that follow what they are made of: each is written again when a signal that it reads has changed. */
export class Live {
  readonly #ends: (() => void)[] = [];

  /** An element whose text is what `text` says; hidden while that is empty. */
  text(tag: "span" | "p" | "output" | "code", name: string, text: () => string): HTMLElement {
    // An output would be read out at every change; the toolbar says what a move has come to.
    const made = element(tag, { class: name, ...(tag === "output" ? { "aria-live": "off" } : {}) });
    let shown: string | null = null;
    this.add(() => {
      const wanted = text();
      if (wanted === shown) return;
      shown = wanted;
      write(made, wanted);
      made.hidden = wanted === "";
    });
    return made;
  }

  /** Does something now, and again when what it reads has changed. */
  add(update: () => void): void {
    this.#ends.push(effect(update));
  }

  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}

/** Draws, and draws anew when what `draw` itself reads has changed; its live texts follow by themselves. Gives back how to end it. */
export function drawn(draw: (live: Live) => void): () => void {
  return effect(() => {
    const live = new Live();
    draw(live);
    return () => live.end();
  });
}
