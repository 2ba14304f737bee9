// What the first picture does without: a file of its own, which is brought when it is first asked for (fetched.ts).
import leaves from "../view/leaves.css";
import menu from "../view/menu.css";
import net from "../view/net.css";
import { later } from "../view/sheets";
import { mountFlow } from "./flow";
import flowing from "./flow.css";
import { mountPractise } from "./practise";
import practising from "./practise.css";
import { mountSlope } from "./slope";
import sloping from "./slope.css";

export { mountLeaves } from "../view/leaves";
export { mountNet } from "../view/net";
export { mountMenu } from "./menu";
/** By the names of their tabs. */
export const modes = { Flow: mountFlow, Slope: mountSlope, Practise: mountPractise };

later.replaceSync([leaves, net, menu, sloping, flowing, practising].join("\n"));
