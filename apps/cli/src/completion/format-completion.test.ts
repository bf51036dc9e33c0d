import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { commandList } from '../command-list.ts';
import { describeProgram } from '../program.ts';
import { formatCompletion, shells } from './format-completion.ts';

describe('completion', () => {
  it.each(shells)('of %s knows every command', async (shell) => {
    const script = formatCompletion(shell, await describeProgram());

    for (const { name } of commandList) expect(script).toContain(name);
    expect(script).toContain('kubeconfig');
  });

  it.each<[readonly string[], string]>([
    [['trueup', 'repo'], 'repository'],
    [['trueup', 'run', 'sh'], 'show'],
    [['trueup', 'plan', '--kubec'], '--kubeconfig'],
    [['trueup', 'plan', '-o', 'j'], 'json'],
  ])('of bash goes on with %j', async (words, answer) => {
    const script = formatCompletion('bash', await describeProgram());
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const ask = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _trueup; echo "\${COMPREPLY[@]}"`;

    expect(execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim()).toBe(answer);
  });
});
