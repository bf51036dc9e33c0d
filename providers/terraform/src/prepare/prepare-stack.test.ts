import type { Inputs } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { unpackSources } from '../sources/sources-archive.ts';
import { createProvider } from '../terraform-provider.ts';
import { FakeTerraformClient } from '../testing/fake-terraform-client.ts';
import { nameOf, Stage } from '../testing/planned.ts';
import { sampleTarget } from '../testing/sample-stack.ts';
import { idOf } from './prepare-stack.ts';

interface Asked {
  readonly settings?: unknown;
  readonly inputs?: Inputs;
  readonly target?: object;
}

function stage(
  texts: Readonly<Record<string, string>>,
  { settings = {}, inputs = {}, target = {} }: Asked = {},
) {
  const client = new FakeTerraformClient();
  const provider = createProvider(client);
  const options = {
    provider,
    target: sampleTarget('/srv/states', target),
    texts,
    settings,
    inputs,
  };
  return { client, stage: new Stage(options) };
}

describe('preparing a stack', () => {
  it('reads the modules that it calls, and nothing else of the repository', async () => {
    const texts = {
      'cloud/network/main.tf': 'module "vpc" {\n  source = "../modules/vpc"\n}\n',
      'cloud/modules/vpc/main.tf':
        'resource "aws_vpc" "main" {}\nmodule "in" {\n  source = "./in"\n}\n',
      'cloud/modules/vpc/in/main.tf': 'resource "aws_x" "y" {}\n',
      'cloud/modules/other/main.tf': 'resource "aws_z" "z" {}\n',
      'cloud/network/terraform.tfstate': '{}',
      'cloud/network/.terraform/modules/modules.json': '{}',
    };
    const { stage: one } = stage(texts);

    const { resources, bundle, diagnostics } = await one.prepare();

    expect(diagnostics).toEqual([]);
    expect(resources.map(nameOf)).toEqual([
      'module.vpc.aws_vpc.main',
      'module.vpc.module.in.aws_x.y',
    ]);
    expect([...unpackSources(bundle).files.keys()].sort()).toEqual([
      'cloud/modules/vpc/in/main.tf',
      'cloud/modules/vpc/main.tf',
      'cloud/network/main.tf',
    ]);
    expect(one.files.asked.some((path) => path.startsWith('cloud/modules/other'))).toBe(false);
  });

  it('ends with modules that call each other', async () => {
    const texts = {
      'cloud/network/main.tf': 'module "me" {\n  source = "./"\n}\nresource "a_b" "c" {}\n',
    };

    const { resources } = await stage(texts).stage.prepare();

    expect(resources.length).toBeLessThanOrEqual(500);
  });

  it('refuses a module outside of the repository', async () => {
    const texts = { 'cloud/network/main.tf': 'module "x" {\n  source = "../../../etc"\n}\n' };

    const { diagnostics } = await stage(texts).stage.prepare();

    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'TERRAFORM_PATH' });
  });

  it.each([
    ['/srv/states', []],
    ['/srv/states/own', []],
    ['/srv', ['TERRAFORM_STATE_OUTSIDE']],
    ['/srv/states-of-others', ['TERRAFORM_STATE_OUTSIDE']],
    ['/var/lib/others', ['TERRAFORM_STATE_OUTSIDE']],
  ])('takes a state in %s only where its target lets it', async (folder, codes) => {
    const texts = { 'cloud/network/main.tf': 'resource "terraform_data" "a" {}\n' };
    const settings = { state: { local: { folder } } };

    const { diagnostics } = await stage(texts, { settings }).stage.prepare();

    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  it('takes no folder of this machine where its target keeps states elsewhere', async () => {
    const texts = { 'cloud/network/main.tf': 'resource "terraform_data" "a" {}\n' };
    const settings = { state: { local: { folder: '/srv/states' } } };
    const target = { state: { s3: { bucket: 'team' } } };

    const { diagnostics } = await stage(texts, { settings, target }).stage.prepare();

    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'TERRAFORM_STATE_OUTSIDE' }]);
  });

  it('says which variable has no value, and where it is declared', async () => {
    const texts = {
      'cloud/network/main.tf':
        '\nvariable "size" {}\nvariable "set" {}\nvariable "free" {\n  default = 1\n}\n',
      'cloud/network/a.auto.tfvars': 'set = 2\n',
    };

    const { diagnostics } = await stage(texts).stage.prepare();

    expect(diagnostics).toMatchObject([
      {
        code: 'TERRAFORM_VARIABLE_MISSING',
        summary: 'terraform: the variable "size" has no value',
        origin: { file: 'cloud/network/main.tf', line: 2, column: 1 },
      },
    ]);
  });

  it('says which variable was meant', async () => {
    const texts = { 'cloud/network/main.tf': 'variable "size" {\n  default = 1\n}\n' };
    const asked = {
      settings: { variables: { sise: 2 } },
      inputs: { siez: { value: 1, sensitive: false } },
    };

    const { diagnostics } = await stage(texts, asked).stage.prepare();

    expect(diagnostics.map(({ path, advice }) => [path, advice])).toEqual([
      [['variables', 'sise'], 'Did you mean `size`?'],
      [['inputs', 'siez'], 'Did you mean `size`?'],
    ]);
  });

  it('refuses to keep the state where it would be lost', async () => {
    const texts = {
      'cloud/network/main.tf': 'terraform {\n  backend "s3" {\n    bucket = "b"\n  }\n}\n',
    };

    const { diagnostics } = await stage(texts, { target: { state: undefined } }).stage.prepare();

    expect(diagnostics[0]).toMatchObject({
      severity: 'error',
      code: 'TERRAFORM_STATE_UNKNOWN',
      origin: { file: 'cloud/network/main.tf', line: 2, column: 3 },
      advice: expect.stringContaining('state: { s3:'),
    });
  });

  it('warns of plug-ins that nothing pins', async () => {
    const text =
      'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n';
    const pinned = { 'cloud/network/.terraform.lock.hcl': '' };

    const loose = await stage({ 'cloud/network/main.tf': text }).stage.prepare();
    const tight = await stage({ 'cloud/network/main.tf': text, ...pinned }).stage.prepare();

    expect(loose.diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'TERRAFORM_NOT_PINNED',
        origin: { file: 'cloud/network/main.tf', line: 2, column: 3 },
      },
    ]);
    expect(tight.diagnostics).toEqual([]);
  });

  it('says when there is no tool, and goes on', async () => {
    const { stage: one, client } = stage({ 'cloud/network/main.tf': 'resource "a_b" "c" {}\n' });
    client.installed = undefined;

    const { diagnostics, resources, tool } = await one.prepare();

    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        code: 'TERRAFORM_PROGRAM_MISSING',
        advice: expect.stringContaining('tofu'),
      },
    ]);
    expect(resources).toHaveLength(1);
    expect(tool).toBeUndefined();
  });

  it('names the tool, and asks for the version that the target wants', async () => {
    const texts = { 'cloud/network/main.tf': '' };

    const right = await stage(texts, { target: { version: '1.12' } }).stage.prepare();
    const wrong = await stage(texts, { target: { version: '1.1' } }).stage.prepare();

    expect(right.tool).toEqual({ name: 'tofu', version: '1.12.6' });
    expect(right.diagnostics).toEqual([]);
    expect(wrong.diagnostics).toMatchObject([{ code: 'TERRAFORM_VERSION' }]);
  });

  it('finds the line of an attribute', async () => {
    const texts = {
      'cloud/network/main.tf':
        'resource "a_b" "c" {\n\n  size = 1\n}\nresource "a_b" "d" {\n  count = 2\n}\n',
    };
    const { stage: one, client } = stage(texts);
    const { resources } = await one.prepare();
    const id = resources[0]?.id;
    if (!id) throw new Error('Nothing was described.');
    const request = { stack: one.stack, target: sampleTarget('/srv/states'), inputs: {} };

    const provider = createProvider(client);
    const places = await provider.locate?.(
      one.files,
      {
        ...request,
        fields: [
          { id, path: ['size'] },
          { id, path: [] },
          { id, path: ['no'] },
          { id: idOf('cloud/network', 'a_b', 'a_b.d[1]'), path: ['count'] },
        ],
      },
      one.call(),
    );

    expect(places).toEqual([
      { file: 'cloud/network/main.tf', line: 3, column: 3 },
      { file: 'cloud/network/main.tf', line: 1, column: 1 },
      undefined,
      { file: 'cloud/network/main.tf', line: 6, column: 3 },
    ]);
  });
});
