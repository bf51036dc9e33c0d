import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isEnd, type Outcome } from '../outcome.ts';
import type { ResourceId } from '../resource.ts';
import type { Fault } from './fault-script.ts';
import { createMemoryFiles } from './memory-files.ts';
import { Rehearsal } from './rehearsal.ts';
import { openThingFixture, thingAbilities } from './thing-fixture.ts';
import { parseThingName } from './thing-prepare.ts';

const disk = parseThingName('Thing/shop/disk');
const net = parseThingName('Thing/shop/net');

describe('things', () => {
  it.each<[Fault, string, readonly string[]]>([
    ['none', 'done', ['create']],
    ['transient', 'failed', []],
    ['stalled', 'failed', []],
    ['in-doubt-done', 'in-doubt', ['create']],
    ['in-doubt-lost', 'in-doubt', []],
    [{ unplanned: 'The cloud also moved a wall.' }, 'unplanned, done', ['create']],
  ])('meet %j as %s', async (fault, ends, effects) => {
    const { cloud, outcomes } = await applyFirst((one) => one.cloud.inject(disk, fault));

    expect(kindsOf(outcomes, disk)).toBe(ends);
    expect(cloud.effectsOf(disk)).toEqual(effects);
    expect(kindsOf(outcomes, net)).toBe('done');
  });

  it.each<[Fault, readonly string[]]>([
    ['stream-throws', []],
    ['stream-throws-done', ['create']],
  ])('break off all answers: %s', async (fault, effects) => {
    const fixture = await openThingFixture();
    fixture.cloud.inject(disk, fault);

    await expect(applyWave(fixture)).rejects.toMatchObject({ family: 'transient' });

    expect(fixture.cloud.effectsOf(disk)).toEqual(effects);
  });

  it.each<[string, (gate: Promise<unknown>) => Fault, number]>([
    ['before the effect', (gate) => ({ holdUntil: gate }), 0],
    ['after the effect', (gate) => ({ answerAfter: gate }), 1],
  ])('wait for the test %s', async (_name, faultOf, effects) => {
    const gate = Promise.withResolvers<void>();
    const fixture = await openThingFixture();
    fixture.cloud.inject(disk, faultOf(gate.promise));
    const running = applyWave(fixture);
    while (fixture.cloud.effectsOf(net).length === 0) await turn();
    await turn();

    expect(fixture.cloud.effectsOf(disk)).toHaveLength(effects);
    gate.resolve();
    expect(kindsOf(await running, disk)).toBe('done');
  });

  it('take their faults one by one', async () => {
    const fixture = await openThingFixture();
    fixture.cloud.inject(disk, 'transient', 'none');

    expect(kindsOf(await applyWave(fixture), disk)).toBe('failed');
    expect(kindsOf(await applyWave(fixture), disk)).toBe('done');
    expect(fixture.cloud.attemptsOf(disk)).toBe(2);
  });

  it('are in progress until they are settled, where they are slow', async () => {
    const { cloud, rehearsal, fixture } = await applyFirst((one) => one.cloud.slow(disk));
    const look = async () => {
      const [observed] = await rehearsal.observe([disk]);
      return fixture.provider.assess(observed).status;
    };

    expect(await look()).toBe('in-progress');
    cloud.settle(disk);
    expect(await look()).toBe('current');
    cloud.settle(disk, 'failed');
    expect(await look()).toBe('failed');
  });

  it('are taken over when nobody owns them, with what others added kept', async () => {
    const fixture = await openThingFixture();
    fixture.cloud.put(net, { size: 9, extra: true });
    const rehearsal = new Rehearsal(fixture, thingAbilities);

    const { changes, foreign } = await rehearsal.plan();
    await rehearsal.applyAll();

    expect(changes.find(({ id }) => id === net)).toMatchObject({ action: 'take-over' });
    expect(foreign).toMatchObject([{ id: net, path: ['spec', 'extra'], observed: true }]);
    expect(fixture.cloud.get(net)).toMatchObject({
      owner: fixture.stack.owner,
      spec: { size: 2, extra: true },
    });
  });

  it('of another stack are left alone, with a diagnostic', async () => {
    const fixture = await openThingFixture();
    fixture.cloud.put(net, { size: 9 }, 'mark-of-others');

    const { changes, diagnostics } = await new Rehearsal(fixture, thingAbilities).plan();

    expect(changes.map(({ id }) => id)).not.toContain(net);
    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'THING_OWNED_BY_OTHER' }]);
  });

  it.each([
    [true, 'replace'],
    [undefined, undefined],
  ])('change what is fixed only where a file allows it: %s', async (replace, action) => {
    const fixture = await openThingFixture();
    const rehearsal = new Rehearsal(fixture, thingAbilities);
    await rehearsal.applyAll();
    const host = { kind: 'Thing', name: 'host', spec: { fixed: 'there' }, replace };
    fixture.files.set('web/host.json', JSON.stringify(host));

    const { changes, diagnostics } = await rehearsal.plan();

    const id = parseThingName('Thing/shop/host');
    expect(changes.find((one) => one.id === id)?.action).toBe(action);
    expect(diagnostics.map(({ code }) => code)).toEqual(action ? [] : ['THING_FIELD_IMMUTABLE']);
  });

  it('of a protected kind say so when they would go', async () => {
    const fixture = await openThingFixture();
    const vault = { kind: 'ProtectedVault', name: 'vault', spec: {} };
    fixture.files.set('web/vault.json', JSON.stringify(vault));
    const rehearsal = new Rehearsal(fixture, thingAbilities);
    await rehearsal.applyAll();
    fixture.files.set('web/vault.json', undefined);

    const { changes } = await rehearsal.plan();

    const [gone] = changes.filter(({ action }) => action === 'delete');
    expect(gone?.protection).toContain('ProtectedVault');
  });

  it('whose files are wrong are named, all at once, with file and line', async () => {
    const sound = await openThingFixture();
    const files = createMemoryFiles({
      'web/a.json': '{\n  "kind" "Thing" }',
      'web/b.json': '{ "name": "", "colour": 1 }',
      'web/c.json': '{ "kind": "Thing", "name": "c", "spec": { "a": "$(nowhere)" } }',
      'web/d.json': '{ "kind": "Thing", "name": "c" }',
      'web/e.json': '{ "kind": "Thing", "name": "e", "needs": "Thing/x/none" }',
    });
    const rehearsal = new Rehearsal({ ...sound, files }, thingAbilities);

    const prepared = await rehearsal.prepare();
    const plan = await rehearsal.plan({ prepared });

    expect(prepared.diagnostics.map(({ code, origin }) => [code, origin?.file])).toEqual([
      ['FIXTURE_FILE_INVALID', 'web/a.json'],
      ['FIXTURE_FIELD_INVALID', 'web/b.json'],
      ['FIXTURE_FIELD_INVALID', 'web/b.json'],
      ['FIXTURE_FIELD_INVALID', 'web/b.json'],
      ['THING_CLAIMED_TWICE', 'web/d.json'],
      ['FIXTURE_INPUT_MISSING', 'web/c.json'],
    ]);
    expect(prepared.diagnostics[0]?.origin).toMatchObject({ line: 2, column: 10 });
    expect(plan.diagnostics.map(({ code }) => code)).toEqual(['THING_NEEDS_MISSING']);
  });

  it('are watched again after a broken watch, with what moved meanwhile', async () => {
    const { cloud, rehearsal, fixture } = await applyFirst(() => undefined);
    const { provider, target } = fixture;
    const open = () =>
      provider.watch?.(target, [disk, net], rehearsal.call())[Symbol.asyncIterator]();
    await rehearsal.observe([disk, net]);
    const first = open()?.next();
    await turn();
    cloud.dropWatches();
    await expect(first).rejects.toMatchObject({ family: 'transient' });
    cloud.disturb(net, 'size', 5);

    const again = open();

    expect(await again?.next()).toEqual({ value: net, done: false });
    await again?.return?.();
    expect(cloud.counts.watches).toBe(0);
  });
});

type Fixture = Awaited<ReturnType<typeof openThingFixture>>;

async function applyFirst(stage: (fixture: Fixture) => void) {
  const fixture = await openThingFixture();
  stage(fixture);
  const rehearsal = new Rehearsal(fixture, thingAbilities);
  return { fixture, rehearsal, cloud: fixture.cloud, outcomes: await applyWave(fixture) };
}

/** The first wave, which holds `disk` and `net`. */
async function applyWave(fixture: Fixture): Promise<readonly Outcome[]> {
  const rehearsal = new Rehearsal(fixture, thingAbilities);
  const prepared = await rehearsal.prepare();
  const changes = rehearsal.wave(await rehearsal.plan({ prepared }));
  return rehearsal.apply({ changes, prepared });
}

function kindsOf(outcomes: readonly Outcome[], id: ResourceId): string {
  const own = outcomes.filter((one) => one.id === id);
  return own
    .filter((one) => isEnd(one) || one.kind === 'unplanned')
    .map(({ kind }) => kind)
    .join(', ');
}
