import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { errorReference, generateErrorReference } from '../tools/generate-error-reference.ts';

const root = join(import.meta.dirname, '..');

it('lists every error code, and none that is gone', () => {
  const written = readFileSync(join(root, errorReference), 'utf8');
  const hint = 'run: node tools/generate-error-reference.ts';

  expect(codesOf(written), hint).toEqual(codesOf(generateErrorReference(root)));
});

it('finds codes at all', () => {
  expect(codesOf(generateErrorReference(root))).toContain('STORE_LOCKED');
});

function codesOf(page: string): readonly string[] {
  return [...page.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code ?? '');
}
