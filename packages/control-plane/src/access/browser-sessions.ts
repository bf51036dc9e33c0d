/**
 * Lets members sign in with a browser: a token is exchanged for a session, whose secret stands in a cookie.
 *
 * B1. Every sign-in makes a new secret; nothing that a browser brought along becomes one.
 * B2. A session counts as long as its token and its member do, whatever else was written.
 * B3. It ends when it is not used for a while, and at the latest when its time is over.
 */
import type { Actor, BrowserSessionRecord, Write } from '@trueup/engine';
import { createToken, hashToken } from '@trueup/secrets';

import { type AccessPorts, authenticate, isValidToken } from './authenticate.ts';
import { defaultSessionLimits, type SessionLimits } from './session-limits.ts';

export type BrowserSessionView = Omit<BrowserSessionRecord, 'hash' | 'token'>;

export interface ResumedSession {
  readonly actor: Actor;
  readonly session: BrowserSessionView;
}

export interface BegunSession extends ResumedSession {
  /** For the cookie. It is told this once. */
  readonly secret: string;
}

export interface BrowserSessions {
  /**
   * Signs in whoever has this token; `undefined` where it is unknown, expired or revoked. `replaced` is
   * what the browser's cookie held: that session ends.
   */
  signIn(token: string, replaced?: string): Promise<BegunSession | undefined>;
  /**
   * Whose session this is; `undefined` alike when it is unknown, expired or ended. It is used by that, unless
   * `waits` is said: of a page that is told what happens, which may stay open all night.
   */
  resume(secret: string, waits?: 'waits'): Promise<ResumedSession | undefined>;
  /** Whether this is a token of the member that counts: a session alone may not make another one. */
  confirms(member: string, token: string): Promise<boolean>;
  /** Nothing happens where there is no such session. */
  signOut(secret: string): Promise<void>;
}

/** Between two notes of its use: else every request would be a write. */
const longestNoteMs = 10 * 60_000;
/** Of one member. The one that was begun first gives way. */
const mostSessions = 20;

export function createBrowserSessions(ports: AccessPorts): BrowserSessions {
  const { store, now, newId, sessionLimits: limits = defaultSessionLimits } = ports;
  const { idleMs, longestMs } = limits;
  // Else one that is used all the time would end between two notes.
  const noteEveryMs = Math.min(longestNoteMs, idleMs / 4);
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    async signIn(token, replaced) {
      const known = await store.tokenByHash(hashToken(token));
      if (!known || !isValidToken(known, now())) return undefined;
      const member = await store.member(known.member);
      if (!member) return undefined;
      const { name, grants } = member;
      const secret = createToken();
      const [startedAt, expiresAt] = [at(now()), at(now() + longestMs)];
      const times = { startedAt, usedAt: startedAt, expiresAt };
      const session = { id: newId(), member: name, token: known.id, ...times };
      await store.commit([
        ...(await endsBefore(name, replaced, ports)),
        { kind: 'browser-session', session: { ...session, hash: hashToken(secret) } },
        audit('session:started', { at: startedAt, member: name, session: session.id }),
      ]);
      return { secret, session: toView(session), actor: { kind: 'member', name, grants } };
    },

    async resume(secret, waits) {
      const session = await store.browserSessionByHash(hashToken(secret));
      if (!session || !isOpen(session, now(), limits)) return undefined;
      const [member, tokens] = await Promise.all([
        store.member(session.member),
        store.tokens(session.member),
      ]);
      const token = tokens.find(({ id }) => id === session.token);
      if (!member || !token || !isValidToken(token, now())) return undefined;
      if (!waits && now() - Date.parse(session.usedAt) > noteEveryMs) {
        await store.commit([{ kind: 'browser-session-used', id: session.id, at: at(now()) }]);
      }
      const { name, grants } = member;
      return { actor: { kind: 'member', name, grants }, session: toView(session) };
    },

    async confirms(member, token) {
      const actor = await authenticate(token, ports);
      return actor?.kind === 'member' && actor.name === member;
    },

    async signOut(secret) {
      const session = await store.browserSessionByHash(hashToken(secret));
      if (!session) return;
      const { id, member } = session;
      await store.commit([
        { kind: 'browser-session-ended', id },
        audit('session:ended', { at: at(now()), member, session: id }),
      ]);
    },
  };
}

/** The member's sessions that count, without what they are known by. */
export async function listBrowserSessions(
  member: string,
  { store, now, sessionLimits }: Pick<AccessPorts, 'store' | 'now' | 'sessionLimits'>,
): Promise<readonly BrowserSessionView[]> {
  const [sessions, tokens] = await Promise.all([
    store.browserSessions(member),
    store.tokens(member),
  ]);
  const good = new Set(tokens.filter((token) => isValidToken(token, now())).map(({ id }) => id));
  const open = sessions.filter((one) => isOpen(one, now(), sessionLimits) && good.has(one.token));
  return open.map(toView);
}

/** What ends all sessions of a member, or those that were begun with one of its tokens. */
export async function endSessionsOf(
  member: string,
  { store }: Pick<AccessPorts, 'store'>,
  token?: string,
): Promise<readonly Write[]> {
  const sessions = await store.browserSessions(member);
  const ended = sessions.filter((one) => token === undefined || one.token === token);
  return ended.map(({ id }): Write => ({ kind: 'browser-session-ended', id }));
}

/** What a new session takes the place of: the browser's own one, expired ones, and the oldest of too many. */
async function endsBefore(
  member: string,
  replaced: string | undefined,
  { store, now, sessionLimits }: AccessPorts,
): Promise<readonly Write[]> {
  const own = replaced === undefined ? undefined : hashToken(replaced);
  const sessions = await store.browserSessions(member);
  const stays = sessions.filter((one) => isOpen(one, now(), sessionLimits) && one.hash !== own);
  const kept = new Set(stays.slice(1 - mostSessions));
  const others = own === undefined ? undefined : await store.browserSessionByHash(own);
  const ended = new Set(sessions.filter((one) => !kept.has(one)).map(({ id }) => id));
  if (others) ended.add(others.id);
  return [...ended].map((id): Write => ({ kind: 'browser-session-ended', id }));
}

function isOpen(
  { startedAt, usedAt, expiresAt }: BrowserSessionRecord,
  nowMs: number,
  { idleMs, longestMs }: SessionLimits = defaultSessionLimits,
): boolean {
  const inTime = Date.parse(expiresAt) > nowMs && Date.parse(startedAt) + longestMs > nowMs;
  return inTime && Date.parse(usedAt) + idleMs > nowMs;
}

function toView(record: BrowserSessionView): BrowserSessionView {
  const { id, member, startedAt, usedAt, expiresAt } = record;
  return { id, member, startedAt, usedAt, expiresAt };
}

interface SessionEvent {
  readonly at: string;
  readonly member: string;
  readonly session: string;
}

function audit(event: string, { at, member, session }: SessionEvent): Write {
  const line = { at, actor: `member:${member}`, event, subject: member, detail: { session } };
  return { kind: 'audit', line };
}
