import type { Member, Write } from '@trueup/engine';
import { createToken, hashToken } from '@trueup/secrets';

import { canBeAdministered } from '../access/authenticate.ts';
import { endSessionsOf, listBrowserSessions } from '../access/browser-sessions.ts';
import { findNamesake, isAdministrator, isMemberName } from '../access/member-rules.ts';
import { notFound, SessionError } from '../access/session-error.ts';
import { hostedKind } from '../hosting/hosted-people.ts';
import type { Desk } from './desk.ts';
import type { Session } from './session.ts';

type Calls = Pick<
  Session,
  | 'members'
  | 'putMember'
  | 'removeMember'
  | 'tokens'
  | 'createToken'
  | 'revokeToken'
  | 'browserSessions'
  | 'endBrowserSession'
  | 'secrets'
  | 'putSecret'
  | 'removeSecret'
  | 'audit'
>;

/** Word of the forge, and its id of the account: never the login, which changes hands. */
const identityPattern = /^[a-z][a-z0-9-]{0,30}:[A-Za-z0-9_-]{1,100}$/;
const installation = { kind: 'installation' } as const;
const longestLifeMs = 10 * 366 * 24 * 3600_000;
const secretPattern = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

export function administrationCalls(desk: Desk): Calls {
  return { ...memberCalls(desk), ...tokenCalls(desk), ...browserCalls(desk), ...secretCalls(desk) };
}

function memberCalls(desk: Desk): Pick<Calls, 'members' | 'putMember' | 'removeMember' | 'audit'> {
  const { store, turns } = desk.ports;
  return {
    async members() {
      desk.require('administer', installation);
      return store.members();
    },
    async putMember(name, { grants, groups = [], emails = [], identities = [] }) {
      desk.require('administer', installation);
      if (!isMemberName(name)) throw misnamed(name, 'a member', 64);
      return turns.take('members', async () => {
        const members = await store.members();
        // That of the built-in forge is everybody's own, and is claimed by nobody.
        const linked = identities.filter((one) => !one.startsWith(`${hostedKind}:`));
        requireFree(linked, { name, members });
        const known = findNamesake(name, members);
        if (known && known.name !== name) {
          throw new SessionError('CONFLICT', `${name}: there is a member ${known.name} already`);
        }
        if (known && !isAdministrator({ grants })) await requireAnother(desk, known);
        const createdAt = known?.createdAt ?? desk.at();
        const member = { name, grants, groups, emails, identities: linked, createdAt };
        const detail = { roles: grants.map(({ role }) => role), identities: linked };
        await store.commit([{ kind: 'member', member }, desk.audit('member:set', name, detail)]);
        return member;
      });
    },
    async removeMember(name) {
      desk.require('administer', installation);
      await turns.take('members', async () => {
        const member = await store.member(name);
        if (!member) throw notFound(name);
        await requireAnother(desk, member);
        // Else somebody who gets the name later would come by them.
        const tokens = await store.tokens(name);
        const open = tokens.filter((token) => token.revokedAt === undefined);
        const revokedAt = desk.at();
        await store.commit([
          ...open.map((token): Write => ({ kind: 'token', token: { ...token, revokedAt } })),
          ...(await endSessionsOf(name, desk.ports)),
          { kind: 'member-removed', name },
          desk.audit('member:removed', name),
        ]);
      });
    },
    async audit(page) {
      desk.require('administer', installation);
      return store.audit(page);
    },
  };
}

/**
 * An administrator goes only where another one can get in: whoever locks everybody out could only be
 * helped by somebody at the server's console.
 */
async function requireAnother({ ports }: Desk, member: Member): Promise<void> {
  const { name } = member;
  if (!isAdministrator(member) || (await canBeAdministered(ports, name))) return;
  const why = 'nobody else who has a token may administer the installation';
  throw new SessionError('CONFLICT', `${name}: ${why}`);
}

/** By an account of two members nobody could tell who spoke. @throws SessionError. */
function requireFree(
  identities: readonly string[],
  { name, members }: { readonly name: string; readonly members: readonly Member[] },
): void {
  const strange = identities.find((one) => !identityPattern.test(one));
  if (strange !== undefined) {
    const example = 'the forge and the id by which it knows the account, as in gitea:42';
    throw invalid(`${JSON.stringify(strange)}: not an account on a forge: ${example}`);
  }
  for (const other of members.filter((one) => one.name !== name)) {
    const taken = identities.find((one) => other.identities?.includes(one));
    if (taken !== undefined) throw new SessionError('CONFLICT', `${taken}: it is ${other.name}`);
  }
}

function tokenCalls(desk: Desk): Pick<Calls, 'tokens' | 'createToken' | 'revokeToken'> {
  const { store, newId, now } = desk.ports;
  const requireOwn = (member: string): void => requireOwnOr(desk, member);
  return {
    async tokens(member) {
      requireOwn(member);
      const records = await store.tokens(member);
      return records.map(({ hash: _hash, ...shown }) => shown);
    },
    async createToken(member, label, expiresInMs) {
      requireOwn(member);
      if (!(await store.member(member))) throw notFound(member);
      if (expiresInMs !== undefined && !(expiresInMs > 0 && expiresInMs <= longestLifeMs)) {
        throw invalid(`${member}: a token lives for a millisecond at least, ten years at most`);
      }
      const token = createToken();
      const id = newId();
      const expires = expiresInMs === undefined ? undefined : new Date(now() + expiresInMs);
      const times = {
        createdAt: desk.at(),
        ...(expires && { expiresAt: expires.toISOString() }),
      };
      await store.commit([
        { kind: 'token', token: { id, member, hash: hashToken(token), label, ...times } },
        desk.audit('token:created', member, { token: id, label }),
      ]);
      return { token, id };
    },
    async revokeToken(member, id) {
      requireOwn(member);
      const token = (await store.tokens(member)).find((one) => one.id === id);
      if (!token) throw notFound(`token ${id}`);
      await store.commit([
        { kind: 'token', token: { ...token, revokedAt: desk.at() } },
        ...(await endSessionsOf(member, desk.ports, id)),
        desk.audit('token:revoked', member, { token: id }),
      ]);
    },
  };
}

function browserCalls(desk: Desk): Pick<Calls, 'browserSessions' | 'endBrowserSession'> {
  return {
    async browserSessions(member) {
      requireOwnOr(desk, member);
      return listBrowserSessions(member, desk.ports);
    },
    async endBrowserSession(member, id) {
      requireOwnOr(desk, member);
      const sessions = await desk.ports.store.browserSessions(member);
      if (!sessions.some((one) => one.id === id)) throw notFound(`session ${id}`);
      await desk.ports.store.commit([
        { kind: 'browser-session-ended', id },
        desk.audit('session:ended', member, { session: id }),
      ]);
    },
  };
}

/** Members have what is their own in hand, administrators that of all. */
function requireOwnOr(desk: Desk, member: string): void {
  const { actor } = desk;
  const own = actor.kind === 'member' && actor.name === member;
  if (!own) desk.require('administer', installation);
}

function secretCalls(desk: Desk): Pick<Calls, 'secrets' | 'putSecret' | 'removeSecret'> {
  const { store, encrypt } = desk.ports;
  return {
    async secrets() {
      desk.require('administer', installation);
      const records = await store.secrets();
      return records.map(({ name, uses, updatedAt }) => ({ name, uses, updatedAt }));
    },
    async putSecret(name, value, uses) {
      desk.require('administer', installation);
      if (!secretPattern.test(name)) throw misnamed(name, 'a secret', 100);
      const ciphertext = encrypt(new TextEncoder().encode(value), name);
      const secret = { name, ciphertext, uses, updatedAt: desk.at() };
      await store.commit([{ kind: 'secret', secret }, desk.audit('secret:set', name)]);
      desk.ports.opener.forgetAll();
    },
    async removeSecret(name) {
      desk.require('administer', installation);
      if (!(await store.secret(name))) throw notFound(`secret ${name}`);
      await store.commit([{ kind: 'secret-removed', name }, desk.audit('secret:removed', name)]);
      desk.ports.opener.forgetAll();
    },
  };
}

function misnamed(name: string, what: string, most: number): SessionError {
  const rule = `up to ${most} of letters, digits, ".", "_" and "-"; a letter or digit first`;
  return invalid(`${JSON.stringify(name)}: not a name of ${what}: ${rule}`);
}

function invalid(message: string): SessionError {
  return new SessionError('INVALID_REQUEST', message);
}
