// What all views look like. One set of sheets for all of them, in the order in which they overrule each other.
import colours from "./colours.gen.css";
import forced from "./forced.css";
import graph from "./graph.css";
import header from "./header.css";
import strip from "./strip.css";
import style from "./style.css";

function sheet(...texts: readonly string[]): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(texts.join("\n"));
  return made;
}

/** How strong in colour a cell is. */
const levels = Array.from({ length: 11 }, (_, k) => `.l${k}{--level:${k}}`);
/** For what is brought later, which fills it. */
export const later = sheet();
export const sheets = [sheet(colours, style, graph, header, strip, ...levels), later, sheet(forced)];
