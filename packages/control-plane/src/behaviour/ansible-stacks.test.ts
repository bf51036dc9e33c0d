/** Playbooks through the whole control plane: approved by task, healed by task, and never alarming for ever. */
import { createAnsibleProvider } from '@trueup/provider-ansible';
import {
  FakeAnsibleClient,
  FakeHosts,
  playbookOf,
  type SampleTask,
} from '@trueup/provider-ansible/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench } from '../testing/index.ts';

const copy = (name: string, content = 'as described'): SampleTask => ({
  name,
  'ansible.builtin.copy': { content, dest: `/${name}`, mode: '0600' },
});
const restart: SampleTask = { name: 'restart', 'ansible.builtin.command': 'restart it' };
const log: SampleTask = { ...copy('log'), repeats: true };

describe('a stack of hosts', () => {
  it('is healed task by task, and runs no command again', async () => {
    await using scene = await open([copy('motd'), restart], 'heal');
    const { bench, hosts } = scene;
    expect(hosts.effects.filter((effect) => effect.startsWith('run'))).toHaveLength(2);

    hosts.edit('web-1', '/motd', 'by hand');
    await bench.until('the run that heals', async () => {
      const last = (await bench.runsOf('base')).at(-1);
      return last?.purpose === 'heal' && last.phase.name === 'succeeded';
    });

    expect(hosts.read('web-1', '/motd')).toBe('as described');
    expect(hosts.effects.filter((effect) => effect.startsWith('run'))).toHaveLength(2);
    expect(bench.errors).toEqual([]);
  });

  it('reports drift of what was edited, and leaves it', async () => {
    await using scene = await open([copy('motd'), restart], 'report');
    const { bench, hosts } = scene;

    hosts.edit('web-2', '/motd', 'by hand');
    const [item] = await bench.until('drift', () => openDrift(bench));

    expect(item?.resource).toBe('copy/web-2/base%20%2F%20motd');
    expect(item?.change.fields).toMatchObject([{ before: 'by hand', after: 'as described' }]);
    expect(hosts.read('web-2', '/motd')).toBe('by hand');
  });

  it('has no drift by a step that is never done, once it was applied', async () => {
    await using scene = await open([log, copy('motd')], 'report');
    const { bench, hosts } = scene;
    const [record] = (await bench.memory.stacks({}, { limit: 1 })).items;
    const executed = await bench.memory.executed(record?.id ?? 'infra/base');
    expect([...executed.keys()].sort()).toEqual([
      'Repeats/web-1/base%20%2F%20log',
      'Repeats/web-2/base%20%2F%20log',
    ]);

    // What a person changed is found, so that a look has come by; the step is not in it.
    hosts.edit('web-1', '/motd', 'by hand');
    const items = await bench.until('drift', () => openDrift(bench));

    expect(items.map(({ resource }) => resource)).toEqual(['copy/web-1/base%20%2F%20motd']);
  });
});

describe('what a stack of hosts tells', () => {
  it('is taken in by another stack, once it is applied', async () => {
    const hosts = new FakeHosts();
    const client = new FakeAnsibleClient(hosts);
    const provider = createAnsibleProvider({ searchPath: '', client });
    await using bench = await ControlPlaneBench.open({ providers: () => [provider] });
    const play = { name: 'base', hosts: 'all', stats: { release: '7.1' }, tasks: [copy('motd')] };

    await bench.push({
      'trueup.yaml': `apiVersion: trueup.dev/v1
targets: { racks: { ansible: { hosts: { web-1: {} } } } }
stacks:
  - { name: base, path: base, target: racks, ansible: { outputs: { release: } } }
  - name: late
    path: late
    target: racks
    inputs: { release: { output: base.release } }
    ansible: { variables: { release: { input: release } } }
`,
      'base/site.yaml': JSON.stringify([play]),
      'late/site.yaml': playbookOf([copy('told', '{{ release }}')]),
    });
    await bench.untilRun('late', 'succeeded');

    expect(hosts.effects).toEqual(['write web-1:/motd', 'write web-1:/told']);
    expect(hosts.read('web-1', '/told')).toBe('7.1');
    expect(bench.errors).toEqual([]);
  });

  it('costs one look, however many take it', async () => {
    const client = new FakeAnsibleClient(new FakeHosts());
    const provider = createAnsibleProvider({ searchPath: '', client });
    await using bench = await ControlPlaneBench.open({ providers: () => [provider] });
    const play = { name: 'base', hosts: 'all', stats: { release: '7.1' }, tasks: [copy('motd')] };
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const settings = (name: string): string =>
      `  - { name: ${name}, path: late, target: at-${name}, inputs: { release: { output: base.release } }, ansible: { variables: { release: { input: release } } } }`;
    const target = (name: string): string =>
      `at-${name}: { ansible: { hosts: { web-${name}: {} } } }`;

    await bench.push({
      'trueup.yaml': `apiVersion: trueup.dev/v1
targets: { racks: { ansible: { hosts: { web-1: {} } } }, ${names.map(target).join(', ')} }
stacks:
  - { name: base, path: base, target: racks, ansible: { outputs: { release: } } }
${names.map(settings).join('\n')}
`,
      'base/site.yaml': JSON.stringify([play]),
      'late/site.yaml': playbookOf([copy('told', '{{ release }}')]),
    });
    for (const name of names) await bench.untilRun(name, 'succeeded');

    // A look names the tasks as well.
    expect(client.jobs).not.toContain('list');
    // The plan, what is left after it, its health, and what watches over it.
    const own = 4;
    expect(client.looks.filter((one) => one === 'base/site.yaml').length).toBeLessThanOrEqual(
      own + 1,
    );
    expect(bench.errors).toEqual([]);
  });
});

interface Scene extends AsyncDisposable {
  readonly bench: ControlPlaneBench;
  readonly hosts: FakeHosts;
}

async function open(tasks: readonly SampleTask[], drift: 'heal' | 'report'): Promise<Scene> {
  const hosts = new FakeHosts();
  const client = new FakeAnsibleClient(hosts);
  const provider = createAnsibleProvider({ searchPath: '', client });
  const bench = await ControlPlaneBench.open({ providers: () => [provider], lookIntervalMs: 50 });
  const settings = [
    'apiVersion: trueup.dev/v1',
    'targets: { racks: { ansible: { hosts: { web-1: {}, web-2: {} } } } }',
    'stacks:',
    '  - { name: base, path: hosts, target: racks, ansible: { playbook: site.yaml } }',
    `rules: [{ stacks: ["*"], drift: ${drift} }]`,
  ];
  await bench.push({
    'trueup.yaml': settings.join('\n'),
    'hosts/site.yaml': playbookOf(tasks),
  });
  await bench.untilRun('base', 'succeeded');
  return { bench, hosts, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

async function openDrift(bench: ControlPlaneBench) {
  const { items } = await bench.memory.drift({ stack: 'infra/base' }, { limit: 100 });
  const found = items.filter(({ state }) => state === 'open');
  return found.length > 0 ? found : undefined;
}
