import { setTimeout as delay } from 'node:timers/promises';

import type { ClusterAccess } from '../../client/cluster-access.ts';
import { KubernetesApiError } from '../../kubernetes-client.ts';
import { Stage } from '../stage.ts';
import { thingDefinition } from './custom-recipes.ts';

const signal = new AbortController().signal;
const options = { fieldManager: 'honesty', dryRun: false, signal };

/** Defines the kind that stories use, and waits until it is served. It stays. */
export async function prepareCluster(access: ClusterAccess): Promise<void> {
  const stage = await Stage.open(access);
  try {
    await stage.client.apply(await stage.place(thingDefinition), thingDefinition, options);
    for (const version of ['v1', 'v2']) await awaitThings(stage, version);
  } finally {
    await stage.close();
  }
}

/** Tried by dry runs: the schema of a kind comes to be known later than the kind. */
async function awaitThings(stage: Stage, version: string): Promise<void> {
  const metadata = { name: 'trial', namespace: stage.name };
  const body = { apiVersion: `honesty.trueup.dev/${version}`, kind: 'Thing', metadata, spec: {} };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await stage.client.apply(await stage.place(body), body, { ...options, dryRun: true });
      return;
    } catch (error) {
      if (!(error instanceof KubernetesApiError || isUnknown(error))) throw error;
    }
    await delay(100);
  }
  throw new Error(`Things of ${version} are not served.`);
}

function isUnknown(error: unknown): boolean {
  return error instanceof Error && error.message === 'Thing is unknown.';
}
