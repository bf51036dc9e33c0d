import { StalledError } from '@trueup/diagnostics';
import type { Actor, Store, TokenRecord } from '@trueup/engine';
import { createToken, hashToken } from '@trueup/secrets';

import { findNamesake, isAdministrator, isMemberName } from './member-rules.ts';
import type { SessionLimits } from './session-limits.ts';

export interface AccessPorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  /** {@link defaultSessionLimits} if absent. */
  readonly sessionLimits?: SessionLimits;
}

/** Whose token this is. `undefined` alike when it is unknown, expired, revoked or its member gone. */
export async function authenticate(
  token: string,
  { store, now }: AccessPorts,
): Promise<Actor | undefined> {
  const record = await store.tokenByHash(hashToken(token));
  if (!record || !isValidToken(record, now())) return undefined;
  const member = await store.member(record.member);
  return member && { kind: 'member', name: member.name, grants: member.grants };
}

/** Neither revoked nor expired. */
export function isValidToken({ expiresAt, revokedAt }: TokenRecord, nowMs: number): boolean {
  if (revokedAt !== undefined) return false;
  return expiresAt === undefined || Date.parse(expiresAt) > nowMs;
}

const linkLivesMs = 24 * 3600_000;

/** Whether somebody else than `except` may administer the installation, and has a token to do so. */
export async function canBeAdministered(
  { store, now }: Pick<AccessPorts, 'store' | 'now'>,
  except?: string,
): Promise<boolean> {
  const members = (await store.members()).filter(({ name }) => name !== except);
  for (const { name } of members.filter(isAdministrator)) {
    const tokens = await store.tokens(name);
    if (tokens.some((token) => isValidToken(token, now()))) return true;
  }
  return false;
}

/**
 * A link that makes the first administrator; `undefined` once there is one who can get in. After the
 * last token is gone there is a link again: whoever reads the server's output owns it anyway.
 */
export async function firstAdministratorLink(ports: AccessPorts): Promise<string | undefined> {
  const { store, now } = ports;
  if (await canBeAdministered(ports)) return undefined;
  const token = createToken();
  const expiresAt = new Date(now() + linkLivesMs).toISOString();
  const link = { hash: hashToken(token), grants: [{ role: 'admin' }], expiresAt } as const;
  await store.commit([{ kind: 'link', link }]);
  return token;
}

/**
 * Makes a member of whoever holds the link. The answer is shown this one time. Of many who use links
 * at once, the store lets one through.
 */
export async function redeemLink(
  token: string,
  name: string,
  ports: AccessPorts,
): Promise<{ readonly token: string } | undefined> {
  const { store, now, newId } = ports;
  const link = await store.linkByHash(hashToken(token));
  if (!isMemberName(name)) return undefined;
  if (!link || link.usedAt !== undefined || Date.parse(link.expiresAt) <= now()) return undefined;
  // Every start without an administrator makes a link: the first one that is used ends them all.
  const members = await store.members();
  if (findNamesake(name, members) || (await canBeAdministered(ports))) return undefined;
  const at = new Date(now()).toISOString();
  const own = createToken();
  const record = { id: newId(), member: name, hash: hashToken(own), label: 'first token' };
  const member = { name, grants: link.grants, groups: [], emails: [], createdAt: at };
  const line = { at, actor: `member:${name}`, event: 'member:created', subject: name, detail: {} };
  try {
    await store.commit([
      { kind: 'link-used', hash: link.hash, at },
      { kind: 'member', member },
      { kind: 'token', token: { ...record, createdAt: at } },
      { kind: 'audit', line },
    ]);
  } catch (error) {
    if (error instanceof StalledError && error.code === 'STORE_CONFLICT') return undefined;
    throw error;
  }
  return { token: own };
}
