import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findProgram } from '@trueup/programs';
import { describe, expect, it } from 'vitest';

import { searchPath } from '../testing/test-mirror.ts';
import { formatSshConfig } from './ssh-config.ts';

const ssh = await findProgram('ssh', searchPath);

describe.runIf(ssh)('formatSshConfig', () => {
  it('is read by ssh as it is meant', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trueup ssh %h '));
    const [key, knownHosts] = [join(folder, 'key'), join(folder, 'known_hosts')];
    const route = { host: 'git.test', port: 2222, address: '10.1.2.3', key, knownHosts };
    await writeFile(join(folder, 'config'), formatSshConfig(route));

    const options = String(
      execFileSync(ssh ?? '', ['-F', join(folder, 'config'), '-G', '-p', '2222', 'me@git.test'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ).split('\n');
    await rm(folder, { recursive: true });

    expect(options).toEqual(
      expect.arrayContaining([
        'user me',
        'hostname 10.1.2.3',
        'port 2222',
        'hostkeyalias [git.test]:2222',
        'stricthostkeychecking true',
        'identitiesonly yes',
        'identityagent none',
        'batchmode yes',
        'forwardagent no',
        'globalknownhostsfile /dev/null',
        'updatehostkeys false',
        'checkhostip no',
        expect.stringMatching(/^userknownhostsfile .*known_hosts$/),
        expect.stringMatching(/^identityfile .*key$/),
      ]),
    );
    expect(options.filter((line) => /^proxycommand|^controlpath/.test(line))).toEqual([]);
  });
});
