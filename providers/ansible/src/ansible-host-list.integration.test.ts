/** Hosts and values that another stack made, on the real tool by ssh: they are data, whatever they look like. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isJsonObject, type Json } from '@trueup/diagnostics';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ansibleAbilities, playbookOf } from './testing/ansible-fixture.ts';
import { ansibleFolder, openSshFixture, sshFolder } from './testing/real-ansible.ts';

const available = ansibleFolder !== undefined && sshFolder !== undefined;

describe.runIf(available)('hosts from an output', { timeout: 240_000 }, () => {
  it('are reached by group, and none of their values is a template', async () => {
    const copy = (name: string, content: string) => ({
      name,
      'ansible.builtin.copy': { content, dest: `{{ root }}/${name}`, mode: '0600' },
    });
    const tasks = [copy('note', '{{ note }}'), copy('word', '{{ word }}')];
    const fixture = await openSshFixture({ playbook: playbookOf(tasks, 'web') });
    try {
      const { hosts, ...rest } = Object(fixture.target.settings);
      const evil = "{{ lookup('ansible.builtin.pipe', 'touch evil; echo ran') }}";
      const machines = Object.entries(hosts).map(([name, host]): Json => {
        const { address = '', port = 0, root = '' } = isJsonObject(host) ? host : {};
        return { name, address, port, groups: ['web'], vars: { root, note: `${name} ${evil} ☃` } };
      });
      const interpreter = Object(hosts).host1.ansible_python_interpreter;
      const own = {
        ...fixture,
        target: { ...fixture.target, settings: rest },
        stack: {
          ...fixture.stack,
          settings: {
            playbook: 'site.yaml',
            hosts: { input: 'machines' },
            variables: { word: { input: 'password' }, ansible_python_interpreter: interpreter },
          },
        },
        inputs: {
          machines: { value: machines, sensitive: false },
          password: { value: `a "word": {{ 'of' }} {% raw %} \\ ☃`, sensitive: true },
        },
      };
      const rehearsal = new Rehearsal(own, ansibleAbilities);

      const { plan, ends } = await rehearsal.applyAll();

      expect(plan.diagnostics).toEqual([]);
      expect(plan.targetIdentity).toMatch(/^hosts:host1=127\.0\.0\.1:\d+,host2=127/);
      expect(new Set(ends.map(({ kind }) => kind))).toEqual(new Set(['done']));
      for (const host of ['host1', 'host2']) {
        const folder = fixture.rootOf(host);
        expect(await readFile(join(folder, 'note'), 'utf8')).toBe(`${host} ${evil} ☃`);
        expect(await readFile(join(folder, 'word'), 'utf8')).toBe(own.inputs.password.value);
        expect((await readdir(folder)).sort()).toEqual(['note', 'word']);
      }
    } finally {
      await fixture.close();
    }
  });
});
