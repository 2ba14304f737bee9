// The still picture that stands in a saved notebook is hidden as long as a live view of the same graph is on the page.

const live = new Map<string, { sheet: CSSStyleSheet; views: number }>();

/** Hides the still picture of that name; gives back how to show it again. */
export function hideStill(identity: unknown): () => void {
  if (typeof identity !== "string" || !/^[0-9a-f]{1,64}$/.test(identity)) return () => undefined;
  const still = `[data-autograd-fallback="${identity}"]`;
  let found = live.get(identity);
  if (!found) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${still}, .jp-OutputArea-child:has(${still}) { display: none !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    found = { sheet, views: 0 };
    live.set(identity, found);
  }
  const entry = found;
  entry.views++;
  let hiding = true;
  return () => {
    if (!hiding) return;
    hiding = false;
    entry.views--;
    if (entry.views) return;
    live.delete(identity);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== entry.sheet);
  };
}
