import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { errorReference, generateErrorReference } from '../tools/generate-error-reference.ts';

const root = join(import.meta.dirname, '..');

it('lists every error code', () => {
  const written = readFileSync(join(root, errorReference), 'utf8');

  expect(written, 'run: node tools/generate-error-reference.ts').toBe(generateErrorReference(root));
});

it('finds codes at all', () => {
  expect(generateErrorReference(root)).toContain('| `STORE_LOCKED` | packages/store |');
});
