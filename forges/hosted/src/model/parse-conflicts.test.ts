import { describe, expect, it } from 'vitest';

import { parseConflicts } from './parse-conflicts.ts';

describe('parseConflicts', () => {
  it('tells both sides and what they began with', () => {
    const text = [
      'same',
      '<<<<<<< target',
      'ours',
      '||||||| base',
      'before',
      '=======',
      'theirs',
      '======= not a mark here',
      '>>>>>>> source',
      'same',
      '<<<<<<< target',
      '||||||| base',
      'gone',
      '=======',
      '>>>>>>> source',
      '',
    ].join('\n');

    expect(parseConflicts(text)).toEqual([
      { line: 2, target: 'ours\n', base: 'before\n', source: 'theirs\n======= not a mark here\n' },
      { line: 11, target: '', base: 'gone\n', source: '' },
    ]);
  });

  it.each(['', 'plain\n', '=======\n', '<<<<<<< never ends\nx\n', '>>>>>>> x\n'])(
    'finds none in %j',
    (text) => {
      expect(parseConflicts(text)).toEqual([]);
    },
  );
});
