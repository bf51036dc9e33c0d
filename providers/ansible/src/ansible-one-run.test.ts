/** A plan starts the tool once, and what nobody asks for is stopped: on hosts in memory. */
import type { CallContext, Prepared } from '@trueup/provider-sdk';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import {
  ansibleAbilities,
  type FakeFixture,
  openFakeFixture,
  playbookOf,
  sampleTasks,
} from './testing/ansible-fixture.ts';

async function open(): Promise<{ fixture: FakeFixture; rehearsal: Rehearsal }> {
  const fixture = await openFakeFixture();
  return { fixture, rehearsal: new Rehearsal(fixture, ansibleAbilities) };
}

function prepare(
  { provider, files, stack, target, inputs = {} }: FakeFixture,
  call: CallContext = { signal: new AbortController().signal, seal: () => 'sealed' },
): Promise<Prepared> {
  const request = { stack, target, inputs, surveyFollows: true };
  return provider.prepare(files, request, call);
}

describe('a plan', () => {
  it('is one run of the tool where a look is said to follow', async () => {
    const { fixture, rehearsal } = await open();

    const prepared = await prepare(fixture);
    const { changes } = await rehearsal.plan({ prepared });

    expect(fixture.client.jobs).toEqual(['check']);
    expect(changes).toHaveLength(6);
  });

  it('is the same as one of two runs', async () => {
    const { fixture, rehearsal } = await open();
    const other = await open();

    const one = await prepare(fixture, rehearsal.call());
    const two = await other.rehearsal.prepare();

    expect(one).toEqual(two);
    const { artifact: first, ...plan } = await rehearsal.plan({ prepared: one });
    const { artifact: second, ...planned } = await other.rehearsal.plan({ prepared: two });
    expect(plan).toEqual(planned);
    expect(other.fixture.client.jobs).toEqual(['list', 'check']);
    expect(first).toEqual(second);
  });

  it('lists what it has listed before no more', async () => {
    const { fixture, rehearsal } = await open();
    await rehearsal.prepare();
    await rehearsal.prepare();
    expect(fixture.client.jobs).toEqual(['list']);

    fixture.files.set('hosts/site.yaml', playbookOf(sampleTasks().slice(1)));
    await rehearsal.prepare();

    expect(fixture.client.jobs).toEqual(['list', 'list']);
  });
});

describe('a look that began early', () => {
  it('serves once, and only whoever asks for the same place', async () => {
    const { fixture, rehearsal } = await open();
    const prepared = await prepare(fixture);
    const hosts = { 'web-1': {}, 'web-2': {} };

    await rehearsal.plan({ prepared, target: { name: 'racks', settings: { hosts } } });
    await rehearsal.plan({ prepared });
    await rehearsal.plan({ prepared });

    expect(fixture.client.jobs).toEqual(['check', 'check', 'check']);
  });

  it('is stopped when the stack cannot be planned', async () => {
    const { fixture } = await open();
    fixture.files.set('hosts/site.yaml', playbookOf(sampleTasks(), 'databases'));
    const ended = endOfRun(fixture);

    const { diagnostics } = await prepare(fixture);

    expect(diagnostics).toMatchObject([{ code: 'ANSIBLE_NO_HOSTS' }]);
    await expect(ended).rejects.toThrow('Nobody looks any more.');
    expect(fixture.client.reached).toBe(0);
  });

  it('is stopped when something is applied', async () => {
    const { fixture, rehearsal } = await open();
    fixture.client.freeze();
    const ended = endOfRun(fixture);
    const prepared = await prepare(fixture);

    await rehearsal.ends({ changes: [], prepared });

    await expect(ended).rejects.toThrow('Nobody looks any more.');
  });

  it('ends with whoever waits for it', async () => {
    const { fixture } = await open();
    fixture.client.freeze();
    const ended = endOfRun(fixture);
    const prepared = await prepare(fixture);
    const controller = new AbortController();
    const reason = new Error('Superseded.');
    const { provider, target } = fixture;
    const ids = prepared.resources.map(({ id }) => id);

    const call = { signal: controller.signal, seal: () => 'sealed' };
    const observing = provider.observe(target, { ids, prepared }, call);
    controller.abort(reason);

    await expect(observing).rejects.toBe(reason);
    await expect(ended).rejects.toThrow('Nobody looks any more.');
  });

  it('ends with whoever began it', async () => {
    const { fixture } = await open();
    fixture.client.freeze();
    const ended = endOfRun(fixture);
    const controller = new AbortController();
    await prepare(fixture, { signal: controller.signal, seal: () => 'sealed' });

    controller.abort(new Error('Superseded.'));

    await expect(ended).rejects.toThrow('Superseded.');
  });
});

/** Of the next one. */
function endOfRun({ client }: FakeFixture): Promise<unknown> {
  const { run } = client;
  const ended = new Promise((resolve, reject) => {
    client.run = (job, call) => {
      const running = run.call(client, job, call);
      running.then(resolve, reject);
      return running;
    };
  });
  ended.catch(() => undefined);
  return ended;
}
