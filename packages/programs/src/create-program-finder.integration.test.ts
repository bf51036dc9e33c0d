import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createProgramFinder, type FindProgram } from './create-program-finder.ts';

const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-finder-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a finder of programs', () => {
  it('asks a program for its version, again once it is another one', async () => {
    const find = finder();

    write('echo v1.2.3');
    expect(await find(never)).toEqual({ path: join(folder, 'tool'), version: 'v1.2.3' });

    write('echo version v1.10.0 of today');
    expect(await find(never)).toMatchObject({ version: 'v1.10.0' });
  });

  it('takes for none what is not there, fails, or says no version', async () => {
    const find = finder();
    expect(await find(never)).toBeUndefined();

    write('echo v1.2.3; exit 1');
    expect(await find(never)).toBeUndefined();

    write('echo hello');
    expect(await find(never)).toBeUndefined();
  });
});

function finder(): FindProgram {
  return createProgramFinder(
    { name: 'tool', arguments: ['version'], environment: {}, version: /v\d+\.\d+\.\d+/ },
    { searchPath: folder, program: undefined, isolation: 'none' },
  );
}

function write(script: string): void {
  const file = join(folder, 'tool');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
