import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { createAuthenticator } from './authenticate.ts';
import type { ClusterAccess } from './cluster-access.ts';

it('reads a token file again after a minute', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-token-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  await writeFile(path, 'old\n');
  let nowMs = 0;
  const access = { credential: { kind: 'token-file', path } } as ClusterAccess;
  const { signal } = new AbortController();
  const surroundings = { searchPath: '', environment: {} };
  const authenticator = createAuthenticator(access, surroundings, signal, () => nowMs);
  const sent = async () => (await authenticator.pass()).headers['authorization'];

  const first = await sent();
  await writeFile(path, 'new\n');
  nowMs = 59_999;
  const before = await sent();
  nowMs = 60_000;
  const after = await sent();

  expect([first, before, after]).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
});
