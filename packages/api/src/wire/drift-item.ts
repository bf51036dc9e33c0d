import { integer, object, onlyTrue, optional, type Schema, text, words } from '../schema/schema.ts';
import { type Change, changeSchema } from './change.ts';

/** One resource whose observed state left desired while Git stood still. */
export interface DriftItem {
  readonly id: string;
  /** Full name of the stack. */
  readonly stack: string;
  readonly resource: string;
  /** What would bring it back. Its fields name the writers. */
  readonly change: Change;
  readonly state: 'open' | 'healing' | 'closed';
  readonly openedAt: string;
  readonly changedAt: string;
  readonly closedAt?: string;
  readonly closedBy?: 'healed' | 'returned' | 'adopted' | 'gone';
  /** The newest merge request that takes it into Git. */
  readonly adoption?: DriftAdoption;
}

export interface DriftAdoption {
  readonly mergeRequest: number;
  readonly url?: string;
  /** `trueup` where a rule asked for it. */
  readonly by: string;
  readonly at: string;
  /** Somebody closed it without merging. */
  readonly declined?: true;
}

export const driftItemSchema: Schema<DriftItem> = object<DriftItem>(
  {
    id: text(),
    stack: text(),
    resource: text(),
    change: changeSchema,
    state: words(['open', 'healing', 'closed']),
    openedAt: text(),
    changedAt: text(),
    closedAt: optional(text()),
    closedBy: optional(words(['healed', 'returned', 'adopted', 'gone'])),
    adoption: optional(
      object<DriftAdoption>({
        mergeRequest: integer(),
        url: optional(text()),
        by: text(),
        at: text(),
        declined: optional(onlyTrue),
      }),
    ),
  },
  'DriftItem',
);
