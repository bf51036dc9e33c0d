/** Machines that one stack makes are the hosts of another: in order, deferred until they are, and shown when they change. */
import type { Json } from '@trueup/diagnostics';
import { createAnsibleProvider } from '@trueup/provider-ansible';
import { FakeAnsibleClient, FakeHosts, playbookOf } from '@trueup/provider-ansible/testing';
import { createProvider, FakeTerraformClient } from '@trueup/provider-terraform/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench } from '../testing/index.ts';

const machine = (name: string, address: string): Json => ({ name, address, groups: ['web'] });
const one = machine('vm-1', '10.0.0.1');
const two = machine('vm-2', '10.0.0.2');

describe('hosts from the outputs of another stack', () => {
  it('are reached once it has made them', async () => {
    await using scene = await open([one]);
    const { bench, hosts } = scene;

    const web = await bench.untilRun('web', 'succeeded');

    expect(hosts.effects).toEqual(['write vm-1:/motd']);
    const plan = await bench.memory.plan(web.plan?.id ?? '');
    expect(plan?.targetIdentity).toBe('hosts:vm-1=10.0.0.1');
  });

  it('follow it, and that they changed is the first that a plan says', async () => {
    await using scene = await open([one]);
    const { bench, hosts } = scene;
    await bench.untilRun('web', 'succeeded');

    await bench.push(filesOf([two, one]));
    await bench.until('the second host', async () => hosts.read('vm-2', '/motd') !== undefined);

    const runs = await bench.runsOf('web');
    const plan = await bench.memory.plan(runs.at(-1)?.plan?.id ?? '');
    expect(plan?.diagnostics[0]?.summary).toBe('the set of hosts changes: +vm-2');
    expect(plan?.targetIdentity).toBe('hosts:vm-1=10.0.0.1,vm-2=10.0.0.2');
  });

  it.each<[string, Json, RegExp]>([
    ['none are left', [], /the host list is empty/],
    ['ssh would take one for an option', ['-oProxyCommand=x'], /a name that no host can have/],
  ])('are a failure where %s', async (_case, machines, summary) => {
    await using scene = await open(machines);
    const { bench, hosts } = scene;

    const run = await bench.untilRun('web', 'failed');

    expect(JSON.stringify(run)).toMatch(summary);
    expect(JSON.stringify(run)).not.toContain('ProxyCommand');
    expect(hosts.effects).toEqual([]);
  });
});

interface Scene extends AsyncDisposable {
  readonly bench: ControlPlaneBench;
  readonly hosts: FakeHosts;
}

async function open(machines: Json): Promise<Scene> {
  const hosts = new FakeHosts();
  const client = new FakeAnsibleClient(hosts);
  const terraform = createProvider(new FakeTerraformClient());
  const ansible = createAnsibleProvider({ searchPath: '', client });
  const providers = () => [terraform, ansible];
  const bench = await ControlPlaneBench.open({ providers, lookIntervalMs: 50 });
  await bench.push(filesOf(machines));
  return { bench, hosts, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

function filesOf(machines: Json): Readonly<Record<string, string>> {
  const motd = { name: 'motd', 'ansible.builtin.copy': { content: 'hello', dest: '/motd' } };
  const resource = { terraform_data: { machines: { input: 'made' } } };
  return {
    'trueup.yaml': `apiVersion: trueup.dev/v1
targets:
  account: { terraform: { state: { local: { folder: /srv/states } } } }
  machines: { ansible: {} }
stacks:
  - { name: network, path: cloud, target: account }
  - name: web
    path: web
    target: machines
    inputs: { machines: { output: network.machines } }
    ansible: { playbook: site.yaml, hosts: { input: machines } }
rules: [{ stacks: ["*"], drift: report }]
`,
    'cloud/main.tf.json': JSON.stringify({ resource, output: { machines: { value: machines } } }),
    'web/site.yaml': playbookOf([motd]),
  };
}
