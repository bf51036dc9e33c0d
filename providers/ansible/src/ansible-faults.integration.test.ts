/** What goes wrong around the real tool: killed, without a password, on a disk that is full, with tasks that it cannot look into. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, getuid, kill } from 'node:process';

import { isEnd } from '@trueup/provider-sdk';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { ansibleAbilities } from './testing/ansible-fixture.ts';
import { blindFiles, describeBlindTasks } from './testing/describe-blind-tasks.ts';
import {
  ansibleFolder,
  openLocalFixture,
  type RealFixture,
  type RealOptions,
} from './testing/real-ansible.ts';
import { vaultFile } from './testing/trap-playbook.ts';

const opened: RealFixture[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(options: RealOptions = {}): Promise<Rehearsal> {
  const fixture = await openLocalFixture(options);
  opened.push(fixture);
  return new Rehearsal(fixture, ansibleAbilities);
}

const patient = { timeout: 240_000 };

describe.runIf(ansibleFolder)('with the real tool', patient, () => {
  describeBlindTasks('ansible-playbook', async () => {
    const fixture = await openLocalFixture({ files: blindFiles });
    try {
      return await new Rehearsal(fixture, ansibleAbilities).plan();
    } finally {
      await fixture.close();
    }
  });
});

describe.runIf(ansibleFolder)('ansible-playbook', patient, () => {
  it('that is killed midway leaves what had begun in doubt, and the rest not done', async () => {
    const copy = { content: 'x', dest: '{{ root }}/note', mode: '0600' };
    const rehearsal = await open({
      hosts: ['killed-midway'],
      tasks: [
        { name: 'wait', 'ansible.builtin.command': 'sleep 64.5' },
        { name: 'note', 'ansible.builtin.copy': copy },
      ],
    });
    const prepared = await rehearsal.prepare();
    const plan = await rehearsal.plan({ prepared });
    const { provider, target, stack } = rehearsal.fixture;
    const artifact = plan.artifact ?? new Uint8Array();
    const request = { stack, changes: plan.changes, prepared, artifact };
    const ends: string[] = [];

    for await (const outcome of provider.apply(target, request, rehearsal.call())) {
      const begins = outcome.kind === 'progress' && outcome.message.endsWith('wait: begins');
      if (begins) kill(await findTool('killed-midway'), 'SIGKILL');
      if (isEnd(outcome)) ends.push(`${outcome.kind} ${decodeURIComponent(outcome.id)}`);
    }

    expect(ends).toEqual([
      'in-doubt command/killed-midway/base / wait',
      'failed copy/killed-midway/base / note',
    ]);
  });

  it.each([
    ['no password', {}],
    ['another password', { vault: { dev: { input: 'greeting' } } }],
  ])('that meets a vault with %s says so, and plans nothing', async (_case, settings) => {
    const task = `ansible.builtin.copy: { content: "{{ vaulted }}", dest: "{{ root }}/x", mode: "0600" }`;
    const files = {
      'hosts/site.yaml': `- hosts: all\n  gather_facts: false\n  tasks:\n    - ${task}\n`,
      'hosts/group_vars/all.yaml': vaultFile,
    };
    const rehearsal = await open({ files, settings });

    await expect(rehearsal.plan()).rejects.toMatchObject({
      code: 'ANSIBLE_REFUSED',
      family: 'stalled',
      message: expect.stringMatching(/vault|decrypt/i),
    });
  });
});

describe.runIf(ansibleFolder && canMount())('ansible-playbook on a small disk', patient, () => {
  it('is not run once that is full, which may pass', async () => {
    const rehearsal = await open();
    const disk = mkdtempSync(join(tmpdir(), 'trueup-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
    const usual = env['TMPDIR'];
    env['TMPDIR'] = disk;
    try {
      await expect(rehearsal.prepare()).rejects.toMatchObject({
        code: 'ANSIBLE_NO_SPACE',
        family: 'transient',
      });
      expect(await readdir(disk)).toEqual([]);
    } finally {
      if (usual === undefined) delete env['TMPDIR'];
      else env['TMPDIR'] = usual;
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    }
  });
});

/** The process that plays on this host. */
async function findTool(host: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of ids) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    const [program = '', , ...rest] = line.split('\0');
    if (/python/.test(program) && rest.includes(`--limit=${host}`)) return Number(id);
  }
  throw new Error(`Nothing plays on ${host}.`);
}

function canMount(): boolean {
  if (getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
