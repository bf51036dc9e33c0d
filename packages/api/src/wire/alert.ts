import type { Failure, Json } from '@trueup/diagnostics';

import {
  integer,
  json,
  list,
  object,
  optional,
  record,
  type Schema,
  text,
  truth,
  words,
} from '../schema/schema.ts';
import { failureSchema } from './diagnostic.ts';

export type AlertState = 'pending' | 'sent' | 'failed';

/** One message for one destination, as the outbox keeps it. */
export interface Alert {
  /** Sent along, so that who gets it twice knows. */
  readonly id: string;
  /** Name of the repository whose `trueup.yaml` asks for it. */
  readonly repository: string;
  /** Of the alert in `trueup.yaml`. */
  readonly name: string;
  /** What kind of place, and which; without secrets. */
  readonly destination: string;
  /** `noun:phase`, as behind `on`. */
  readonly event: string;
  readonly title: string;
  /** One line each; the first of `count`. */
  readonly items: readonly string[];
  readonly count: number;
  /** The same was told before. */
  readonly again: boolean;
  readonly state: AlertState;
  readonly attempts: number;
  /** How often the same came again and was not sent. */
  readonly repeats: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it is tried, while it waits. */
  readonly nextAt?: string;
  readonly sentAt?: string;
  readonly repeatedAt?: string;
  /** Why the last attempt failed. */
  readonly failure?: Failure;
}

/** Either an alert of the repository's head, or a destination as it would stand behind `to`. */
export interface AlertTest {
  readonly name?: string;
  readonly to?: Readonly<Record<string, Json>>;
}

/** What a test came to. */
export interface AlertTrial {
  readonly destination: string;
  readonly taken: boolean;
  /** What it answered, or why it took nothing. */
  readonly answer: string;
  /** Where it took nothing. */
  readonly code?: string;
}

export const alertStates: readonly AlertState[] = ['pending', 'sent', 'failed'];

export const alertSchema: Schema<Alert> = object<Alert>(
  {
    id: text(),
    repository: text(),
    name: text(),
    destination: text(),
    event: text(),
    title: text(),
    items: list(text()),
    count: integer(),
    again: truth(),
    state: words(alertStates),
    attempts: integer(),
    repeats: integer(),
    createdAt: text(),
    updatedAt: text(),
    nextAt: optional(text()),
    sentAt: optional(text()),
    repeatedAt: optional(text()),
    failure: optional(failureSchema),
  },
  'Alert',
);

export const alertTestSchema: Schema<AlertTest> = object<AlertTest>(
  {
    name: optional(text({ minLength: 1, maxLength: 100 })),
    to: optional(record(json)),
  },
  'AlertTest',
);

export const alertTrialSchema: Schema<AlertTrial> = object<AlertTrial>(
  { destination: text(), taken: truth(), answer: text(), code: optional(text()) },
  'AlertTrial',
);
