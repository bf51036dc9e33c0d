import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { examineIsolation } from './examine-isolation.ts';

describe('the look at isolation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trueup-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['is there and works', 'exit 0', 'well', '0.8.0, programs are isolated'],
    [
      'is there and may not',
      '[ "$1" = --version ]',
      'missing',
      '0.8.0, but it may not make namespaces: programs are not isolated',
    ],
    ['is not there', undefined, 'missing', 'not found: programs are not isolated'],
  ])('says that bubblewrap %s', async (_name, script, verdict, says) => {
    if (script !== undefined) {
      const program = join(folder, 'bwrap');
      writeFileSync(program, `#!/bin/sh\necho bubblewrap 0.8.0\n${script}\n`);
      chmodSync(program, 0o755);
    }

    const finding = await examineIsolation({ PATH: folder });

    expect(finding).toMatchObject({ subject: 'bubblewrap', verdict, says });
  });
});
