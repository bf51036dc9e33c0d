import { hash } from 'node:crypto';

import { formatJson, isJsonObject } from '@trueup/diagnostics';
import type { Target } from '@trueup/provider-sdk';

import type { Connected } from './connect-target.ts';
import { openSession, type Session } from './open-session.ts';

export interface KeptSessions {
  of(target: Target): Promise<Session>;
  all(): Promise<readonly Session[]>;
  close(): Promise<void>;
}

export interface KeepOptions {
  readonly connect: (target: Target) => Promise<Connected>;
  /** Another one means that the way to the target is another one now. */
  readonly fingerprint: (target: Target) => Promise<string>;
  readonly watch: boolean;
}

interface Kept {
  readonly session: Promise<Session>;
  readonly fingerprint: string;
}

/** What is on its way over the old connection comes to its end. */
const farewellMs = 30_000;

/** One session for each way to reach a cluster, whatever its target is called. */
export function keepSessions({ connect, fingerprint, watch }: KeepOptions): KeptSessions {
  const sessions = new Map<string, Kept>();
  const leaving = new Set<Session>();

  async function connectTo(target: Target): Promise<Session> {
    const { client, namespace } = await connect(target);
    return openSession({ client, namespace, watch, now: () => performance.now() });
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

  return {
    async of(target) {
      const key = keyOf(target);
      const found = await fingerprint(target);
      const known = sessions.get(key);
      if (known?.fingerprint === found) return known.session;
      if (known) void known.session.then(leave, () => undefined);
      const kept: Kept = { session: connectTo(target), fingerprint: found };
      sessions.set(key, kept);
      // A file that was not readable may be so the next time.
      kept.session.catch(() => {
        if (sessions.get(key) === kept) sessions.delete(key);
      });
      return kept.session;
    },
    all,
    async close() {
      const opened = await all();
      sessions.clear();
      leaving.clear();
      await Promise.all(opened.map((session) => session.close()));
    },
  };
}

/** Settings may hold a kubeconfig: only its hash is kept. */
function keyOf({ settings }: Target): string {
  return hash('sha256', isJsonObject(settings) ? formatJson(settings) : '');
}
