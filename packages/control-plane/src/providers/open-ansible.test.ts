import { describe, expect, it } from 'vitest';

import { mentionsAnsible, openAnsible } from './open-ansible.ts';

describe('the provider for hosts', () => {
  it('says that it runs what the files say, so that no outsider writes them', async () => {
    expect((await openAnsible({ searchPath: '' })).interprets).toBe(true);
  });
});

describe('a file that is about Ansible', () => {
  it.each([
    ['targets: { web: { ansible: { hosts: hosts.yaml } } }', true],
    ['targets: { web: { ansibel: { hosts: hosts.yaml } } }', true],
    ['targets: { here: { kubernetes: {} } }', false],
  ])('is found by the word: %s', (text, expected) => {
    expect(mentionsAnsible(text)).toBe(expected);
  });
});
