/**
 * States in an object store, as teams keep them: on the AWS stand-in of the test bed, where it is installed
 * (`tools/testbed/hosts/provision cloud`). Nothing of it is in a file of this machine that Trueup could read.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { nameOf, Stage, stepsOf } from './testing/planned.ts';
import { realTools, toolPath } from './testing/real-tool.ts';

// biome-ignore-start lint/style/noProcessEnv: where the test bed lies is said by the environment.
const cache =
  env['TESTBED_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'testbed');
// biome-ignore-end lint/style/noProcessEnv: see above
const isThere = existsSync(join(cache, 'hosts/stamps/cloud')) && realTools.includes('tofu');
const cloud = join(import.meta.dirname, '../../../tools/testbed/hosts/cloud');
const key = 'hunter2-of-the-bucket';
const one = 'resource "terraform_data" "a" {\n  input = terraform.workspace\n}\n';
const slow =
  'resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "while [ ! -e go ]; do sleep 0.05; done"\n  }\n}\n';

describe.runIf(isThere)('a state in S3', () => {
  let folder: string;
  let endpoint = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-s3-'));
    const said = execFileSync(cloud, ['up', folder], { encoding: 'utf8' });
    endpoint = /^AWS_ENDPOINT_URL=(.+)$/m.exec(said)?.[1] ?? '';
    const made = await fetch(`${endpoint}/team-state`, { method: 'PUT' });
    if (!made.ok) throw new Error(`There is no bucket: ${made.status}`);
  }, 120_000);

  afterAll(async () => {
    execFileSync(cloud, ['down', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  function stage(text: string, name: string, target: object = {}): Stage {
    const s3 = {
      bucket: 'team-state',
      key: `${name}/{stack}.tfstate`,
      region: 'us-east-1',
      endpoints: { s3: endpoint },
      access_key: 'testing',
      secret_key: key,
      use_lockfile: true,
      use_path_style: true,
      skip_credentials_validation: true,
      skip_metadata_api_check: true,
      skip_region_validation: true,
      skip_requesting_account_id: true,
    };
    const provider = createTerraformProvider({
      searchPath: toolPath,
      cacheFolder: join(folder, 'plug-ins'),
      keepFolder: join(folder, 'kept'),
      isolation: 'preferred',
    });
    const loopback = [Number(new URL(endpoint).port)];
    const settings = { tool: 'tofu', state: { s3 }, loopback, ...target };
    const options = { provider, target: { name: 'account', settings } };
    return new Stage({
      ...options,
      texts: { 'cloud/network/main.tf': text },
      settings: { lockTimeoutSeconds: 0 },
    });
  }

  it('is planned, applied and found again, and its credentials lie nowhere', async () => {
    const here = stage(one, 'whole');

    const plan = await here.bringUp();

    expect(stepsOf(plan)).toEqual(['create terraform_data.a']);
    expect(plan.targetIdentity).not.toContain(key);
    expect((await here.observe()).map(nameOf)).toEqual(['terraform_data.a']);
    const again = await here.plan();
    expect(again.changes.map(({ action }) => action)).toEqual(['none']);
    const files = await readdir(join(folder, 'kept')).catch(() => []);
    const texts = await Promise.all(
      files.map((file) => readFile(join(folder, 'kept', file), 'utf8')),
    );
    expect(texts.filter((text) => text.includes(key))).toEqual([]);
  });

  it('has a state for each workspace', async () => {
    const blue = stage(one, 'spaces', { workspace: 'blue' });
    const green = stage(one, 'spaces', { workspace: 'green' });

    const plan = await blue.bringUp();
    const other = await green.plan();

    expect(stepsOf(other)).toEqual(['create terraform_data.a']);
    expect(other.targetIdentity).not.toBe(plan.targetIdentity);
    const [found] = await blue.observe();
    expect(found?.body).toMatchObject({ attributes: { input: { value: 'blue' } } });
    expect(await green.observe()).toEqual([]);
  });

  it('that somebody else has locked is left alone, and said to be', async () => {
    const here = stage(slow, 'locked');
    const prepared = await here.prepare();
    const plan = await here.plan(prepared);
    const stop = new AbortController();
    const stream = here.stream(plan, prepared, stop.signal);
    const first = await stream.next();

    const failure = await here.plan(prepared).catch((error: unknown) => error);
    stop.abort(new Error('Stopped.'));
    await stream.next().catch(() => undefined);

    expect(first.value).toMatchObject({ kind: 'progress' });
    expect(failure).toMatchObject({
      family: 'transient',
      code: 'TERRAFORM_STATE_LOCKED',
      message: expect.stringMatching(/locked by \S+@\S+/),
    });
    // Who was cancelled has given the lock back.
    const after = await here.plan(prepared);
    expect(stepsOf(after)[0]).toMatch(/terraform_data.slow$/);
  });
});
