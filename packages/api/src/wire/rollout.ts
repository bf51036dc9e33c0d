import {
  list,
  object,
  optional,
  record,
  type Schema,
  text,
  union,
  words,
} from '../schema/schema.ts';

/** Brings all stacks that one revision touches to their targets, in order. */
export interface Rollout {
  readonly id: string;
  /** Id of the repository. */
  readonly repository: string;
  readonly revision: string;
  /** Head of the followed branch before it. */
  readonly before?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phase: 'waiting' | 'running' | 'succeeded' | 'partly' | 'failed' | 'cancelled';
  /** By full name. */
  readonly stacks: Readonly<Record<string, RolloutStack>>;
}

export interface RolloutStack {
  /** Those of the same rollout that it comes after. */
  readonly after: readonly string[];
  readonly state: RolloutStackState;
  /** Head of the followed branch before: its rules protect as well. */
  readonly base?: string;
}

/** `skipped`: something that it comes after did not succeed. */
export type RolloutStackState =
  | { readonly name: 'waiting' }
  | { readonly name: 'running'; readonly run: string }
  | { readonly name: 'succeeded'; readonly run: string }
  | { readonly name: 'failed'; readonly run: string }
  | { readonly name: 'cancelled'; readonly run?: string }
  | { readonly name: 'skipped'; readonly because: string };

const stateSchema: Schema<RolloutStackState> = union(
  [
    object<{ readonly name: 'waiting' }>({ name: words(['waiting']) }),
    object<Extract<RolloutStackState, { readonly name: 'running' }>>({
      name: words(['running']),
      run: text(),
    }),
    object<Extract<RolloutStackState, { readonly name: 'succeeded' }>>({
      name: words(['succeeded']),
      run: text(),
    }),
    object<Extract<RolloutStackState, { readonly name: 'failed' }>>({
      name: words(['failed']),
      run: text(),
    }),
    object<Extract<RolloutStackState, { readonly name: 'cancelled' }>>({
      name: words(['cancelled']),
      run: optional(text()),
    }),
    object<Extract<RolloutStackState, { readonly name: 'skipped' }>>({
      name: words(['skipped']),
      because: text(),
    }),
  ],
  'RolloutStackState',
);

export const rolloutSchema: Schema<Rollout> = object<Rollout>(
  {
    id: text(),
    repository: text(),
    revision: text(),
    before: optional(text()),
    createdAt: text(),
    updatedAt: text(),
    phase: words(['waiting', 'running', 'succeeded', 'partly', 'failed', 'cancelled']),
    stacks: record(
      object<RolloutStack>({ after: list(text()), state: stateSchema, base: optional(text()) }),
    ),
  },
  'Rollout',
);
