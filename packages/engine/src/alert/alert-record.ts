import type { Failure } from '@trueup/diagnostics';

import type { AlertDestination } from './alert-destination.ts';
import type { AlertEventName, AlertTone } from './alert-event.ts';

/** Unique, and sent along: who gets the same one twice knows that it is the same. */
export type AlertId = string;

/**
 * One message for one destination, as the outbox keeps it.
 *
 * - `pending`: is sent at `nextAt`, for the first time or again.
 * - `sent`: its destination took it. There may have been a second one with the same id, where the
 *   process ended right after sending.
 * - `failed`: given up, until somebody asks for it again.
 */
export interface AlertRecord {
  readonly id: AlertId;
  /** Name of the repository whose `trueup.yaml` asks for it. */
  readonly repository: string;
  /** Of the alert in `trueup.yaml`. */
  readonly name: string;
  readonly to: AlertDestination;
  readonly message: AlertMessage;
  /**
   * Names what it tells, and what may join it: the same news is counted here and not sent again. The
   * newest record with a key is the one that is found by it.
   */
  readonly keys: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly state: 'pending' | 'sent' | 'failed';
  /** How often it was tried. */
  readonly attempts: number;
  /** RFC 3339. Of a pending one: not before. */
  readonly nextAt?: string;
  readonly sentAt?: string;
  /** Why the last attempt failed. Without secrets. */
  readonly failure?: Failure;
  /** How often the same came again and was not sent. */
  readonly repeats: number;
  readonly repeatedAt?: string;
}

/** What is said, as it is: whoever sends it makes it harmless in the form of its destination. */
export interface AlertMessage {
  readonly event: AlertEventName | 'alert:test';
  readonly tone: AlertTone;
  readonly repository: string;
  /** Full names; at most some of them. */
  readonly stacks: readonly string[];
  readonly subject: string;
  /** One line. */
  readonly title: string;
  /** One line each; the first of `count`. */
  readonly items: readonly string[];
  /** How many pieces of news it stands for. */
  readonly count: number;
  /** The same was told already; how often it came since stands in the record's `repeats`. */
  readonly again: boolean;
  /** Of the first piece of news. */
  readonly at: string;
  /** Below the server's own URL. */
  readonly path: string;
}
