import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { describeSettings, settingFlags } from './setting-flags.ts';

const root = join(import.meta.dirname, '../../../..');
const variables = new Set(Object.values(settingFlags).map(({ variable }) => variable));

describe('what a server can be told', () => {
  it('is described with its variables, a line for each', () => {
    const lines = describeSettings().split('\n');

    for (const [flag, { variable, value }] of Object.entries(settingFlags)) {
      const shown = value === undefined ? `--${flag}` : `--${flag} ${value}`;
      const line = lines.find((one) => one.startsWith(`  ${shown} `));
      expect(line, flag).toContain(`(${variable})`);
    }
  });

  it.each([
    'apps/server/deploy/trueup.service',
    'apps/server/deploy/Containerfile',
    'docs/guides/run-a-server.md',
  ])('is what %s says', async (file) => {
    const text = await readFile(join(root, file), 'utf8');

    const named = [...text.matchAll(/\bTRUEUP_[A-Z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => !variables.has(name))).toEqual([]);
    const flags = [...text.matchAll(/trueup serve ([^\n`]*)/g)]
      .flatMap(([, words = '']) => [...words.matchAll(/--([a-z-]+)/g)])
      .map(([, flag = '']) => flag);
    expect(flags.filter((flag) => flag !== 'help' && !(flag in settingFlags))).toEqual([]);
  });
});
