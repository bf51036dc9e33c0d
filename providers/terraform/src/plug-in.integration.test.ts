/**
 * A real plug-in from a mirror on this machine, pinned by its hash: what is downloaded, cached and started is
 * not the same with what is built in.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arch, platform } from 'node:process';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { nameOf, Stage, stepsOf } from './testing/planned.ts';
import { realTools, toolPath } from './testing/real-tool.ts';
import { sampleTarget } from './testing/sample-stack.ts';

const folders = toolPath.split(':');
const plugin = folders
  .map((folder) => join(folder, 'terraform-provider-time'))
  .find((file) => existsSync(file));
const system = `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
const text = `terraform {
  required_providers {
    time = { source = "hashicorp/time", version = "0.13.1" }
  }
}
resource "time_static" "a" {
  rfc3339 = "2026-01-01T00:00:00Z"
}
output "year" {
  value = time_static.a.year
}
`;

describe.runIf(plugin !== undefined && realTools.includes('tofu'))('a plug-in', () => {
  let folder: string;
  let lock: string;
  const mirrored = (): string =>
    join(folder, 'mirror/registry.opentofu.org/hashicorp/time/0.13.1', system);
  const file = (): string => join(mirrored(), 'terraform-provider-time_v0.13.1');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-plugin-'));
    await mkdir(mirrored(), { recursive: true });
    await copyFile(plugin ?? '', file());
    await chmod(file(), 0o755);
    lock = await lockBy(folder);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function stage(files: Readonly<Record<string, string>>, searchPath = toolPath): Stage {
    const provider = createTerraformProvider({
      searchPath,
      cacheFolder: join(folder, 'plug-ins'),
      keepFolder: join(folder, 'kept'),
      mirrorFolder: join(folder, 'mirror'),
      // The script that counts calls stands beside the tool.
      isolation: searchPath === toolPath ? 'preferred' : 'none',
    });
    const target = sampleTarget(join(folder, 'states'), { tool: 'tofu' });
    const below = Object.entries(files).map(([name, one]) => [`cloud/network/${name}`, one]);
    return new Stage({ provider, target, texts: Object.fromEntries(below) });
  }

  it('comes from the mirror into the cache, and its resources to their end', async () => {
    const one = stage({ 'main.tf': text, '.terraform.lock.hcl': lock });

    const plan = await one.bringUp();

    expect(plan.diagnostics).toEqual([]);
    expect(stepsOf(plan)).toEqual(['create time_static.a', 'create year']);
    const cached = join(folder, 'plug-ins/registry.opentofu.org/hashicorp/time/0.13.1', system);
    expect(existsSync(cached)).toBe(true);
    expect((await one.plan()).changes.every(({ action }) => action === 'none')).toBe(true);
  });

  it('is initialised once for files that stay the same', async () => {
    const { searchPath, calls } = await countCalls(folder);
    const one = stage({ 'main.tf': text, '.terraform.lock.hcl': lock }, searchPath);
    await one.bringUp();
    const before = (await calls()).length;

    await one.plan();
    await stage({ 'main.tf': text, '.terraform.lock.hcl': lock }, searchPath).plan();

    expect((await calls()).slice(before)).toEqual(['plan', 'plan']);
    one.files.set('cloud/network/main.tf', `${text}\n`);
    await one.plan();
    expect((await calls()).slice(before)).toEqual(['plan', 'plan', 'init', 'plan']);
  });

  it('that nothing pins is asked for every time', async () => {
    const { searchPath, calls } = await countCalls(folder);
    const one = stage({ 'main.tf': text }, searchPath);

    await one.plan();
    await one.plan();

    expect((await calls()).filter((word) => word === 'init')).toHaveLength(2);
  });

  it('that is not the one which Git pins is refused', async () => {
    await appendFile(file(), 'changed');
    const one = stage({ 'main.tf': text, '.terraform.lock.hcl': lock });

    await expect(one.plan()).rejects.toThrow(/checksum|hash/i);
  });

  it('that was spoilt in the cache is refused, also where nothing is initialised anew', async () => {
    const one = stage({ 'main.tf': text, '.terraform.lock.hcl': lock });
    await one.bringUp();
    await appendFile(file(), 'changed');
    const cached = join(folder, 'plug-ins/registry.opentofu.org/hashicorp/time/0.13.1', system);
    await appendFile(join(cached, 'terraform-provider-time_v0.13.1'), 'changed');

    await expect(one.plan()).rejects.toThrow(/checksum|hash/i);
  });

  it('is laid into the cache by nothing that a stack runs', async () => {
    const cache = join(folder, 'plug-ins');
    const command = JSON.stringify(['sh', '-c', `echo bad > ${cache}/bad; exit 1`]);
    const encryption = `terraform {\n  encryption {\n    key_provider "external" "x" {\n      command = ${command}\n    }\n    method "aes_gcm" "x" {\n      keys = key_provider.external.x\n    }\n    state {\n      method = method.aes_gcm.x\n    }\n  }\n}\n`;

    const planning = stage({
      'main.tf': `${encryption}${text}`,
      '.terraform.lock.hcl': lock,
    }).plan();

    await expect(planning).rejects.toThrow('external');
    expect(await readdir(cache)).toEqual(['registry.opentofu.org']);
  });

  it('that crashes in the middle leaves its resource in doubt, and nothing green', async () => {
    const slow = 'resource "time_sleep" "slow" {\n  create_duration = "300s"\n}\n';
    // The pattern does not fit its own shell, which would else end itself, at times before the plug-in.
    const kill =
      'sleep 0.3; for one in /proc/[0-9]*; do grep -qa "[p]rovider-time" $one/cmdline && kill -9 $(basename $one); done; true';
    const killer = `resource "terraform_data" "killer" {\n  provisioner "local-exec" {\n    command = ${JSON.stringify(kill)}\n  }\n}\n`;
    const one = stage({ 'main.tf': `${text}${slow}${killer}`, '.terraform.lock.hcl': lock });
    const plan = await one.plan();

    const outcomes = await one.apply(plan);

    const ends = outcomes.filter(({ kind }) => kind !== 'progress');
    const of = (name: string) => ends.filter((end) => nameOf(end) === name).map(({ kind }) => kind);
    expect(of('time_sleep.slow')).toEqual([expect.stringMatching(/^(?:failed|in-doubt)$/)]);
    expect(stepsOf(await one.plan())).toContain('create time_sleep.slow');
  });

  it('is fetched again when the cache was emptied', async () => {
    const one = stage({ 'main.tf': text, '.terraform.lock.hcl': lock });
    await one.bringUp();
    await rm(join(folder, 'plug-ins'), { recursive: true });

    expect((await one.plan()).changes.every(({ action }) => action === 'none')).toBe(true);
  });
});

/** As people make it: `init` in the folder, with the mirror. */
async function lockBy(folder: string): Promise<string> {
  const place = join(folder, 'lock');
  await mkdir(place);
  await writeFile(join(place, 'main.tf'), text);
  const config = join(place, 'tool.tfrc');
  const mirror = JSON.stringify(join(folder, 'mirror'));
  await writeFile(
    config,
    `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`,
  );
  const environment = { PATH: toolPath, HOME: place, TF_CLI_CONFIG_FILE: config };
  const tofu = toolPath
    .split(':')
    .map((one) => join(one, 'tofu'))
    .find(existsSync);
  execFileSync(tofu ?? 'tofu', ['init'], { cwd: place, env: environment, stdio: 'ignore' });
  return readFile(join(place, '.terraform.lock.hcl'), 'utf8');
}

/** A tool that writes down what it is called for. */
async function countCalls(folder: string) {
  const bin = join(folder, 'bin');
  const log = join(folder, 'calls');
  await mkdir(bin);
  const real = toolPath
    .split(':')
    .map((one) => join(one, 'tofu'))
    .find(existsSync);
  await writeFile(log, '');
  const script = `#!/bin/sh\necho "$1" >> ${log}\nexec ${real} "$@"\n`;
  await writeFile(join(bin, 'tofu'), script, { mode: 0o755 });
  const calls = async (): Promise<readonly string[]> =>
    (await readFile(log, 'utf8')).split('\n').filter((word) => word !== '' && word !== 'version');
  return { searchPath: `${bin}:${toolPath}`, calls };
}
