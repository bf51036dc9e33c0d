import type { OpenStack, StackRecord, Write } from '@trueup/engine';
import type { OffspringNode, ResourceId } from '@trueup/provider-sdk';
import { createMasker } from '@trueup/secrets';
import { notFound, SessionError } from '../access/session-error.ts';
import { openDrift } from '../drift/open-drift.ts';
import { type Desk, stackSubject } from './desk.ts';
import { explainFields } from './explain-fields.ts';
import { startAtHead } from './run-calls.ts';
import type { Session, StackView } from './session.ts';

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
  return { ...listingCalls(desk), ...lookingCalls(desk), ...pausingCalls(desk) };
}

function listingCalls(desk: Desk): Pick<Calls, 'stacks' | 'stack'> {
  const { store } = desk.ports;
  return {
    async stacks(page) {
      const repositories = (await desk.visible()).map(({ id }) => id);
      const found = await store.stacks({ repositories }, page);
      return { ...found, items: await toViews(found.items, desk) };
    },

    async stack(id) {
      const [view] = await toViews([await desk.stack(id)], desk);
      if (!view) throw notFound(id);
      return view;
    },
  };
}

function lookingCalls(
  desk: Desk,
): Pick<Calls, 'resources' | 'offspring' | 'resourceEvents' | 'logs' | 'explain'> {
  const { store } = desk.ports;
  return {
    async resources(id, signal) {
      await desk.stack(id);
      const open = await openForLooking(id, desk, signal);
      const ids = await store.inventory(id);
      const call = callFor(open, signal);
      const asked = { ids, prepared: open.prepared };
      const observed = await open.provider.observe(open.target, asked, call);
      const byId = new Map(observed.map((one) => [one.id, one]));
      const drifted = new Set((await openDrift(id, store)).map(({ resource }) => resource));
      return ids.map((resource) => ({
        id: resource,
        health: open.provider.assess(byId.get(resource)),
        drifted: drifted.has(resource),
      }));
    },

    async offspring(id, signal) {
      await desk.stack(id);
      return offspringOf(id, await openForLooking(id, desk, signal), desk, signal);
    },

    async resourceEvents(id, signal) {
      await desk.stack(id);
      const open = await openForLooking(id, desk, signal);
      const ids = await store.inventory(id);
      return open.provider.explore?.events(open.target, ids, callFor(open, signal)) ?? [];
    },

    async *logs(id, request, signal) {
      await desk.stack(id);
      const open = await openForLooking(id, desk, signal);
      // A target holds more than this stack, and not everybody may look at all of it.
      const own = await store.inventory(id);
      if (!own.includes(request.id)) await requireOffspring(id, request.id, { open, desk, signal });
      const mask = createMasker(await secretValues(desk));
      const lines = open.provider.explore?.logs(open.target, request, { signal, seal: open.seal });
      for await (const line of lines ?? []) yield mask.mask(line);
    },

    async explain(id, resource, path, signal) {
      const record = await desk.stack(id);
      const open = await openForLooking(id, desk, signal);
      const desired = open.prepared.resources.some((one) => one.id === resource);
      const own = desired || (await store.inventory(id)).includes(resource);
      if (!own) throw notFound(resource);
      const limit = within(60_000, signal);
      return explainFields({ desk, record, open, id: resource, path }, limit);
    },
  };
}

function pausingCalls(desk: Desk): Pick<Calls, 'pause' | 'unpause'> {
  const { store } = desk.ports;
  return {
    async pause(id, reason) {
      const record = await desk.stack(id, 'pause');
      const paused = { by: desk.name, at: desk.at(), reason };
      await store.commit([
        { kind: 'stack-changed', id, change: { paused } },
        desk.audit('stack:paused', id, { reason }),
        desk.event('stack:paused', id),
      ]);
      return { ...record, paused };
    },

    async unpause(id) {
      return desk.inTurn(await desk.stack(id, 'pause'), (record) => unpauseIn(record, desk));
    },
  };
}

async function unpauseIn({ paused, ...record }: StackRecord, desk: Desk): Promise<StackRecord> {
  const { id } = record;
  if (!paused) return record;
  const writes: readonly Write[] = [
    { kind: 'stack-changed', id, change: { paused: undefined } },
    desk.audit('stack:unpaused', id),
    desk.event('stack:unpaused', id),
  ];
  // New revisions have left it alone meanwhile, so that it catches up now.
  if (record.standing === 'active') await startAtHead(record, desk, writes);
  else await desk.ports.store.commit(writes);
  return record;
}

async function offspringOf(
  id: string,
  open: OpenStack,
  { ports }: Desk,
  signal?: AbortSignal,
): Promise<readonly OffspringNode[]> {
  const ids = await ports.store.inventory(id);
  const { explore } = open.provider;
  if (!explore) return [];
  return explore.offspring(open.target, { stack: open.stack, ids }, callFor(open, signal));
}

interface Looking {
  readonly open: OpenStack;
  readonly desk: Desk;
  readonly signal: AbortSignal;
}

async function requireOffspring(
  id: string,
  resource: ResourceId,
  { open, desk, signal }: Looking,
): Promise<void> {
  const nodes = await offspringOf(id, open, desk, signal);
  if (!nodes.some((node) => node.id === resource)) throw notFound(resource);
}

async function toViews(records: readonly StackRecord[], desk: Desk): Promise<readonly StackView[]> {
  const summaries = await desk.ports.store.stackSummaries(records.map(({ id }) => id));
  return records.map((record) => {
    const { openDrift: driftCount = 0, newestRun: lastRun } = summaries.get(record.id) ?? {};
    const may = desk.verbsFor(stackSubject(record.id));
    return { ...record, driftCount, may, ...(lastRun && { lastRun }) };
  });
}

/**
 * Takes a minute at most: it may have to fetch what the stack builds on. Ends sooner with `signal`.
 *
 * @throws SessionError `CONFLICT` for a stack that was never brought to its target.
 */
export async function openForLooking(
  id: string,
  desk: Desk,
  signal?: AbortSignal,
): Promise<OpenStack> {
  const open = await desk.ports.keeper.openApplied(id, within(60_000, signal));
  if (!open) throw new SessionError('CONFLICT', `${id}: no run of it has succeeded yet`);
  return open;
}

function callFor({ seal }: OpenStack, signal?: AbortSignal) {
  return { signal: within(30_000, signal), seal };
}

function within(ms: number, signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(ms);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

async function secretValues({ ports }: Desk): Promise<readonly string[]> {
  const records = await ports.store.secrets();
  return records.map(({ name, ciphertext }) =>
    new TextDecoder().decode(ports.decrypt(ciphertext, name)),
  );
}
