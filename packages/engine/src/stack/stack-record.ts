import type { Diagnostic } from '@trueup/diagnostics';
import type { HealthStatus } from '@trueup/provider-sdk';

import type { AdoptionRecord } from '../drift/adoption-record.ts';

/** The id under which a repository is registered. It stays when the repository is renamed. */
export type RepositoryId = string;

/** Full name, `repository/stack`. A renamed stack is another one that was `formerly` this. */
export type StackId = string;

/** The two halves of a full name. A stack's own name has no slash. */
export function parseStackId(id: StackId): { readonly repository: string; readonly name: string } {
  const slash = id.indexOf('/');
  return { repository: id.slice(0, Math.max(slash, 0)), name: id.slice(slash + 1) };
}

/** A commit, 40 or 64 hexadecimal digits. */
export type Revision = string;

/** A followed branch of a Git repository. */
export interface RepositoryRecord {
  readonly id: RepositoryId;
  /** Unique. The first half of a stack's full name. */
  readonly name: string;
  readonly url: string;
  readonly branch: string;
  /** Name of the secret to fetch with. */
  readonly credential?: string;
  readonly intervalMs: number;
  /** Where its merge requests are. Absent when nobody told. */
  readonly forge?: ForgeLink;
  /** The revision whose stacks and rules are in force. Absent before the first fetch. */
  readonly head?: Revision;
  /** RFC 3339, of the last fetch that was answered. */
  readonly fetchedAt?: string;
  /** What is wrong with following it or with its `trueup.yaml`; empty when all is well. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A repository's place on a forge. */
export interface ForgeLink {
  /** The word for the kind of forge: `gitea`. */
  readonly kind: string;
  /** As the forge addresses it, for example `shop/gitops`. */
  readonly path: string;
  /** Root of the forge's API. Absent for the public installation that the forge is known by. */
  readonly apiUrl?: string;
  /** Name of the secret with a token. */
  readonly credential?: string;
  /** Name of the secret that its webhooks are signed with. Absent: none are taken. */
  readonly webhookSecret?: string;
}

/** What one render read. The stack is rendered again only when one of these is another one. */
export interface RenderRecord {
  readonly revision: Revision;
  /** Object id by path; an empty id for a path that was looked for and not found. */
  readonly paths: Readonly<Record<string, string>>;
  /** Digest by name of what does not lie in the repository. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Of the stack's own settings, target and provider included. */
  readonly settings: string;
}

/**
 * - `active`: Git describes it.
 * - `orphaned`: Git no longer does, and has not said what is meant. Kept, shown, not healed.
 * - `removed`: Git said `removed`, and that is done; or it was renamed.
 */
export type StackStanding = 'active' | 'orphaned' | 'removed';

export interface AppliedRun {
  readonly revision: Revision;
  readonly run: string;
  readonly at: string;
  /** The place that it brought true: another one by the same name knows nothing of it. */
  readonly targetIdentity: string;
  readonly render: RenderRecord;
  /** By resource: a seal of what was desired, to tell a revision's changes from drift. */
  readonly desired: Readonly<Record<string, string>>;
}

/** What is known of one stack. */
export interface StackRecord {
  readonly id: StackId;
  readonly repository: RepositoryId;
  readonly name: string;
  readonly path: string;
  readonly target: string;
  readonly provider: string;
  readonly standing: StackStanding;
  /** Left alone by healing and by new revisions: who asked for that, when, and why. */
  readonly paused?: { readonly by: string; readonly at: string; readonly reason: string };
  /** What was wrong with it at the newest revision. With an error among them it is not planned. */
  readonly diagnostics: readonly Diagnostic[];
  /** The newest revision that was looked at for this stack. */
  readonly revision?: Revision;
  /** Of the last run that succeeded: what healing brings back, and what drift is measured by. */
  readonly applied?: AppliedRun;
  /** Merge requests that take its drift into Git, while there is that drift. Absent where there are none. */
  readonly adoptions?: readonly AdoptionRecord[];
  readonly health: HealthStatus;
  /** How many resources it owns, for lists. */
  readonly resourceCount: number;
}

/**
 * Some members of a stack's record. Several writers know something of a stack (runs, following,
 * people), and none of them may undo what another one wrote. A member that is `undefined` is removed.
 */
export type StackChange = {
  readonly [K in Exclude<
    keyof StackRecord,
    'id' | 'paused' | 'revision' | 'applied' | 'adoptions'
  >]?: StackRecord[K];
} & {
  readonly [K in 'paused' | 'revision' | 'applied' | 'adoptions']?: StackRecord[K] | undefined;
};

export function changeStack(record: StackRecord, change: StackChange): StackRecord {
  const members = Object.entries({ ...record, ...change });
  const kept = Object.fromEntries(members.filter(([, value]) => value !== undefined));
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: only optional members can be removed.
  return kept as unknown as StackRecord;
}
