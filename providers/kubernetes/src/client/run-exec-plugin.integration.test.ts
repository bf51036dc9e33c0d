import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findExposure } from '@trueup/programs';
import { findLoot, loot, openAttackedMachine } from '@trueup/programs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ExecPlugin } from './cluster-access.ts';
import { type ExecSurroundings, runExecPlugin } from './run-exec-plugin.ts';

const signal = new AbortController().signal;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(
  script: string,
  more: Partial<ExecPlugin> = {},
  surroundings: Partial<ExecSurroundings> = {},
) {
  const command = join(folder, 'login');
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  const plugin: ExecPlugin = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'login',
    arguments: ['a b', '$HOME'],
    environment: { REGION: 'north' },
    provideClusterInfo: true,
    cluster: { server: 'https://k8s' },
    ...more,
  };
  const searchPath = `${folder}:/nowhere:/bin:/usr/bin`;
  return runExecPlugin(plugin, { searchPath, environment: {}, ...surroundings }, signal);
}

it('gives a token, asked for with arguments as they are', async () => {
  const status = `{\\"status\\":{\\"token\\":\\"$1-$2-$REGION\\",\\"expirationTimestamp\\":\\"2030-01-01T00:00:00Z\\"}}`;

  expect(await run(`echo "${status}"`)).toEqual({
    token: 'a b-$HOME-north',
    expiresAt: Date.parse('2030-01-01T00:00:00Z'),
  });
});

it('is told about the cluster', async () => {
  const token = await run(
    `case "$KUBERNETES_EXEC_INFO" in *https://k8s*) echo '{"status":{"token":"told"}}';; esac`,
  );

  expect(token).toEqual({ token: 'told' });
});

it.each([
  ['fails', 'echo opensesame >&2; exit 1'],
  ['prints nothing of use', 'echo opensesame'],
  ['prints no credential', `echo '{"status":{"clientCertificateData":"opensesame"}}'`],
])('says that a plugin %s, and not what it printed', async (_name, script) => {
  const error = await run(script).catch((one: unknown) => one);

  expect(error).toMatchObject({ code: 'KUBERNETES_EXEC' });
  expect(error instanceof Error ? error.message : '').not.toContain('opensesame');
});

it('says that a plugin is not installed', async () => {
  await expect(run('', { command: 'unheard-of' })).rejects.toMatchObject({
    code: 'KUBERNETES_EXEC',
  });
});

describe.runIf((await findExposure('guarded')) === undefined)('an attack by a plugin', () => {
  it.each([
    ['of a kubeconfig that came with the target gets at nothing', 'target', []],
    ['of a kubeconfig of this machine is that of who runs Trueup', 'machine', Object.keys(loot)],
  ] as const)('%s', async (_what, writtenBy, found) => {
    await using machine = await openAttackedMachine();
    await writeFile(join(folder, 'attack'), machine.script);
    const print = `echo "{\\"status\\":{\\"token\\":\\"$(bash ${folder}/attack) $OURS\\"}}"`;
    const environment = { OURS: 'a variable of ours' };

    const { token = '' } = await run(print, {}, { writtenBy, environment });

    expect(token).toContain('tried');
    expect(findLoot(token)).toEqual(found);
    expect(token.includes('a variable of ours')).toBe(writtenBy === 'machine');
  });
});
