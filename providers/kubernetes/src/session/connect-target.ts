import { stat } from 'node:fs/promises';

import type { Target } from '@trueup/provider-sdk';

import { openKubernetesClient } from '../client/open-kubernetes-client.ts';
import { type AccessSource, readClusterAccess } from '../client/read-cluster-access.ts';
import type { ExecSurroundings } from '../client/run-exec-plugin.ts';
import type { KubernetesClient } from '../kubernetes-client.ts';
import { type KubernetesSettings, parseTargetSettings } from '../schema.ts';

/** Where this process finds clusters. */
export interface Connections {
  /** Kubeconfigs for targets that name a context; the first one that knows a name wins. */
  readonly kubeconfigs: readonly string[];
  /** Of our own pod, for targets that say `inCluster`. */
  readonly serviceAccount?: { readonly host: string; readonly folder: string };
  /** For credential plugins of kubeconfigs. */
  readonly programs: ExecSurroundings;
  /** Requests on their way at once to one cluster. 16 when absent. */
  readonly concurrency?: number;
  /** From 0 up to 1, for pauses. `Math.random` when absent. */
  readonly random?: () => number;
}

/** A cluster that can be talked to. */
export interface Connected {
  readonly client: KubernetesClient;
  /** For resources that name none. */
  readonly namespace: string;
}

export async function connectTarget(
  { settings }: Target,
  connections: Connections,
): Promise<Connected> {
  const parsed = parseTargetSettings(settings);
  const access = await readClusterAccess(sourceOf(parsed, connections));
  const client = openKubernetesClient(access, {
    concurrency: connections.concurrency ?? 16,
    random: connections.random ?? Math.random,
    requestTimeoutMs: 60_000,
    watchIdleMs: 90_000,
    exec: {
      ...connections.programs,
      writtenBy: parsed.reach.kind === 'kubeconfig' ? 'target' : 'machine',
    },
  });
  return { client, namespace: parsed.namespace ?? access.namespace };
}

function sourceOf({ reach }: KubernetesSettings, connections: Connections): AccessSource {
  switch (reach.kind) {
    case 'context':
      return { kind: 'files', paths: connections.kubeconfigs, context: reach.context };
    case 'kubeconfig':
      return { kind: 'text', text: reach.text, context: reach.context };
    case 'in-cluster': {
      const { host = '', folder = '' } = connections.serviceAccount ?? {};
      return { kind: 'in-cluster', host, folder };
    }
  }
}

/** Nobody replaces a certificate more often, and every call about a target asks. */
const lookEveryMs = 1000;

/**
 * Becomes another one when the files do by which a target is reached: whoever replaced a certificate
 * does not restart us.
 */
export function createFingerprint(
  { kubeconfigs }: Connections,
  now: () => number,
): (target: Target) => Promise<string> {
  let last: { readonly at: number; readonly found: Promise<string> } | undefined;
  return async ({ settings }) => {
    if (parseTargetSettings(settings).reach.kind !== 'context') return '';
    if (!last || now() - last.at >= lookEveryMs) last = { at: now(), found: look(kubeconfigs) };
    return last.found;
  };
}

async function look(kubeconfigs: readonly string[]): Promise<string> {
  const times = kubeconfigs.map(async (path) => {
    const found = await stat(path).catch(() => undefined);
    return `${found?.mtimeMs} ${found?.size}`;
  });
  return (await Promise.all(times)).join();
}
