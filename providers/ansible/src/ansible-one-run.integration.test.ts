/** One start of the real tool for the tasks and for what they would change. */
import { createMemoryFiles, Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ansibleAbilities } from './testing/ansible-fixture.ts';
import { ansibleFolder, openLocalFixture } from './testing/real-ansible.ts';

const copy = (name: string): string =>
  `ansible.builtin.copy: { content: x, dest: "{{ root }}/${name}", mode: "0600" }`;

/** The second play fails for all hosts in check mode, so that the tool ends before the third one. */
const files = {
  'hosts/site.yaml': `- name: roles
  hosts: all
  gather_facts: false
  serial: 1
  roles: [{ role: web, vars: { n: a } }, { role: web, vars: { n: b } }]
  tasks:
    - ansible.builtin.include_tasks: more.yaml
      loop: [c, d]
    - ${copy('e')}
- name: fails
  hosts: all
  gather_facts: false
  vars_files: [values.yaml]
  tasks:
    - name: fail
      ansible.builtin.fail: { msg: not now }
      when: ansible_check_mode
- name: last
  hosts: web-2
  gather_facts: false
  tasks:
    - ${copy('f')}
  handlers:
    - name: never
      ${copy('g')}
`,
  'hosts/values.yaml': 'x: 1\n',
  'hosts/more.yaml': `- name: inner {{ item }}\n  ${copy('{{ item }}')}\n`,
  'hosts/roles/web/tasks/main.yaml': `- name: file {{ n }}\n  ${copy('{{ n }}')}\n`,
};

describe.runIf(ansibleFolder)('one run of ansible-playbook', { timeout: 240_000 }, () => {
  it('names the same tasks as a run that only lists, also behind what fails', async () => {
    const fixture = await openLocalFixture({ files, hosts: ['web-1', 'web-2'] });
    try {
      const rehearsal = new Rehearsal(fixture, ansibleAbilities);
      const listed = await rehearsal.prepare();
      const { provider, stack, target, inputs = {} } = fixture;
      const request = { stack, target, inputs, surveyFollows: true };
      // Another process, which has listed nothing yet.
      const fresh = fixture.restart?.() ?? provider;

      const prepared = await fresh.prepare(fixture.files, request, rehearsal.call());

      expect(listed.resources).toHaveLength(7);
      expect(prepared).toEqual(listed);
      const ids = prepared.resources.map(({ id }) => id);
      const observed = await fresh.observe(target, { ids, prepared }, rehearsal.call());
      const plan = { stack, prepared, observed, inventory: ids, foreign: 'report' } as const;
      const { changes } = await fresh.plan(target, plan, rehearsal.call());
      const actions = changes.map(({ id, action }) => `${action} ${decodeURIComponent(id)}`);
      expect(actions).toContain('create copy/web-1/roles / web : file {{ n }}');
      expect(actions).toContain('create copy/web-2/roles / inner d');
      expect(actions).toContain('execute copy/web-2/last / ansible.builtin.copy');
    } finally {
      await fixture.close();
    }
  });

  it('tells what keeps the tasks from being listed, and runs nothing', async () => {
    const fixture = await openLocalFixture();
    try {
      const site =
        '- hosts: all\n  tasks:\n    - ansible.builtin.copy: { content: x, dest: "{{ root }}/x" }\n- hosts: "{{ nothing }}"\n';
      const { provider, stack, target, inputs = {} } = fixture;
      const request = { stack, target, inputs, surveyFollows: true };
      const broken = createMemoryFiles({ 'hosts/site.yaml': site });
      const call = new Rehearsal(fixture, ansibleAbilities).call();

      const { resources, diagnostics } = await provider.prepare(broken, request, call);

      expect(resources).toEqual([]);
      expect(diagnostics).toMatchObject([{ severity: 'error', code: 'ANSIBLE_PLAYBOOK_INVALID' }]);
      expect(diagnostics[0]?.summary).toContain('nothing');
    } finally {
      await fixture.close();
    }
  });
});
