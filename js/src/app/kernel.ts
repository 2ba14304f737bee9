// The one module that talks to the kernel, through the traits of the widget (autograd_magic/live/widget.py; their form is declared in
// live/protocol.py). Leaves travel in a trait, so that of a hundred changes a busy kernel sees the last; at most ten go out in a second.
// Changes of a trait wait in the browser until the kernel has handled the one before. So that a cell which is run right
// after a drag reads its end, the last change goes out as a message too: whichever comes first counts.

import {
  type AnswerWire,
  Ask,
  type MovesWire,
  type QuestionWire,
  type ReplyWire,
  Status,
  type TraitsWire,
} from "../engine/protocol.gen";
import { Tape } from "../engine/tape";
import { type At, encodeAt, raw, readAt, readOutput } from "../engine/wire";
import type { Model, Question, Reply } from "../model/model";
import { called } from "../model/names";
import { effect, ended, untracked } from "../model/signals";

type Trait = keyof TraitsWire;

/** What is used of an anywidget model. */
export interface Widget {
  get(name: Trait): unknown;
  set(name: Trait, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  /** Of a page without a notebook: the paths that were traced, and what is answered in the kernel's place. */
  readonly page?: { readonly paths: unknown; answer(question: Question): Reply };
  /** In Jupyter's own front ends it knows the kernel. */
  readonly widget_manager?: { readonly kernel?: { interrupt?(): Promise<void>; readonly status?: string } | null };
  on(event: `change:${Trait}` | "msg:custom" | "comm_live_update", listener: (content?: unknown) => void): void;
  off(event: `change:${Trait}` | "msg:custom" | "comm_live_update", listener: (content?: unknown) => void): void;
}

const INTERVAL = 100;
const PATIENCE = 500;
/** Milliseconds in which a kernel that is there has said something, or its front end that it is busy. */
const SILENCE = 1900;
const GONE: Reply = { error: "The kernel is gone: run the cell again" };
const NONE: Reply = { error: "Only a kernel can tell, and none has answered: run the cell" };

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

/** The paths that were traced before, in a page that was saved. */
export function pathsOf(widget: Widget): Tape[] {
  const paths = widget.page?.paths;
  return Array.isArray(paths) ? paths.map((path) => Tape.read(path, called)) : [];
}

/** Keeps a view's model and the kernel's Values together. `broken` hears of a tape that cannot be shown. */
export function connect(widget: Widget, model: Model, broken: (error: unknown) => void): void {
  const view = `view-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  let sent = 0;
  /** The highest question that the kernel has answered with a tape. */
  let traced = 0;
  let questions = 0;
  let unsent = false;
  let due: ReturnType<typeof setTimeout> | undefined;
  let impatient: ReturnType<typeof setTimeout> | undefined;
  let silent: ReturnType<typeof setTimeout> | undefined;
  /** Whether this view has heard of a kernel. */
  let met = false;

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
      // Nobody hears of it, which the silence will show.
    }
    patient();
  };

  /** The kernel is to take up a move. */
  const patient = () => {
    if (model.accompanied) impatient ??= setTimeout(() => model.meet("busy"), PATIENCE);
    listen();
  };

  /** Something is asked: of a kernel from which nothing has ever come there is none. */
  const listen = () => {
    if (met || !model.accompanied) return;
    silent ??= setTimeout(
      () => {
        silent = undefined;
        const kernel = widget.widget_manager?.kernel;
        if (kernel?.status === "busy") listen();
        else leave("none");
      },
      widget.widget_manager?.kernel === null ? 0 : SILENCE,
    );
  };

  const asked = new Map<unknown, (answer: Reply) => void>();
  const ask = (question: Question) =>
    new Promise<Reply>((resolve) => {
      if (widget.page) return resolve(widget.page.answer(question));
      if (!model.accompanied) return resolve(model.company === "gone" ? GONE : NONE);
      const id = `${view}-${++questions}`;
      asked.set(id, resolve);
      try {
        // A trait may still be on its way: the question brings along what it is asked about.
        if (unsent) send(false);
        const wire: QuestionWire = { ...question, id, trace: model.trace };
        const waiting = answered(widget.get("answer")).question < sent;
        widget.send(waiting ? { ...wire, moves: widget.get("leaves") } : wire);
        // A kernel that takes in no message while it runs can only be interrupted, and only in what it runs for us. One that has
        // heard of it may run another cell by now.
        if (question.ask === Ask.Cancel)
          setTimeout(() => {
            if (answered(widget.get("answer")).status === Status.Running && asked.has(id))
              void widget.widget_manager?.kernel?.interrupt?.();
          }, PATIENCE);
        listen();
      } catch {
        release(GONE);
      }
    });
  /** Nobody will answer any more. */
  const release = (reply: Reply) => {
    for (const resolve of asked.values()) resolve(reply);
    asked.clear();
  };
  const replied = (content: unknown) => {
    alive();
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
    clearTimeout(silent);
    impatient = silent = undefined;
  };

  const leave = (company: "gone" | "none") => {
    rest();
    release(company === "gone" ? GONE : NONE);
    model.meet(company);
  };
  const gone = () => leave("gone");

  const alive = () => {
    clearTimeout(silent);
    silent = undefined;
    met = true;
    if (!model.accompanied) model.meet("kernel");
  };

  const heard = () => {
    rest();
    alive();
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
      else model.meet("kernel");
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

  const outputChanged = () => {
    model.output.value = readOutput(widget.get("output"));
  };

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
  effect(() => {
    const news = model.moved.value;
    if (news?.here) untracked(() => moved(news.done));
  });
  if (widget.page) model.meet("page");
  model.answering(ask);
  traced = model.run.tape.question;
  staleChanged();
  leavesChanged();
  outputChanged();
  sent = latest();
  if (model.mood !== "exact") answerChanged();
  ended(() => {
    clearTimeout(due);
    rest();
    model.answering(null);
    release(GONE);
    for (const [event, listener] of listeners) widget.off(event, listener);
  });
}
