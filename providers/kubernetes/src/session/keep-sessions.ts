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
  readonly watch: boolean;
}

/** One session for each way to reach a cluster, whatever its target is called. */
export function keepSessions({ connect, watch }: KeepOptions): KeptSessions {
  const sessions = new Map<string, Promise<Session>>();

  async function open(target: Target): Promise<Session> {
    const { client, namespace } = await connect(target);
    return openSession({ client, namespace, watch, now: () => performance.now() });
  }

  async function all(): Promise<readonly Session[]> {
    const settled = await Promise.allSettled(sessions.values());
    return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }

  return {
    of(target) {
      const key = keyOf(target);
      const known = sessions.get(key);
      if (known) return known;
      const opened = open(target);
      sessions.set(key, opened);
      // A file that was not readable may be so the next time.
      opened.catch(() => sessions.delete(key));
      return opened;
    },
    all,
    async close() {
      const opened = await all();
      sessions.clear();
      await Promise.all(opened.map((session) => session.close()));
    },
  };
}

/** Settings may hold a kubeconfig: only its hash is kept. */
function keyOf({ settings }: Target): string {
  return hash('sha256', isJsonObject(settings) ? formatJson(settings) : '');
}
