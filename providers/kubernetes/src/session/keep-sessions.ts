import { hash } from 'node:crypto';

import { formatJson, isJsonObject } from '@trueup/diagnostics';
import type { Target } from '@trueup/provider-sdk';

import type { Connected } from './connect-target.ts';
import { openSession, type Session } from './open-session.ts';

export interface KeptSessions {
  /** Whoever got a session gives it back, also after a failure. Until then it is in use. */
  borrow(target: Target): Promise<Loan>;
  /** Borrows for one call. */
  use<T>(target: Target, run: (session: Session) => Promise<T>): Promise<T>;
  /** Those that are open. */
  all(): Promise<readonly Session[]>;
  close(): Promise<void>;
}

export interface Loan {
  readonly session: Session;
  /** Repeating it is harmless. */
  giveBack(): void;
}

export interface KeepOptions {
  readonly connect: (target: Target) => Promise<Connected>;
  /** Another one means that the way to the target is another one now. */
  readonly fingerprint: (target: Target) => Promise<string>;
  readonly watch: boolean;
  /** Milliseconds, from anywhere, never going back. */
  readonly now: () => number;
  readonly random: () => number;
}

interface Kept {
  readonly session: Promise<Session>;
  readonly fingerprint: string;
  loans: number;
  usedAt: number;
}

/** What is on its way over the old connection comes to its end. */
const farewellMs = 30_000;

/**
 * A token that is replaced is another way to the cluster: the session of the old one, its watches and
 * what it may do, end when nobody used it for so long. Whoever comes back later pays for a new one.
 */
const idleMs = 60 * 60_000;

/** One session for each way to reach a cluster, whatever its target is called. */
export function keepSessions(options: KeepOptions): KeptSessions {
  const { connect, fingerprint, watch, now, random } = options;
  const sessions = new Map<string, Kept>();
  const leaving = new Set<Session>();
  const closing = new Set<Promise<void>>();

  async function connectTo(target: Target): Promise<Session> {
    const { client, namespace } = await connect(target);
    return openSession({ client, namespace, watch, now, random });
  }

  async function all(): Promise<readonly Session[]> {
    const kept = [...sessions.values()].map(({ session }) => session);
    const settled = await Promise.allSettled(kept);
    const open = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    return [...open, ...leaving];
  }

  function leave(session: Session): void {
    leaving.add(session);
    setTimeout(() => {
      if (leaving.delete(session)) void session.close();
    }, farewellMs).unref();
  }

  function closeIdle(): void {
    for (const [key, { session, loans, usedAt }] of sessions) {
      if (loans > 0 || now() - usedAt < idleMs) continue;
      sessions.delete(key);
      // Nobody is left who could be told of a failure.
      const closed: Promise<void> = session
        .then((one) => one.close())
        .catch(() => undefined)
        .finally(() => closing.delete(closed));
      closing.add(closed);
    }
  }

  function find(target: Target, way: string): Kept {
    const key = keyOf(target);
    const known = sessions.get(key);
    if (known?.fingerprint === way) return known;
    if (known) void known.session.then(leave, () => undefined);
    const kept: Kept = { session: connectTo(target), fingerprint: way, loans: 0, usedAt: now() };
    sessions.set(key, kept);
    // A file that was not readable may be so the next time.
    kept.session.catch(() => {
      if (sessions.get(key) === kept) sessions.delete(key);
    });
    return kept;
  }

  async function borrow(target: Target): Promise<Loan> {
    const kept = find(target, await fingerprint(target));
    const giveBack = lend(kept, now);
    closeIdle();
    try {
      return { session: await kept.session, giveBack };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  return {
    borrow,
    async use(target, run) {
      const { session, giveBack } = await borrow(target);
      try {
        return await run(session);
      } finally {
        giveBack();
      }
    },
    all,
    async close() {
      const opened = await all();
      sessions.clear();
      leaving.clear();
      await Promise.all([...opened.map((session) => session.close()), ...closing]);
    },
  };
}

/** Answers with what ends the loan. */
function lend(kept: Kept, now: () => number): () => void {
  let isLent = true;
  kept.loans += 1;
  return () => {
    if (!isLent) return;
    isLent = false;
    kept.loans -= 1;
    kept.usedAt = now();
  };
}

/** Settings may hold a kubeconfig: only its hash is kept. */
function keyOf({ settings }: Target): string {
  return hash('sha256', isJsonObject(settings) ? formatJson(settings) : '');
}
