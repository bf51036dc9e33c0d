import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { generateOpenApi, openApiFile } from '../tools/generate-openapi.ts';

it('publishes the HTTP API as it is', () => {
  const written = readFileSync(join(import.meta.dirname, '..', openApiFile), 'utf8');

  expect(written, 'run: node tools/generate-openapi.ts').toBe(generateOpenApi());
});
