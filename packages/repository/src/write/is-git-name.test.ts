import { describe, expect, it } from 'vitest';

import { isGitName } from './is-git-name.ts';

describe('isGitName', () => {
  it.each([
    '.git',
    '.GIT',
    '.git.',
    '.git ',
    '.git . .',
    'git~1',
    'GIT~12',
    '.g\u200cit',
    '.git\ufeff',
    '.git::$INDEX_ALLOCATION',
    '.git:x',
    'a\\.git',
    '.git\\config',
  ])('is one: %j', (name) => expect(isGitName(name)).toBe(true));

  it.each([
    '.gitignore',
    '.github',
    'git',
    '.gitmodules',
    'x.git',
    'git~',
    '.git-x',
    '.gi',
    'a:.git',
  ])('is none: %j', (name) => expect(isGitName(name)).toBe(false));
});
