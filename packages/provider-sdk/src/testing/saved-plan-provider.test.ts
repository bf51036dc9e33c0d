import { describe, expect, it } from 'vitest';

import { isEnd } from '../outcome.ts';
import { formatResourceId } from '../resource.ts';
import { Rehearsal } from './rehearsal.ts';
import { openSavedPlanFixture, savedPlanAbilities } from './saved-plan-fixture.ts';
import type { SavedResource } from './saved-plan-prepare.ts';

const database = idOf('Database.main');
const bucket = idOf('Bucket.logs');
const rule = idOf('Rule.allow');

describe('a saved plan', () => {
  it('is applied as a whole or not at all', async () => {
    const { fixture, rehearsal } = await open();
    const prepared = await rehearsal.prepare();
    const { changes, artifact } = await rehearsal.plan({ prepared });

    const part = { changes: changes.slice(1), prepared, ...(artifact && { artifact }) };
    const ends = await rehearsal.ends(part);
    const without = await rehearsal.ends({ changes, prepared });

    expect(ends).toMatchObject(part.changes.map(() => ({ kind: 'failed' })));
    expect(without[0]).toMatchObject({ failure: { code: 'SAVED_PLAN_MISSING' } });
    expect(fixture.cloud.effects).toEqual([]);
  });

  it('does not try what depends on a failure', async () => {
    const { fixture, rehearsal } = await open();
    fixture.cloud.faults.inject(database, 'transient');

    const { ends } = await rehearsal.applyAll();

    expect(ends.map(({ id, kind }) => [id, kind])).toEqual([
      [database, 'failed'],
      [bucket, 'done'],
      [rule, 'failed'],
    ]);
  });

  it('leaves in doubt what may have happened', async () => {
    const { fixture, rehearsal } = await open();
    fixture.cloud.faults.inject(bucket, 'in-doubt-done');

    const { ends } = await rehearsal.applyAll();

    expect(ends.filter(isEnd).map(({ kind }) => kind)).toEqual(['done', 'in-doubt', 'done']);
    expect((await rehearsal.plan()).changes).toMatchObject(ends.map(() => ({ action: 'none' })));
  });

  it('replaces what is fixed, and does not know yet what refers to it', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    const before = fixture.cloud.real(rule)?.attributes;
    rewrite(fixture, (one) =>
      one.kind === 'Database' ? { ...one, attributes: { ...one.attributes, fixedZone: 'b' } } : one,
    );

    const { changes } = await rehearsal.plan();
    await rehearsal.applyAll();

    expect(changes[0]).toMatchObject({
      action: 'replace',
      hazards: ['destroys-data', 'recreates'],
    });
    expect(changes.find(({ id }) => id === rule)).toMatchObject({
      action: 'update',
      fields: [{ path: ['attributes', 'to'], before: before?.['to'], unknown: true }],
    });
    expect(fixture.cloud.effectsOf(database)).toEqual(['create', 'replace']);
    expect(fixture.cloud.real(rule)?.attributes['to']).not.toBe(before?.['to']);
  });

  it('moves what got another name without touching it', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    rewrite(fixture, (one) =>
      one.kind === 'Bucket' ? { ...one, name: 'archive', movedFrom: 'Bucket.logs' } : one,
    );
    const archive = idOf('Bucket.archive');

    const { changes } = await rehearsal.plan();
    await rehearsal.applyAll();

    const moved = changes.filter(({ action }) => action !== 'none');
    expect(moved).toMatchObject([
      { id: archive, action: 'update', fields: [{ path: ['address'] }] },
    ]);
    expect(fixture.cloud.effectsOf(archive)).toEqual(['move']);
    expect(await rehearsal.discover()).not.toContain(bucket);
  });

  it('sees drift that the state does not know of, and creates again what is gone', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    fixture.cloud.drift(bucket, 'tags', { team: 'none' });
    fixture.cloud.vanish(rule);

    const { changes } = await rehearsal.plan();

    expect(changes.map(({ id, action }) => [id, action])).toEqual([
      [database, 'none'],
      [bucket, 'update'],
      [rule, 'create'],
    ]);
    expect(changes[1]?.fields).toMatchObject([{ before: 'none', after: 'web' }]);
  });

  it('gives outputs, marked sensitive where they are', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();

    const outputs = fixture.provider.outputs(await rehearsal.observe([]));

    expect(outputs).toMatchObject({
      address: { value: expect.stringMatching(/^id-/), sensitive: false },
      word: { value: fixture.secret, sensitive: true },
    });
  });
});

async function open() {
  const fixture = await openSavedPlanFixture();
  return { fixture, rehearsal: new Rehearsal(fixture, savedPlanAbilities) };
}

type Fixture = Awaited<ReturnType<typeof openSavedPlanFixture>>;

/** Changes what the stack's file says. */
function rewrite({ files }: Fixture, change: (one: SavedResource) => SavedResource): void {
  const { resources } = JSON.parse(files.text('network/main.json') ?? '{}');
  files.set('network/main.json', JSON.stringify({ resources: resources.map(change) }));
}

function idOf(address: string) {
  const [kind = '', name = ''] = address.split('.');
  return formatResourceId({ kind, scope: '', name });
}
