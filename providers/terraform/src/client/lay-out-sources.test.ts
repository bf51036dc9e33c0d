import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { noSources } from '../sources/sources-archive.ts';
import type { Work } from '../terraform-client.ts';
import { layOutSources } from './lay-out-sources.ts';

describe('the folder of a call', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-layout-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const workOf = (files: Readonly<Record<string, string>>): Work => ({
    tool: undefined,
    environment: {},
    lockTimeoutSeconds: 0,
    state: { backend: 's3', settings: { bucket: 'b' } },
    sources: {
      ...noSources,
      root: 'cloud/net',
      files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
      variables: { word: 'hunter2' },
      sensitive: ['word'],
    },
  });
  const layOut = (work: Work, cacheFolder?: string) =>
    layOutSources({ work, folder, cacheFolder, mirrorFolder: '/mirror' });

  it('holds the files, the backend in place of theirs, and secrets that only we may read', async () => {
    const { root, variableFiles } = await layOut(workOf({ 'cloud/net/run.sh': '#!/bin/sh\n' }));

    const override = await readFile(join(root, 'zzzz_trueup_override.tf.json'), 'utf8');
    expect(JSON.parse(override)).toEqual({
      terraform: { backend: { s3: { bucket: 'b' } } },
      variable: { word: { sensitive: true } },
    });
    const [ours = ''] = variableFiles;
    expect(JSON.parse(await readFile(ours, 'utf8'))).toEqual({ word: 'hunter2' });
    expect((await stat(ours)).mode & 0o077).toBe(0);
    expect((await stat(join(root, 'run.sh'))).mode & 0o100).toBe(0o100);
  });

  it.each(['../../etc/passwd', 'cloud//x', 'cloud/./x', '/etc/passwd'])(
    'is not left by a path: %s',
    async (path) => {
      await expect(layOut(workOf({ [path]: 'x' }))).rejects.toThrow('is no path of a repository');
    },
  );

  it('has a cache only where Git pins what may lie in it', async () => {
    const loose = await layOut(workOf({}), '/cache');
    const pinned = await layOut(workOf({ 'cloud/net/.terraform.lock.hcl': '' }), '/cache');

    const text = await readFile(loose.configFile, 'utf8');
    expect(text).toContain('path = "/mirror"');
    expect(text).not.toContain('/cache');
    expect([loose.isPinned, loose.cachedConfigFile]).toEqual([false, undefined]);
    expect(pinned.isPinned).toBe(true);
    const cached = await readFile(pinned.cachedConfigFile ?? '', 'utf8');
    expect(cached).toContain('plugin_cache_dir = "/cache"');
    expect(cached).not.toContain('may_break');
  });
});
