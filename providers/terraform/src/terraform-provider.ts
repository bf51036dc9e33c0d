/**
 * OpenTofu and Terraform behind the contract of a provider. The tool plans into a file; its structured
 * plan, sealed, is the plan; what is applied is that file.
 */
import type { CallContext, Provider, RollbackStatement } from '@trueup/provider-sdk';

import { applyPlan } from './apply/apply-plan.ts';
import { assessHealth } from './assess-health.ts';
import type { TerraformClientOptions } from './client/client-options.ts';
import { openTerraformClient } from './client/open-terraform-client.ts';
import { findState } from './observe/find-state.ts';
import { presentBody } from './observe/present-body.ts';
import { readOutputs } from './observe/read-outputs.ts';
import { observeUnset, toObserved } from './observe/read-state.ts';
import { planStack } from './plan/plan-stack.ts';
import { locateFields } from './prepare/locate-fields.ts';
import { prepareStack } from './prepare/prepare-stack.ts';
import { checkStackSettings, checkTargetSettings } from './schema.ts';
import { unpackStack } from './sources/sources-archive.ts';
import type { TerraformClient } from './terraform-client.ts';

export type TerraformProviderOptions = TerraformClientOptions;

/** Runs nothing yet. */
export function createTerraformProvider(options: TerraformProviderOptions): Provider {
  const strict = openTerraformClient({ ...options, isolation: 'required' });
  return createProvider(openTerraformClient(options), strict);
}

/** For a client that somebody else made: tests. `strict` is that for calls whose isolation is required. */
export function createProvider(usual: TerraformClient, strict: TerraformClient = usual): Provider {
  const clientOf = ({ isolation }: CallContext): TerraformClient =>
    isolation === 'required' ? strict : usual;
  return {
    name: 'terraform',
    applies: 'whole',
    rollback,
    interprets: true,
    checkTarget: checkTargetSettings,
    checkStack: checkStackSettings,
    prepare: (files, request, call) =>
      prepareStack(request, { client: clientOf(call), files, call }),
    locate: (files, request, call) => locateFields(files, request, call.signal),
    async discover(target, stack, call) {
      const found = await findState(
        { stack, target, purpose: 'plan' },
        clientOf(call),
        call.signal,
      );
      const { state } = found;
      return state ? [...state.resources.keys()].sort() : [];
    },
    async observe(target, request, call) {
      const { signal } = call;
      signal.throwIfAborted();
      const stack = 'stack' in request ? request.stack : stackOf(request.prepared?.bundle);
      // An id alone does not tell in whose state it would be.
      if (!stack) return [];
      const found = await findState({ stack, target, purpose: 'plan' }, clientOf(call), signal);
      const { state } = found;
      const at = new Date().toISOString();
      const observed = toObserved(state, at);
      if ('stack' in request) return observed;
      const asked = new Set(request.ids);
      const unset = observeUnset(state, request.prepared?.resources ?? [], at);
      return [...observed, ...unset].filter(({ id }) => asked.has(id));
    },
    // One look at the state serves both.
    async survey(target, { stack }, call) {
      const found = await findState(
        { stack, target, purpose: 'plan' },
        clientOf(call),
        call.signal,
      );
      const { state } = found;
      const observed = toObserved(state, new Date().toISOString());
      return { inventory: observed.map(({ id }) => id).sort(), observed };
    },
    plan: (target, request, call) => planStack(target, request, { client: clientOf(call), call }),
    apply: (target, request, call) => applyPlan(target, request, { client: clientOf(call), call }),
    assess: assessHealth,
    outputs: readOutputs,
    present: (_id, body, sealed) => presentBody(body, sealed),
  };
}

function stackOf(bundle: Uint8Array | undefined): ReturnType<typeof unpackStack> | undefined {
  return bundle && unpackStack(bundle);
}

const rollback: RollbackStatement = {
  restores:
    'Resources get the arguments of the older files; what only newer ones describe is destroyed.',
  limits: [
    {
      says: 'What was destroyed or replaced is made anew, without the data that it held.',
      concerns: { hazards: ['destroys-data'] },
    },
    {
      says: 'What is new is destroyed with the data that it holds by now, and what its provisioners did stays done.',
      concerns: { actions: ['create'] },
    },
    {
      says: 'What was imported is destroyed, unless a `removed` block keeps it.',
      concerns: { actions: ['take-over'] },
    },
  ],
};
