import { type JsonObject, readField } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';
import { afterEach, describe, expect, it } from 'vitest';

import type { ObjectPlace } from '../kubernetes-client.ts';
import { fakeKind } from '../testing/fake-kinds.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';
import { KindWatch } from './watch-kind.ts';

const signal = new AbortController().signal;
const kind = fakeKind('ConfigMap', 'configmaps');
const id = 'ConfigMap/default/a' as ResourceId;
const place: ObjectPlace = { kind, namespace: 'default', name: 'a' };
const body = (value: string, owner: string | null = 'mark'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...(owner !== null && { labels: { 'trueup.dev/owner': owner } }) },
  data: { value },
});
const open: KindWatch[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((watch) => watch.close()));
});

interface Scene {
  readonly client: FakeKubernetesClient;
  readonly watch: KindWatch;
  readonly hints: ResourceId[];
}

async function start(client = new FakeKubernetesClient()): Promise<Scene> {
  const hints: ResourceId[] = [];
  const watch = new KindWatch({
    client,
    query: { kind, labelSelector: 'trueup.dev/owner' },
    onChange: (one) => hints.push(one),
    onBreak: () => undefined,
    random: () => 0.5,
  });
  open.push(watch);
  await watch.synced(signal);
  return { client, watch, hints };
}

/** Waits for what is bound to come. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let round = 0; !isTrue(); round += 1) {
    if (round > 2000) throw new Error('It did not come.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Waits until everything that was done before has come: a watch tells in order. */
async function untilTold({ client, watch }: Pick<Scene, 'client' | 'watch'>): Promise<void> {
  const last = { ...body('last'), metadata: { name: 'last', labels: { 'trueup.dev/owner': 'x' } } };
  client.put({ ...place, name: 'last' }, last);
  await until(() => watch.get('ConfigMap/default/last' as ResourceId) !== undefined);
}

const valueIn = (watch: KindWatch) => readField(watch.get(id), 'data', 'value');

describe('a watch of one kind', () => {
  it('has what was there, and what comes', async () => {
    const client = new FakeKubernetesClient();
    client.put(place, body('1'));
    const { watch, hints } = await start(client);
    expect(valueIn(watch)).toBe('1');

    client.put(place, body('2'));
    await until(() => valueIn(watch) === '2');
    client.remove(place);
    await until(() => watch.get(id) === undefined);

    expect(hints.at(-1)).toBe(id);
  });

  it('lets go of what lost its mark', async () => {
    const { client, watch, hints } = await start();
    client.put(place, body('1'));
    await until(() => watch.get(id) !== undefined);

    client.put(place, body('1', null));

    await until(() => watch.get(id) === undefined);
    expect(hints).toEqual([id, id]);
  });

  it('lists again after a gap, and tells what moved in it', async () => {
    const client = new FakeKubernetesClient();
    client.put(place, body('1'));
    const { watch, hints } = await start(client);
    hints.length = 0;
    client.unplug();
    client.put(place, body('2'));
    client.compact();
    client.plug();

    await until(() => valueIn(watch) === '2');

    expect(hints).toEqual([id]);
  });

  it('goes on after its connection broke', async () => {
    const { client, watch } = await start();
    client.dropWatches();
    client.put(place, body('1'));

    await until(() => valueIn(watch) === '1');
    expect(client.countRequests().byPurpose).toMatchObject({ list: 1, watch: 2 });
  });

  it('says that nothing is known while the server is gone', async () => {
    const { client, watch } = await start();
    client.unplug();
    let failure: unknown;
    await until(() => {
      watch.synced(signal).catch((error: unknown) => {
        failure = error;
      });
      return failure !== undefined;
    });

    expect(failure).toMatchObject({ name: 'NoConnectionError' });
    client.plug();
    await expect
      .poll(() =>
        watch.synced(signal).then(
          () => 'synced',
          () => 'not',
        ),
      )
      .toBe('synced');
  });

  it('reads our own writes at once, and lets no echo of before undo them', async () => {
    const { client, watch } = await start();
    const old = client.put(place, body('1'));
    const young = client.put(place, body('2'));

    watch.put(id, young);
    watch.put(id, old);

    expect(valueIn(watch)).toBe('2');
    await untilTold({ client, watch });
    expect(valueIn(watch)).toBe('2');
  });

  it('does not lose our new object when its predecessor is said to be gone', async () => {
    const client = new FakeKubernetesClient();
    const old = client.put(place, body('1'));
    const goes = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    client.watch = async function* () {
      await goes.promise;
      yield { kind: 'deleted', object: old };
      told.resolve();
      await Promise.withResolvers<void>().promise;
    };
    const { watch } = await start(client);
    open.pop();

    watch.put(id, client.put(place, body('2')));
    goes.resolve();
    await told.promise;

    expect(valueIn(watch)).toBe('2');
  });

  it('keeps nothing of what was deleted', async () => {
    const client = new FakeKubernetesClient();
    const object = client.put(place, body('1'));
    const { watch } = await start(client);

    watch.drop(id);
    client.put(place, { ...object, data: { value: 'going' } });
    await untilTold({ client, watch });

    expect(watch.get(id)).toBeUndefined();
  });
});
