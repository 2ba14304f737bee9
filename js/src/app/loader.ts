// What each widget brings along as its module: a few lines that find the widget's code in this page, or take it in once, from the model
// that all widgets of a kernel share. A page never lets go of a module, so that a hundred runs of a cell must not leave a hundred copies of
// all the code.
import { Ask } from "../engine/protocol.gen";
import type { Widget } from "./kernel";

declare const VERSION_OF_CODE: string;

type Files = Readonly<Record<string, BlobPart>>;

interface Shared {
  get(name: "files"): Files;
}

interface Loaded {
  get(name: "code"): string;
  set(name: string, value: unknown, options: { readonly silent: true }): void;
  send(content: unknown): void;
  on(event: "destroy", listener: () => void): void;
  on(event: "msg:custom", listener: (content: unknown, buffers: readonly BlobPart[]) => void): void;
  readonly widget_manager?: { get_model?(id: string): Promise<Shared | undefined> };
}

interface Context {
  readonly model: Widget & Loaded;
  readonly el: HTMLElement;
}

interface Code {
  readonly default: { render(context: Context): () => void };
}

/** So many milliseconds are given to the front end to find the shared model: one that has never heard of it may look for it long. */
const PATIENCE = 1000;
const KEY = `autograd_magic ${VERSION_OF_CODE}`;

/** The code of this page. */
class Library {
  #here = false;
  #come: (files: Files) => void = () => undefined;
  readonly #packed = new Promise<Files>((resolve) => {
    this.#come = resolve;
  });
  readonly #addresses = new Map<string, Promise<string>>();

  /** Takes the files in, packed, from the model that this widget shares with others, else from its kernel, unless another widget was first. */
  from(model: Loaded): void {
    if (this.#here) return;
    const come = (files: Files) => {
      this.#here = true;
      this.#come(files);
    };
    let asked = false;
    const ask = () => {
      if (!this.#here && !asked) model.send({ ask: Ask.Code });
      asked = true;
    };
    model.on("msg:custom", (content, buffers) => {
      const { files } = content as { readonly files?: readonly string[] };
      if (files) come(Object.fromEntries(files.map((name, k) => [name, buffers[k]])));
    });
    setTimeout(ask, PATIENCE);
    const shared = (async () => model.widget_manager?.get_model?.(model.get("code").replace("IPY_MODEL_", "")))();
    shared.then((found) => (found ? come(found.get("files")) : ask()), ask);
  }

  /** The module of a file. What it imports stands in it by its address; what it imports when it is needed is asked for here. */
  async module(name: string): Promise<unknown> {
    return import(await this.#address(name));
  }

  #address(name: string): Promise<string> {
    const found = this.#addresses.get(name) ?? this.#made(name);
    this.#addresses.set(name, found);
    return found;
  }

  async #made(name: string): Promise<string> {
    const { [name]: packed } = await this.#packed;
    const written = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    let text = written.replaceAll(/\bimport\("\.\/(\w+\.js)"\)/g, `globalThis["${KEY}"].module("$1")`);
    for (const [all, other] of written.matchAll(/\bfrom"\.\/(\w+\.js)"/g))
      text = text.replace(all, `from${JSON.stringify(await this.#address(other))}`);
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  }
}

const page = globalThis as unknown as Record<typeof KEY, Library | undefined>;

/** What a widget holds that is large. */
const HELD = ["tape", "leaves"];

export default {
  /** Jupyter never lets go of the models of widgets that are closed: these at least hold nothing any more. */
  initialize({ model }: { readonly model: Loaded }): void {
    model.on("destroy", () => {
      // Each change keeps what was there before it until the next one.
      for (const name of [...HELD, "tape"]) model.set(name, null, { silent: true });
    });
  },
  async render(context: Context): Promise<() => void> {
    page[KEY] ??= new Library();
    const library = page[KEY];
    library.from(context.model);
    try {
      return ((await library.module("widget.js")) as Code).default.render(context);
    } catch (error) {
      if (page[KEY] === library) page[KEY] = undefined;
      throw error;
    }
  },
};
