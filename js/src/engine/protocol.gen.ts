// Generated from autograd_magic/live/protocol.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated

export const VERSION = 9;
export const LABEL_LENGTH = 10000;
export const LARGEST = 2000000;
export const OUTPUT_LENGTH = 100000;
export const KEPT = 8;
export const KEPT_NODES = 200000;
export const STRICT = 1;
export const WHOLE = 2;
export const RAISED = 4;
export const ESCAPES = 8;
export const OWN = 1e-12;
export const EXACT_LIMIT = 9007199254740992.0;
export const OFF = 16;
export const SHOWN = 5e-05;
export const PARTIAL = 32;
export const COMPENSATED = 64;
export const UNIT = 1.1102230246251565e-16;
export const TINY = 2.2250738585072014e-308;
export const ALLOWANCE = 1e-12;
export const RELATIONS = ['<', '<=', '==', '!=', '>', '>='] as const;
export const ROUNDINGS = ['trunc', 'floor', 'ceil', 'round'] as const;

/** A float64 as text, since JSON has no nan, no infinity and no -0. */
export type NumberText = string;
/** A column of numbers as bytes. */
export type Column = ArrayBuffer | ArrayBufferView;

export enum Kind {
  Compare = 0,
  Whole = 1,
  Raised = 2,
  Escapes = 3,
}

export enum Status {
  Ok = 'ok',
  Running = 'running',
  Error = 'error',
  Refused = 'refused',
  Asks = 'asks',
}

export enum Ask {
  Formula = 'formula',
  Points = 'points',
  Source = 'source',
  Cancel = 'cancel',
  Again = 'again',
  Measure = 'measure',
  Slider = 'slider',
  Constant = 'constant',
  Code = 'code',
}

export interface LeavesWire {
  readonly node: Column;
  readonly key: readonly string[];
  readonly kind: Column;
  readonly start: Column;
  readonly lo: Column;
  readonly hi: Column;
}

export interface GuardsWire {
  readonly kind: Column;
  readonly relation: Column;
  readonly pairs: Column;
  readonly left: Column;
  readonly right: Column;
  readonly outcome: Column;
  readonly line: Column;
  readonly after: Column;
}

export interface OriginsWire {
  readonly sites: readonly (readonly [boolean, string, number])[];
  readonly parent: Column;
  readonly site: Column;
  readonly count: Column;
  readonly of: Column;
}

export interface TapeWire {
  readonly version: number;
  readonly trace: number;
  readonly oldest: number;
  readonly question: number;
  readonly ops: readonly string[];
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly codes: Column;
  readonly starts: Column;
  readonly args: Column;
  readonly values: Column;
  readonly flags: Column;
  readonly lines: Column;
  readonly origins: OriginsWire;
  readonly labels: readonly (readonly [number, string])[];
  readonly symbols: readonly (readonly [number, string])[];
  readonly slopes: readonly (readonly [number, readonly NumberText[]])[];
  readonly measured: readonly (readonly [number, NumberText, NumberText])[];
  readonly root: number;
  readonly others: readonly number[];
  readonly leaves: LeavesWire;
  readonly guards: GuardsWire;
  readonly at: Readonly<Record<string, NumberText>>;
  readonly again: boolean;
  readonly source: string;
  readonly rerun: boolean;
  readonly quiz: boolean;
  readonly notes: readonly string[];
  readonly offers: readonly (readonly [string, number, boolean])[];
  readonly offer: string;
  readonly tried: boolean;
  readonly text: number;
  readonly theirs: readonly (readonly [number, NumberText, string])[];
}

export interface MovesWire {
  readonly trace: number;
  readonly question: number;
  readonly at: Readonly<Record<string, NumberText>>;
  readonly done: boolean;
  readonly by: string;
}

export interface AnswerWire {
  readonly trace: number;
  readonly question: number;
  readonly status: string;
  readonly message: string;
  readonly line: number;
}

export interface OutputWire {
  readonly said: string;
  readonly text: string;
  readonly shown: readonly (readonly [string, string])[];
}

export interface TraitsWire {
  readonly tape: TapeWire;
  readonly leaves: MovesWire;
  readonly answer: AnswerWire;
  readonly fallback: string;
  readonly output: OutputWire;
  readonly stale: string;
  readonly cell: string;
  readonly code: string;
}

export interface QuestionWire {
  readonly ask?: string;
  readonly id?: string;
  readonly trace?: number;
  readonly roots?: readonly string[];
  readonly index?: number;
  readonly form?: string;
  readonly moving?: readonly string[];
  readonly at?: readonly (readonly NumberText[])[];
  readonly moves?: MovesWire;
}

export interface ReplyWire {
  readonly reply?: string;
  readonly error?: string;
  readonly before?: string;
  readonly absent?: readonly string[];
  readonly written?: string;
  readonly typeset?: string;
  readonly found?: readonly (NumberText | null)[];
}

export interface PageWire {
  readonly tape: TapeWire;
  readonly paths: readonly TapeWire[];
  readonly fallback: string;
  readonly stale: string;
  readonly formulas: Readonly<Record<string, Readonly<Record<string, ReplyWire>>>>;
}
