// The still picture that stands in a saved notebook is hidden as long as a live view of the same graph is on the page.
import { ended } from "../model/signals";

/** Hides the still picture of that name. Each view of a graph has a sheet of its own. */
export function hideStill(identity: unknown): void {
  if (typeof identity !== "string" || !/^[0-9a-f]{1,64}$/.test(identity)) return;
  const still = `[data-autograd-fallback="${identity}"]`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${still}, .jp-OutputArea-child:has(${still}) { display: none !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  ended(() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  });
}
