import { expect, it } from 'vitest';

import { countLines, parsePatch } from './parse-patch.ts';

const patch = [
  'diff --git a/x b/x',
  '--- a/x',
  '+++ b/x',
  '@@ -1,3 +1,3 @@ title',
  ' one',
  '-two',
  '+zwei',
  ' three',
  '\\ No newline at end of file',
  '@@ -10 +10,2 @@',
  '--- was a rule',
  '+new',
  '',
].join('\n');

it('numbers the lines of both sides', () => {
  const numbers = parsePatch(patch)
    .filter(({ kind }) => kind !== 'hunk')
    .map(({ kind, before, after, text }) => [kind, before, after, text]);

  expect(numbers).toEqual([
    ['same', 1, 1, 'one'],
    ['removed', 2, undefined, 'two'],
    ['added', undefined, 2, 'zwei'],
    ['same', 3, 3, 'three'],
    ['note', undefined, undefined, 'No newline at end of file'],
    ['removed', 10, undefined, '-- was a rule'],
    ['added', undefined, 10, 'new'],
  ]);
});

it('counts what comes and goes', () => {
  expect(countLines(parsePatch(patch))).toEqual({ added: 2, removed: 2 });
});

it('has no lines where there is no hunk', () => {
  expect(parsePatch('Binary files differ')).toEqual([]);
});
