import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ansibleFolder } from '../testing/real-ansible.ts';

const place = new URL('./events_plugin.py', import.meta.url);
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.runIf(hasPython)('the plug-in', () => {
  it('is Python that nothing is to be said against', () => {
    const compile = 'import sys; compile(sys.stdin.buffer.read(), "events_plugin.py", "exec")';
    const args = ['-W', 'error', '-c', compile];

    expect(execFileSync('python3', args, { input: readFileSync(place), encoding: 'utf8' })).toBe(
      '',
    );
  });
});

describe.runIf(ansibleFolder)('the plug-in, loaded beside Ansible', () => {
  it('tells no line that is too long to be read, whatever tasks and vaults hold', () => {
    const python = join(
      dirname(realpathSync(join(`${ansibleFolder}`, 'ansible-playbook'))),
      'python',
    );
    const script = `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(dirname(place.pathname))})
import events_plugin as plugin
wide = chr(0x1f600)
side = lambda number: wide * 40000 + str(number)
items = [{'changed': True, 'diff': {'before': side(1), 'after': side(number)}} for number in range(210)]
diffs = plugin.told_diffs(items)
secrets = list(plugin.SecretsRead.in_pieces(['a' * 5, wide * 1500000, 'b' * 5]))
print(json.dumps({
    'diffs': len(diffs), 'bytes': len(json.dumps(diffs)), 'digests': len({one['after'].get('digest') for one in diffs}),
    'longest': max(len(json.dumps(one)) for one in secrets), 'whole': sum(len(piece) for one in secrets for piece in one),
}))
`;

    const told = JSON.parse(execFileSync(python, ['-'], { input: script, encoding: 'utf8' }));

    expect(told).toMatchObject({ diffs: 200, digests: 200, whole: 1_500_010 });
    expect(Math.max(told.bytes, told.longest)).toBeLessThan(16 * 1024 * 1024);
  });
});
