import { describe, expect, it } from 'vitest';

import { checkSettings } from './schema.ts';

describe('the settings of a stack', () => {
  it.each([
    [undefined],
    [null],
    [{}],
    [{ files: 'folder' }],
    [{ allowHosts: ['github.com', '*.example.com'] }],
    [{ credentials: { 'github.com': { secret: 'bases' } } }],
  ])('may be %j', (settings) => {
    expect(checkSettings(settings)).toEqual([]);
  });

  it('are remarked on all at once', () => {
    const remarks = checkSettings({
      files: 'all',
      allowHosts: ['a/b'],
      credentials: 'x',
      helm: true,
    });

    expect(remarks.map(({ path }) => path.join())).toEqual([
      'files',
      'allowHosts',
      'credentials',
      'helm',
    ]);
    expect(checkSettings('x')).toHaveLength(1);
  });
});
