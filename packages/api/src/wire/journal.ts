import type { Failure } from '@trueup/diagnostics';

import { integer, list, object, type Schema, text, union, words } from '../schema/schema.ts';
import { type Action, actionSchema } from './change.ts';
import { failureSchema } from './diagnostic.ts';
import { type Phase, phaseSchema } from './run.ts';

/** One line of what happened in a run. */
export interface JournalLine {
  readonly run: string;
  /** Counts from 1 within the run. */
  readonly sequence: number;
  readonly entry: JournalEntry;
}

/** A step is written down before it is taken: a `begun` without its `ended` may have happened. */
export type JournalEntry =
  | { readonly kind: 'phase'; readonly at: string; readonly phase: Phase }
  | {
      readonly kind: 'begun';
      readonly at: string;
      readonly wave: number;
      readonly steps: readonly BegunStep[];
    }
  | { readonly kind: 'ended'; readonly at: string; readonly outcomes: readonly Outcome[] };

export interface BegunStep {
  readonly id: string;
  readonly action: Action;
  readonly digest: string;
}

/** What became of one change. `done`, `moved`, `failed` and `in-doubt` are ends. */
export type Outcome =
  | { readonly kind: 'progress'; readonly id: string; readonly message: string }
  | { readonly kind: 'done'; readonly id: string }
  | { readonly kind: 'moved'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly failure: Failure }
  | { readonly kind: 'in-doubt'; readonly id: string; readonly failure: Failure }
  | { readonly kind: 'unplanned'; readonly id: string; readonly message: string };

const outcomeSchema: Schema<Outcome> = union(
  [
    object<Extract<Outcome, { readonly kind: 'progress' }>>({
      kind: words(['progress']),
      id: text(),
      message: text(),
    }),
    object<Extract<Outcome, { readonly kind: 'done' }>>({ kind: words(['done']), id: text() }),
    object<Extract<Outcome, { readonly kind: 'moved' }>>({ kind: words(['moved']), id: text() }),
    object<Extract<Outcome, { readonly kind: 'failed' }>>({
      kind: words(['failed']),
      id: text(),
      failure: failureSchema,
    }),
    object<Extract<Outcome, { readonly kind: 'in-doubt' }>>({
      kind: words(['in-doubt']),
      id: text(),
      failure: failureSchema,
    }),
    object<Extract<Outcome, { readonly kind: 'unplanned' }>>({
      kind: words(['unplanned']),
      id: text(),
      message: text(),
    }),
  ],
  'Outcome',
);

const entrySchema: Schema<JournalEntry> = union(
  [
    object<Extract<JournalEntry, { readonly kind: 'phase' }>>({
      kind: words(['phase']),
      at: text(),
      phase: phaseSchema,
    }),
    object<Extract<JournalEntry, { readonly kind: 'begun' }>>({
      kind: words(['begun']),
      at: text(),
      wave: integer(),
      steps: list(object<BegunStep>({ id: text(), action: actionSchema, digest: text() })),
    }),
    object<Extract<JournalEntry, { readonly kind: 'ended' }>>({
      kind: words(['ended']),
      at: text(),
      outcomes: list(outcomeSchema),
    }),
  ],
  'JournalEntry',
);

export const journalLineSchema: Schema<JournalLine> = object<JournalLine>(
  { run: text(), sequence: integer(), entry: entrySchema },
  'JournalLine',
);
