import type { JsonObject } from '@trueup/diagnostics';
import type { Inputs } from '@trueup/provider-sdk';

/** What the field notes warn of, as one playbook. The comments of its tests say which is which. */
export const trapPlaybook = `- name: traps
  hosts: all
  gather_facts: true
  gather_subset: ["!all", "!min"]
  vars:
    root: "{{ host_root }}"
  tasks:
    - name: secret file
      ansible.builtin.copy: { content: "word={{ word }}\\n", dest: "{{ root }}/secret", mode: "0600" }
    - name: from the vault
      ansible.builtin.copy: { content: "{{ vaulted }}\\n", dest: "{{ root }}/vaulted", mode: "0600" }
    - name: no log
      ansible.builtin.copy: { content: "{{ word }}", dest: "{{ root }}/silent", mode: "0600" }
      no_log: true
    - name: diff off
      ansible.builtin.copy: { content: "quiet", dest: "{{ root }}/quiet", mode: "0600" }
      diff: false
    - name: attributes
      ansible.builtin.file: { path: "{{ root }}/present", mode: "0640" }
    - name: content
      ansible.builtin.copy: { content: "after\\n", dest: "{{ root }}/present", mode: "0644" }
      notify: reload
    - ansible.builtin.meta: flush_handlers
    - name: fails and is ignored
      ansible.builtin.fail: { msg: no }
      ignore_errors: true
    - name: probe
      ansible.builtin.command: /bin/echo probe
      check_mode: false
      changed_when: false
    - name: lines
      ansible.builtin.lineinfile: { path: "{{ root }}/list", line: "{{ item }}" }
      loop: [one, two]
    - name: only elsewhere
      ansible.builtin.copy: { content: x, dest: "{{ root }}/elsewhere", mode: "0600" }
      when: false
    - name: bounded command
      ansible.builtin.command: { cmd: /bin/true, creates: "{{ root }}/made" }
    - name: command
      ansible.builtin.command: /bin/echo {{ greeting }}
      register: told
    - name: after the command
      ansible.builtin.copy: { content: "told {{ told.stdout | default('') }}", dest: "{{ root }}/told", mode: "0600" }
    - block:
        - name: fails and is rescued
          ansible.builtin.command: /bin/false
          check_mode: false
      rescue:
        - name: rescues
          ansible.builtin.debug: { msg: rescued }
    - name: needs what is not there
      ansible.builtin.file: { path: "{{ root }}/present", owner: nobody-of-that-name }
    - name: not reached
      ansible.builtin.copy: { content: late, dest: "{{ root }}/late", mode: "0600" }
  handlers:
    - name: reload
      ansible.builtin.command: /bin/echo reload
`;

export const trapWord = 'hunter2 of the input';
export const vaultPassword = 'password of the vault';
export const vaultedWord = 'swordfish of the vault';

/** `vaulted: …`, encrypted with that password under the vault id `dev`. */
export const vaultFile = `$ANSIBLE_VAULT;1.2;AES256;dev
36323833643330653163383432323433333332393363313662313936386663353532336433626337
3366633061623432363830636438366532333931316264300a343233643433313161653937626436
63366636336538383964356534643336646331343234386666333731386134383163666562363633
6139336337306135310a393065383730306264613433666135366432393265643861383262626461
61623032636136373636636336343863383864333261633063343362666333333564313932306563
6436393230663935326532316363326539353664326237323733
`;

export const trapInputs: Inputs = {
  word: { value: trapWord, sensitive: true },
  greeting: { value: 'hello', sensitive: false },
  vaultPassword: { value: vaultPassword, sensitive: true },
};

export const trapSettings: JsonObject = {
  playbook: 'site.yaml',
  variables: { word: { input: 'word' }, greeting: { input: 'greeting' } },
  vault: { dev: { input: 'vaultPassword' } },
};

export const trapFiles: Readonly<Record<string, string>> = {
  'hosts/site.yaml': trapPlaybook,
  'hosts/group_vars/all.yaml': vaultFile,
};
