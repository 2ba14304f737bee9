// A page without a notebook: it shows each widget that stands in it as data, where that data stands.
import { Ask, type PageWire } from "../engine/protocol.gen";
import { type Raw, raw } from "../engine/wire";
import type { Question, Reply } from "../model/model";
import { bring } from "../modes/fetched";
import * as later from "../modes/later";
import type { Widget } from "./kernel";
import code from "./widget";

bring(later);

const ABSENT = "This page does not hold that: only the notebook can tell";

function answer({ formulas }: Raw<PageWire>, { ask, form, index }: Question): Reply {
  const written = ask === Ask.Formula ? raw(raw(formulas)[form as never])[index as never] : undefined;
  return written ? { ...raw(written), error: "" } : { error: ABSENT };
}

function show(data: Element): void {
  const saved = raw<PageWire>(JSON.parse(data.textContent ?? ""));
  const nothing = () => undefined;
  const model: Widget = {
    get: (name) => saved[name as never],
    set: nothing,
    save_changes: nothing,
    send: nothing,
    on: nothing,
    off: nothing,
    page: { paths: saved.paths, answer: (question) => answer(saved, question) },
  };
  const el = document.createElement("div");
  data.before(el);
  code.render({ model, el });
}

// The same code may stand in a page more than once; a widget is shown once.
for (const data of document.querySelectorAll("script[data-autograd-magic]")) {
  data.removeAttribute("data-autograd-magic");
  show(data);
}
