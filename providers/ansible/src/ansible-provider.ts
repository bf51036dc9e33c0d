/**
 * Brings hosts to a state by Ansible playbooks. What a playbook would do is known only by asking it: a look is a run in
 * check mode, whose events are the plan.
 */
import type {
  CallContext,
  ObserveRequest,
  Plan,
  PlanRequest,
  Provider,
  ResourceId,
  RollbackStatement,
  Target,
} from '@trueup/provider-sdk';

import type { Access, AnsibleClient } from './ansible-client.ts';
import { applyStack } from './apply/apply-stack.ts';
import { assessHealth } from './assess-health.ts';
import { type AnsibleClientOptions, openAnsibleClient } from './client/open-ansible-client.ts';
import { type Look, lookAtStack } from './observe/look-at-stack.ts';
import { LookMemory } from './observe/look-memory.ts';
import { observeLook } from './observe/observe-look.ts';
import { presentBody, readOutputs } from './observe/observe-outputs.ts';
import { planNothing, planStack } from './plan/plan-stack.ts';
import { digestBundle, unpackBundle } from './prepare/bundle.ts';
import { prepareStack } from './prepare/prepare-stack.ts';
import {
  checkStackSettings,
  checkTargetSettings,
  parseStackSettings,
  parseTargetSettings,
} from './schema.ts';

export interface AnsibleProviderOptions extends AnsibleClientOptions {
  readonly now?: () => Date;
  /** In the place of the real tool, for tests. */
  readonly client?: AnsibleClient;
}

export function createAnsibleProvider(options: AnsibleProviderOptions): Provider {
  const usual = options.client ?? openAnsibleClient(options);
  const strict = options.client ?? openAnsibleClient({ ...options, isolation: required });
  const clientOf = ({ isolation }: CallContext): AnsibleClient =>
    isolation === 'required' ? strict : usual;
  const now = options.now ?? ((): Date => new Date());
  const looks = new LookMemory();
  return {
    name: 'ansible',
    applies: 'whole',
    rollback,
    interprets: true,
    checkTarget: checkTargetSettings,
    checkStack: checkStackSettings,
    prepare: (files, request, call) =>
      prepareStack(files, request, { ...call, client: clientOf(call) }),
    async discover(_target, _stack, { signal }) {
      signal.throwIfAborted();
      return [];
    },
    async observe(target, request, call) {
      const { signal } = call;
      signal.throwIfAborted();
      const look = await lookFor(target, request.prepared, { client: clientOf(call), signal });
      if (!look) return [];
      const at = now();
      const wanted = new Set(idsOf(request));
      const answer = observeLook(look, at).filter(({ id }) => wanted.has(id));
      looks.keep(request.prepared, target, look);
      return answer;
    },
    async plan(target, request, call) {
      call.signal.throwIfAborted();
      const kept = looks.take(request.prepared, target, request.observed);
      const looking = { client: clientOf(call), signal: call.signal };
      const look = kept ?? (await lookFor(target, request.prepared, looking));
      return planLooked(target, request, { look, call });
    },
    apply(target, request, call) {
      looks.forget();
      const { apply, plan, knownHosts, batch } = parseTargetSettings(target.settings);
      const settings = parseStackSettings(request.stack.settings);
      return applyStack(request, {
        client: clientOf(call),
        applyAccess: { credentials: apply, knownHosts },
        planAccess: { credentials: plan, knownHosts },
        batch: { ...batch, ...settings.batch },
        signal: call.signal,
      });
    },
    assess: (observed) => assessHealth(observed?.body),
    outputs: readOutputs,
    present: presentBody,
  };
}

/** For what somebody wrote who may not plan the target. */
const required = { plan: 'required', apply: 'required' } as const;

interface Looking {
  readonly client: AnsibleClient;
  readonly signal: AbortSignal;
}

async function lookFor(
  target: Target,
  prepared: PlanRequest['prepared'] | undefined,
  { client, signal }: Looking,
): Promise<Look | undefined> {
  const bundle = prepared && unpackBundle(prepared);
  if (!bundle) return undefined;
  return lookAtStack({ client, bundle, prepared, access: planAccessOf(target), signal });
}

function planAccessOf(target: Target): Access {
  const { plan, knownHosts } = parseTargetSettings(target.settings);
  return { credentials: plan, knownHosts };
}

function idsOf(request: ObserveRequest): readonly ResourceId[] {
  return 'ids' in request ? request.ids : request.inventory;
}

interface Looked {
  readonly look: Look | undefined;
  readonly call: CallContext;
}

function planLooked(target: Target, request: PlanRequest, { look, call }: Looked): Plan {
  const { prepared, stack } = request;
  const bundle = unpackBundle(prepared);
  if (!(look && bundle && prepared.bundle)) return planNothing(request);
  const plan = planStack(request, look, {
    seal: (secret, place) => call.seal(secret, { target: target.name, ...place }),
    pinned: digestBundle(prepared.bundle),
    leavesUnreachable: parseStackSettings(stack.settings).leavesUnreachable,
  });
  // Who gives fewer resources than were prepared asks for those only.
  if (prepared.resources.length >= bundle.resources) return plan;
  const asked = new Set(prepared.resources.map(({ id }) => id));
  return { ...plan, changes: plan.changes.filter(({ id }) => asked.has(id)) };
}

const rollback: RollbackStatement = {
  restores: 'Hosts get what the older playbook states, and nothing else.',
  limits: [
    {
      says: 'Tasks have no inverse: what only the newer playbook did stays until a task takes it back.',
    },
    { says: 'Commands that ran are not undone.', concerns: { actions: ['execute'] } },
  ],
};
