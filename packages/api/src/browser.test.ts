import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

it('is safe in a browser: nothing of Node, no package but the leaf', () => {
  const folder = import.meta.dirname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const imported = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [...text.matchAll(/ from '([^'.][^']*)'/g)].map(([, specifier]) => specifier);
  });

  expect(files.length).toBeGreaterThan(30);
  expect([...new Set(imported)]).toEqual(['@trueup/diagnostics']);
});
