// What each widget brings along as its module: a few lines that find the widget's code in this page, or take it in once, from the model
// that all widgets of a kernel share. A page never lets go of a module, so that a hundred runs of a cell must not leave a hundred copies of
// all the code.
import { Ask } from "../engine/protocol.gen";
import type { Widget } from "./kernel";

type Listener = (content: unknown, buffers: readonly BlobPart[]) => void;

type Files = Readonly<Record<string, BlobPart>>;

interface Shared {
  get(name: "files"): Files;
}

interface Loaded {
  get(name: "code"): string;
  set(name: string, value: unknown, options: { readonly silent: true }): void;
  send(content: unknown): void;
  on(event: "destroy", listener: () => void): void;
  on(event: "msg:custom", listener: Listener): void;
  off(event: "msg:custom", listener: Listener): void;
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
/** Where the code of this page is found; the build puts in what tells one version from another. */
const NAME = "autograd_magic VERSION_OF_CODE";

/** The code of this page. */
class Library {
  #packed: (files: Files) => void = () => undefined;
  readonly #files = new Promise<Files>((resolve) => {
    this.#packed = resolve;
  });
  #here = false;
  #asked = Number.NEGATIVE_INFINITY;
  readonly #addresses = new Map<string, Promise<string>>();

  /** Takes the files in, packed, from the model that this widget shares with others, else from its kernel, unless another widget was first. */
  from(model: Loaded): void {
    if (this.#here) return;
    const take = (files: Files | undefined) => {
      if (!files?.["widget.js"]) return false;
      this.#here = true;
      this.#packed(files);
      model.off("msg:custom", heard);
      return true;
    };
    const heard = (content: unknown, buffers: readonly BlobPart[]) => {
      const { files } = content as { readonly files?: readonly string[] };
      if (files) take(Object.fromEntries(files.map((name, k) => [name, buffers[k]])));
    };
    // Of many widgets one asks at a time.
    const ask = () => {
      if (this.#here) return;
      if (performance.now() < this.#asked + PATIENCE) {
        setTimeout(ask, PATIENCE);
        return;
      }
      this.#asked = performance.now();
      model.send({ ask: Ask.Code });
    };
    model.on("msg:custom", heard);
    const late = setTimeout(ask, PATIENCE);
    const shared = (async () => model.widget_manager?.get_model?.(model.get("code").replace("IPY_MODEL_", "")))();
    shared
      .then((found) => take(found?.get("files")))
      .catch(() => false)
      .then((taken) => {
        clearTimeout(late);
        if (!taken) ask();
      });
  }

  /** The module of a file. What it imports stands in it by its address; what it imports when it is needed is asked for here. */
  async module(name: string): Promise<unknown> {
    try {
      return await import(await this.#address(name));
    } catch (error) {
      this.#addresses.delete(name);
      throw error;
    }
  }

  #address(name: string): Promise<string> {
    const found = this.#addresses.get(name) ?? this.#made(name);
    this.#addresses.set(name, found);
    return found;
  }

  async #made(name: string): Promise<string> {
    const { [name]: packed } = await this.#files;
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const written = await new Response(stream).text();
    const here = `globalThis[Symbol.for(${JSON.stringify(NAME)})]`;
    let text = written.replaceAll(/\bimport\("\.\/(\w+\.js)"\)/g, `${here}.module("$1")`);
    for (const [all, other] of written.matchAll(/\bfrom"\.\/(\w+\.js)"/g))
      text = text.replaceAll(all, `from${JSON.stringify(await this.#address(other))}`);
    for (const [all, other] of written.matchAll(/\bimport"\.\/(\w+\.js)"/g))
      text = text.replaceAll(all, `import${JSON.stringify(await this.#address(other))}`);
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  }
}

const KEY = Symbol.for(NAME);
const page = globalThis as { [KEY]?: Library };

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
    page[KEY].from(context.model);
    const code = (await page[KEY].module("widget.js")) as Code;
    return code.default.render(context);
  },
};
