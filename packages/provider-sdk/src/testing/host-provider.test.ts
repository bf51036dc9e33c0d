import { describe, expect, it } from 'vitest';

import { formatResourceId } from '../resource.ts';
import { hostAbilities, openHostFixture } from './host-fixture.ts';
import { Rehearsal } from './rehearsal.ts';

const key = formatResourceId({ kind: 'File', scope: 'web-1', name: '/etc/key' });
const login = formatResourceId({ kind: 'Command', scope: 'web-1', name: 'login' });

describe('hosts', () => {
  it('that cannot be reached are gaps, neither right nor wrong', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    fixture.fleet.lose('web-1');

    const { changes, coverage } = await rehearsal.plan();

    const about = [...changes.map(({ id }) => id)].filter((id) => id.includes('/web-1/'));
    expect(about).toEqual([]);
    expect(coverage.gaps.filter(({ subject }) => subject?.includes('/web-1/'))).toHaveLength(5);
  });

  it('that go away meanwhile fail, the others go on', async () => {
    const { fixture, rehearsal } = await open();
    const prepared = await rehearsal.prepare();
    const changes = rehearsal.wave(await rehearsal.plan({ prepared }));
    fixture.fleet.lose('web-1');

    const ends = await rehearsal.ends({ changes, prepared });

    expect(ends.map(({ kind }) => kind).toSorted()).toEqual(['done', 'done', 'failed']);
  });

  it('are less sure after a step that nobody can look into', async () => {
    const { rehearsal } = await open();
    const { changes } = await rehearsal.plan();

    const onOne = changes.filter(({ id }) => id.includes('/web-1/'));

    expect(onOne.map(({ action, confidence }) => `${action} ${confidence}`)).toEqual([
      'create certain',
      'create certain',
      'execute opaque',
      'execute opaque',
      'create predicted',
    ]);
  });

  it('make another target when their list changes', async () => {
    const { fixture, rehearsal } = await open();
    const before = await rehearsal.plan();
    await rehearsal.applyAll();
    fixture.files.set('hosts/all.json', JSON.stringify({ hosts: ['web-1', 'web-2', 'web-3'] }));

    const after = await rehearsal.plan();

    expect(after.targetIdentity).not.toBe(before.targetIdentity);
    const created = after.changes.filter(({ action }) => action === 'create');
    expect(created.every(({ id }) => id.includes('/web-3/'))).toBe(true);
    const left = after.coverage.gaps.filter(({ extent }) => extent === 'partial');
    expect(left.every(({ subject }) => subject?.includes('/db/'))).toBe(true);
    expect(left).toHaveLength(5);
  });

  it('never finish a task that adds to what it finds', async () => {
    const { fixture, rehearsal } = await open();
    const tasks = [{ file: '/var/log', append: 'again\n' }];
    fixture.files.set('base/play.json', JSON.stringify({ tasks }));
    await rehearsal.applyAll();

    const { changes } = await rehearsal.plan();

    expect(changes).toMatchObject(changes.map(() => ({ action: 'update' })));
    expect(fixture.fleet.file('web-1', '/var/log')?.content).toMatch(/^(?:again\n)+$/);
  });

  it.each([
    ['in-doubt-done', ['run']],
    ['in-doubt-lost', []],
  ] as const)('leave a command in doubt: %s', async (fault, effects) => {
    const { fixture, rehearsal } = await open();
    fixture.fleet.faults.inject(login, fault);
    const prepared = await rehearsal.prepare();
    const changes = (await rehearsal.plan({ prepared })).changes.filter(({ id }) => id === login);

    const ends = await rehearsal.ends({ changes, prepared });

    expect(ends).toMatchObject([{ id: login, kind: 'in-doubt' }]);
    expect(fixture.fleet.effectsOf(login)).toEqual(effects);
    expect(await rehearsal.observe([login])).toEqual([]);
  });

  it('are not touched where all is right', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    const prepared = await rehearsal.prepare();
    const { changes } = await rehearsal.plan({ prepared });
    const before = fixture.fleet.effects.length;

    await rehearsal.ends({ changes: changes.filter(({ id }) => id === key), prepared });

    expect(fixture.fleet.effects).toHaveLength(before);
  });
});

async function open() {
  const fixture = await openHostFixture();
  return { fixture, rehearsal: new Rehearsal(fixture, hostAbilities) };
}
