// What all views look like: the style sheets side by side, as they pack best.
import flow from "../modes/flow.css";
import practise from "../modes/practise.css";
import slope from "../modes/slope.css";
import colours from "../view/colours.gen.css";
import forced from "../view/forced.css";
import graph from "../view/graph.css";
import header from "../view/header.css";
import leaves from "../view/leaves.css";
import menu from "../view/menu.css";
import net from "../view/net.css";
import strip from "../view/strip.css";
import style from "../view/style.css";

/** One for all views. */
export const sheet = new CSSStyleSheet();
/** How strong in colour a cell is. */
const levels = Array.from({ length: 11 }, (_, k) => `.l${k}{--level:${k}}`);
sheet.replaceSync(
  [colours, style, graph, header, leaves, net, menu, strip, slope, flow, practise, forced, ...levels].join("\n"),
);
