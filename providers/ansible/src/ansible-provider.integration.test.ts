/** The real tool: what no fake can prove. Runs are seconds each, so that each test plays one short story. */
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, runProgram } from '@trueup/programs';
import { isEnd, type Outcome, type Plan, type Prepared } from '@trueup/provider-sdk';
import { createMemoryFiles, Rehearsal, reveals } from '@trueup/provider-sdk/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { createAnsibleProvider } from './ansible-provider.ts';
import { ansibleAbilities, playbookOf, sampleStack } from './testing/ansible-fixture.ts';
import {
  ansibleFolder,
  openLocalFixture,
  openSshFixture,
  type RealFixture,
  type RealOptions,
  sshFolder,
} from './testing/real-ansible.ts';

/** A task costs the better part of a second, more on a machine that is busy. */
const patient = { timeout: 240_000 };

const opened: RealFixture[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(
  openFixture: (options: RealOptions) => Promise<RealFixture>,
  options: RealOptions = {},
): Promise<{ fixture: RealFixture; rehearsal: Rehearsal }> {
  const fixture = await openFixture(options);
  opened.push(fixture);
  return { fixture, rehearsal: new Rehearsal(fixture, ansibleAbilities) };
}

async function planned(rehearsal: Rehearsal): Promise<{ prepared: Prepared; plan: Plan }> {
  const prepared = await rehearsal.prepare();
  return { prepared, plan: await rehearsal.plan({ prepared }) };
}

describe.runIf(ansibleFolder)('ansible-playbook on this machine', patient, () => {
  it('does what was approved and nothing else, then has nothing left to do', async () => {
    const { fixture, rehearsal } = await open(openLocalFixture);
    const { prepared, plan } = await planned(rehearsal);
    const root = fixture.rootOf('web-1');
    expect(await readdir(root)).toEqual([]);
    const artifact = plan.artifact ?? new Uint8Array();
    const key = plan.changes.filter(({ id }) => id.endsWith('key'));

    await rehearsal.apply({ changes: key, prepared, artifact });
    expect(await readdir(root)).toEqual(['key']);

    const outcomes = await rehearsal.apply({ changes: plan.changes, prepared, artifact });
    expect(outcomes.filter(isEnd).map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect((await readdir(root)).sort()).toEqual(['key', 'motd']);
    const left = (await rehearsal.plan({ prepared })).changes.map(({ action }) => action);
    expect(left).toEqual(['none', 'execute', 'none']);
  });

  it('says of a task that always changes something that it repeats itself', async () => {
    const stamp = {
      name: 'stamp',
      'ansible.builtin.copy': {
        content: "{{ lookup('ansible.builtin.pipe', 'cat /proc/sys/kernel/random/uuid') }}",
        dest: '{{ root }}/stamp',
        mode: '0600',
      },
    };
    const { rehearsal } = await open(openLocalFixture, { tasks: [stamp] });
    const { prepared, plan } = await planned(rehearsal);

    const outcomes = await rehearsal.apply({
      changes: plan.changes,
      prepared,
      artifact: plan.artifact ?? new Uint8Array(),
    });

    const [end] = outcomes.filter(isEnd);
    expect(end).toMatchObject({ kind: 'done', repeats: { action: 'execute' } });
  });

  it('gives a playbook no sight of anything but its own files, nor of our environment', async () => {
    const secrets = await mkdtemp(join(tmpdir(), 'trueup-store-'));
    try {
      await writeFile(join(secrets, 'store.db'), 'the key of the store');
      await writeFile(join(secrets, 'id_ed25519'), 'a PRIVATE KEY of somebody');
      const reads = [
        `cat ${secrets}/store.db`,
        `cat ${secrets}/id_ed25519`,
        'env',
        'cat /proc/1/environ',
      ].map((command) => `(${command}) 2>&1`);
      const peek = {
        name: 'peek',
        'ansible.builtin.copy': {
          content: `{{ lookup('ansible.builtin.pipe', ${JSON.stringify(`${reads.join('; ')}; true`)}) }}`,
          dest: '{{ root }}/peek',
          mode: '0600',
        },
      };
      // It runs for real when it is planned, on a host that is this machine.
      const touch = {
        name: 'touch',
        'ansible.builtin.command': `touch ${secrets}/touched`,
        check_mode: false,
        ignore_errors: true,
      };
      const { fixture, rehearsal } = await open(openLocalFixture, { tasks: [peek, touch] });
      const { prepared, plan } = await planned(rehearsal);
      await rehearsal.apply({
        changes: plan.changes,
        prepared,
        artifact: plan.artifact ?? new Uint8Array(),
      });

      const seen = await readFile(join(fixture.rootOf('web-1'), 'peek'), 'utf8');

      expect(seen).toMatch(/No such file|Permission denied/);
      expect(seen).not.toMatch(/the key of the store|VITEST|NODE_|PRIVATE KEY/);
      expect((await readdir(secrets)).sort()).toEqual(['id_ed25519', 'store.db']);
    } finally {
      await rm(secrets, { recursive: true });
    }
  });

  it('runs no host list that is a program, and no plug-in of one', async () => {
    const { fixture, rehearsal } = await open(openLocalFixture, {
      settings: { hosts: 'hosts/list.yaml' },
    });
    for (const list of ['plugin: constructed\n', '#!/bin/sh\ntouch /tmp/never\n']) {
      fixture.files.set('hosts/list.yaml', list);
      const { diagnostics, resources } = await rehearsal.prepare();
      expect(resources).toEqual([]);
      expect(diagnostics[0]?.severity).toBe('error');
    }
  });

  it('names the line and the column of what it cannot read', async () => {
    const playbook = '- hosts: all\n  tasks:\n    - name: two\n      copy: {}\n      file: {}\n';
    const { rehearsal } = await open(openLocalFixture, { playbook });

    const { diagnostics } = await rehearsal.prepare();

    expect(diagnostics).toMatchObject([
      { code: 'ANSIBLE_PLAYBOOK_INVALID', origin: { file: 'hosts/site.yaml', line: 3, column: 7 } },
    ]);
  });

  it('says so when a limit matches nothing, which it does on its error output alone', async () => {
    const { rehearsal } = await open(openLocalFixture, { settings: { limit: 'nobody' } });

    const { diagnostics } = await rehearsal.prepare();

    expect(diagnostics).toMatchObject([{ code: 'ANSIBLE_NO_HOSTS', path: ['limit'] }]);
  });

  it('names tasks alike whatever line they stand on', async () => {
    const { fixture, rehearsal } = await open(openLocalFixture);
    const before = (await rehearsal.prepare()).resources.map(({ id }) => id);
    fixture.files.set('hosts/site.yaml', `# a comment\n\n${fixture.files.text('hosts/site.yaml')}`);

    const after = await rehearsal.prepare();

    expect(after.resources.map(({ id }) => id)).toEqual(before);
    expect(after.resources[0]?.origin?.line).toBe(3);
  });

  it('finds each task of a role that is used twice, of includes and without a name', async () => {
    const copy = (name: string) =>
      `ansible.builtin.copy: { content: x, dest: "{{ root }}/${name}" }`;
    const files = {
      'hosts/site.yaml': `- name: roles
  hosts: all
  gather_facts: false
  strategy: free
  roles: [{ role: web, vars: { n: a } }, { role: web, vars: { n: b } }]
  tasks:
    - ansible.builtin.include_tasks: more.yaml
      loop: [c, d]
    - ${copy('e')}
    - ${copy('f')}
`,
      'hosts/more.yaml': `- name: inner {{ item }}\n  ${copy('{{ item }}')}\n`,
      'hosts/roles/web/tasks/main.yaml': `- name: file {{ n }}\n  ${copy('{{ n }}')}\n`,
    };
    const { rehearsal } = await open(openLocalFixture, { files });
    const { prepared, plan } = await planned(rehearsal);
    const nameOf = ({ id }: { readonly id: string }): string =>
      decodeURIComponent(id.split('/')[2] ?? '');

    expect(prepared.resources.map(nameOf)).toEqual([
      'roles / web : file {{ n }}',
      'roles / web : file {{ n }}#2',
      'roles / ansible.builtin.copy',
      'roles / ansible.builtin.copy#2',
    ]);
    expect(plan.changes.map(nameOf)).toEqual([
      ...prepared.resources.map(nameOf),
      'roles / inner c',
      'roles / inner d',
    ]);
    expect(new Set(plan.changes.map(({ action }) => action))).toEqual(new Set(['create']));
  });

  it('is stopped at once, with all that it started, when it is no longer wanted', async () => {
    const wait = { name: 'wait', 'ansible.builtin.command': 'sleep 61.25' };
    const { rehearsal } = await open(openLocalFixture, { tasks: [wait] });
    const { prepared, plan } = await planned(rehearsal);
    const controller = new AbortController();
    const reason = new Error('Superseded.');
    const { provider, target, stack } = rehearsal.fixture;
    const artifact = plan.artifact ?? new Uint8Array();
    const request = { stack, changes: plan.changes, prepared, artifact };
    const call = { ...rehearsal.call(controller.signal) };
    const outcomes: Outcome[] = [];
    const running = (async () => {
      for await (const outcome of provider.apply(target, request, call)) {
        outcomes.push(outcome);
        while ((await sleepers()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        controller.abort(reason);
      }
    })();

    await expect(running).rejects.toBe(reason);

    expect(outcomes.filter(isEnd)).toEqual([]);
    expect(await sleepers()).toBe(0);
  });

  it('begins no other batch when too much of one failed', async () => {
    const dest = "{{ root }}/{{ 'missing/' if inventory_hostname == 'web-1' else '' }}note";
    const note = { name: 'note', 'ansible.builtin.copy': { content: 'x', dest, mode: '0600' } };
    const { fixture, rehearsal } = await open(openLocalFixture, {
      tasks: [note],
      hosts: ['web-1', 'web-2'],
      settings: { batch: { serial: 1, maxFailPercentage: 0 } },
    });
    const { prepared, plan } = await planned(rehearsal);
    const artifact = plan.artifact ?? new Uint8Array();

    const ends = await rehearsal.ends({ changes: plan.changes, prepared, artifact });

    expect(ends.map((end) => 'failure' in end && end.failure.code)).toEqual([
      'ANSIBLE_TASK_FAILED',
      'ANSIBLE_TASK_NOT_REACHED',
    ]);
    expect(await readdir(fixture.rootOf('web-2'))).toEqual([]);
  });

  it('installs collections of the repository that are what was locked', async () => {
    const archive = await buildCollection();
    const sha256 = hash('sha256', archive);
    const task = { name: 'from a collection', 'acme.tools.greet': { who: 'you' } };
    const { fixture } = await open(openLocalFixture, {
      settings: { requirements: [{ file: 'vendor/acme-tools.tar.gz', sha256 }] },
    });
    const files = createMemoryFiles({ 'hosts/site.yaml': playbookOf([task]) });
    const withArchive = (bytes: Uint8Array) => ({
      ...fixture,
      files: {
        ...files,
        read: async (path: string) => (path.startsWith('vendor/') ? bytes : files.read(path)),
      },
    });
    const prepare = (bytes: Uint8Array) =>
      new Rehearsal(withArchive(bytes), ansibleAbilities).prepare();

    const [good, bad] = [await prepare(archive), await prepare(Buffer.from('something else'))];

    expect(good.diagnostics).toEqual([]);
    expect(good.resources).toMatchObject([
      { id: 'acme.tools.greet/web-1/base%20%2F%20from%20a%20collection' },
    ]);
    expect(bad.diagnostics).toMatchObject([{ code: 'ANSIBLE_REQUIREMENT_CHANGED' }]);
  });
});

const sops = await findProgram('sops', `${ansibleFolder}`);

describe.runIf(ansibleFolder && sops)('files that SOPS encrypted', patient, () => {
  it('are variables, whose values no plan shows', async () => {
    const { key, file } = await encryptVariables('hidden: the word that sops hides\n');
    const task = {
      name: 'hidden',
      'ansible.builtin.copy': {
        content: 'x={{ hidden }}',
        dest: '{{ root }}/hidden',
        mode: '0600',
      },
    };
    const settings = { sops: { key: { input: 'ageKey' }, files: ['hosts/hidden.sops.yaml'] } };
    const { fixture } = await open(openLocalFixture, {
      settings,
      files: { 'hosts/site.yaml': playbookOf([task]), 'hosts/hidden.sops.yaml': file },
    });
    const inputs = { ...fixture.inputs, ageKey: { value: key, sensitive: true } };
    const rehearsal = new Rehearsal({ ...fixture, inputs }, ansibleAbilities);

    const { plan, ends } = await rehearsal.applyAll();

    expect(ends.map(({ kind }) => kind)).toEqual(['done']);
    expect(plan.changes).toMatchObject([{ action: 'create', fields: [{ sensitive: true }] }]);
    const { artifact: _artifact, ...shown } = plan;
    expect(reveals(shown, 'the word that sops hides')).toBe(false);
    const written = await readFile(join(fixture.rootOf('web-1'), 'hidden'), 'utf8');
    expect(written).toBe('x=the word that sops hides');
  });
});

describe.runIf(ansibleFolder && sshFolder)('ansible-playbook by ssh', patient, () => {
  it('brings hosts to a state, and shows drift as what it is', async () => {
    const { fixture, rehearsal } = await open(openSshFixture);
    const { ends } = await rehearsal.applyAll();
    expect(new Set(ends.map(({ kind }) => kind))).toEqual(new Set(['done']));
    await writeFile(join(fixture.rootOf('host1'), 'motd'), 'edited by hand');

    const { changes } = await rehearsal.plan();

    const steps = changes.filter(({ action }) => action === 'update');
    expect(steps).toMatchObject([
      {
        id: 'copy/host1/base%20%2F%20motd',
        fields: [{ before: 'edited by hand', after: 'hello' }],
      },
    ]);
  });

  it('does not talk to a host whose key is another, whatever the host list says', async () => {
    const { fixture, rehearsal } = await open(openSshFixture, { hosts: ['host1'] });
    const { hosts, ...settings } = Object(fixture.target.settings);
    const careless = { ...hosts.host1, ansible_ssh_common_args: '-o StrictHostKeyChecking=no' };
    const strange = settings.knownHosts.replace(/AAAA\S+/g, otherKey);
    const target = {
      ...fixture.target,
      settings: { ...settings, knownHosts: strange, hosts: { host1: careless } },
    };

    const { diagnostics, changes } = await rehearsal.plan({ target });

    expect(changes).toEqual([]);
    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'ANSIBLE_HOST_UNREACHABLE' }]);
    expect(diagnostics[0]?.summary).toMatch(
      /host key verification failed|IDENTIFICATION HAS CHANGED/i,
    );
  });

  it('logs in to look by one key and to change by another', async () => {
    const { fixture, rehearsal } = await open(openSshFixture, { hosts: ['host1'] });
    const settings = { ...Object(fixture.target.settings), apply: { user: 'nobody-at-all' } };
    const target = { ...fixture.target, settings };
    const prepared = await rehearsal.prepare({ target });
    const plan = await rehearsal.plan({ target, prepared });
    expect(plan.diagnostics).toEqual([]);

    const stream = fixture.provider.apply(
      target,
      {
        stack: fixture.stack,
        changes: plan.changes,
        prepared,
        artifact: plan.artifact ?? new Uint8Array(),
      },
      rehearsal.call(),
    );
    const ends = (await Array.fromAsync(stream)).filter(isEnd);

    expect(new Set(ends.map(({ kind }) => kind))).toEqual(new Set(['failed']));
    expect(await readdir(fixture.rootOf('host1'))).toEqual([]);
  });
});

describe.runIf(ansibleFolder && sshFolder)('a host that is lost midway', patient, () => {
  it('leaves its step in doubt, and the other host goes on', async () => {
    const tasks = [
      { name: 'wait', 'ansible.builtin.command': 'sleep 3.125' },
      {
        name: 'note',
        'ansible.builtin.copy': { content: 'x', dest: '{{ root }}/note', mode: '0600' },
      },
    ];
    const { fixture, rehearsal } = await open(openSshFixture, { tasks });
    const { prepared, plan } = await planned(rehearsal);
    const artifact = plan.artifact ?? new Uint8Array();
    const { provider, target, stack } = fixture;
    const request = { stack, changes: plan.changes, prepared, artifact };
    const ends: string[] = [];
    try {
      for await (const outcome of provider.apply(target, request, rehearsal.call())) {
        const begins = outcome.kind === 'progress' && outcome.message.endsWith('wait: begins');
        if (begins && outcome.id.includes('host2')) await untilSleeping('host2');
        if (isEnd(outcome)) ends.push(`${outcome.kind} ${decodeURIComponent(outcome.id)}`);
      }
    } finally {
      await hostCommand('return', 'host2');
    }

    expect(ends.sort()).toEqual([
      'done command/host1/base / wait',
      'done copy/host1/base / note',
      'failed copy/host2/base / note',
      'in-doubt command/host2/base / wait',
    ]);
    expect(await readdir(fixture.rootOf('host1'))).toEqual(['note']);
    expect(await readdir(fixture.rootOf('host2'))).toEqual([]);
  });
});

describe('without the tool', () => {
  it('a stack that needs it gets a clear error', async () => {
    const provider = createAnsibleProvider({ searchPath: '/nowhere' });
    const files = createMemoryFiles({ 'hosts/site.yaml': playbookOf([]) });
    const request = {
      stack: { ...sampleStack, settings: { playbook: 'site.yaml' } },
      target: { name: 'racks', settings: { hosts: { here: { connection: 'local' } } } },
      inputs: {},
    };
    const call = { signal: new AbortController().signal, seal: () => 'sealed' };

    await expect(provider.prepare(files, request, call)).rejects.toMatchObject({
      code: 'ANSIBLE_MISSING',
      family: 'stalled',
    });
  });
});

/** A key that no test bed has. */
const otherKey = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

/** Waits until the command runs somewhere, then takes the host down. */
async function untilSleeping(host: string): Promise<void> {
  while ((await sleepers('3.125')) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await hostCommand('lose', host);
}

async function hostCommand(command: 'lose' | 'return', host: string): Promise<void> {
  const program = join(import.meta.dirname, '../../../tools/testbed/ssh-hosts');
  await promisify(execFile)(program, [command, host, sshFolder ?? ''], {
    env: { PATH: '/usr/bin:/bin:/usr/sbin', HOME: homedir() },
    timeout: 60_000,
  });
}

async function sleepers(seconds = '61.25'): Promise<number> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    names.map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.startsWith('sleep\0') && line.includes(seconds)).length;
}

async function encryptVariables(
  text: string,
): Promise<{ readonly key: string; readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-sops-'));
  try {
    const run = async (name: string, ...options: readonly string[]): Promise<string> => {
      const program = (await findProgram(name, `${ansibleFolder}`)) ?? '';
      const limits = { timeoutMs: 60_000, stdoutBytes: 1e6, stderrBytes: 1e6 };
      const spec = { program, arguments: options, environment: { PATH: '/usr/bin:/bin' }, limits };
      const { stdout } = await runProgram(spec, new AbortController().signal);
      return Buffer.from(stdout).toString();
    };
    const keys = await run('age-keygen');
    const key = /AGE-SECRET-KEY-\S+/.exec(keys)?.[0] ?? '';
    const recipient = /public key: (\S+)/.exec(keys)?.[1] ?? '';
    await writeFile(join(folder, 'hidden.yaml'), text);
    const file = await run('sops', 'encrypt', '--age', recipient, join(folder, 'hidden.yaml'));
    return { key, file };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function buildCollection(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-collection-'));
  try {
    const modules = join(folder, 'plugins', 'modules');
    await mkdir(modules, { recursive: true });
    const galaxy =
      'namespace: acme\nname: tools\nversion: 1.0.0\nreadme: README.md\nauthors: [us]\n';
    await writeFile(join(folder, 'galaxy.yml'), galaxy);
    await writeFile(join(folder, 'README.md'), 'For a test.\n');
    await writeFile(join(modules, 'greet.py'), 'def main():\n    pass\n');
    const program = await findProgram('ansible-galaxy', `${ansibleFolder}`);
    const limits = { timeoutMs: 60_000, stdoutBytes: 1e6, stderrBytes: 1e6 };
    await runProgram(
      {
        program: program ?? '',
        arguments: ['collection', 'build', '--output-path', folder],
        environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
        folder,
        limits,
      },
      new AbortController().signal,
    );
    return await readFile(join(folder, 'acme-tools-1.0.0.tar.gz'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
