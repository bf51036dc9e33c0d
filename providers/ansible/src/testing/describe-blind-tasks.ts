/** Tasks that check mode cannot take: as recorded from the real tool, and on the tool itself. */
import type { Change, Plan } from '@trueup/provider-sdk';
import { beforeAll, describe, expect, it } from 'vitest';

export const blindPlaybook = `- name: ends early
  hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.meta: end_play
      when: ansible_check_mode
    - name: behind the end
      ansible.builtin.copy: { content: x, dest: "{{ host_root }}/end", mode: "0600" }
- name: blind
  hosts: all
  gather_facts: false
  vars:
    root: "{{ host_root }}"
  tasks:
    - name: raw
      ansible.builtin.raw: /bin/echo raw
    - name: script
      ansible.builtin.script: run.sh
    - name: request
      ansible.builtin.uri: { url: "http://127.0.0.1:9/", method: POST }
    - name: hidden
      ansible.builtin.raw: /bin/echo hidden
      no_log: true
    - name: script that is not needed
      ansible.builtin.script: { cmd: run.sh, creates: / }
    - name: raw elsewhere
      ansible.builtin.raw: /bin/echo elsewhere
      when: inventory_hostname == 'nobody'
    - name: hidden elsewhere
      ansible.builtin.copy: { content: x, dest: "{{ root }}/x", mode: "0600" }
      when: inventory_hostname == 'nobody'
      no_log: true
    - name: no items
      ansible.builtin.raw: /bin/echo {{ item }}
      loop: []
    - name: for real only
      ansible.builtin.copy: { content: x, dest: "{{ root }}/real", mode: "0600" }
      when: not ansible_check_mode
    - name: hidden, for real only
      ansible.builtin.copy: { content: x, dest: "{{ root }}/real", mode: "0600" }
      when: not ansible_check_mode
      no_log: true
    - name: brings tasks for real only
      ansible.builtin.include_tasks: more.yaml
      when: not ansible_check_mode
    - name: in the background
      ansible.builtin.command: { cmd: /bin/true, creates: /nowhere }
      async: 10
      poll: 1
`;

export const blindFiles: Readonly<Record<string, string>> = {
  'hosts/site.yaml': blindPlaybook,
  'hosts/run.sh': '#!/bin/sh\necho run\n',
  'hosts/more.yaml': '- ansible.builtin.command: /bin/echo more\n',
};

export function describeBlindTasks(name: string, open: () => Promise<Plan>): void {
  describe(`${name}: a task that check mode cannot take`, () => {
    let plan: Plan;
    beforeAll(async () => {
      plan = await open();
    });
    const changeOf = (task: string): Change | undefined =>
      plan.changes.find(({ id }) => decodeURIComponent(id).endsWith(`blind / ${task}`));

    it.each(['raw', 'script', 'request', 'hidden'])(
      'is opaque, not in order, though it is only left out: %s',
      (task) => {
        expect(changeOf(task)).toMatchObject({ action: 'execute', confidence: 'opaque' });
      },
    );

    it.each(['for real only', 'hidden, for real only', 'brings tasks for real only'])(
      'is opaque where it asks whether this is a look, and so says nothing of a run: %s',
      (task) => {
        expect(changeOf(task)).toMatchObject({ action: 'execute', confidence: 'opaque' });
      },
    );

    it('is opaque behind the end of a play that ends early in a look only', () => {
      const change = plan.changes.find(({ id }) =>
        decodeURIComponent(id).endsWith('ends early / behind the end'),
      );
      expect(change).toMatchObject({ action: 'execute', confidence: 'opaque' });
    });

    it.each(['script that is not needed', 'raw elsewhere', 'hidden elsewhere', 'no items'])(
      'is in order where it is not needed: %s',
      (task) => {
        expect(changeOf(task)?.action).toBe('none');
      },
    );

    it('fails in check mode where it would run in the background, which is no failure', () => {
      expect(changeOf('in the background')).toMatchObject({ confidence: 'opaque' });
      expect(plan.diagnostics.map(({ code }) => code)).toContain('ANSIBLE_CHECK_FAILED');
      expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    });
  });
}
