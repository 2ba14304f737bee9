// The notebook's cell below which a view stands: its text is changed where the front end lets us, and else taken along.
// JupyterLab and Notebook 7 edit with CodeMirror, which keeps its view at the element that it draws into.

interface Editor {
  readonly state: { readonly doc: { toString(): string } };
  dispatch(change: { changes: { from: number; to: number; insert: string } }): void;
}

function editorAt(content: Element): Editor | null {
  const { cmView, cmTile } = content as unknown as Record<string, { view?: Editor; rootView?: { view?: Editor } }>;
  const found = cmTile?.view ?? cmView?.view ?? cmView?.rootView?.view;
  return typeof found?.dispatch === "function" ? found : null;
}

/** Puts one text in the place of another in the cell around a view's element; whether that was possible. */
export function putIntoCell(within: Element, before: string, text: string): boolean {
  const root = within.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : within;
  const content = host.closest(".jp-CodeCell")?.querySelector(".jp-InputArea .cm-content");
  const editor = content ? editorAt(content) : null;
  if (!editor) return false;
  const from = editor.state.doc.toString().indexOf(before);
  if (from < 0) return false;
  editor.dispatch({ changes: { from, to: from + before.length, insert: text } });
  return true;
}

/** Takes a text along: copies it, or selects it where it is shown, since a page may not always copy. Whether it is copied. */
export async function copied(area: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    area.hidden = false;
    area.select();
    return false;
  }
}
