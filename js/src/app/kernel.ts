// The one module that talks to the kernel, through the traits of the widget (autograd_magic/live/widget.py; their form is declared in
// live/protocol.py). Leaves travel in a trait, so that of a hundred changes a busy kernel sees the last; at most ten go out in a second.
// Changes of a trait wait in the browser until the kernel has handled the one before. So that a cell which is run right
// after a drag reads its end, the last change goes out as a message too: whichever comes first counts.
import { effect, untracked } from "@preact/signals-core";
import {
  type AnswerWire,
  Ask,
  type MovesWire,
  OUTPUT_LENGTH,
  type QuestionWire,
  type ReplyWire,
  Status,
  type TraitsWire,
} from "../engine/protocol.gen";
import { Tape } from "../engine/tape";
import { type At, encodeAt, raw, readAt } from "../engine/wire";
import type { Model, Question, Reply } from "../model/model";
import { called } from "../model/names";

type Trait = keyof TraitsWire;

/** What is used of an anywidget model. */
export interface Widget {
  get(name: Trait): unknown;
  set(name: Trait, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  /** In Jupyter's own front ends it knows the kernel. */
  readonly widget_manager?: { readonly kernel?: { interrupt?(): Promise<void> } };
  on(event: `change:${Trait}` | "msg:custom" | "comm_live_update", listener: (content?: unknown) => void): void;
  off(event: `change:${Trait}` | "msg:custom" | "comm_live_update", listener: (content?: unknown) => void): void;
}

const INTERVAL = 100;
const PATIENCE = 500;
const GONE: Reply = { error: "The kernel is gone: run the cell again" };

interface Told {
  readonly trace: number;
  readonly question: number;
  readonly by: string;
  readonly at: At;
}

interface Answer {
  readonly trace: number;
  readonly question: number;
  readonly status: string;
  readonly message: string;
}

function whole(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function words(value: unknown, longest: number): string {
  return typeof value === "string" ? value.slice(0, longest) : "";
}

/** The `leaves` trait, looked at. */
function told(value: unknown): Told {
  const { trace, question, by, at } = raw<MovesWire>(value);
  return { trace: whole(trace), question: whole(question), by: words(by, 100), at: readAt(at) };
}

function answered(value: unknown): Answer {
  const { trace, question, status, message, line } = raw<AnswerWire>(value);
  const where = whole(line) > 0 ? ` (line ${whole(line)})` : "";
  return {
    trace: whole(trace),
    question: whole(question),
    status: words(status, 20),
    message: words(message, 2000) + where,
  };
}

/** The tape that a widget holds. Throws a WireError with one plain sentence. */
export function tapeOf(widget: Widget): Tape {
  return Tape.read(widget.get("tape"), called);
}

/** Keeps a view's model and the kernel's Values together; gives back how to end it. `broken` hears of a tape that cannot be shown. */
export function connect(widget: Widget, model: Model, broken: (error: unknown) => void): () => void {
  const view = `view-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  let sent = 0;
  /** The highest question that the kernel has answered with a tape. */
  let traced = 0;
  let questions = 0;
  let unsent = false;
  let due: ReturnType<typeof setTimeout> | undefined;
  let impatient: ReturnType<typeof setTimeout> | undefined;

  const latest = () =>
    Math.max(sent, traced, told(widget.get("leaves")).question, answered(widget.get("answer")).question);

  const send = (done: boolean) => {
    clearTimeout(due);
    due = undefined;
    unsent = false;
    sent = latest() + 1;
    const leaves: MovesWire = { trace: model.trace, question: sent, at: encodeAt(model.at), done, by: view };
    try {
      if (done) widget.send(leaves);
      widget.set("leaves", leaves);
      widget.save_changes();
    } catch {
      model.wait(true);
      return;
    }
    patient();
  };

  /** Some question is open. */
  const patient = () => {
    if (!model.lost) impatient ??= setTimeout(() => model.wait(true), PATIENCE);
  };

  const asked = new Map<unknown, (answer: Reply) => void>();
  const ask = (question: Question) =>
    new Promise<Reply>((resolve) => {
      const id = `${view}-${++questions}`;
      asked.set(id, resolve);
      try {
        // A trait may still be on its way: the kernel is told before it is asked.
        if (unsent) send(false);
        if (answered(widget.get("answer")).question < sent) widget.send(widget.get("leaves"));
        const wire: QuestionWire = { ...question, id, trace: model.trace };
        widget.send(wire);
        // A kernel that takes in no message while it runs can only be interrupted, and only in what it runs for us.
        if (question.ask === Ask.Cancel)
          setTimeout(() => {
            if (answered(widget.get("answer")).status === Status.Running)
              void widget.widget_manager?.kernel?.interrupt?.();
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
    const { reply, error, ...answer } = raw<ReplyWire>(content);
    asked.get(reply)?.({ ...answer, error: words(error, 2000) });
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
    model.wait(false);
    model.lose(true);
  };

  const heard = () => {
    rest();
    model.lose(false);
  };

  const leavesChanged = () => {
    const { trace, question, by, at } = told(widget.get("leaves"));
    // What was moved on a graph that is still on its way comes with that graph.
    if (by === view || !by || trace > model.latest || question < sent) return;
    sent = question;
    model.follow(at);
  };

  const answerChanged = () => {
    const { trace, question, status, message } = answered(widget.get("answer"));
    if (!status || trace > model.latest) return;
    heard();
    if (question < sent || unsent || status === Status.Running) return patient();
    // The kernel stands on a path that this view may never have seen: it is asked for that graph, and nothing is confirmed.
    if (status === Status.Ok && trace !== model.trace) {
      if (model.mood === "asking") send(true);
    } else if (status === Status.Ok) model.confirm();
    else if (status === Status.Error || status === Status.Refused || status === Status.Asks)
      model.refuse(message, status === Status.Asks);
  };

  const staleChanged = () => model.age(words(widget.get("stale"), 2000));

  const tapeChanged = () => {
    try {
      const tape = tapeOf(widget);
      if (tape.trace <= model.latest) return;
      heard();
      staleChanged();
      traced = tape.question;
      model.replace(tape, unsent || tape.question < sent);
    } catch (error) {
      broken(error);
    }
  };

  const outputChanged = () => model.print(words(widget.get("output"), OUTPUT_LENGTH));

  const listeners = [
    ["msg:custom", replied],
    ["change:leaves", leavesChanged],
    ["change:answer", answerChanged],
    ["change:tape", tapeChanged],
    ["change:output", outputChanged],
    ["change:stale", staleChanged],
    // ipywidgets says so when the kernel is restarted, shut down or away; what it answers after that it answers alive.
    ["comm_live_update", gone],
  ] as const;
  for (const [event, listener] of listeners) widget.on(event, listener);
  const ended = effect(() => {
    const news = model.moved.value;
    if (news?.here) untracked(() => moved(news.done));
  });
  model.answering(ask);
  traced = model.run.tape.question;
  staleChanged();
  leavesChanged();
  outputChanged();
  sent = latest();
  if (model.mood !== "exact") answerChanged();
  return () => {
    clearTimeout(due);
    rest();
    ended();
    model.answering(null);
    release();
    for (const [event, listener] of listeners) widget.off(event, listener);
  };
}
