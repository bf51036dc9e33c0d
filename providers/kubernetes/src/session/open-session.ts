/** What is kept between calls about one target. No answer depends on it: it only saves requests. */
import { type JsonObject, readText, TransientError } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import { untilAborted } from '../client/until-aborted.ts';
import type { ApiKind, KubernetesClient, ObjectPlace } from '../kubernetes-client.ts';
import { toPlace } from '../observe/read-objects.ts';
import { createWatchCache, type WatchCache } from '../observe/watch-cache.ts';
import { groupKindOf, kindOf, splitApiVersion } from '../order/resource-kind.ts';
import { type AnswerMemory, createAnswerMemory } from '../plan/remember-answers.ts';
import { readScaled } from './read-cluster.ts';
import { createSessionReader, type SessionReader } from './session-reader.ts';

export interface Session extends SessionReader {
  readonly client: KubernetesClient;
  /** Aborts when the session is closed: whoever waits for something of it has to begin anew. */
  readonly closed: AbortSignal;
  /** For resources that name none. */
  readonly namespace: string;
  readonly memory: AnswerMemory;
  identify(signal: AbortSignal): Promise<string>;
  /** `undefined` when the cluster does not know the kind, or not in the version of `body`. */
  placeOf(
    id: ResourceId,
    body: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<ObjectPlace | undefined>;
  /** Notes in which version a kind is written, so that it is read in the same one. */
  prefer(body: JsonObject): void;
  wrote(id: ResourceId, body: JsonObject | undefined): void;
  /** Whether `wrote` does anything with what it is told. */
  keepsWritten(): boolean;
  /** What autoscalers in the cluster target. */
  scaledIn(namespace: string, signal: AbortSignal): Promise<ReadonlySet<ResourceId>>;
  /** Opened with the first use. */
  watches(): WatchCache;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly client: KubernetesClient;
  readonly namespace: string;
  /** Whether to keep watches and answer from them. */
  readonly watch: boolean;
  /** Milliseconds, from anywhere, never going back. */
  readonly now: () => number;
  readonly random: () => number;
}

/** Longer than a burst of plans, shorter than anybody takes to put a cluster in another's place. */
const identityMs = 10 * 60_000;

export function openSession({ client, namespace, watch, now, random }: SessionOptions): Session {
  const versions = new Map<string, string>();
  const versionOf = (kind: ApiKind) => {
    const preferred = versions.get(`${kind.kind}.${kind.group}`);
    return preferred !== undefined && kind.versions.includes(preferred) ? preferred : undefined;
  };
  let identity: { readonly uid: Promise<string>; readonly until: number } | undefined;
  let cache: WatchCache | undefined;
  const closing = new AbortController();
  const onBreak = (): void => {
    identity = undefined;
  };
  function watches(): WatchCache {
    cache ??= createWatchCache({ client, versionOf, onBreak, random });
    return cache;
  }

  const reader = createSessionReader({
    client,
    versionOf,
    watches: watch ? watches : undefined,
    closing: closing.signal,
    now,
  });

  const session: Session = {
    client,
    namespace,
    ...reader,
    foresee(owners) {
      reader.foresee(owners);
      // A plan names its target. A failure is met where that asks.
      session.identify(closing.signal).catch(() => undefined);
    },
    closed: closing.signal,
    memory: createAnswerMemory(),
    watches,
    identify(signal) {
      if (identity && now() < identity.until) return untilAborted(identity.uid, signal);
      const asked = { uid: client.identify(closing.signal), until: now() + identityMs };
      identity = asked;
      asked.uid.catch(() => {
        if (identity === asked) identity = undefined;
      });
      return untilAborted(asked.uid, signal);
    },
    async placeOf(id, body, signal) {
      const apiVersion = readText(body, 'apiVersion');
      const version = apiVersion && splitApiVersion(apiVersion).version;
      const known = await client.findKind({ ...groupKindOf(id), version }, signal);
      if (!known || (version !== undefined && !known.versions.includes(version))) return undefined;
      return toPlace(id, known, version);
    },
    prefer(body) {
      const { group, kind } = kindOf(body);
      const apiVersion = readText(body, 'apiVersion');
      if (apiVersion === undefined || versions.has(`${kind}.${group}`)) return;
      versions.set(`${kind}.${group}`, splitApiVersion(apiVersion).version);
    },
    wrote(id, body) {
      cache?.wrote(id, body);
    },
    keepsWritten: () => cache !== undefined,
    scaledIn: (scope, signal) =>
      readScaled(scope, { client, signal }, watch ? watches() : undefined),
    async close() {
      closing.abort(
        new TransientError('KUBERNETES_RECONNECTED', 'kubernetes: the connection was opened anew'),
      );
      await cache?.close();
      await client.close();
    },
  };
  return session;
}
