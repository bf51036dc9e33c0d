import { type JsonObject, readText } from '@trueup/diagnostics';
import type { LeaseAnswer, TargetLease } from '@trueup/provider-sdk';
import { beforeEach, describe, expect, it } from 'vitest';

import { KubernetesApiError, type ObjectPlace } from '../kubernetes-client.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';
import type { LeaseClock } from './lease-clock.ts';
import { LeaseSightings } from './lease-sightings.ts';
import { acquireStackLease, type StackLeaseOptions } from './stack-lease.ts';

const signal = new AbortController().signal;
const stack = 'shop/web';

let client: FakeKubernetesClient;
let clock: ManualClock;
let sightings: LeaseSightings;

beforeEach(() => {
  client = new FakeKubernetesClient();
  clock = new ManualClock();
  sightings = new LeaseSightings(clock);
});

/** Time passes when a test says so. */
class ManualClock implements LeaseClock {
  #ms = 0;
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  now(): number {
    return this.#ms;
  }

  sleep(ms: number, stop: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sleepers.add({ until: this.#ms + ms, wake: resolve });
    stop.addEventListener('abort', () => resolve(), { once: true });
    return promise;
  }

  /** In steps, so that what wakes may do its work and sleep again. */
  async pass(ms: number): Promise<void> {
    for (const end = this.#ms + ms; this.#ms < end; ) {
      this.#ms = Math.min(this.#ms + 1000, end);
      for (const sleeper of this.#sleepers) {
        if (sleeper.until > this.#ms) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    }
  }
}

describe('the lease of a stack', () => {
  it('is made and deleted with one request each', async () => {
    const before = client.countRequests().total;

    const lease = await take('server');
    expect(readText(await onlyLease(), 'spec', 'holderIdentity')).toBe('server');
    await lease.release();

    // One of them is the look above.
    expect(client.countRequests().total - before).toBe(3);
    expect(await leases()).toEqual([]);
  });

  it('says who holds it, and since when', async () => {
    const lease = await take('server');

    const answer = await ask('laptop');

    expect(answer).toMatchObject({ kind: 'held', by: 'server' });
    expect(Date.parse((answer as { since: string }).since)).toBeGreaterThan(Date.now() - 60_000);
    await lease.release();
  });

  it('goes to another one who has seen it stand still for as long as it is good for', async () => {
    const gone = await take('gone');
    await stopWithoutRelease(gone);

    const answers = [await ask('laptop')];
    await clock.pass(29_999);
    answers.push(await ask('laptop'));
    await clock.pass(1);
    const taken = await take('laptop');

    expect(answers.map(({ kind }) => kind)).toEqual(['held', 'held']);
    expect(readText(await onlyLease(), 'spec', 'holderIdentity')).toBe('laptop');
    await taken.release();
  });

  it('stays with a holder who renews it, whatever its clock says', async () => {
    const lease = await take('server');
    await ask('laptop');
    await edit((spec) => ({ ...spec, renewTime: '1999-01-01T00:00:00.000000Z' }));

    await clock.pass(30_000);

    expect(await ask('laptop')).toMatchObject({ kind: 'held' });
    await lease.release();
  });

  it('lies in the namespace `default` where that of the target does not exist', async () => {
    const create = client.create.bind(client);
    client.create = (place, body, options) => {
      if (place.namespace === 'default') return create(place, body, options);
      const traits = ['namespace-missing'] as const;
      return Promise.reject(new KubernetesApiError(404, 'NotFound', [], { traits }));
    };

    const answer = await ask('server', { namespace: 'shop' });

    expect(answer.kind).toBe('acquired');
    expect(readText(await onlyLease(), 'metadata', 'namespace')).toBe('default');
    if (answer.kind === 'acquired') await answer.lease.release();
  });

  it.each([
    [403, 'Forbidden'],
    [400, 'BadRequest'],
    [422, 'Invalid'],
  ])('is unavailable to those who may not write it: %i', async (status, reason) => {
    client.create = () => Promise.reject(new KubernetesApiError(status, reason));

    expect(await ask('server')).toEqual({
      kind: 'unavailable',
      message: 'Leases may not be written in namespace default.',
    });
  });

  it('tells its holder when it cannot be renewed any more', async () => {
    const lease = await take('server');
    client.unplug();

    await clock.pass(19_000);
    expect(lease.lost.aborted).toBe(false);
    await clock.pass(1000);

    expect(lease.lost.reason).toMatchObject({ code: 'KUBERNETES_LEASE_LOST', subject: stack });
    await lease.release();
  });

  it('tells its holder when somebody else has it, and leaves it to them', async () => {
    const lease = await take('server');
    await edit((spec) => ({ ...spec, holderIdentity: 'thief' }));

    await clock.pass(10_000);
    expect(lease.lost.aborted).toBe(true);
    await lease.release();

    expect(readText(await onlyLease(), 'spec', 'holderIdentity')).toBe('thief');
  });

  it('is kept although an answer was lost on its way', async () => {
    const lease = await take('server');
    const replace = client.replace.bind(client);
    let lost = 0;
    client.replace = async (...args) => {
      const body = await replace(...args);
      lost += 1;
      if (lost === 1) throw new Error('no answer');
      return body;
    };

    await clock.pass(60_000);

    expect(lease.lost.aborted).toBe(false);
    await lease.release();
    expect(await leases()).toEqual([]);
  });
});

function ask(holder: string, rest: Partial<StackLeaseOptions> = {}): Promise<LeaseAnswer> {
  const options = { holder, stack, namespace: 'default', sightings, clock, signal, ...rest };
  return acquireStackLease(client, options);
}

async function take(holder: string, rest?: Partial<StackLeaseOptions>): Promise<TargetLease> {
  const answer = await ask(holder, rest);
  if (answer.kind !== 'acquired') throw new Error(`${holder}: ${answer.kind}`);
  return answer.lease;
}

/** As a process ends that is killed: the lease stays as it was left. */
async function stopWithoutRelease(lease: TargetLease): Promise<void> {
  const remove = client.delete.bind(client);
  client.delete = () => Promise.reject(new Error('killed'));
  await lease.release();
  client.delete = remove;
}

function kindOfLeases(): ObjectPlace['kind'] {
  const kind = client.kinds.find((one) => one.kind === 'Lease');
  if (!kind) throw new Error('There are no leases.');
  return kind;
}

async function leases(): Promise<readonly JsonObject[]> {
  return (await client.list({ kind: kindOfLeases() }, signal)).items;
}

async function onlyLease(): Promise<JsonObject | undefined> {
  const [lease, ...others] = await leases();
  if (others.length > 0) throw new Error('There are several leases.');
  return lease;
}

async function edit(change: (spec: JsonObject) => JsonObject): Promise<void> {
  const lease = await onlyLease();
  const name = readText(lease, 'metadata', 'name') ?? '';
  client.edit({ kind: kindOfLeases(), namespace: 'default', name }, (body) => ({
    ...body,
    spec: change(body['spec'] as JsonObject),
  }));
}
