// What a run of the cell has put out beside what stands in the cell's own output. Pictures are images, which run no scripts;
// everything else is text.

import type { Model } from "../model/model";
import { effect } from "../model/signals";
import { element } from "./dom";

const PICTURE = /^image\/(png|jpeg|svg\+xml)$/;

export function mountOutput(host: HTMLElement, model: Model): void {
  effect(() => {
    const { said, text, shown } = model.output.value;
    const displays = shown.map(([form, content]) =>
      PICTURE.test(form)
        ? element("img", { src: address(form, content), alt: "Shown by the last run" })
        : element("pre", content),
    );
    host.replaceChildren(
      ...(said ? [element("p.note", said)] : []),
      ...(text ? [element("pre", text)] : []),
      ...displays,
    );
    host.hidden = !host.firstChild;
  });
}

function address(form: string, content: string): string {
  return form === "image/svg+xml"
    ? `data:${form},${encodeURIComponent(content)}`
    : `data:${form};base64,${content.replace(/\s/g, "")}`;
}
