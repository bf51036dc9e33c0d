/**
 * A provider that brings the hosts of a {@link HostFleet} to a state by tasks: opaque steps, hosts that
 * cannot be reached, no marks, no versions, no watch, and nothing that can be taken back.
 */
import { StalledError } from '@trueup/diagnostics';

import type { Change } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import type { ObserveRequest, Provider } from '../provider.ts';
import {
  type DesiredResource,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '../resource.ts';
import { applyWithFaults } from './apply-with-faults.ts';
import { checkTexts } from './fixture-input.ts';
import type { HostFleet } from './host-fleet.ts';
import { digestTask, type HostPlanContext, planHosts } from './host-plan.ts';
import { prepareHosts, type TaskBody } from './host-prepare.ts';

/** Settings: `{ hosts? }` of a target (the host list, `hosts.json`), `{ playbook? }` of a stack. */
export function createHostProvider(
  fleet: HostFleet,
  { name = 'hosts' }: { readonly name?: string } = {},
): Provider {
  return {
    name,
    applies: 'changes',
    rollback: {
      restores: 'Files get the text that the older tasks write.',
      limits: [
        {
          says: 'What only a newer task made stays: no older task removes it.',
          concerns: { actions: ['create'] },
        },
        { says: 'Commands that ran are not undone.', concerns: { actions: ['execute'] } },
      ],
    },
    checkTarget: (settings) => checkTexts(settings, ['hosts']),
    checkStack: (settings) => checkTexts(settings, ['playbook']),
    prepare: prepareHosts,
    async discover(_target, _stack, { signal }) {
      signal.throwIfAborted();
      return [];
    },
    async observe(_target, request, { signal }) {
      await fleet.link.admit(signal);
      return idsOf(request).flatMap((id) => observeTask(id, fleet) ?? []);
    },
    async plan(target, request, { seal, signal }) {
      await fleet.link.admit(signal);
      return planHosts(request, { fleet, target: target.name, seal });
    },
    apply(target, { changes, prepared }, { seal, signal }) {
      const desired = new Map(prepared.resources.map((one) => [one.id, one]));
      const context = { fleet, target: target.name, seal };
      const { faults } = fleet;
      const perform = async (change: Change, stopped: AbortSignal) => {
        await fleet.link.admit(stopped);
        return performTask(change, desired.get(change.id), context);
      };
      return applyWithFaults(changes, { faults, signal, perform });
    },
    assess: (observed) =>
      observed
        ? { status: 'current', reason: 'Done', message: 'It is as the task says.' }
        : { status: 'not-found', reason: 'NotFound', message: 'It is not there.' },
    outputs: () => ({}),
  };
}

function idsOf(request: ObserveRequest): readonly ResourceId[] {
  return 'ids' in request ? request.ids : request.inventory;
}

function observeTask(id: ResourceId, fleet: HostFleet): ObservedResource | undefined {
  const { kind, scope, name } = parseResourceId(id);
  if (!fleet.isReachable(scope)) return undefined;
  const observedAt = new Date().toISOString();
  if (kind === 'Command') {
    const ran = fleet.ran(scope, name);
    return ran === undefined ? undefined : { id, body: { ran }, version: ran, observedAt };
  }
  const file = fleet.file(scope, name);
  return file && { id, body: { content: file.content }, version: `${file.revision}`, observedAt };
}

function performTask(
  { id }: Change,
  desired: DesiredResource | undefined,
  context: HostPlanContext,
): Outcome {
  if (!desired) throw new StalledError('HOST_TASK_NOT_PREPARED', `${id}: nothing describes it`, id);
  const body = desired.body as TaskBody;
  const { fleet } = context;
  switch (body.does) {
    case 'write':
      fleet.write(id, body.text);
      break;
    case 'append':
      fleet.append(id, body.text);
      break;
    case 'run':
      fleet.run(id, desired.executes === 'changed' ? digestTask(id, body, context) : undefined);
      break;
  }
  return { kind: 'done', id };
}
