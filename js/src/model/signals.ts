// Values that are followed: who reads one in an effect is called again when it has changed. An effect owns what is begun within it, which ends
// before it is called again, and with it.

/** Who follows what it reads. */
interface Reader {
  /** What it has read, and which version of it. */
  sources: Map<Source<unknown>, number>;
  /** Something that it has read may be another value now. */
  stale(): void;
}

interface Effect extends Reader {
  waits: boolean;
  run(): void;
}

/** Who reads now, and who owns what begins now. */
let reader: Reader | null = null;
let owned: (() => void)[] | null = null;
/** How many batches are going on, and the effects that are called when the last is over. */
let batches = 0;
let waiting: Effect[] = [];

/** Reads anew; what is not read any more is let go of. */
function follow<T>(as: Reader, work: () => T): T {
  const [before, outer] = [as.sources, reader];
  as.sources = new Map();
  reader = as;
  try {
    return work();
  } finally {
    reader = outer;
    for (const source of before.keys()) if (!as.sources.has(source)) source.leave(as);
  }
}

function changed({ sources }: Reader): boolean {
  for (const [source, version] of sources) {
    source.refresh();
    if (source.version !== version) return true;
  }
  return false;
}

abstract class Source<T> {
  version = 0;
  protected now = undefined as T;
  readonly #readers = new Set<Reader>();

  abstract refresh(): void;

  peek(): T {
    this.refresh();
    return this.now;
  }

  protected read(): T {
    const by = reader;
    if (by) this.#readers.add(by);
    by?.sources.set(this, -1);
    const now = this.peek();
    by?.sources.set(this, this.version);
    return now;
  }

  protected put(now: T): void {
    if (this.version && now === this.now) return;
    this.now = now;
    this.version++;
  }

  /** Tells all readers; the effect that began to read first is called first. */
  stale(): void {
    for (const each of [...this.#readers].reverse()) each.stale();
  }

  /** Whether nobody is left. */
  leave(by: Reader): boolean {
    return this.#readers.delete(by) && !this.#readers.size;
  }
}

class Signal<T> extends Source<T> {
  constructor(now: T) {
    super();
    this.put(now);
  }

  get value(): T {
    return this.read();
  }

  set value(now: T) {
    const { version } = this;
    this.put(now);
    if (this.version !== version) batch(() => this.stale());
  }

  override refresh(): void {}
}

class Computed<T> extends Source<T> implements Reader {
  sources = new Map<Source<unknown>, number>();
  #fresh = false;

  constructor(readonly compute: () => T) {
    super();
  }

  get value(): T {
    return this.read();
  }

  override refresh(): void {
    if (this.#fresh) return;
    if (!this.version || !this.sources.size || changed(this)) this.put(follow(this, this.compute));
    this.#fresh = true;
  }

  override stale(): void {
    this.#fresh = false;
    super.stale();
  }

  /** What nobody reads follows nothing. */
  override leave(by: Reader): boolean {
    const left = super.leave(by);
    if (left) {
      for (const source of this.sources.keys()) source.leave(this);
      this.sources.clear();
      this.#fresh = false;
    }
    return left;
  }
}

export interface ReadonlySignal<T> {
  readonly value: T;
  /** The value, without following it. */
  peek(): T;
}

export function signal<T>(now: T): ReadonlySignal<T> & { value: T } {
  return new Signal(now);
}

export function computed<T>(compute: () => T): ReadonlySignal<T> {
  return new Computed(compute);
}

/** Changes several values at once: effects are called when all of them have changed. */
export function batch<T>(work: () => T): T {
  let failed: { readonly error: unknown } | undefined;
  batches++;
  try {
    return work();
  } finally {
    while (batches === 1 && waiting.length) {
      const now = waiting.reverse();
      waiting = [];
      for (const effect of now)
        try {
          effect.waits = false;
          if (changed(effect)) effect.run();
        } catch (error) {
          failed ??= { error };
        }
    }
    batches--;
    // biome-ignore lint/correctness/noUnsafeFinally: what an effect throws is told by who has changed what it follows
    if (failed) throw failed.error;
  }
}

/** Reads without following. */
export function untracked<T>(work: () => T): T {
  const outer = reader;
  reader = null;
  try {
    return work();
  } finally {
    reader = outer;
  }
}

/** Does something now, and again when what `reads` reads has changed: not all that it reads itself. */
export function after(reads: () => unknown, act: () => void): () => void {
  return effect(() => {
    reads();
    untracked(act);
  });
}

/** Does something that owns what it begins; gives back how to end all that. */
export function scope(work: () => void): () => void {
  const mine: (() => void)[] = [];
  const outer = owned;
  owned = mine;
  try {
    work();
  } finally {
    owned = outer;
  }
  return () => {
    for (const end of mine.splice(0).reverse()) end();
  };
}

/** Something that is to be done when what begins now ends. */
export function ended(end: () => void): void {
  owned?.push(end);
}

/** Does something now, and again when what it has read has changed. Gives back how to end that. */
export function effect(work: () => void): () => void {
  let over = false;
  let inner = () => {};
  const made: Effect = {
    sources: new Map(),
    waits: false,
    stale: () => {
      if (!made.waits) waiting.push(made);
      made.waits = true;
    },
    run: () => {
      inner();
      batch(() => {
        inner = scope(() => follow(made, work));
      });
      if (over) end();
    },
  };
  const end = () => {
    over = true;
    for (const source of made.sources.keys()) source.leave(made);
    made.sources.clear();
    inner();
  };
  made.run();
  ended(end);
  return end;
}
