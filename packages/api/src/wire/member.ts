import {
  integer,
  list,
  object,
  optional,
  type Schema,
  text,
  union,
  words,
} from '../schema/schema.ts';

/** Each role may what the one before it may; `emergency` may look, and break the glass, alone. */
export type Role = 'viewer' | 'developer' | 'approver' | 'operator' | 'admin' | 'emergency';

/** A role, everywhere or in one repository. */
export interface Grant {
  readonly role: Role;
  /** Name of the repository; everywhere when absent. */
  readonly repository?: string;
}

export interface Member {
  readonly name: string;
  readonly grants: readonly Grant[];
  /** What rules may ask approvals from: `group:NAME`. */
  readonly groups: readonly string[];
  /** Addresses that its commits bear. */
  readonly emails: readonly string[];
  /** Its accounts on forges: `gitea:42`. */
  readonly identities?: readonly string[];
  readonly createdAt: string;
}

export interface MemberSettings {
  readonly grants: readonly Grant[];
  readonly groups?: readonly string[];
  readonly emails?: readonly string[];
  /** Its accounts on forges: the forge, and the id by which it knows the account: `gitea:42`. */
  readonly identities?: readonly string[];
}

/** Who asks. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'system' }
  | { readonly kind: 'member'; readonly name: string; readonly grants: readonly Grant[] };

/** A token, without itself. */
export interface Token {
  readonly id: string;
  readonly member: string;
  /** What it is for. */
  readonly label: string;
  readonly createdAt: string;
  /** Absent when it does not expire. */
  readonly expiresAt?: string;
  readonly revokedAt?: string;
}

export interface NewToken {
  readonly label: string;
  /** It does not expire if absent. */
  readonly expiresInMs?: number;
  /**
   * One of the tokens of whoever asks. Needed where a browser's session asks: a cookie alone makes nothing that
   * outlives it. Needless where a token asks.
   */
  readonly proof?: string;
}

/** The token itself: it is shown this once. */
export interface CreatedToken {
  readonly id: string;
  readonly token: string;
}

const name = text({ minLength: 1, maxLength: 100 });

export const grantSchema: Schema<Grant> = object<Grant>(
  {
    role: words(['viewer', 'developer', 'approver', 'operator', 'admin', 'emergency']),
    repository: optional(name),
  },
  'Grant',
);

export const memberSchema: Schema<Member> = object<Member>(
  {
    name: text(),
    grants: list(grantSchema),
    groups: list(text()),
    emails: list(text()),
    identities: optional(list(text())),
    createdAt: text(),
  },
  'Member',
);

export const memberSettingsSchema: Schema<MemberSettings> = object<MemberSettings>(
  {
    grants: list(grantSchema, { maxItems: 200 }),
    groups: optional(list(name, { maxItems: 200 })),
    emails: optional(list(text({ minLength: 3, maxLength: 320 }), { maxItems: 20 })),
    identities: optional(list(text({ minLength: 3, maxLength: 140 }), { maxItems: 20 })),
  },
  'MemberSettings',
);

export const actorSchema: Schema<Actor> = union(
  [
    object<{ readonly kind: 'anonymous' }>({ kind: words(['anonymous']) }),
    object<{ readonly kind: 'system' }>({ kind: words(['system']) }),
    object<Extract<Actor, { readonly kind: 'member' }>>({
      kind: words(['member']),
      name: text(),
      grants: list(grantSchema),
    }),
  ],
  'Actor',
);

export const tokenSchema: Schema<Token> = object<Token>(
  {
    id: text(),
    member: text(),
    label: text(),
    createdAt: text(),
    expiresAt: optional(text()),
    revokedAt: optional(text()),
  },
  'Token',
);

export const newTokenSchema: Schema<NewToken> = object<NewToken>(
  {
    label: text({ minLength: 1, maxLength: 200 }),
    expiresInMs: optional(integer({ minimum: 1, maximum: 10 * 366 * 24 * 3600_000 })),
    proof: optional(text({ minLength: 1, maxLength: 200 })),
  },
  'NewToken',
);

export const createdTokenSchema: Schema<CreatedToken> = object<CreatedToken>(
  { id: text(), token: text() },
  'CreatedToken',
);
