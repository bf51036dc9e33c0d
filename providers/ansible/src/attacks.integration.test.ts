/** What a playbook tries while it is only planned, each by another part of Ansible that runs code on this machine. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { findExposure } from '@trueup/programs';
import { findLoot, openAttackedMachine } from '@trueup/programs/testing';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ansibleAbilities, playbookOf, type SampleTask } from './testing/ansible-fixture.ts';
import { ansibleFolder, openLocalFixture } from './testing/real-ansible.ts';

const isPossible = ansibleFolder && (await findExposure('guarded')) === undefined;

/** A file whose content is what a template gives, as the plan's diff shows it. */
function show(content: string): SampleTask {
  const file = { content, dest: '{{ root }}/shown', mode: '0600' };
  return { name: 'show', 'ansible.builtin.copy': file };
}

const plugin = (script: string): string => `
import subprocess
from ansible.plugins.lookup import LookupBase
class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        return [subprocess.run(['bash', '-c', ${JSON.stringify(script)}], capture_output=True, text=True).stdout]
`;

interface Attack {
  readonly task: SampleTask;
  readonly files?: Readonly<Record<string, string>>;
}

const attacks: readonly (readonly [string, (script: string) => Attack])[] = [
  [
    'a lookup that runs a program',
    (script) => ({
      task: show("{{ lookup('ansible.builtin.pipe', 'bash attack.sh') }}"),
      files: { 'hosts/attack.sh': script },
    }),
  ],
  [
    'a lookup plug-in of the repository',
    (script) => ({
      task: show("{{ lookup('evil') }}"),
      files: { 'hosts/lookup_plugins/evil.py': plugin(script) },
    }),
  ],
  [
    'a template that reads the environment',
    () => ({
      task: show(
        "tried {{ query('ansible.builtin.env', 'LOOT', 'TRUEUP_KEY', 'HOME') }} {{ lookup('ansible.builtin.pipe', 'env') }}",
      ),
    }),
  ],
];

describe.runIf(isPossible)('a playbook that is planned', { timeout: 120_000 }, () => {
  it.each(attacks)('gets at nothing by %s', async (_what, compose) => {
    await using machine = await openAttackedMachine();
    const { task, files = {} } = compose(machine.script);
    const all = { 'hosts/site.yaml': playbookOf([task]), ...files };
    const fixture = await openLocalFixture({ files: all });
    try {
      // A plan shows what differs, and of what is new only a digest.
      await writeFile(join(fixture.rootOf('web-1'), 'shown'), 'before', { mode: 0o600 });
      const rehearsal = new Rehearsal(fixture, ansibleAbilities);
      const plan = await rehearsal.plan({ prepared: await rehearsal.prepare() });

      const seen = JSON.stringify(plan.changes);
      expect(seen).toContain('tried');
      expect(findLoot(seen)).toEqual([]);
      expect(seen).not.toMatch(/VITEST|npm_/);
    } finally {
      await fixture.close();
    }
  });

  it('gets at nothing by a task that says `check_mode: false`, which runs', async () => {
    await using machine = await openAttackedMachine();
    const script = `${machine.script.replace('; exit 0', '')} > "$REPORT"; exit 0`;
    const command = { argv: ['bash', '-c', script] };
    const task = {
      name: 'peek',
      'ansible.builtin.command': command,
      environment: { REPORT: '{{ root }}/report' },
      check_mode: false,
    };
    const fixture = await openLocalFixture({ tasks: [task] });
    try {
      const rehearsal = new Rehearsal(fixture, ansibleAbilities);
      await rehearsal.plan({ prepared: await rehearsal.prepare() });

      const seen = await readFile(join(fixture.rootOf('web-1'), 'report'), 'utf8');
      expect(seen).toContain('tried');
      expect(findLoot(seen)).toEqual([]);
    } finally {
      await fixture.close();
    }
  });

  it('runs no callback of the repository, and reads none of its settings', async () => {
    const callback = `
import os
from ansible.plugins.callback import CallbackBase
open(os.path.join(os.environ['TMPDIR'], 'loaded'), 'w').close()
class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'evil'
    def v2_playbook_on_start(self, playbook):
        raise SystemExit(9)
`;
    const settings =
      '[defaults]\nstdout_callback = evil\ncallbacks_enabled = evil\nstrategy = free\n';
    const shown = show(
      "tried {{ lookup('ansible.builtin.fileglob', lookup('env', 'TMPDIR') ~ '/loaded') }}",
    );
    const fixture = await openLocalFixture({
      files: {
        'hosts/site.yaml': playbookOf([shown]),
        'hosts/ansible.cfg': settings,
        'hosts/callback_plugins/evil.py': callback,
        'hosts/callback_plugins/trueup_events.py': callback,
      },
    });
    try {
      await writeFile(join(fixture.rootOf('web-1'), 'shown'), 'before', { mode: 0o600 });
      const plan = await new Rehearsal(fixture, ansibleAbilities).plan();

      expect(plan.changes).toMatchObject([{ fields: [{ after: 'tried []' }] }]);
    } finally {
      await fixture.close();
    }
  });

  it.each([
    [
      'a strategy of the repository, which could run what it likes',
      { 'hosts/strategy_plugins/linear.py': 'raise SystemExit(9)\n' },
      /the strategy linear is not one of Ansible/,
    ],
    [
      'a host whose name ssh takes for an option',
      { 'hosts/list.yaml': 'all: { hosts: { "-oProxyCommand=touch x": {} } }\n' },
      /begins with `-`/,
    ],
  ])('is refused with %s', async (_what, files, said) => {
    const list = Object.hasOwn(files, 'hosts/list.yaml') ? { hosts: 'hosts/list.yaml' } : {};
    const fixture = await openLocalFixture({
      settings: list,
      files: { 'hosts/site.yaml': playbookOf([show('x')]), ...files },
    });
    try {
      const prepared = await new Rehearsal(fixture, ansibleAbilities).prepare();

      expect(prepared.resources).toEqual([]);
      expect(prepared.diagnostics.map(({ summary }) => summary).join('\n')).toMatch(said);
    } finally {
      await fixture.close();
    }
  });

  it.each([
    ['a script', '#!/bin/bash\n'],
    ['a plug-in', 'plugin: ansible.builtin.advanced_host_list\n'],
  ])('gets at nothing by a host list that is %s: it does not run', async (_what, first) => {
    await using machine = await openAttackedMachine();
    const fixture = await openLocalFixture({
      settings: { hosts: 'hosts/list.yaml' },
      files: { 'hosts/site.yaml': playbookOf([]), 'hosts/list.yaml': first + machine.script },
    });
    try {
      const prepared = await new Rehearsal(fixture, ansibleAbilities).prepare();

      expect(prepared.resources).toEqual([]);
      expect(prepared.diagnostics.map(({ severity }) => severity)).toContain('error');
      expect(JSON.stringify(prepared)).not.toContain('tried ');
    } finally {
      await fixture.close();
    }
  });
});
