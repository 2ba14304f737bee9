// A net as grids, in the picture's place: for each layer its weights, and below them its neurons by examples; between the layers the
// length of the gradient, at the end what comes out, and the error of each example.

import { brief, clean, many, short } from "../model/format";
import { NAME_LENGTH, SMALL } from "../model/geometry.gen";
import type { Model } from "../model/model";
import { title } from "../model/names";
import { type Layer, lengths, type Net, netOf } from "../model/nets";
import { after, ended, type Signal } from "../model/signals";
import { button, element, on, set, write } from "./dom";
import type { GraphView } from "./graph";
import { type Cell, type Content, Grid, type Look } from "./grid";

/** A curve whose slope is below this hardly lets anything through: that of tanh beyond ±0.95. */
const FLAT = 1 - 0.95 ** 2;
/** How large the numbers in cells are. */
const LETTERS = 11.5;
/** As thick as the arrow between two layers gets, and as long as the bar of an error. */
const [THICK, BAR] = [16, 46];
/** So many inputs of an example are there at first. */
const FEW = 6;
/** How many times as many examples a press shows. */
const AGAIN = 4;

export interface NetView {
  /** Whether it is shown as cards, though it could be shown as grids. */
  readonly cards: Signal<boolean>;
  /** Whether cells show data. */
  readonly data: Signal<boolean>;
}

/** `may` says whether what goes on has a use for grids. */
export function mountNet(host: HTMLElement, model: Model, graph: GraphView, view: NetView, may: () => boolean): void {
  const { cards, data } = view;
  const made = element("section.net", { "aria-label": "The net" });
  host.append(made);
  const switches = (["grad", "data"] as const).map((name) =>
    button(name, `Cells show ${name === "grad" ? "gradients" : "numbers"}`, () => {
      data.value = name === "data";
    }),
  );
  const legend = element("p.net-legend hint");
  let grids: Grids | null = null;
  const numbers = button("numbers", "Show the numbers in all cells", () => {
    set(numbers, "aria-pressed", numbers.ariaPressed !== "true");
    resize();
  });
  const resize = () => {
    numbers.hidden = !grids?.fit(numbers.ariaPressed === "true");
    grids?.look();
  };
  const sizes = new ResizeObserver(resize);

  const draw = () => {
    const tape = model.structure;
    const { net } = netOf(tape);
    const shown = net !== null && !cards.value && may();
    made.hidden = !net || !may();
    graph.replace(shown ? made : null);
    grids = null;
    if (!net) return;
    const boxes = `all ${many(tape.nodes().filter((node) => tape.reaches(node)).length)} as cards`;
    if (!shown) {
      made.replaceChildren(button("⊞ the net as grids", "Weights and neurons as grids", () => show(false)));
      return;
    }
    grids = new Grids(model, net, showsData, (layer, neuron) => {
      show(true);
      graph.open(busiest(net.layers[layer], neuron));
    });
    const bar = element(
      "div.net-bar",
      element("span.hint", "cells show"),
      element("span.controls", { role: "group", "aria-label": "Cells show" }, ...switches),
      numbers,
      button(boxes, "The whole graph as cards", () => show(true)),
      element("span.hint", "drag a cell: its weight moves · ⊞ opens its neuron"),
    );
    made.replaceChildren(bar, grids.made, legend);
    legend.textContent = `${grids.marks}Between the layers: the length of the gradient.`;
    update();
    sizes.disconnect();
    sizes.observe(made);
    on(grids.made, "scroll", () => grids?.look());
  };
  /** The node of a neuron in the example through which the most comes back. */
  const busiest = ({ sums, activations }: Layer, neuron: number) => {
    const size = (example: number) => Math.abs(model.run.grads[sums[example][neuron]]) || 0;
    let most = 0;
    sums.forEach((_, example) => {
      if (size(example) > size(most)) most = example;
    });
    return activations[most][neuron];
  };
  /** In a forward pass there are no gradients yet. */
  const showsData = () => data.value || model.grad(model.tape.root) === null;
  const update = () => {
    if (!grids) return;
    switches.forEach((each, k) => {
      set(each, "aria-pressed", showsData() === (k === 1));
    });
    grids.update();
  };
  const show = (asCards: boolean) => {
    cards.value = asCards;
  };
  after(() => [model.structure, cards.value, may()], draw);
  after(() => [model.run, model.lens, model.selected, model.rests, data.value], update);
  after(
    () => model.selected,
    () => {
      if (model.selected !== null) grids?.reveal(model.selected);
    },
  );
  ended(() => sizes.disconnect());
}

/** All grids of a net, and what stands between them. */
class Grids {
  readonly made = element("div.layers");
  /** What the mark in a cell's corner means; empty where there is none. */
  readonly marks: string;
  readonly #grids: Grid[] = [];
  /** Those with a row for each example, and the others, which are of weights. */
  readonly #examples: Grid[] = [];
  readonly #weights: Grid[] = [];
  readonly #more = element("p.more-cells");
  readonly #updates: ((lengths: readonly number[]) => void)[] = [];
  readonly #most: Record<"weights" | "neurons", readonly [grad: number, data: number]>;

  constructor(
    readonly model: Model,
    readonly net: Net,
    readonly showsData: () => boolean,
    readonly opens: (layer: number, neuron: number) => void,
  ) {
    const { layers } = net;
    const { tape, run } = model;
    const most = (nodes: Iterable<number>) => {
      const found = [0, 0] as [number, number];
      for (const node of nodes)
        [run.grads, run.values].forEach((numbers, k) => {
          if (Number.isFinite(numbers[node])) found[k] = Math.max(found[k], Math.abs(numbers[node]));
        });
      return found;
    };
    this.#most = {
      weights: most(netOf(tape).spots.keys()),
      neurons: most(layers.flatMap(({ activations }) => activations.flat())),
    };
    const names = new Set(layers.map(({ activation }) => activation));
    this.marks = [
      names.has("relu") ? "◥ its relu is off there: nothing comes back. " : "",
      [...names].some((name) => name && name !== "relu")
        ? "◥ its curve is flat there (a tanh beyond ±0.95): little comes back. "
        : "",
    ].join("");
    this.made.append(this.#inputs());
    layers.forEach((layer, at) => {
      this.made.append(this.#layer(layer, at));
      if (at < layers.length - 1) this.made.append(this.#between(at));
    });
    this.#says();
    this.#level();
  }

  /** Where not all has room, it is drawn smaller, as far as it can be read; else wide grids give up their numbers, unless somebody wants
   * to read them.
   */
  fit(numbers: boolean): boolean {
    const { made } = this;
    made.classList.remove("colours");
    made.style.zoom = "";
    const share = Math.min(...[made, ...made.children].map((each) => each.clientWidth / each.scrollWidth || 1));
    // In the size for the back row there is more that may be given up.
    const least = (SMALL / LETTERS) * (made.offsetWidth / made.getBoundingClientRect().width || 1);
    const full = share < least;
    if (!full) made.style.zoom = String(share);
    made.classList.toggle("colours", full && !numbers);
    return full;
  }

  /** Takes in what is in sight, and writes it. */
  look(): void {
    const { top, bottom } = this.made.getBoundingClientRect();
    for (const grid of this.#grids) grid.measure(top, bottom);
    this.update();
  }

  update(): void {
    for (const grid of this.#grids) grid.update();
    const found = lengths(this.net, this.model.run.grads);
    for (const update of this.#updates) update(found);
  }

  /** Scrolls to the cell of a node, if it has one, in a row that may not be shown yet. */
  reveal(node: number): void {
    for (const grid of this.#grids) {
      const at = grid.seek(node);
      if (at && at[0] >= grid.rows) this.#grow(grid, at[0] + 1);
      if (at) grid.reveal(at);
    }
  }

  /** Shows more rows, of examples in all grids that have them. */
  #grow(grid: Grid, rows: number): void {
    const examples = this.#examples.includes(grid);
    for (const each of examples ? this.#examples : [grid]) each.rows = rows;
    if (examples) this.#says();
    this.#level();
    this.look();
  }

  /** What is below the weights stands at one height in all layers. */
  #level(): void {
    this.made.style.setProperty("--rows", String(Math.max(...this.#weights.map(({ rows }) => rows))));
    this.made.style.setProperty("--more", this.#weights.some(({ more }) => more) ? "1" : "0");
  }

  #grid(content: Content, examples: boolean): HTMLElement {
    const grid = new Grid(this.model, content, examples ? undefined : () => this.#grow(grid, AGAIN * grid.rows));
    this.#grids.push(grid);
    (examples ? this.#examples : this.#weights).push(grid);
    return grid.made;
  }

  /** A node as a cell that only shows. */
  #cell(node: number, name: string): Cell {
    return { node, place: -1, name };
  }

  #inputs(): HTMLElement {
    const { net } = this;
    const { inputs } = net.layers[0];
    const count = net.examples === 1 ? "1 example" : `${many(net.examples)} examples`;
    const grid = this.#grid(
      {
        name: "Examples",
        rows: net.examples,
        columns: inputs[0].length,
        first: FEW,
        cell: (row, column) => this.#cell(inputs[row][column], `example ${row + 1}, input ${column}`),
        look: () => ["plain", 0],
      },
      true,
    );
    return element("section.inputs", element("h3", count), element("div.low", grid, this.#more));
  }

  #layer(layer: Layer, at: number): HTMLElement {
    const { model, net } = this;
    const { weights, bias, activations, activation } = layer;
    const { leaves } = model.tape;
    const places = new Map(leaves.map(({ key }, place) => [key, place]));
    const wide = weights[0].length;
    const biased = bias.some((key) => key !== null);
    const label = clean(layer.label, NAME_LENGTH);
    const look = (kind: "weights" | "neurons"): Look => {
      const data = this.showsData();
      return [data ? "data" : "grad", this.#most[kind][data ? 1 : 0]];
    };
    const table = this.#grid(
      {
        name: `Weights of ${label}, a row a neuron`,
        rows: weights.length,
        columns: wide + (biased ? 1 : 0),
        ...(biased ? { gap: wide } : {}),
        captions: ["w", "b"],
        cell: (row, column) => {
          const place = places.get((column < wide ? weights[row][column] : bias[row]) ?? "") ?? -1;
          return {
            place,
            node: leaves[place]?.node ?? -1,
            name: place < 0 ? "" : title(model.tape, leaves[place].node),
          };
        },
        head: (row) => button("⊞", `Open neuron ${row} of ${label} as cards`, () => this.opens(at, row)),
        look: () => look("weights"),
        types: () => {
          const page = this.made.closest<HTMLElement>(".page");
          queueMicrotask(() => page?.querySelector<HTMLInputElement>(".strip .value")?.focus());
        },
      },
      false,
    );
    const neurons = this.#grid(
      {
        name: `Neurons of ${label}, a row an example`,
        rows: net.examples,
        columns: activations[0].length,
        cell: (row, column) => this.#cell(activations[row][column], `neuron ${column} of ${label}, example ${row + 1}`),
        look: () => look("neurons"),
        marked: (node) => {
          if (!activation) return false;
          const [slope] = model.run.partials(node);
          return model.data(node) !== null && Math.abs(slope) < FLAT;
        },
      },
      true,
    );
    const last = at === net.layers.length - 1;
    const below = element("h3", weights.length > 1 ? `its ${many(weights.length)} neurons` : "");
    if (weights.length === 1)
      this.#updates.push(() => {
        write(below, this.showsData() ? "data" : "grad");
      });
    return element(
      "section.layer",
      element(
        "div.upper",
        element("h3", `${label} ${wide} → ${weights.length}${activation && `, ${activation}`}`),
        element("div.weights", table),
      ),
      below,
      element("div.low", neurons, ...(last ? [this.#outcome(layer)] : [])),
    );
  }

  /** The gradient that goes back from a layer to the one before it. */
  #between(at: number): HTMLElement {
    const number = element("b");
    const arrow = element("i");
    const all = lengths(this.net, this.model.run.grads);
    const most = Math.max(...all.filter(Number.isFinite));
    this.#updates.push((lengths) => {
      const { model, net } = this;
      const hidden = net.layers[at].activations[0].some((node) => model.grad(node) === null);
      const length = hidden ? Number.NaN : lengths[at];
      write(number, Number.isNaN(length) ? "·" : brief(length));
      arrow.style.height = `${2 + (THICK - 2) * Math.min(1, length / most || 0)}px`;
    });
    const what = `length of the gradient by the outputs of ${clean(this.net.layers[at].label, NAME_LENGTH)}`;
    return element("p.between", { title: what }, element("span.spoken", what), number, arrow);
  }

  /** What comes out, what is wanted, and each example's part of the loss. */
  #outcome({ activations }: Layer): HTMLElement {
    const { model, net } = this;
    const { terms, wanted, examples } = net;
    if (!terms) return element("span");
    const plain = (caption: string, nodes: readonly number[]) => {
      const grid = this.#grid(
        {
          name: caption,
          rows: examples,
          columns: 1,
          cell: (row) => this.#cell(nodes[row], `example ${row + 1} ${caption}`),
          look: () => ["plain", 0],
        },
        true,
      );
      return element("div.outcome", element("h3", caption), grid);
    };
    const single = activations[0].length === 1;
    const outs = activations.map(([node]) => node);
    const most = Math.max(...terms.map((node) => Math.abs(model.run.values[node])).filter(Number.isFinite));
    const bars = element("div.losses");
    const sum = element("p.sum");
    this.#updates.push(() => {
      const rows = this.#examples[0].rows;
      while (bars.childElementCount < rows) bars.append(element("div", element("i"), element("span")));
      [...bars.children].forEach((made, row) => {
        const term = model.data(terms[row]);
        const [bar, text] = made.children as unknown as HTMLElement[];
        bar.style.width = `${term === null ? 0 : BAR * Math.min(1, Math.abs(term) / most || 0)}px`;
        write(text, term === null ? "·" : brief(term));
      });
      const all = terms.reduce((sum, node) => sum + model.run.values[node], 0);
      write(sum, terms.some((node) => model.data(node) === null) ? "" : `sum ${short(all)}`);
    });
    return element(
      "div.outcomes",
      ...(single ? [plain("says", outs)] : []),
      ...(wanted ? [plain("wanted", wanted)] : []),
      element("div.outcome", element("h3", wanted ? "error²" : "its loss"), bars, sum),
    );
  }

  /** The button that shows more examples. */
  #says(): void {
    const [first] = this.#examples;
    const left = this.net.examples - first.rows;
    this.#more.hidden = left <= 0;
    this.#more.replaceChildren(
      button(`and ${many(left)} more`, "Show more examples", () => {
        this.#grow(first, AGAIN * first.rows);
        first.focus();
      }),
    );
  }
}
