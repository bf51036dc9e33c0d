/** What a stack's files try so that the tool does another thing than Trueup says, or leaves something behind for others. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arch, platform } from 'node:process';

import { findExposure } from '@trueup/programs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { nameOf, Stage, stepsOf } from './testing/planned.ts';
import { realTools, toolPath } from './testing/real-tool.ts';
import { sampleTarget } from './testing/sample-stack.ts';

const isPossible = realTools.includes('tofu') && (await findExposure('guarded')) === undefined;
const text = 'resource "terraform_data" "a" {\n  input = 1\n}\n';

describe.runIf(isPossible)('the files of a stack', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-takeover-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function stage(files: Readonly<Record<string, string>>): Stage {
    const provider = createTerraformProvider({
      searchPath: toolPath,
      cacheFolder: join(folder, 'plug-ins'),
      keepFolder: join(folder, 'kept'),
      isolation: 'required',
    });
    const target = sampleTarget(join(folder, 'states'), { tool: 'tofu' });
    const below = Object.entries(files).map(([name, one]) => [`cloud/network/${name}`, one]);
    return new Stage({ provider, target, texts: Object.fromEntries(below) });
  }

  it.each([
    ['zzzz_trueup_override.tofu.json', '{}'],
    ['zzzzz_override.tf', 'terraform {\n  backend "local" {\n    path = "theirs"\n  }\n}\n'],
  ])('cannot move the state by %s', async (name, content) => {
    const one = stage({ 'main.tf': text, [name]: content });

    const { diagnostics } = await one.prepare();
    await one.bringUp();

    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'TERRAFORM_PATH' }]);
    expect((await one.observe()).map(nameOf)).toEqual(['terraform_data.a']);
  });

  it('leave nothing in the cache of plug-ins by what runs while they are initialised', async () => {
    const cache = join(folder, 'plug-ins');
    const evil = `mkdir -p ${cache}/x; echo bad > ${cache}/bad; exit 1`;
    const encryption = `terraform {\n  encryption {\n    key_provider "external" "x" {\n      command = ["sh", "-c", ${JSON.stringify(evil)}]\n    }\n    method "aes_gcm" "x" {\n      keys = key_provider.external.x\n    }\n    state {\n      method = method.aes_gcm.x\n    }\n  }\n}\n`;

    const planning = stage({ 'main.tf': `${encryption}${text}` }).plan();

    await expect(planning).rejects.toThrow('external');
    expect(await readdir(cache)).toEqual([]);
  });

  it('leave no plug-in of their own in the cache for others', async () => {
    const system = `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
    const own = `terraform.d/plugins/registry.opentofu.org/hashicorp/aws/5.0.0/${system}/terraform-provider-aws`;
    const files = {
      'main.tf':
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\nresource "aws_vpc" "a" {}\n',
      [own]: '#!/bin/sh\nexit 1\n',
    };

    await stage(files)
      .plan()
      .catch(() => undefined);

    expect(await readdir(join(folder, 'plug-ins'))).toEqual([]);
  });

  it.each([
    [
      '.terraform/terraform.tfstate',
      '{"version":3,"backend":{"type":"http","config":{"address":"http://127.0.0.1:9"}}}',
    ],
    ['.terraform/environment', 'theirs'],
    ['terraform.tfstate', '{"version":4,"serial":9,"lineage":"x","outputs":{},"resources":[]}'],
    ['.terraformrc', 'disable_checkpoint = "no'],
    ['.tofurc', 'plugin_cache_dir = "/nowhere"'],
  ])('change nothing by what a tool left in Git: %s', async (name, content) => {
    const one = stage({ 'main.tf': text, [name]: content });

    expect(stepsOf(await one.bringUp())).toEqual(['create terraform_data.a']);
    expect(stepsOf(await one.plan())).toEqual([]);
    expect(existsSync(join(folder, 'states/mark-of-network/terraform.tfstate'))).toBe(true);
  });
});
