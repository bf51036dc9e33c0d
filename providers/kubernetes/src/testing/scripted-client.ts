import { type JsonObject, readText } from '@trueup/diagnostics';

import { untilAborted } from '../client/until-aborted.ts';
import {
  KubernetesApiError,
  type KubernetesClient,
  NoConnectionError,
  type ObjectPlace,
} from '../kubernetes-client.ts';

/** What tests bring about between a provider and a cluster that knows nothing of it. */
export class Script {
  /** Successful writes; dry runs do not count. */
  writes = 0;
  frozen = false;
  unplugged = false;
  /** `Kind/name` of what is refused the next time that it is written. */
  readonly refused: Set<string> = new Set();
  /** Told of each object that was written. */
  onWrite: (place: ObjectPlace, body: JsonObject) => Promise<void> = async () => undefined;
}

/** Passes all calls on, but for those that the script says something about. */
export function scriptClient(client: KubernetesClient, script: Script): KubernetesClient {
  async function meet(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (script.frozen) await untilAborted(Promise.withResolvers<never>().promise, signal);
    if (script.unplugged) throw new NoConnectionError('ECONNREFUSED');
  }
  async function write(
    place: ObjectPlace,
    { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
    call: () => Promise<JsonObject>,
  ): Promise<JsonObject> {
    await meet(signal);
    if (!dryRun && script.refused.delete(`${place.kind.kind}/${place.name}`)) {
      throw new KubernetesApiError(422, 'Invalid', ['data']);
    }
    const body = await call();
    if (dryRun) return body;
    script.writes += 1;
    await script.onWrite(place, body);
    return body;
  }
  return {
    ...client,
    async identify(signal) {
      await meet(signal);
      return client.identify(signal);
    },
    async get(place, signal) {
      await meet(signal);
      return client.get(place, signal);
    },
    async list(query, signal) {
      await meet(signal);
      return client.list(query, signal);
    },
    apply: (place, body, options) =>
      write(place, options, () => client.apply(place, body, { ...options, wantsAnswer: true })),
    mergePatch: (place, patch, options) =>
      write(place, options, () => client.mergePatch(place, patch, options)),
    create: (place, body, options) =>
      write(place, options, () => client.create(place, body, options)),
    replace: (place, body, options) =>
      write(place, options, () => client.replace(place, body, options)),
    async delete(place, options) {
      await meet(options.signal);
      const existed = await client.delete(place, options);
      if (existed) script.writes += 1;
      return existed;
    },
  };
}

export function resourceVersionOf(body: JsonObject | undefined): string | undefined {
  return readText(body, 'metadata', 'resourceVersion');
}
