/**
 * One thing that the built-in forge keeps: a repository, a merge request, a comment. What is in it is
 * that forge's business alone (docs/decisions/007-records-of-the-built-in-forge.md): the store knows
 * only by what it is found.
 */
export interface HostedRecord {
  /** What it belongs to: the records of one place are one list. */
  readonly place: string;
  /** Unique within its place. */
  readonly id: string;
  /** Lists are in its order, then in that of ids. Printable ASCII without blanks. */
  readonly rank: string;
  /** Lists are narrowed by it. */
  readonly state: string;
  /** JSON. */
  readonly body: unknown;
}

/** Names one record. */
export type HostedKey = Pick<HostedRecord, 'place' | 'id'>;

export interface HostedFilter {
  readonly place: string;
  readonly state?: string;
  /** By rank. */
  readonly order: 'rising' | 'falling';
}
