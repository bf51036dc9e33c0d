/** Hosts that are not there, steps that are never done, and runs that are cut off: on hosts in memory. */
import type { JsonObject } from '@trueup/diagnostics';
import { type Change, isEnd, type Outcome, type Plan, type Prepared } from '@trueup/provider-sdk';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import {
  ansibleAbilities,
  type FakeFixture,
  openFakeFixture,
  playbookOf,
  type SampleTask,
  sampleSettings,
  sampleTasks,
} from './testing/ansible-fixture.ts';

describe('hosts', () => {
  it('that cannot be reached are errors of a plan, and gaps, never in sync', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    fixture.hosts.lose('web-2');

    const plan = await rehearsal.plan();

    expect(plan.diagnostics).toMatchObject([
      { severity: 'error', code: 'ANSIBLE_HOST_UNREACHABLE' },
    ]);
    expect(plan.changes.filter(({ id }) => id.includes('/web-2/'))).toEqual([]);
    const gaps = plan.coverage.gaps.filter(({ subject }) => subject?.includes('/web-2/'));
    expect(gaps).toHaveLength(3);
    const observed = await rehearsal.observe(rehearsal.inventory);
    const health = observed
      .filter(({ id }) => id.includes('/web-2/'))
      .map((one) => fixture.provider.assess(one).status);
    expect(new Set(health)).toEqual(new Set(['unknown']));
  });

  it('that are down do not hold up the others where the stack says so', async () => {
    const { fixture, rehearsal } = await open({ settings: { unreachable: 'leave' } });
    fixture.hosts.lose('web-2');

    const { plan, ends } = await rehearsal.applyAll();

    expect(plan.diagnostics).toMatchObject([{ severity: 'warning' }]);
    expect(new Set(ends.map(({ kind }) => kind))).toEqual(new Set(['done']));
    expect(ends.every(({ id }) => id.includes('/web-1/'))).toBe(true);
  });

  it('that a play does not match are a mistake, not a success', async () => {
    const { fixture, rehearsal } = await open();
    fixture.files.set('hosts/site.yaml', playbookOf(sampleTasks(), 'databases'));

    const prepared = await rehearsal.prepare();

    expect(prepared.resources).toEqual([]);
    expect(prepared.diagnostics).toMatchObject([{ severity: 'error', code: 'ANSIBLE_NO_HOSTS' }]);
  });

  it('that only one play does not match are a mistake as well, unless the stack allows it', async () => {
    const plays = [...JSON.parse(playbookOf(sampleTasks())), ...JSON.parse(playbookOf([], 'db'))];
    const prepare = async (settings: SampleSettings) => {
      const { fixture, rehearsal } = await open({ settings });
      fixture.files.set('hosts/site.yaml', JSON.stringify(plays));
      return rehearsal.prepare();
    };

    expect((await prepare({})).diagnostics).toMatchObject([{ code: 'ANSIBLE_NO_HOSTS' }]);
    expect((await prepare({ emptyPlays: 'allow' })).diagnostics).toEqual([]);
  });

  it('that come and go are the first remark of a plan, and make another target', async () => {
    const { fixture, rehearsal } = await open();
    const before = await rehearsal.plan();
    await rehearsal.applyAll();
    const target = {
      name: 'racks',
      settings: { hosts: { 'web-1': { address: 'web-1.example' }, 'web-3': {} } },
    };

    const prepared = await rehearsal.prepare({ target });
    const after = await rehearsal.plan({ target, prepared });

    expect(after.diagnostics[0]?.summary).toBe('the set of hosts changes: +web-3, -web-2');
    expect(after.changes[0]?.id).toContain('/web-3/');
    expect(after.targetIdentity).not.toBe(before.targetIdentity);
    expect(fixture.hosts.effects.some((effect) => effect.includes('web-3'))).toBe(false);
  });

  it('may come from the output of another stack', async () => {
    const { fixture, rehearsal } = await open({ settings: { hosts: { input: 'machines' } } });
    const inputs = {
      ...fixture.inputs,
      machines: {
        value: { 'vm-1': '10.0.0.1', 'vm-2': { address: '10.0.0.2' } },
        sensitive: false,
      },
    };

    const prepared = await rehearsal.prepare({ inputs });
    const plan = await rehearsal.plan({ inputs, prepared });

    expect(plan.targetIdentity).toBe('hosts:vm-1=10.0.0.1,vm-2=10.0.0.2');
    expect(prepared.inputsRead.map(({ name }) => name)).toContain('input:machines');
  });
});

describe('a collection', () => {
  it('that is not the archive whose hash is locked is not installed, and the tool is not started', async () => {
    const { fixture, rehearsal } = await open({
      settings: { requirements: [{ file: 'vendor/tools.tar.gz', sha256: '0'.repeat(64) }] },
    });
    fixture.files.set('vendor/tools.tar.gz', 'another archive');

    const prepared = await rehearsal.prepare();

    expect(prepared.diagnostics).toMatchObject([{ code: 'ANSIBLE_REQUIREMENT_CHANGED' }]);
    expect(fixture.client.jobs).toEqual([]);
  });
});

describe('a task', () => {
  it('has whatever name it has, and is known by it', async () => {
    const name = '\u001b[2J\u202e evil\nsecond line / %2F `<!--` ';
    const copy = { content: 'x', dest: '/evil', mode: '0600' };
    const { fixture, rehearsal } = await open({
      tasks: [{ name, 'ansible.builtin.copy': copy }],
    });

    const { plan, ends } = await rehearsal.applyAll();

    expect(plan.changes).toHaveLength(2);
    expect(ends.map(({ kind }) => kind)).toEqual(['done', 'done']);
    expect(fixture.hosts.read('web-1', '/evil')).toBe('x');
    expect((await rehearsal.plan()).changes.every(({ action }) => action === 'none')).toBe(true);
  });
});

describe('a look', () => {
  it('does not call right what it was told of in a line that it cannot read', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.applyAll();
    fixture.hosts.edit('web-2', '/key', 'by hand');
    fixture.client.fault = { garble: 2 };

    const { changes, coverage } = await rehearsal.plan();

    const key = changes.find(({ id }) => shortOf(id) === 'web-2 key');
    expect(key).toMatchObject({ action: 'execute', confidence: 'opaque' });
    expect(coverage.gaps.some(({ subject }) => subject === key?.id)).toBe(true);
  });
});

describe('a step that is never done', () => {
  const tasks: readonly SampleTask[] = [
    ...sampleTasks(),
    { name: 'log', 'ansible.builtin.copy': { content: 'x', dest: '/log' }, repeats: true },
  ];

  it('is said to repeat itself, and is no drift from then on', async () => {
    const { rehearsal } = await open({ tasks });
    const { outcomes } = await applyOnce(rehearsal);
    const repeats = outcomes.flatMap((one) =>
      one.kind === 'done' && one.repeats ? [one.repeats] : [],
    );

    expect(repeats.map(({ id }) => id)).toEqual([
      'Repeats/web-1/base%20%2F%20log',
      'Repeats/web-2/base%20%2F%20log',
    ]);

    const executed = repeats.map(({ id }) => id);
    const later = await planWith(rehearsal, executed);
    const lasting = later.changes.filter(({ executes }) => executes === undefined);
    expect(lasting.every(({ action }) => action === 'none')).toBe(true);
    const listed = later.changes.filter(({ id }) => executed.includes(id));
    expect(listed).toEqual(repeats);
    expect(later.coverage.gaps.some(({ message }) => message.includes('not idempotent'))).toBe(
      true,
    );
  });

  it('is drift as long as nobody was told', async () => {
    const { rehearsal } = await open({ tasks });
    await applyOnce(rehearsal);

    const { changes } = await planWith(rehearsal, []);

    const log = changes.filter(({ id }) => id.endsWith('log'));
    expect(log).toMatchObject([{ action: 'update' }, { action: 'update' }]);
  });
});

describe('a step that check mode cannot take', () => {
  const tasks: readonly SampleTask[] = [
    {
      name: 'needy',
      'ansible.builtin.copy': { content: 'x', dest: '/needy' },
      fails_in_check: true,
    },
    ...sampleTasks(),
  ];

  it('is run beside the others, with all that follows', async () => {
    const { fixture, rehearsal } = await open({ tasks });
    const { plan, outcomes } = await applyOnce(rehearsal);

    expect(plan.diagnostics.map(({ code }) => code)).toEqual([
      'ANSIBLE_CHECK_FAILED',
      'ANSIBLE_CHECK_FAILED',
    ]);
    expect(new Set(plan.changes.map(({ confidence }) => confidence))).toEqual(new Set(['opaque']));
    expect(new Set(outcomes.filter(isEnd).map(({ kind }) => kind))).toEqual(new Set(['done']));
    expect(fixture.hosts.read('web-1', '/needy')).toBe('x');
  });
});

describe('applying', () => {
  it('changes nothing that was withheld, and says so by what is left', async () => {
    const { fixture, rehearsal } = await open();
    const { prepared, plan } = await planned(rehearsal);
    const motd = plan.changes.filter(({ id }) => id.endsWith('web-1/base%20%2F%20motd'));

    const ends = await rehearsal.ends({ changes: motd, prepared, ...artifactOf(plan) });

    expect(ends).toMatchObject([{ kind: 'done' }]);
    expect(fixture.hosts.effects).toEqual(['write web-1:/motd']);
  });

  it('refuses what is not what the plan was made for', async () => {
    const { fixture, rehearsal } = await open();
    const { plan } = await planned(rehearsal);
    fixture.files.set('hosts/README', 'another commit');
    const prepared = await rehearsal.prepare();

    const ends = await rehearsal.ends({ changes: plan.changes, prepared, ...artifactOf(plan) });

    expect(ends.map((end) => 'failure' in end && end.failure.code)).toEqual(
      plan.changes.map(() => 'ANSIBLE_PLAN_STALE'),
    );
    expect(fixture.hosts.effects).toEqual([]);
  });

  it('leaves in doubt what began and has no end when the tool is killed midway', async () => {
    const { fixture, rehearsal } = await open();
    fixture.client.fault = { killAfter: 4 };

    const { outcomes } = await applyOnce(rehearsal);

    const ends = outcomes.filter(isEnd).map(({ id, kind }) => `${kind} ${shortOf(id)}`);
    expect(ends).toEqual([
      'done web-1 key',
      'done web-2 key',
      'done web-1 seed',
      'in-doubt web-2 seed',
      'failed web-1 motd',
      'failed web-2 motd',
    ]);
    const codes = outcomes.flatMap((one) => ('failure' in one ? [one.failure.code] : []));
    expect(codes).toEqual(['ANSIBLE_KILLED', 'ANSIBLE_KILLED', 'ANSIBLE_KILLED']);
  });

  it('has left to do what was not done, to an engine that was restarted midway', async () => {
    const { fixture, rehearsal } = await open();
    fixture.client.fault = { killAfter: 4 };
    await applyOnce(rehearsal);
    fixture.client.fault = {};
    const other = rehearsal.restarted();

    const { plan } = await other.applyAll();

    const steps = plan.changes.filter(({ action }) => action === 'create');
    expect(steps.map(({ id }) => shortOf(id))).toEqual(['web-1 motd', 'web-2 motd']);
    expect((await other.plan()).changes.map(({ action }) => action)).not.toContain('create');
  });

  it('leaves in doubt the step during which a host was lost, and goes on elsewhere', async () => {
    const { fixture, rehearsal } = await open();
    fixture.client.fault = { loseAfter: { host: 'web-2', steps: 10 } };
    const { prepared, plan } = await planned(rehearsal);
    fixture.client.fault = { loseAfter: { host: 'web-2', steps: 4 } };

    const ends = await rehearsal.ends({ changes: plan.changes, prepared, ...artifactOf(plan) });

    expect(ends.map(({ id, kind }) => `${kind} ${shortOf(id)}`)).toEqual([
      'done web-1 key',
      'done web-2 key',
      'done web-1 seed',
      'in-doubt web-2 seed',
      'done web-1 motd',
      'failed web-2 motd',
    ]);
  });

  it('fails what was never reached, since nothing was begun there', async () => {
    const { fixture, rehearsal } = await open();
    const { prepared, plan } = await planned(rehearsal);
    fixture.hosts.lose('web-1', 'web-2');

    const ends = await rehearsal.ends({ changes: plan.changes, prepared, ...artifactOf(plan) });

    expect(new Set(ends.map(({ kind }) => kind))).toEqual(new Set(['failed']));
  });

  it('leaves in doubt what it was told of in a line that it cannot read', async () => {
    const { fixture, rehearsal } = await open();
    const { prepared, plan } = await planned(rehearsal);
    fixture.client.fault = { garble: 2 };

    const ends = await rehearsal.ends({ changes: plan.changes, prepared, ...artifactOf(plan) });

    const doubted = ends.filter(({ kind }) => kind === 'in-doubt').map(({ id }) => shortOf(id));
    expect(doubted).toEqual(['web-2 key']);
  });

  it('raises an alarm when something changes that the plan did not name', async () => {
    const { fixture, rehearsal } = await open();
    const { prepared, plan } = await planned(rehearsal);
    const surprises = ['base / surprise', 'base / held back'];
    const { run } = fixture.client;
    fixture.client.run = (job, call) => {
      const onEvent: typeof call.onEvent = (event) => {
        call.onEvent(event);
        if (job.mode !== 'apply' || event.kind !== 'result') return;
        for (const task of surprises) {
          call.onEvent({ ...event, task, status: 'changed', held: task.endsWith('held back') });
        }
      };
      return run.call(fixture.client, job, { ...call, onEvent });
    };
    const [first] = plan.changes;
    if (!first) throw new Error('Nothing is planned.');

    const outcomes = await rehearsal.apply({ changes: [first], prepared, ...artifactOf(plan) });

    const alarms = outcomes.filter(({ kind }) => kind === 'unplanned');
    expect(alarms.length).toBeGreaterThan(0);
    expect(new Set(alarms.map(({ id }) => decodeURIComponent(id.split('/')[2] ?? '')))).toEqual(
      new Set(['base / surprise']),
    );
  });

  it('ends a handler or a step that was not needed in the end', async () => {
    const { rehearsal } = await open();
    const { prepared, plan } = await planned(rehearsal);
    const [first] = plan.changes;
    if (!first) throw new Error('Nothing is planned.');
    const id = first.id.replace('key', 'handler%3A%20reload') as Change['id'];
    const handler: Change = { ...first, id, action: 'execute', confidence: 'opaque' };

    const ends = await rehearsal.ends({ changes: [handler], prepared, ...artifactOf(plan) });

    expect(ends).toMatchObject([{ kind: 'done', id }]);
  });
});

type SampleSettings = JsonObject;

async function open({
  tasks,
  settings,
}: {
  readonly tasks?: readonly SampleTask[];
  readonly settings?: SampleSettings;
} = {}): Promise<{ fixture: FakeFixture; rehearsal: Rehearsal }> {
  const fixture = await openFakeFixture(tasks);
  const stack = { ...fixture.stack, settings: { ...sampleSettings, ...settings } };
  const own = { ...fixture, stack };
  return { fixture: own, rehearsal: new Rehearsal(own, ansibleAbilities) };
}

async function planned(rehearsal: Rehearsal): Promise<{ prepared: Prepared; plan: Plan }> {
  const prepared = await rehearsal.prepare();
  return { prepared, plan: await rehearsal.plan({ prepared }) };
}

async function applyOnce(
  rehearsal: Rehearsal,
): Promise<{ plan: Plan; outcomes: readonly Outcome[] }> {
  const { prepared, plan } = await planned(rehearsal);
  const application = { changes: plan.changes, prepared, ...artifactOf(plan) };
  return { plan, outcomes: await rehearsal.apply(application) };
}

function artifactOf({ artifact }: Plan) {
  return artifact ? { artifact } : {};
}

/** As the engine asks, which knows what has run. */
async function planWith({ fixture }: Rehearsal, executed: readonly Change['id'][]): Promise<Plan> {
  const { provider, target, stack, files, inputs = {} } = fixture;
  const call = { signal: new AbortController().signal, seal: () => 'sealed' };
  const prepared = await provider.prepare(files, { stack, target, inputs }, call);
  const ids = prepared.resources.map(({ id }) => id);
  const observed = await provider.observe(target, { ids, prepared }, call);
  const request = {
    stack,
    prepared,
    observed,
    inventory: ids,
    foreign: 'report',
    executed,
  } as const;
  return provider.plan(target, request, call);
}

function shortOf(id: string): string {
  const [, host, name = ''] = id.split('/');
  return `${host} ${decodeURIComponent(name).split(' / ')[1]}`;
}
