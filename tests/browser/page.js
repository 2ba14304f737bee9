// A widget's model without Jupyter: what the view saves is kept in `sent` until the test delivers it.
import widget from "./widget.js";

function revived(value) {
  if (Array.isArray(value)) return value.map(revived);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$bytes === "string") {
    // As from the wire: a view that starts somewhere inside a larger buffer.
    const bytes = Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0));
    const buffer = new Uint8Array(bytes.length + 24);
    buffer.set(bytes, 8);
    return new DataView(buffer.buffer, 8, bytes.length);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revived(inner)]));
}

class Model {
  #state;
  #listeners = new Map();
  #changed = new Set();
  sent = [];
  posted = [];
  /** A kernel that has much to do, until somebody answers for it. Without a front end that knows, it is for the view to find out. */
  widget_manager = { kernel: { status: "busy" } };
  constructor(state) {
    this.#state = revived(state);
  }
  get(name) {
    return this.#state[name];
  }
  set(name, value) {
    this.#state[name] = value;
    this.#changed.add(name);
    this.#tell(name);
  }
  save_changes() {
    for (const name of this.#changed) this.sent.push([name, this.#state[name]]);
    this.#changed.clear();
  }
  send(content) {
    this.posted.push(content);
  }
  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
  }
  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }
  listening() {
    return [...this.#listeners.values()].reduce((count, all) => count + all.size, 0);
  }
  drain() {
    return this.sent.splice(0);
  }
  /** The questions that nobody has handed on yet. */
  asked() {
    const asked = this.posted.filter((content) => "ask" in content);
    this.posted = this.posted.filter((content) => !("ask" in content));
    return asked;
  }
  reply(content) {
    for (const listener of [...(this.#listeners.get("msg:custom") ?? [])]) listener(content);
  }
  receive(state) {
    const names = Object.keys(state);
    Object.assign(this.#state, revived(state));
    for (const name of names) this.#tell(name);
  }
  tell(event) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener();
  }
  #tell(name) {
    for (const listener of [...(this.#listeners.get(`change:${name}`) ?? [])]) listener();
  }
}

window.start = (state) => {
  window.model = new Model(state);
  window.views = [];
};
window.show = () => {
  const el = document.createElement("div");
  document.body.append(el);
  window.views.push(widget.render({ model: window.model, el }));
};
window.ready = true;
