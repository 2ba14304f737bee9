// What each widget brings as its module: a few lines that find the widget's code in this page, or take it in once from the state of the
// first widget. A page never lets go of a module, so that a hundred runs of a cell must not leave a hundred copies of all the code.
import type { Widget } from "./kernel";

declare const VERSION_OF_CODE: string;

interface Loaded {
  get(name: "code"): BlobPart;
  set(name: string, value: unknown, options: { readonly silent: true }): void;
  on(event: "destroy", listener: () => void): void;
}

interface Context {
  readonly model: Widget & Loaded;
  readonly el: HTMLElement;
}

interface Code {
  readonly default: { render(context: Context): () => void };
}

const KEY = Symbol.for(`autograd_magic ${VERSION_OF_CODE}`);
const page = globalThis as { [KEY]?: Promise<Code> };

async function evaluated(code: BlobPart): Promise<Code> {
  const text = new Blob([code]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = await new Response(text, { headers: { "Content-Type": "text/javascript" } }).blob();
  const url = URL.createObjectURL(script);
  try {
    return await import(url);
  } catch (error) {
    delete page[KEY];
    throw error;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** What a widget holds that is large. */
const HELD = ["code", "tape", "leaves"];

export default {
  /** Jupyter never lets go of the models of widgets that are closed: these at least hold nothing any more. */
  initialize({ model }: { readonly model: Loaded }): void {
    model.on("destroy", () => {
      // Each change keeps what was there before it until the next one.
      for (const name of [...HELD, "code"]) model.set(name, null, { silent: true });
    });
  },
  async render(context: Context): Promise<() => void> {
    page[KEY] ??= evaluated(context.model.get("code"));
    return (await page[KEY]).default.render(context);
  },
};
