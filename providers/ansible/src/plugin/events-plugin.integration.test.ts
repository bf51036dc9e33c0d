import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const source = readFileSync(new URL('./events_plugin.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.runIf(hasPython)('the plug-in', () => {
  it('is Python that nothing is to be said against', () => {
    const compile = 'import sys; compile(sys.stdin.buffer.read(), "events_plugin.py", "exec")';
    const args = ['-W', 'error', '-c', compile];

    expect(execFileSync('python3', args, { input: source, encoding: 'utf8' })).toBe('');
  });
});
