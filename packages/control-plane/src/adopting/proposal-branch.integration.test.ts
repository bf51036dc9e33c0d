import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MemoryStore } from '@trueup/engine/testing';
import { editFiles, readPath, systemUser } from '@trueup/forge-hosted';
import { expect, it, onTestFinished } from 'vitest';

import { openHosting } from '../hosting/open-hosting.ts';
import { createIds } from '../ids/create-ids.ts';
import { branchOfHosted } from './proposal-branch.ts';

const path = 'shop/gitops';
const actor = { user: systemUser, permission: 'admin', email: 'trueup@localhost' } as const;
const never = new AbortController().signal;

it('makes, opens and moves a branch of the built-in forge, from where it is expected alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-proposal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await using hosting = openHosting({
    store: new MemoryStore(),
    folder,
    searchPath: '/usr/bin:/bin:/usr/local/bin',
    publicUrl: () => 'http://trueup.test',
    now: Date.now,
    newId: createIds(Date.now),
    onError: (error) => {
      throw error;
    },
  });
  const { host } = hosting;
  await host.create({ path });
  const files = [{ path: 'a', content: '1\n' }];
  const first = await editFiles(host, path, { branch: 'main', message: 'First', files }, actor);
  const port = branchOfHosted({ branch: 'main' }, { host, path, actor, urlOf: () => undefined });
  const content = (text: string) => ({
    ...{ branch: 'drift-shop-0', base: first.commit, message: 'Adopt', at: '2026-01-01T00:00:00Z' },
    files: new Map([['a', text]]),
  });
  const words = { branch: 'drift-shop-0', title: 'Adopt drift', body: '' };

  const made = await port.put(content('2\n'), undefined, never);
  const again = await port.put(content('2\n'), undefined, never);
  const opened = [await port.open(words, never), await port.open(words, never)];
  const elsewhere = await port.put(content('3\n'), first.commit, never);
  const moved = await port.put(content('3\n'), made, never);

  expect([typeof made, again, elsewhere]).toEqual(['string', undefined, undefined]);
  expect(opened).toEqual([{ number: 1 }, { number: 1 }]);
  expect(moved).not.toBe(made);
  const read = await readPath(host, path, { revision: 'drift-shop-0', path: 'a' }, never);
  expect(JSON.stringify(read)).toContain('3\\n');
});
