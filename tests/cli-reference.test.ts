import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { cliReference, generateCliReference } from '../tools/generate-cli-reference.ts';

const root = join(import.meta.dirname, '..');

describe('the reference of the command line', () => {
  it('is what the commands say of themselves', async () => {
    const written = readFileSync(join(root, cliReference), 'utf8');

    expect(written, `stale: run \`node tools/generate-cli-reference.ts\``).toBe(
      await generateCliReference(root),
    );
  });
});
