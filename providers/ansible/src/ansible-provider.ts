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
import { ForeseenLooks } from './observe/foreseen-looks.ts';
import { type Look, lookAtStack } from './observe/look-at-stack.ts';
import { LookMemory } from './observe/look-memory.ts';
import { observeLook } from './observe/observe-look.ts';
import { presentBody, readOutputs } from './observe/observe-outputs.ts';
import { planNothing, planStack } from './plan/plan-stack.ts';
import { digestBundle, unpackBundle } from './prepare/bundle.ts';
import { ListingMemory } from './prepare/list-tasks.ts';
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
  const now = options.now ?? ((): Date => new Date());
  const open = (own: AnsibleClientOptions): Tool => ({
    client: options.client ?? openAnsibleClient(own),
    foreseen: new ForeseenLooks(now),
  });
  const [usual, strict] = [open(options), open({ ...options, isolation: required })];
  const toolOf = ({ isolation }: CallContext): Tool => (isolation === 'required' ? strict : usual);
  const looks = new LookMemory();
  const listings = new ListingMemory();
  return {
    name: 'ansible',
    applies: 'whole',
    rollback,
    interprets: true,
    checkTarget: checkTargetSettings,
    checkStack: checkStackSettings,
    prepare: (files, request, call) =>
      prepareStack(files, request, { ...call, ...toolOf(call), listings }),
    async discover(_target, _stack, { signal }) {
      signal.throwIfAborted();
      return [];
    },
    async observe(target, request, call) {
      const { signal } = call;
      signal.throwIfAborted();
      const look = await lookFor(target, request.prepared, { ...toolOf(call), signal });
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
      const looking = { ...toolOf(call), signal: call.signal };
      const look = kept ?? (await lookFor(target, request.prepared, looking));
      return planLooked(target, request, { look, call });
    },
    apply(target, request, call) {
      looks.forget();
      for (const { foreseen } of [usual, strict]) foreseen.forget();
      const { apply, plan, knownHosts, batch } = parseTargetSettings(target.settings);
      const settings = parseStackSettings(request.stack.settings);
      return applyStack(request, {
        client: toolOf(call).client,
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

/** One way to run it, with the looks that began this way. */
interface Tool {
  readonly client: AnsibleClient;
  readonly foreseen: ForeseenLooks;
}

interface Looking extends Tool {
  readonly signal: AbortSignal;
}

async function lookFor(
  target: Target,
  prepared: PlanRequest['prepared'] | undefined,
  { client, foreseen, signal }: Looking,
): Promise<Look | undefined> {
  const bundle = prepared && unpackBundle(prepared);
  if (!bundle) return undefined;
  const known = foreseen.take(prepared, target);
  const asked = { client, bundle, prepared, access: planAccessOf(target), signal };
  return lookAtStack({ ...asked, ...(known && { foreseen: known }) });
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
