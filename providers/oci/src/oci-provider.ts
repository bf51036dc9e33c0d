/**
 * Container registries behind the contract of a provider: what tag points at what digest. Images are
 * copied by digest, then the tag is moved. Tags bear no marks: what a stack owns, only the store knows.
 */
import type { JsonObject } from '@trueup/diagnostics';
import { createPlainRenderer, type Renderer } from '@trueup/manifests';
import type { ReadCredentials } from '@trueup/outbound';
import {
  applySideBySide,
  type Change,
  type Provider,
  type ResourceId,
  type RollbackStatement,
} from '@trueup/provider-sdk';

import { carryOut, type WriteScene } from './apply/carry-out.ts';
import { assessHealth } from './assess-health.ts';
import { type OciClientOptions, openOciClient } from './client/open-oci-client.ts';
import { observeTags } from './observe/observe-tags.ts';
import type { OciClient } from './oci-client.ts';
import { readOutputs } from './outputs/read-outputs.ts';
import { planStack } from './plan/plan-stack.ts';
import { locateFields } from './prepare/locate-fields.ts';
import { prepareStack } from './prepare/prepare-stack.ts';
import { stackLogins, targetLogins } from './prepare/stack-logins.ts';
import { checkStackSettings, checkTargetSettings, parseTargetSettings } from './schema.ts';

export interface OciProviderOptions extends OciClientOptions {
  /** For what artifacts hold: the first that recognises a folder renders it. Plain manifests when absent. */
  readonly renderers?: readonly Renderer[];
  /** For the registries that stacks take images from. */
  readonly readCredentials: ReadCredentials;
}

/** Connects to nothing yet. */
export function createOciProvider(options: OciProviderOptions): Provider {
  return createProvider(openOciClient(options), options.readCredentials, options.renderers);
}

/** For a client that somebody else made: tests. */
export function createProvider(
  client: OciClient,
  readCredentials: ReadCredentials,
  renderers: readonly Renderer[] = [createPlainRenderer()],
): Provider {
  return {
    name: 'oci',
    applies: 'changes',
    rollback,
    checkTarget: checkTargetSettings,
    checkStack: checkStackSettings,
    async prepare(files, request, { signal, isolation }) {
      const target = parseTargetSettings(request.target.settings);
      const logins = stackLogins(target, request.stack.settings, readCredentials);
      const context = { client, files, renderers, asking: { logins, signal } };
      return await prepareStack(request, { ...context, ...(isolation && { isolation }) });
    },
    async locate(files, request, { signal }) {
      signal.throwIfAborted();
      return await locateFields(files, request);
    },
    async discover(_target, _stack, { signal }) {
      signal.throwIfAborted();
      return [];
    },
    async observe(target, request, { signal }) {
      const settings = parseTargetSettings(target.settings);
      const ids = 'ids' in request ? request.ids : request.inventory;
      const asking = { logins: targetLogins(settings), signal };
      return await observeTags(client, { ids, settings }, asking);
    },
    async plan(target, request, { signal }) {
      const settings = parseTargetSettings(target.settings);
      const logins = stackLogins(settings, request.stack.settings, readCredentials);
      return await planStack(target, request, { client, asking: { logins, signal } });
    },
    apply(target, { stack, changes, prepared }, call) {
      const settings = parseTargetSettings(target.settings);
      const logins = stackLogins(settings, stack.settings, readCredentials);
      const desired = new Map(prepared.resources.map((one) => [one.id, one]));
      const start = (emit: WriteScene['emit'], signal: AbortSignal) => {
        const scene = { client, asking: { logins, signal }, settings, desired, emit };
        return (change: Change) => carryOut(change, scene);
      };
      return applySideBySide(changes, start, { signal: call.signal, mostAtOnce });
    },
    assess: assessHealth,
    outputs: readOutputs,
    present: presentTag,
  };
}

/** Images are large: more of them at once only share the same line. */
const mostAtOnce = 4;

const rollback: RollbackStatement = {
  restores: 'Tags point at the older digests again.',
  limits: [
    { says: 'What was copied stays in the registry, and with whoever has pulled it.' },
    {
      says: 'A new tag stays, unless the stack says `oci: { deleteTags: true }`.',
      concerns: { actions: ['create'] },
    },
    {
      says: 'A tag that went comes back only while its image is still there.',
      concerns: { hazards: ['destroys-data'] },
    },
  ],
};

/** What is packed may hold secrets, and nobody reads it so: its digest stands for it (P5). */
function presentTag(_id: ResourceId, { packed: _, ...body }: JsonObject): JsonObject {
  return body;
}
