import type { Diagnostic } from '@trueup/diagnostics';

import { integer, list, object, optional, type Schema, text } from '../schema/schema.ts';
import { diagnosticSchema } from './diagnostic.ts';
import { mayVerbs, type Verb } from './verb.ts';

/** Where a repository's merge requests are. */
export interface ForgeLink {
  /** `hosted` (built in), `gitea`, `github`, `gitlab`. */
  readonly kind: string;
  /** As the forge addresses it: `shop/gitops`. */
  readonly path: string;
  /** Root of the forge's API. Absent for the public installation. */
  readonly apiUrl?: string;
  /** Name of a secret with a token, which may be used for this repository. */
  readonly credential?: string;
  /** Name of the secret that its webhooks are signed with. Absent: none are taken. */
  readonly webhookSecret?: string;
}

/** A followed branch of a Git repository. */
export interface Repository {
  readonly id: string;
  /** Unique. The first half of its stacks' full names. */
  readonly name: string;
  readonly url: string;
  readonly branch: string;
  /** Name of the secret that it is fetched with. */
  readonly credential?: string;
  readonly intervalMs: number;
  readonly forge?: ForgeLink;
  /** The revision in force. Absent before the first fetch. */
  readonly head?: string;
  /** RFC 3339, of the last fetch that was answered. */
  readonly fetchedAt?: string;
  /** What is wrong with following it or with its `trueup.yaml`. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface RepositoryView extends Repository {
  /** What whoever asks may do there. */
  readonly may: readonly Verb[];
}

export interface NewRepository {
  readonly name: string;
  /** Absent for one of the built-in forge: it follows from its path there. */
  readonly url?: string;
  /** `main` if absent. */
  readonly branch?: string;
  /** Name of a secret that may be used for it. */
  readonly credential?: string;
  /** How often it is fetched without a hint. 60 s if absent. */
  readonly intervalMs?: number;
  readonly forge?: ForgeLink;
}

export const forgeLinkSchema: Schema<ForgeLink> = object<ForgeLink>(
  {
    kind: text({ minLength: 1, maxLength: 40 }),
    path: text({ minLength: 1, maxLength: 500 }),
    apiUrl: optional(text({ minLength: 1, maxLength: 2000 })),
    credential: optional(text({ minLength: 1, maxLength: 100 })),
    webhookSecret: optional(text({ minLength: 1, maxLength: 100 })),
  },
  'ForgeLink',
);

const members = {
  id: text(),
  name: text(),
  url: text(),
  branch: text(),
  credential: optional(text()),
  intervalMs: integer(),
  forge: optional(forgeLinkSchema),
  head: optional(text()),
  fetchedAt: optional(text()),
  diagnostics: list(diagnosticSchema),
};

export const repositorySchema: Schema<Repository> = object<Repository>(members, 'Repository');

export const repositoryViewSchema: Schema<RepositoryView> = object<RepositoryView>(
  { ...members, may: mayVerbs },
  'RepositoryView',
);

export const newRepositorySchema: Schema<NewRepository> = object<NewRepository>(
  {
    name: text({ minLength: 1, maxLength: 100 }),
    url: optional(text({ minLength: 1, maxLength: 2000 })),
    branch: optional(text({ minLength: 1, maxLength: 250 })),
    credential: optional(text({ minLength: 1, maxLength: 100 })),
    intervalMs: optional(integer({ minimum: 1000, maximum: 7 * 24 * 3600_000 })),
    forge: optional(forgeLinkSchema),
  },
  'NewRepository',
);
