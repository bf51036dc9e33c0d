/**
 * A virtual machine with a kernel and a systemd of its own: made, configured, drifted by hand, and healed. Where the
 * machine is emulated this takes minutes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { ControlPlaneBench } from '@trueup/control-plane/testing';
import { createAnsibleProvider } from '@trueup/provider-ansible';
import { describe, expect, it } from 'vitest';

import { findMissingParts } from '../required-parts.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'tools/testbed/hosts/vm');
const run = promisify(execFile);
const missing = await findMissingParts({ ...env, TRUEUP_REQUIRE: 'vm' });
const isRequired = (env['TRUEUP_REQUIRE'] ?? '').split(',').includes('vm');

const site = `- name: base
  hosts: all
  gather_facts: false
  tasks:
    - name: settings
      ansible.builtin.copy: { content: "word=hello\\n", dest: /etc/beat.conf, mode: "0644" }
    - name: unit
      ansible.builtin.copy:
        dest: /etc/systemd/system/beat.service
        mode: "0644"
        content: |
          [Service]
          ExecStart=/bin/sleep infinity
          [Install]
          WantedBy=multi-user.target
    - name: service
      ansible.builtin.systemd_service: { name: beat, enabled: true, state: started, daemon_reload: true }
`;

const isPlayed = missing.length === 0 || isRequired;

describe.runIf(isPlayed)('a virtual machine', () => {
  it('is made, configured, drifted by hand, and healed', async () => {
    expect(missing).toEqual([]);
    await using machine = await startMachine();
    const ssh = (command: string): Promise<string> => machine.ssh(command);
    await using bench = await openBench();

    await bench.push({ 'trueup.yaml': machine.configuration, 'hosts/site.yaml': site });
    await succeeded(bench, 'revision');
    expect(await ssh(state)).toBe(described);

    await ssh('systemctl disable --now beat 2>/dev/null; echo word=other >/etc/beat.conf');
    await succeeded(bench, 'heal');
    // A look in the middle of what was done by hand has seen half of it.
    await expect.poll(() => ssh(state), { timeout: 300_000, interval: 2000 }).toBe(described);
    const { items } = await bench.memory.drift({ stack: 'infra/base' }, { limit: 100 });
    const drifted = new Set(items.map(({ resource }) => decodeURIComponent(resource)));
    expect(drifted).toContain('copy/vm1/base / settings');
    expect(drifted).not.toContain('copy/vm1/base / unit');
    expect(bench.errors).toEqual([]);
  });
});

const state = 'systemctl is-active beat; systemctl is-enabled beat; cat /etc/beat.conf';
const described = 'active\nenabled\nword=hello\n';

function openBench(): Promise<ControlPlaneBench> {
  const searchPath = `${env['TRUEUP_ANSIBLE']}:${env['PATH']}`;
  const providers = () => [createAnsibleProvider({ searchPath })];
  return ControlPlaneBench.open({ providers, lookIntervalMs: 2000 });
}

/** The newest run, once it has succeeded; an emulated machine takes minutes for it. */
async function succeeded(bench: ControlPlaneBench, purpose: 'revision' | 'heal'): Promise<void> {
  const end = Date.now() + 600_000;
  for (;;) {
    const last = (await bench.runsOf('base')).at(-1);
    const phase = last?.phase.name;
    if (last?.purpose === purpose && phase === 'succeeded') return;
    const isLost = phase === 'failed' || phase === 'held' || Date.now() > end;
    if (isLost) throw new Error(`${purpose}: ${JSON.stringify(last)} ${String(bench.errors)}`);
    await sleep(500);
  }
}

interface Machine extends AsyncDisposable {
  ssh(command: string): Promise<string>;
  /** That describes it as a target. */
  readonly configuration: string;
}

async function startMachine(): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-vm-'));
  const stop = async (): Promise<void> => {
    await run(script, ['down', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run(script, ['up', folder], { timeout: 600_000 });
    return { ...connect(folder), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function connect(folder: string): Omit<Machine, typeof Symbol.asyncDispose> {
  const list = readFileSync(join(folder, 'vm-inventory.yml'), 'utf8');
  const port = /ansible_port: (\d+)/.exec(list)?.[1] ?? '';
  const [key, known] = [join(folder, 'vm/key'), join(folder, 'vm/known_hosts')];
  const python = '/usr/bin/python3';
  const host = { address: '127.0.0.1', port: Number(port), ansible_python_interpreter: python };
  const settings = {
    hosts: { vm1: host },
    knownHosts: readFileSync(known, 'utf8'),
    plan: { user: 'root', privateKey: readFileSync(key, 'utf8') },
  };
  const configuration = `apiVersion: trueup.dev/v1
targets: { racks: { ansible: ${JSON.stringify(settings)} } }
stacks: [{ name: base, path: hosts, target: racks }]
rules: [{ stacks: ["*"], drift: heal }]
`;
  const options = ['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${known}`];
  const place = ['-i', key, '-p', port, 'root@127.0.0.1'];
  return {
    configuration,
    ssh: async (command) => {
      const { stdout } = await run('ssh', [...options, ...place, command], { timeout: 120_000 });
      return stdout;
    },
  };
}
