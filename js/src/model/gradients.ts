// How gradients are written: `5`, `≈ 5` where it was measured, `?` where it is not known, `nan` where it is no number, `·` where it is
// not there yet, and so their parts.
import type { Run, Tape } from "../engine/tape";
import { short } from "./format";
import type { Model } from "./model";
import { bracketed } from "./phrases";

/** A node's gradient, or what is seen in its place. */
export function grad(run: Run, node: number, seen: number | null = run.grads[node], digits = short): string {
  if (seen === null) return "·";
  return seen === run.grads[node] && run.measured(node) ? `≈ ${short(seen)}` : known(run.tape, node, seen, digits);
}

/** The same as it is looked at. */
export function shown(model: Model, node: number, digits = short): string {
  const seen = model.grad(node);
  return seen === null ? (model.lens?.unseen ?? "·") : grad(model.run, node, seen, digits);
}

/** Whether somebody is to find a node's gradient, so that nothing may tell it. */
export function secret(model: Model, node: number): boolean {
  return model.lens?.unseen !== undefined && model.grad(node) === null;
}

/** The word of a gradient's sign, by which it has its colour. */
export function sign(grad: number | null): "positive" | "negative" | "" {
  return !grad ? "" : grad > 0 ? "positive" : "negative";
}

/** A gradient as a screen reader says it. */
export function spoken(run: Run, node: number, seen: number | null): string {
  const text = grad(run, node, seen);
  if (text === "·") return "grad not known yet";
  if (text === "?") return "grad not known";
  return text.startsWith("≈") ? `grad about ${text.slice(2)}, measured` : `grad ${text}`;
}

/** What an argument is given: nothing where nothing comes down, whatever the derivatives of outside code are. */
export function part(tape: Tape, user: number, grad: number, partial: number): number {
  return grad || tape.rule(user) ? grad * partial : 0;
}

/** A part of a node's gradient, or a factor of one: `?` for a nan that only says that nobody knows it. */
export function known(tape: Tape, node: number, number: number, word = bracketed): string {
  return Number.isNaN(number) && tape.lost(node) ? "?" : word(number);
}

/** What a use gives to a gradient: the user's gradient, the local derivative, and their product. */
export function term(run: Run, user: number, place: number, word = bracketed): [string, string, string] {
  const { tape } = run;
  const arg = tape.args(user)[place];
  const [grad, partial] = [run.grads[user], run.partials(user)[place]];
  const given = part(tape, user, grad, partial);
  return [known(tape, user, grad), known(tape, arg, partial), known(tape, arg, given, word)];
}

/** Whether outside code has made something that leads to the root. */
export function goesOutside(tape: Tape): boolean {
  return tape.nodes().some((node) => tape.slopes(node) && tape.reaches(node));
}
