/**
 * The tables, as the newest migration leaves them.
 *
 * A record is one JSON text, `body`; beside it stand only the columns by which it is found, so that a
 * new member of a record needs no migration. Numbers named `position` count in the order of first
 * writing, and lists of the newest go by them: times may be equal, and clocks go back.
 */
import type { Digest, StackId, Write } from '@trueup/engine';
import type { Generated } from 'kysely';

export interface Tables {
  readonly schema_migration: { number: number; name: string };
  readonly setting: { name: string; value: string };
  /** Sequences without gaps: a number that was rolled back is given out again. */
  readonly counter: { name: string; value: number };
  readonly lease: LeaseRow;

  readonly repository: { id: string; name: string; body: string };
  readonly stack: { id: string; repository: string; body: string };
  readonly inventory: { stack: StackId; target_identity: string; resource: ResourceId };
  readonly executed: { stack: StackId; resource: ResourceId; digest: Digest };

  readonly plan: Placed & { id: string; body: string; artifact: Uint8Array | null };
  /** `plan` is the position of the plan. */
  readonly plan_change: Placed & { plan: number; place: number; body: string };
  readonly run: Placed & {
    id: string;
    repository: string;
    stack: string;
    ended: Flag;
    body: string;
  };
  readonly run_request: { run: string; body: string };
  readonly journal: Placed & { run: string; sequence: number; body: string };
  readonly rollout: Placed & { id: string; repository: string; ended: Flag; body: string };
  readonly change_set: Placed & {
    id: string;
    repository: string;
    number: number;
    ended: Flag;
    /** Empty before it is merged. */
    merge_commit: string;
    followed: Flag;
    body: string;
  };
  readonly hosted: { place: string; id: string; rank: string; state: string; body: string };
  readonly approval: Placed & {
    id: string;
    /** Empty for that of a merge request. */
    run: string;
    repository: string;
    /** 0 for that of a run. */
    merge_request: number;
    body: string;
  };
  /** `repository` is its name. */
  readonly alert: Placed & { id: string; repository: string; state: string; body: string };
  /** `alert` is the position of the newest alert with this key. */
  readonly alert_key: { key: string; alert: number };
  readonly drift: Placed & { id: string; stack: string; closed: Flag; body: string };

  readonly member: { name: string; body: string };
  readonly token: Placed & { id: string; member: string; hash: string; body: string };
  readonly browser_session: Placed & { id: string; member: string; hash: string; body: string };
  readonly link: { hash: string; body: string };
  readonly secret: { name: string; ciphertext: Uint8Array; body: string };

  readonly audit: { sequence: number; link: string; body: string };
  readonly event: { sequence: number; body: string };
}

/** Of the providers' contract, which is not ours to import. */
export type ResourceId = Extract<Write, { readonly kind: 'executed' }>['id'];

/** SQLite has no booleans. */
export type Flag = 0 | 1;

interface Placed {
  position: Generated<number>;
}

interface LeaseRow {
  key: string;
  token: number;
  /** `null` once it was given back: the row stays, so that the next token is larger. */
  holder: string | null;
  /** Milliseconds since 1970. */
  expires_at: number;
}

export function toFlag(value: boolean): Flag {
  return value ? 1 : 0;
}
