// What a mode works with.
import type { History } from "../model/history";
import type { Model } from "../model/model";
import type { GraphView } from "../view/graph";

/** What a mode works with. */
export interface Parts {
  /** The element below the graph, which is the mode's own. */
  readonly body: HTMLElement;
  /** The element that holds the graph, which a mode may hide. */
  readonly stage: HTMLElement;
  readonly graph: GraphView;
  readonly model: Model;
  readonly history: History;
  /** Goes to another mode, which may begin at once with what it does, and opens a panel of the menu. */
  readonly go: (mode: string, begins?: boolean) => void;
  readonly begins: boolean;
  readonly panel: (name: string) => void;
}
