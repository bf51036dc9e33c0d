/** What this forge needs of the outside: a place for its records, people, and folders for Git. */
import type {
  ForgeGroup,
  ForgeUser,
  MergeRequestNumber,
  Permission,
  StatusState,
} from '@trueup/forge-sdk';
import type { OwnRepository } from '@trueup/repository';

/** One record. Its body is JSON. */
export interface HostedRecord {
  /** The records of one place are one list. */
  readonly place: string;
  /** Unique within its place. */
  readonly id: string;
  /** Lists are in its order. Printable ASCII without blanks. */
  readonly rank: string;
  /** Lists are narrowed by it. */
  readonly state: string;
  readonly body: unknown;
}

export interface HostedFilter {
  readonly place: string;
  readonly state?: string;
  readonly order: 'rising' | 'falling';
}

export interface HostedPage {
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export type RecordWrite =
  | { readonly kind: 'put'; readonly record: HostedRecord }
  | { readonly kind: 'removed'; readonly place: string; readonly id: string };

/** Something that happened here, for those who wait for it: hints, webhooks. */
export type HostedEvent = { readonly repository: string; readonly by: ForgeUser } & (
  | {
      readonly kind: 'push';
      readonly branch: string;
      /** Absent for a new branch. */
      readonly before?: string;
      /** Absent for a branch that is gone. */
      readonly after?: string;
    }
  | {
      readonly kind: 'merge-request';
      readonly number: MergeRequestNumber;
      readonly action: 'opened' | 'updated' | 'merged' | 'closed' | 'reopened';
    }
  | { readonly kind: 'comment' | 'review'; readonly number: MergeRequestNumber }
  | {
      readonly kind: 'check';
      readonly commit: string;
      readonly name: string;
      readonly state: StatusState;
    }
);

export interface HostedRecords {
  find(place: string, id: string): Promise<HostedRecord | undefined>;
  list(
    filter: HostedFilter,
    page: HostedPage,
  ): Promise<{ readonly items: readonly HostedRecord[]; readonly next?: string }>;
  /** Writes all of it and whatever has to be sent because of the events, or nothing. */
  commit(writes: readonly RecordWrite[], events: readonly HostedEvent[]): Promise<void>;
}

/** Members, as this forge sees them. */
export interface HostedPeople {
  /** Whose token it is; `undefined` where nobody has it. */
  authenticate(token: string): Promise<ForgeUser | undefined>;
  permission(path: string, user: ForgeUser): Promise<Permission>;
  group(name: string): Promise<ForgeGroup | undefined>;
  /** That their commits bear. `undefined` where none is known. */
  email(user: ForgeUser): Promise<string | undefined>;
}

export interface HostedClient {
  readonly records: HostedRecords;
  readonly people: HostedPeople;
  /** By the id of the repository. Made when it is not there. */
  openGit(id: string, signal: AbortSignal): Promise<OwnRepository>;
}
