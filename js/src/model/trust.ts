// What is to be said about the numbers, in one sentence that is true in whatever company the view is.
import type { Company, Model } from "./model";

type Said = Pick<Model, "mood" | "message" | "company" | "stale"> & { readonly tape: { readonly rerun: boolean } };

const KEPT = "Greyed: the last numbers that hold.";

/** What becomes of the notebook where the numbers are right. */
const FOLLOWS: Record<Company, string> = {
  kernel: "",
  busy: "the kernel has not answered yet, and nothing in the notebook has followed",
  gone: "the kernel is gone, and nothing in the notebook follows: run the cell again",
  none: "no kernel has answered, and nothing in the notebook follows",
  page: "",
};

/** Who is to say what the numbers are where no replay can tell. */
const ASKED: Record<Company, string> = {
  kernel: "The kernel is asked",
  busy: "The kernel, which alone can tell, has not answered yet",
  gone: "The kernel, which alone could tell, is gone: run the cell again",
  none: "Only a kernel could tell, and none has answered",
  page: "Only a run of the code could tell, and this page runs none",
};

/** Who runs the code again when the leaves move, or are let go. */
function then({ tape, company }: Said, when: string): string {
  if (company === "page") return "Only the notebook can run the code again";
  if (!tape.rerun) return "There is no code to run again";
  if (company === "gone") return "The kernel is gone: run the cell again";
  return company === "none" ? "Only a kernel could run the code again, and none has answered" : when;
}

export function sentence(said: Said): string {
  const { mood, message, company, stale } = said;
  if (stale && mood !== "asking" && mood !== "stuck") {
    return `${stale}. Greyed: the numbers of before. ${then(said, "The next move runs the code again")}.`;
  }
  if (mood === "exact") {
    const follows = FOLLOWS[company];
    if (!message) return `same as a fresh run${follows && `; ${follows}`}`;
    return follows ? `${message} ${follows[0].toUpperCase()}${follows.slice(1)}.` : message;
  }
  if (mood === "unconfirmed") {
    return `Not confirmed: ${message}. ${then(said, "The kernel runs the code again when you let go")}.`;
  }
  if (mood === "asking") return `${message}. ${ASKED[company]}. ${KEPT}`;
  return `${message}. ${KEPT}${company === "gone" ? " The kernel is gone: run the cell again." : ""}`;
}
