// What each widget brings along as its module: a few lines that find the widget's code in this page, or take it in once, from the model
// that all widgets of a kernel share. A page never lets go of a module, so that a hundred runs of a cell must not leave a hundred copies of
// all the code.
import { Ask } from "../engine/protocol.gen";
import type { Widget } from "./kernel";

declare const VERSION_OF_CODE: string;

type Files = Readonly<Record<string, BlobPart>>;

interface Loaded {
  get(name: "code"): string;
  set(name: string, value: unknown, options: { readonly silent: true }): void;
  send(content: unknown): void;
  on(event: "destroy", listener: () => void): void;
  on(event: "msg:custom", listener: (content: unknown, buffers: readonly BlobPart[]) => void): void;
  readonly widget_manager?: { get_model?(id: string): Promise<{ get(name: "files"): Files }> };
}

interface Context {
  readonly model: Widget & Loaded;
  readonly el: HTMLElement;
}

interface Code {
  readonly default: { render(context: Context): () => void };
}

/** Gives the module of that file. */
type Modules = (name: string) => Promise<unknown>;

const KEY = `autograd_magic ${VERSION_OF_CODE}`;
const page = globalThis as unknown as Record<typeof KEY, Modules | undefined>;

/** The files of the code, packed: those of the shared model, else what the kernel sends. */
async function files(model: Loaded): Promise<Files> {
  try {
    const shared = await model.widget_manager?.get_model?.(model.get("code").replace("IPY_MODEL_", ""));
    if (shared) return shared.get("files");
  } catch {
    // A page that was still loading when the first cell ran has never heard of it.
  }
  return new Promise((resolve) => {
    model.on("msg:custom", (content, buffers) => {
      const { files } = content as { readonly files?: readonly string[] };
      if (files) resolve(Object.fromEntries(files.map((name, k) => [name, buffers[k]])));
    });
    model.send({ ask: Ask.Code });
  });
}

/** Files as modules of this page: what one imports stands in it by its address, and what it imports when it is needed is asked for here. */
function modules(model: Loaded): Modules {
  const packed = files(model);
  const addresses = new Map<string, Promise<string>>();
  const address = (name: string) => {
    const found = addresses.get(name) ?? made(name);
    addresses.set(name, found);
    return found;
  };
  const made = async (name: string) => {
    const stream = new Blob([(await packed)[name]]).stream().pipeThrough(new DecompressionStream("gzip"));
    const written = await new Response(stream).text();
    let text = written.replaceAll(/\bimport\("\.\/(\w+\.js)"\)/g, `globalThis["${KEY}"]("$1")`);
    for (const [all, other] of written.matchAll(/\bfrom"\.\/(\w+\.js)"/g))
      text = text.replace(all, `from${JSON.stringify(await address(other))}`);
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  };
  return async (name) => import(await address(name));
}

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
    page[KEY] ??= modules(context.model);
    try {
      return ((await page[KEY]("widget.js")) as Code).default.render(context);
    } catch (error) {
      page[KEY] = undefined;
      throw error;
    }
  },
};
