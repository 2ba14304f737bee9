// The one module that talks to the kernel, through the traits of the widget's model (autograd_magic/widget.py).
// Leaves travel in a trait, so that of a hundred changes a busy kernel sees the last; at most ten go out in a second.
// Changes of a trait wait in the browser until the kernel has handled the one before. So that a cell which is run right
// after a drag reads its end, the last change goes out as a message too: whichever comes first counts.

import { Tape } from "../engine/tape";
import { decodeNumber, encodeNumber } from "../engine/wire";
import type { Answer as Found, Moves, Question, State } from "../model/model";

/** What is used of an anywidget model. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  /** In Jupyter's own front ends it knows the kernel. */
  readonly widget_manager?: { readonly kernel?: { interrupt?(): Promise<void> } };
  on(event: string, listener: (content?: unknown) => void): void;
  off(event: string, listener: (content?: unknown) => void): void;
}

const INTERVAL = 100;
const PATIENCE = 500;
const GONE = { error: "The kernel is gone: run the cell again" };

interface Told {
  readonly trace: number;
  readonly question: number;
  readonly by: string;
  readonly moves: Moves;
}

interface Answer {
  readonly trace: number;
  readonly question: number;
  readonly status: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function whole(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The `leaves` trait, looked at: places that are no leaf and numbers that are none are left out. */
function told(value: unknown, leaves: number): Told {
  const { trace, question, by, moved } = fields(value);
  const moves: [number, number][] = [];
  for (const entry of Array.isArray(moved) ? moved : []) {
    if (!Array.isArray(entry) || whole(entry[0]) !== entry[0] || entry[0] >= leaves) continue;
    try {
      moves.push([entry[0], decodeNumber(entry[1])]);
    } catch {
      // A number that cannot be read moves nothing.
    }
  }
  return { trace: whole(trace), question: whole(question), by: typeof by === "string" ? by : "", moves };
}

function answered(value: unknown): Answer {
  const { trace, question, status, message, line } = fields(value);
  const where = whole(line) > 0 ? ` (line ${whole(line)})` : "";
  return {
    trace: whole(trace),
    question: whole(question),
    status: typeof status === "string" ? status : "",
    message: `${typeof message === "string" ? message.slice(0, 2000) : ""}${where}`,
  };
}

/** Keeps a view's state and the kernel's Values together; gives back how to end it. `broken` hears of a tape that cannot be shown. */
export function connect(model: Model, state: State, broken: (error: unknown) => void): () => void {
  const view = `view-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  let sent = 0;
  let questions = 0;
  let unsent = false;
  let due: ReturnType<typeof setTimeout> | undefined;
  let impatient: ReturnType<typeof setTimeout> | undefined;

  const latest = () =>
    Math.max(sent, state.base.question, told(model.get("leaves"), 0).question, answered(model.get("answer")).question);

  const send = (done: boolean) => {
    clearTimeout(due);
    due = undefined;
    unsent = false;
    sent = latest() + 1;
    const moved = state.moves().map(([place, position]) => [place, encodeNumber(position)]);
    try {
      const leaves = { trace: state.base.trace, question: sent, moved, done, by: view };
      if (done) model.send(leaves);
      model.set("leaves", leaves);
      model.save_changes();
    } catch {
      state.wait(true);
      return;
    }
    patient();
  };

  /** Some question is open. */
  const patient = () => {
    if (!state.lost) impatient ??= setTimeout(() => state.wait(true), PATIENCE);
  };

  const asked = new Map<unknown, (answer: Found) => void>();
  const ask = (question: Question) =>
    new Promise<Found>((resolve) => {
      const id = `${view}-${++questions}`;
      asked.set(id, resolve);
      try {
        // A trait may still be on its way: the kernel is told before it is asked.
        if (unsent) send(false);
        if (answered(model.get("answer")).question < sent) model.send(model.get("leaves"));
        model.send({ ...question, id, trace: state.tape.trace });
        // A kernel that takes in no message while it runs can only be interrupted, and only in what it runs for us.
        if (question.ask === "cancel")
          setTimeout(() => {
            if (fields(model.get("answer")).status === "running") void model.widget_manager?.kernel?.interrupt?.();
          }, PATIENCE);
      } catch {
        release();
      }
    });
  /** Nobody will answer any more. */
  const release = () => {
    for (const resolve of asked.values()) resolve(GONE);
    asked.clear();
  };
  const replied = (content: unknown) => {
    const { reply, error, ...answer } = fields(content);
    asked.get(reply)?.({ ...answer, error: typeof error === "string" ? error : "" });
    asked.delete(reply);
  };

  const moved = (done: boolean) => {
    unsent = true;
    if (done) send(true);
    else if (due === undefined) {
      // The first move of a drag goes out at once, what follows within the interval waits for its end.
      send(false);
      due = setTimeout(() => {
        due = undefined;
        if (unsent) moved(false);
      }, INTERVAL);
    }
  };

  const rest = () => {
    clearTimeout(impatient);
    impatient = undefined;
  };

  const gone = () => {
    rest();
    release();
    state.wait(false);
    state.lose(true);
  };

  const heard = () => {
    rest();
    state.lose(false);
  };

  const leavesChanged = () => {
    const { trace, question, by, moves } = told(model.get("leaves"), state.base.leaves.length);
    if (by === view || trace !== state.base.trace || question < sent) return;
    sent = question;
    state.follow(moves);
  };

  const answerChanged = () => {
    const { trace, question, status, message } = answered(model.get("answer"));
    if (trace !== state.base.trace) return;
    heard();
    if (question < sent || unsent || status === "running") return patient();
    if (status === "ok") state.confirm();
    else if (status === "error" || status === "refused") state.refuse(message);
  };

  const tapeChanged = () => {
    try {
      const tape = Tape.read(model.get("tape"));
      if (tape.trace <= state.base.trace) return;
      heard();
      state.replace(tape, unsent || tape.question < sent);
    } catch (error) {
      broken(error);
    }
  };

  const outputChanged = () => {
    const output = model.get("output");
    state.print(typeof output === "string" ? output.slice(0, 100_000) : "");
  };

  const listeners: [string, (content?: unknown) => void][] = [
    ["msg:custom", replied],
    ["change:leaves", leavesChanged],
    ["change:answer", answerChanged],
    ["change:tape", tapeChanged],
    ["change:output", outputChanged],
    // ipywidgets says so when the kernel is restarted, shut down or away; what it answers after that it answers alive.
    ["comm_live_update", gone],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  const ended = state.onMove(moved);
  state.answering(ask);
  leavesChanged();
  outputChanged();
  sent = latest();
  if (state.mood !== "exact") answerChanged();
  return () => {
    clearTimeout(due);
    rest();
    ended();
    state.answering(null);
    release();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}
