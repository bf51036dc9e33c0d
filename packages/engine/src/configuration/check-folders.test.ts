import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { expand } from './testing/configuration-file.ts';

const overlays = ['apps/shop/base', 'apps/shop/overlays/production', 'apps/shop/overlays/staging'];

describe('folders of stacks', () => {
  it.each<readonly [string, readonly JsonObject[], string]>([
    [
      'two stacks in one folder',
      [at('a', 'apps'), at('b', 'apps')],
      'stack `b`: has the folder of stack `a`, and both go to `staging`',
    ],
    [
      'folders in that of another stack, told once for each entry',
      [at('all', 'apps'), at('{a}-{env}', 'apps/{a}/overlays/{env}')],
      'stack `shop-production`: its folder lies in that of stack `all`, and both go to `staging`',
    ],
    [
      'the root around another stack',
      [at('b', 'apps/shop'), at('all', '.')],
      'stack `b`: its folder lies in that of stack `all`, and both go to `staging`',
    ],
  ])('that overlap are told: %s', (_name, stacks, summary) => {
    const expanded = expand({ stacks }, overlays);

    expect(expanded.problems).toEqual([`CONFIG_FOLDERS_OVERLAP ${summary}`]);
    expect(expanded.broken).toEqual([]);
    expect(expanded.stacks.length).toBeGreaterThan(1);
  });

  it.each<readonly [string, readonly JsonObject[]]>([
    ['to two targets', [at('a', 'apps'), { ...at('b', 'apps'), target: 'production' }]],
    [
      'of one chart',
      [
        { ...at('a', 'apps'), helm: { releaseName: 'a' } },
        { ...at('b', 'apps'), helm: { releaseName: 'b' } },
      ],
    ],
    ['of a kustomization', [{ ...at('a', 'apps'), kustomize: {} }, at('b', 'apps/shop/base')]],
    ['beside each other', [at('a', 'apps/shop/base'), at('b', 'apps/shop/overlays')]],
  ])('may be as they are for stacks %s', (_name, stacks) => {
    expect(expand({ stacks }, overlays).problems).toEqual([]);
  });
});

function at(name: string, path: string): JsonObject {
  return { name, path, target: 'staging' };
}
