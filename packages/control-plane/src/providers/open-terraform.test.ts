import { describe, expect, it } from 'vitest';

import { isTerraformFolder, mentionsTerraform, openTerraform } from './open-terraform.ts';

describe('the provider for Terraform', () => {
  it('says that it runs what the files say, so that no outsider writes them', async () => {
    expect((await openTerraform({ searchPath: '' })).interprets).toBe(true);
  });
});

describe('a folder of Terraform', () => {
  it.each([
    [['main.tf'], true],
    [['main.tf.json'], true],
    [['main.tofu', 'deploy.yaml'], true],
    [['modules/a/main.tf', 'deploy.yaml'], false],
    [['main.tf.md', 'terraform.tfvars'], false],
    [[], false],
  ])('is recognised by its own files: %j', (paths, expected) => {
    expect(isTerraformFolder(paths)).toBe(expected);
  });
});

describe('a file that is about Terraform', () => {
  it.each([
    ['targets: { aws: { terraform: {} } }', true],
    ['targets: { aws: { terrafrom: {} } }', true],
    ['targets: { here: { kubernetes: {} } }', false],
  ])('is found by the word: %s', (text, expected) => {
    expect(mentionsTerraform(text)).toBe(expected);
  });
});
