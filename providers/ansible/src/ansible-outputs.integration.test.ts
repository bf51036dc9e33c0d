/** What `set_stats` tells and what tags leave, on the real tool. */
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ansibleAbilities } from './testing/ansible-fixture.ts';
import { ansibleFolder, openLocalFixture, type RealOptions } from './testing/real-ansible.ts';

const site = `- name: base
  hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.command: { cmd: echo 7.1, creates: /nowhere }
      check_mode: false
      register: asked
      tags: [told]
    - ansible.builtin.set_stats: { data: { release: "{{ asked.stdout }}", ports: [80, 443] } }
      run_once: true
      tags: [told]
    - ansible.builtin.set_stats: { data: { where: "{{ root }}" }, per_host: true }
      tags: [told]
    - ansible.builtin.set_stats: { data: { token: "a token" } }
      no_log: true
      run_once: true
      tags: [told]
    - ansible.builtin.set_stats: { data: { later: "{{ nothing.stdout }}" } }
      ignore_errors: true
    - name: note
      ansible.builtin.copy: { content: x, dest: "{{ root }}/note", mode: "0600" }
      tags: [notes]
`;

async function withFixture(
  options: RealOptions,
  use: (rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
  const fixture = await openLocalFixture({ files: { 'hosts/site.yaml': site }, ...options });
  try {
    await use(new Rehearsal(fixture, ansibleAbilities));
  } finally {
    await fixture.close();
  }
}

describe.runIf(ansibleFolder)('ansible-playbook', { timeout: 240_000 }, () => {
  it('tells outputs in check mode, and which of them are secrets', async () => {
    const outputs = { release: {}, ports: null, where: {}, token: {}, later: {} };
    await withFixture({ settings: { outputs } }, async (rehearsal) => {
      const prepared = await rehearsal.prepare();
      const ids = prepared.resources.map(({ id }) => id);
      const { provider, target } = rehearsal.fixture;

      const observed = await provider.observe(target, { ids, prepared }, rehearsal.call());

      expect(provider.outputs(observed)).toMatchObject({
        release: { value: '7.1', sensitive: false },
        ports: { value: [80, 443], sensitive: false },
        where: { value: { 'web-1': expect.stringContaining('web-1') }, sensitive: false },
        token: { value: 'a token', sensitive: true },
      });
      expect(Object.keys(provider.outputs(observed))).not.toContain('later');
    });
  });

  it('plans the tasks that have a tag, and no tag at all is no success', async () => {
    await withFixture({ settings: { tags: ['notes'] } }, async (rehearsal) => {
      const { resources } = await rehearsal.prepare();
      expect(resources.map(({ id }) => id)).toEqual(['copy/web-1/base%20%2F%20note']);
    });
    await withFixture({ settings: { tags: ['note'] } }, async (rehearsal) => {
      const { resources, diagnostics } = await rehearsal.prepare();
      expect(resources).toEqual([]);
      expect(diagnostics).toMatchObject([{ code: 'ANSIBLE_NO_TASKS', path: ['tags'] }]);
    });
  });
});
