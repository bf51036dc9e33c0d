/** What watches promise, as a suite for every API server. */

import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { type Answer, type ApiServer, ask } from './api-client.ts';
import { recordWatch, summarise, waitUntil } from './watch-recorder.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
type Any = any;

export function describeWatches(name: string, server: () => ApiServer): void {
  describe.concurrent(`${name}, watches`, () => {
    it('begin with what there is', async () => {
      const maps = await prepare(server());
      await maps.put('a', '1');

      await using watch = await recordWatch(server(), `${maps.path}?watch=1`);
      await watch.take(1);
      await maps.put('b', '1');

      expect((await watch.take(2)).map(summarise)).toEqual(['ADDED a=1', 'ADDED b=1']);
    });

    it('go on from a version, and leave nothing out', async () => {
      const maps = await prepare(server());
      const { resourceVersion } = await maps.put('a', '1');
      await maps.put('b', '1');
      await maps.put('a', '2');
      await maps.remove('b');

      await using watch = await recordWatch(
        server(),
        `${maps.path}?watch=1&resourceVersion=${resourceVersion}`,
      );
      const events = await watch.take(3);

      expect(events.map(summarise)).toEqual(['ADDED b=1', 'MODIFIED a=2', 'DELETED b=1']);
      expect(versionsOf(events)).toEqual(versionsOf(events).toSorted((a, b) => a - b));
    });

    it('tell the last state of what is deleted, at the version of the deletion', async () => {
      const maps = await prepare(server());
      const { resourceVersion } = await maps.put('a', '1');

      await using watch = await recordWatch(
        server(),
        `${maps.path}?watch=1&resourceVersion=${resourceVersion}`,
      );
      await maps.remove('a');
      const [event] = await watch.take(1);

      expect(event).toMatchObject({ type: 'DELETED', object: { data: { x: '1' } } });
      expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(
        Number(resourceVersion),
      );
    });

    it('tell what enters and leaves a selection as added and deleted', async () => {
      const maps = await prepare(server());
      const { resourceVersion } = await maps.put('a', '1', { tier: 'web' });

      await using watch = await recordWatch(
        server(),
        `${maps.path}?watch=1&labelSelector=tier%3Dweb&resourceVersion=${resourceVersion}`,
      );
      await maps.put('b', '1', { tier: 'data' });
      await maps.put('b', '2', { tier: 'web' });
      await maps.put('b', '3', { tier: 'web' });
      await maps.put('b', '4', { tier: 'data' });
      const events = await watch.take(3);

      expect(events.map(summarise)).toEqual(['ADDED b=2', 'MODIFIED b=3', 'DELETED b=3']);
    });

    it('of one name tell of nothing else', async () => {
      const maps = await prepare(server());
      await maps.put('a', '1');

      await using watch = await recordWatch(
        server(),
        `${maps.path}?watch=1&fieldSelector=metadata.name%3Db`,
      );
      await maps.put('a', '2');
      await maps.put('b', '1');

      expect((await watch.take(1)).map(summarise)).toEqual(['ADDED b=1']);
    });

    it('say when the initial events are over', async () => {
      const maps = await prepare(server());
      await maps.put('a', '1');
      const query =
        'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

      await using watch = await recordWatch(server(), `${maps.path}?${query}`);
      const [added, bookmark] = await watch.take(2);

      expect(added && summarise(added)).toBe('ADDED a=1');
      expect(bookmark).toMatchObject({
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
        },
      });
    });

    it('refuse a version that is too old', async () => {
      // The cache of a kind that is new has seen nothing of the server's first version.
      await using kind = await prepareKind(server());

      await using watch = await recordWatch(server(), `${kind.path}?watch=1&resourceVersion=1`);
      const [event] = await watch.take(1);
      await watch.end();

      expect(watch.status).toBe(200);
      expect(event && summarise(event)).toBe('ERROR 410 Expired');
    });

    it('refuse a list at a version that is forgotten, and answer as it was at one that is not', async () => {
      const maps = await prepare(server());
      await maps.put('a', '1');

      const query = 'resourceVersion=1&resourceVersionMatch=Exact';
      const { status, body } = await ask(server(), {
        method: 'GET',
        path: `${maps.path}?${query}`,
      });

      // How long a server remembers is its own affair: a new one still knows its first version.
      const { items = [], reason } = body as { items?: unknown[]; reason?: string };
      expect([status, reason, items]).toEqual(
        status === 200 ? [200, undefined, []] : [410, 'Expired', []],
      );
    });

    it('end when their time is over', async () => {
      const maps = await prepare(server());

      await using watch = await recordWatch(server(), `${maps.path}?watch=1&timeoutSeconds=1`);
      await watch.end();

      expect(watch.events).toEqual([]);
    });

    it('tell before their end how far they have come', async () => {
      const maps = await prepare(server());
      const { resourceVersion } = await maps.put('a', '1');

      const query = 'watch=1&allowWatchBookmarks=true&timeoutSeconds=3';
      await using watch = await recordWatch(
        server(),
        `${maps.path}?${query}&resourceVersion=${resourceVersion}`,
      );
      await watch.end();
      const last = watch.events.at(-1);

      expect(last).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap' } });
      expect(Number(last?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(
        Number(resourceVersion),
      );
    });

    it('can be asked for in the old form', async () => {
      const maps = await prepare(server());
      await maps.put('a', '1');
      await maps.put('b', '1');
      const path = maps.path.replace('/api/v1/', '/api/v1/watch/');

      await using all = await recordWatch(server(), path);
      await using one = await recordWatch(server(), `${path}/b`);

      expect((await all.take(2)).map(summarise)).toEqual(['ADDED a=1', 'ADDED b=1']);
      expect((await one.take(1)).map(summarise)).toEqual(['ADDED b=1']);
    });

    it('see all namespaces at once', async () => {
      const [one, other] = [await prepare(server()), await prepare(server())];
      const label = { 'watch-of-all': one.path.split('/')[4] ?? '' };
      const selector = `labelSelector=watch-of-all%3D${label['watch-of-all']}`;

      await using watch = await recordWatch(server(), `/api/v1/configmaps?watch=1&${selector}`);
      await one.put('a', '1', label);
      await other.put('b', '1', label);

      expect((await watch.take(2)).map(summarise)).toEqual(['ADDED a=1', 'ADDED b=1']);
    });

    it('of a kind end with its definition, after all of its objects', async () => {
      await using kind = await prepareKind(server());

      await using watch = await recordWatch(server(), `${kind.path}?watch=1`);
      await watch.take(1);
      await kind.remove();
      const [, ...events] = await watch.take(2);

      expect(events.map(({ type }) => type)).toEqual(['DELETED']);
    });

    it('see nothing of dry runs, nor of writes that change nothing', async () => {
      const maps = await prepare(server());
      const { resourceVersion } = await maps.put('a', '1');

      await using watch = await recordWatch(
        server(),
        `${maps.path}?watch=1&resourceVersion=${resourceVersion}`,
      );
      await maps.put('a', '1');
      await maps.put('b', '1', {}, 'dryRun=All');
      await maps.put('c', '1');

      expect((await watch.take(1)).map(summarise)).toEqual(['ADDED c=1']);
    });

    it('come as tables and as metadata only', async () => {
      const maps = await prepare(server());
      await maps.put('a', '1');
      const form = (as: string): string => `application/json;as=${as};v=v1;g=meta.k8s.io`;
      const path = `${maps.path}?watch=1`;

      await using tables = await recordWatch(server(), path, form('Table'));
      await using partial = await recordWatch(server(), path, form('PartialObjectMetadata'));
      const [row] = await tables.take(1);
      const [metadata] = await partial.take(1);

      expect(row?.object).toMatchObject({
        kind: 'Table',
        rows: [{ cells: ['a', 1, expect.any(String)] }],
      });
      expect(metadata?.object).toMatchObject({
        kind: 'PartialObjectMetadata',
        metadata: { name: 'a' },
      });
      expect(metadata?.object).not.toHaveProperty('data');
    });

    it.each([
      ['a version that is no number', 'resourceVersion=x', 500],
      ['a match without initial events', 'resourceVersionMatch=Exact', 422],
      ['initial events without a match', 'sendInitialEvents=true', 422],
    ])('cannot be asked for with %s', async (_name, query, status) => {
      const maps = await prepare(server());

      const answer = await ask(server(), { method: 'GET', path: `${maps.path}?watch=1&${query}` });

      expect(answer.status).toBe(status);
    });
  });
}

let count = 0;

interface Maps {
  readonly path: string;
  /** Applies a ConfigMap with one member, `x`. */
  readonly put: (
    name: string,
    value: string,
    labels?: Readonly<Record<string, string>>,
    query?: string,
  ) => Promise<{ readonly resourceVersion: string }>;
  readonly remove: (name: string) => Promise<Answer>;
}

/** A namespace of its own for each test. */
async function prepare(server: ApiServer): Promise<Maps> {
  count += 1;
  const namespace = `watch-${process.pid.toString(36)}-${count}`;
  await ask(server, {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  return {
    path,
    put: async (name, value, labels = {}, query = '') => {
      const answer = await ask(server, {
        method: 'PATCH',
        path: `${path}/${name}?fieldManager=test&${query}`,
        body: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, labels },
          data: { x: value },
        },
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
      return (answer.body as Any).metadata;
    },
    remove: (name) => ask(server, { method: 'DELETE', path: `${path}/${name}` }),
  };
}

interface Kind extends AsyncDisposable {
  readonly path: string;
  /** Deletes the definition. */
  readonly remove: () => Promise<Answer>;
}

/** A kind of its own, which the server is ready to watch. */
async function prepareKind(server: ApiServer): Promise<Kind> {
  const maps = await prepare(server);
  const group = `${/[^/]+(?=\/configmaps$)/.exec(maps.path)?.[0]}.example.com`;
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const path = `/apis/${group}/v1/versioneds`;
  await ask(server, { method: 'POST', path: definitions, body: definitionOf(group) });
  const item = { apiVersion: `${group}/v1`, kind: 'Versioned', metadata: { name: 'a' } };
  await waitUntil(async () => {
    const { status } = await ask(server, { method: 'POST', path, body: item });
    return status === 201;
  });
  await using watch = await recordWatch(server, `${path}?watch=1&resourceVersion=0`);
  await watch.take(1);
  const remove = (): Promise<Answer> =>
    ask(server, { method: 'DELETE', path: `${definitions}/versioneds.${group}` });
  return { path, remove, [Symbol.asyncDispose]: async () => void (await remove()) };
}

function definitionOf(group: string): JsonObject {
  const names = { plural: 'versioneds', singular: 'versioned', kind: 'Versioned' };
  const schema = { openAPIV3Schema: { type: 'object' } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      names,
      scope: 'Cluster',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

function versionsOf(events: readonly { readonly object: Any }[]): number[] {
  return events.map(({ object }) => Number(object.metadata.resourceVersion));
}
