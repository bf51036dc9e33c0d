import { StalledError } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { absentWhenNotFound, notFound } from './when-not-found.ts';

describe('absentWhenNotFound', () => {
  it('takes what is not there for absent, and nothing else', async () => {
    const refused = new StalledError('FORGE_REFUSED', 'x: not done', 'x');

    expect(await absentWhenNotFound(async () => 1)).toBe(1);
    expect(await absentWhenNotFound(() => Promise.reject(notFound('shop/infra')))).toBeUndefined();
    await expect(absentWhenNotFound(() => Promise.reject(refused))).rejects.toBe(refused);
  });
});
