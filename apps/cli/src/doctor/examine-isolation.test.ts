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

    const [finding] = await examineIsolation({ PATH: folder });

    expect(finding).toMatchObject({ subject: 'bubblewrap', verdict, says });
  });

  it.each([
    ['is there and works', ['exit 0', 'exit 0'], 'well', '1.2.0, the network is guarded'],
    ['is there and namespaces are not', ['exit 0', 'exit 1'], 'missing', 'cannot be used'],
    ['does not start', ['exit 1', 'exit 0'], 'missing', 'not found: tofu and ansible reach'],
  ])('says that slirp4netns %s', async (_name, [asked = '', unshare = ''], verdict, says) => {
    const scripts = { slirp4netns: `echo slirp4netns version 1.2.0\n${asked}`, unshare };
    for (const [name, script] of Object.entries({ ...scripts, nsenter: 'exit 0' })) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }

    const [, finding] = await examineIsolation({ PATH: folder });

    expect(finding).toMatchObject({ subject: 'slirp4netns', verdict });
    expect(finding?.says).toContain(says);
  });
});
