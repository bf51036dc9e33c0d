import type { OpenStack, StackRecord } from '@trueup/engine';
import { createMasker } from '@trueup/secrets';

import { openDrift } from '../drift/open-drift.ts';
import type { Desk } from './desk.ts';
import { explainFields } from './explain-fields.ts';
import type { Session, StackView } from './session.ts';
import { SessionError } from './session-error.ts';

type Calls = Pick<
  Session,
  | 'stacks'
  | 'stack'
  | 'resources'
  | 'offspring'
  | 'resourceEvents'
  | 'logs'
  | 'explain'
  | 'pause'
  | 'unpause'
>;

export function stackCalls(desk: Desk): Calls {
  const { store, keeper } = desk.ports;
  return {
    async stacks(page) {
      const visible = new Set((await desk.visible()).map(({ id }) => id));
      const found = await store.stacks({}, page);
      const records = found.items.filter(({ repository }) => visible.has(repository));
      const items = await Promise.all(records.map((record) => toView(record, desk)));
      return { ...found, items };
    },

    stack: async (id) => toView(await desk.stack(id), desk),

    async resources(id) {
      await desk.stack(id);
      const open = await openForLooking(id, desk);
      const call = callFor(open);
      const ids = await store.inventory(id);
      const observed = await open.provider.observe(open.target, { ids }, call);
      const byId = new Map(observed.map((one) => [one.id, one]));
      const drifted = new Set((await openDrift(id, store)).map(({ resource }) => resource));
      return ids.map((resource) => ({
        id: resource,
        health: open.provider.assess(byId.get(resource)),
        drifted: drifted.has(resource),
      }));
    },

    async offspring(id) {
      await desk.stack(id);
      const open = await openForLooking(id, desk);
      const ids = await store.inventory(id);
      const { explore } = open.provider;
      if (!explore) return [];
      return explore.offspring(open.target, { stack: open.stack, ids }, callFor(open));
    },

    async resourceEvents(id) {
      await desk.stack(id);
      const open = await openForLooking(id, desk);
      const ids = await store.inventory(id);
      return open.provider.explore?.events(open.target, ids, callFor(open)) ?? [];
    },

    async *logs(id, request, signal) {
      await desk.stack(id);
      const open = await openForLooking(id, desk);
      const mask = createMasker(await secretValues(desk));
      const { explore } = open.provider;
      if (!explore) return;
      const lines = explore.logs(open.target, request, { signal, seal: open.seal });
      for await (const line of lines) yield mask.mask(line);
    },

    async explain(id, resource, path) {
      const record = await desk.stack(id);
      const open = await openForLooking(id, desk);
      return explainFields({ desk, record, open, id: resource, path });
    },

    async pause(id, reason) {
      const record = await desk.stack(id, 'pause');
      const paused = { by: desk.name, at: desk.at(), reason };
      await store.commit([
        { kind: 'stack-changed', id, change: { paused } },
        desk.audit('stack:paused', id, { reason }),
      ]);
      return { ...record, paused };
    },

    async unpause(id) {
      const { paused: _paused, ...record } = await desk.stack(id, 'pause');
      await store.commit([
        { kind: 'stack-changed', id, change: { paused: undefined } },
        desk.audit('stack:unpaused', id),
      ]);
      keeper.attend(id);
      return record;
    },
  };
}

async function toView(record: StackRecord, desk: Desk): Promise<StackView> {
  const { store } = desk.ports;
  const [newest] = (await store.runs({ stack: record.id }, { limit: 1 })).items;
  const drift = await openDrift(record.id, store);
  return { ...record, driftCount: drift.length, ...(newest && { lastRun: newest }) };
}

/** @throws SessionError `CONFLICT` for a stack that was never brought to its target. */
export async function openForLooking(id: string, desk: Desk): Promise<OpenStack> {
  const open = await desk.ports.keeper.openApplied(id, neverAborted());
  if (!open) throw new SessionError('CONFLICT', `${id}: no run of it has succeeded yet`);
  return open;
}

function callFor({ seal }: OpenStack) {
  return { signal: AbortSignal.timeout(30_000), seal };
}

function neverAborted(): AbortSignal {
  return AbortSignal.timeout(60_000);
}

async function secretValues({ ports }: Desk): Promise<readonly string[]> {
  const records = await ports.store.secrets();
  return records.map(({ name, ciphertext }) =>
    new TextDecoder().decode(ports.decrypt(ciphertext, name)),
  );
}
