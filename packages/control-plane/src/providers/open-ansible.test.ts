import { describe, expect, it } from 'vitest';

import { mentionsAnsible } from './open-ansible.ts';

describe('a file that is about Ansible', () => {
  it.each([
    ['targets: { web: { ansible: { hosts: hosts.yaml } } }', true],
    ['targets: { web: { ansibel: { hosts: hosts.yaml } } }', true],
    ['targets: { here: { kubernetes: {} } }', false],
  ])('is found by the word: %s', (text, expected) => {
    expect(mentionsAnsible(text)).toBe(expected);
  });
});
