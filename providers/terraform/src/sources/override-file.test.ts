import { describe, expect, it } from 'vitest';

import { isRival, overrideFile } from './override-file.ts';

describe('the file that Trueup adds', () => {
  it.each([
    ['itself', overrideFile],
    ['OpenTofu reads it instead', 'zzzz_trueup_override.tofu.json'],
    ['OpenTofu reads it instead of HCL', 'zzzz_trueup_override.tofu'],
    ['it comes before, by the same name', 'zzzz_trueup_override.tf'],
    ['it comes later', 'zzzzz_override.tf'],
    ['it comes later, as OpenTofu', '~_override.tofu'],
    ['it comes later, beyond ASCII', 'ü_override.tf.json'],
  ])('is not outdone by another one: %s', (_why, name) => {
    expect(isRival(name)).toBe(true);
  });

  it.each(['override.tf', 'a_override.tf.json', 'main.tf', 'zzzzz.tf', 'zzzzz_override.txt'])(
    'leaves %s to the stack',
    (name) => {
      expect(isRival(name)).toBe(false);
    },
  );
});
