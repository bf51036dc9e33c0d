/** Stacks of Terraform through the whole control plane, on a tool in memory. */
import type { JsonObject } from '@trueup/diagnostics';
import { createProvider, FakeTerraformClient } from '@trueup/provider-terraform/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench } from '../testing/index.ts';

describe('a stack of Terraform', () => {
  it('is drifted where somebody else wrote its state, and is left so', async () => {
    await using scene = await open('drift: report');
    const { bench, client } = scene;

    client.edit('terraform_data.a', 'by hand');
    const items = await bench.until('drift', () => openDrift(bench));

    expect(items.map(({ resource }) => resource)).toEqual([
      'terraform_data/cloud/terraform_data.a',
    ]);
    expect(items[0]?.change.fields).toContainEqual(
      expect.objectContaining({ path: ['input'], before: 'by hand', after: 'one' }),
    );
    expect(client.read('terraform_data.a')?.['input']).toBe('by hand');
    expect(bench.errors).toEqual([]);
  });

  it('is healed by a plan of its own', async () => {
    await using scene = await open('drift: heal');
    const { bench, client } = scene;

    client.edit('terraform_data.a', 'by hand');
    await bench.until('the run that heals', async () => {
      const last = (await bench.runsOf('net')).at(-1);
      return last?.purpose === 'heal' && last.phase.name === 'succeeded';
    });

    expect(client.read('terraform_data.a')?.['input']).toBe('one');
    expect(bench.errors).toEqual([]);
  });

  it('is planned again when its state moved on after the approval, and goes on', async () => {
    await using scene = await open('approvals: { count: 1 }', { approves: true });
    const { bench, client } = scene;
    await bench.push(filesOf('two', 'approvals: { count: 1 }'));
    const waiting = await bench.untilRun('net', 'awaiting-approval');
    // The approved plan is of an older serial; what it changes is the same.
    for (const state of client.states.values()) state.serial += 1;

    await bench.as('approver', 'cleo').approve(waiting.id, waiting.plan?.digest ?? '');
    await bench.untilRun('net', 'succeeded');

    expect(client.read('terraform_data.a')?.['input']).toBe('two');
    expect(bench.errors).toEqual([]);
  });

  it('owns what only the tool can count, after any number of runs', async () => {
    await using scene = await open('drift: report');
    const { bench, client } = scene;
    const counted = { terraform_data: { c: { count: 1, input: 'counted' } } };
    const withCounted = (input: string) => filesOf(input, 'drift: report', counted);
    await bench.untilRun('net', 'succeeded', await bench.push(withCounted('two')));
    await bench.untilRun('net', 'succeeded', await bench.push(withCounted('three')));

    const without = await bench.push(filesOf('three', 'drift: report'));

    await bench.untilRun('net', 'succeeded', without);
    expect(client.read('terraform_data.c')).toBeUndefined();
    expect(bench.errors).toEqual([]);
  });

  it('waits for a state that somebody else has locked, and goes on by itself', async () => {
    await using scene = await open('drift: report');
    const { bench, client } = scene;
    const detail = 'Lock Info:\n  Who: anna@laptop\n';
    const diagnostic = { severity: 'error', summary: 'Error acquiring the state lock', detail };
    client.complaints.push({ type: 'diagnostic', diagnostic });

    await bench.push(filesOf('two', 'drift: report'));
    await bench.until(
      'the change',
      async () => client.read('terraform_data.a')?.['input'] === 'two',
    );

    expect(client.complaints).toEqual([]);
  });

  it('is tried again where one of its resources was refused, and finishes', async () => {
    await using scene = await open('drift: report');
    const { bench, client } = scene;
    client.faults.set('terraform_data.b', 'kill');

    await bench.push(filesOf('two', 'drift: report'));
    await bench.until('both changes', async () => {
      const inputs = ['a', 'b'].map((name) => client.read(`terraform_data.${name}`)?.['input']);
      return inputs.every((input) => input === 'two');
    });

    expect(client.faults.size).toBe(0);
  });
});

interface Scene extends AsyncDisposable {
  readonly bench: ControlPlaneBench;
  readonly client: FakeTerraformClient;
}

async function open(rule: string, { approves = false } = {}): Promise<Scene> {
  const client = new FakeTerraformClient();
  const provider = createProvider(client);
  const bench = await ControlPlaneBench.open({ providers: () => [provider], lookIntervalMs: 50 });
  await bench.admin.putMember('root', { grants: [{ role: 'admin' }] });
  await bench.admin.putMember('cleo', { grants: [{ role: 'approver' }] });
  await bench.push(filesOf('one', rule));
  if (approves) {
    const waiting = await bench.untilRun('net', 'awaiting-approval');
    await bench.as('approver', 'cleo').approve(waiting.id, waiting.plan?.digest ?? '');
  }
  await bench.untilRun('net', 'succeeded');
  return { bench, client, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

function filesOf(
  input: string,
  rule: string,
  { terraform_data: more }: { readonly terraform_data?: JsonObject } = {},
): Readonly<Record<string, string>> {
  const resource: JsonObject = { terraform_data: { a: { input }, b: { input }, ...more } };
  return {
    'trueup.yaml': [
      'apiVersion: trueup.dev/v1',
      'targets: { account: { terraform: { state: { local: { folder: /srv/states } } } } }',
      'stacks: [{ name: net, path: cloud, target: account }]',
      `rules: [{ stacks: ["*"], ${rule} }]`,
    ].join('\n'),
    'cloud/main.tf.json': JSON.stringify({ resource }),
  };
}

async function openDrift(bench: ControlPlaneBench) {
  const { items } = await bench.memory.drift({ stack: 'infra/net' }, { limit: 100 });
  const found = items.filter(({ state }) => state === 'open');
  return found.length > 0 ? found : undefined;
}
