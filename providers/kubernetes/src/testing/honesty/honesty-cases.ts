/** What stories have found, told as cases of their own. */
import { type JsonObject, readField } from '@trueup/diagnostics';
import { afterEach, expect, it } from 'vitest';

import type { ClusterAccess } from '../../client/cluster-access.ts';
import { print } from '../sample-objects.ts';
import { Stage, type StageOptions } from '../stage.ts';

const service = (...ports: readonly JsonObject[]): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { type: 'NodePort', ports },
});
const thing = (spec: JsonObject, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'honesty.trueup.dev/v1',
  kind: 'Thing',
  metadata: { name: 'thing', annotations },
  spec,
});

export function honestyCases(access: () => ClusterAccess): void {
  const open: Stage[] = [];
  const start = async (body: JsonObject, options?: StageOptions): Promise<Stage> => {
    const stage = await Stage.open(access(), options);
    open.push(stage);
    stage.write(JSON.stringify(body));
    await stage.settle();
    return stage;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((stage) => stage.close()));
  });

  it('asks for an item that leaves a part of its key to the server', async () => {
    const stage = await start(service({ port: 80, name: 'a' }));
    stage.write(JSON.stringify(service({ port: 80, name: 'a' }, { port: 81, name: 'b' })));

    const { changes } = await stage.plan();

    expect(changes[0]?.action).toBe('update');
    const asked = changes[0]?.fields.filter(({ generated }) => !generated);
    expect(asked?.map(print)).toEqual([
      'spec.ports[port=81,protocol=TCP].name: → "b"',
      'spec.ports[port=81,protocol=TCP].port: → 81',
    ]);
  });

  it('says the same of a list twice, whatever the server makes up in its items', async () => {
    const stage = await start(service({ port: 80, name: 'a' }));
    stage.write(JSON.stringify(service({ port: 81, name: 'b' }, { port: 80, name: 'a' })));
    const asked = async () => {
      const { changes } = await stage.plan();
      // What the server answers is remembered: something else has to be asked for in between.
      await stage.patch(service(), { metadata: { labels: { at: 'x' } } });
      return changes[0]?.fields.filter(({ generated }) => !generated).map(({ after }) => after);
    };

    const first = await asked();

    expect(first).toEqual([
      [{ port: 81, name: 'b', protocol: 'TCP' }, expect.objectContaining({ port: 80, name: 'a' })],
    ]);
    expect(await asked()).toEqual(first);
  });

  it('empties in one run what is to be empty', async () => {
    const stage = await start(thing({ words: ['a'], parts: [{ name: 'p' }], text: 'x' }));
    stage.write(JSON.stringify(thing({ words: [], parts: [], text: 'x' })));

    await stage.settle();

    const spec = readField(await stage.get(thing({})), 'spec');
    expect(spec).toMatchObject({ words: [], parts: [], text: 'x' });
    expect(Stage.summarize(await stage.plan())).toEqual([]);
  });

  it('takes back to its default what others have set', async () => {
    const stage = await start(thing({ text: 'x' }), { foreign: 'remove' });
    await stage.patch(thing({}), { spec: { tier: 'silver' } }, 'mallory');

    const { changes } = await stage.plan();

    expect(changes[0]?.fields.map(print)).toEqual(['spec.tier: "silver" → "gold" (mallory)']);
    await stage.settle();
    expect(readField(await stage.get(thing({})), 'spec', 'tier')).toBe('gold');
    expect(Stage.summarize(await stage.plan())).toEqual([]);
  });

  it('lists all that goes with an object that is replaced', async () => {
    const replace = { 'trueup.dev/replace': 'true' };
    const role = (kind: string): JsonObject => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'web', annotations: replace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: 'web' },
    });
    const stage = await start(role('Role'));
    await stage.patch(role('Role'), { metadata: { labels: { a: 'b' } } }, 'mallory');
    stage.write(JSON.stringify(role('ClusterRole')));

    const { changes } = await stage.plan();

    expect(changes[0]?.action).toBe('replace');
    expect(changes[0]?.fields.map(print)).toEqual([
      'metadata.labels.a: "b" → (mallory)',
      'roleRef.kind: "Role" → "ClusterRole" (trueup)',
    ]);
  });
}
