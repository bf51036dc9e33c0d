/** Holds what we publish about `trueup.yaml`, and the examples, against the engine that reads it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Diagnostic } from '@trueup/diagnostics';
import { type ExpandedStacks, expandStacks, parseConfiguration } from '@trueup/engine';
import { createLocator, parseYaml } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import {
  generateConfigurationFiles,
  generatedFiles,
  vocabulary,
} from '../tools/generate-configuration-schema.ts';

const root = join(import.meta.dirname, '..');
const providers = vocabulary.providers.map((provider) => ({
  ...provider,
  checkTarget: () => [],
  checkStack: () => [],
}));

describe('what is published about trueup.yaml', () => {
  it.each(generatedFiles)('%s is what the generator writes', (path) => {
    const written = readFileSync(join(root, path), 'utf8');

    expect(written, 'run: node tools/generate-configuration-schema.ts').toBe(
      generateConfigurationFiles(root).get(path),
    );
  });

  it('has an example that is sound', () => {
    const page = readFileSync(join(root, 'docs/reference/configuration.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const directories = ['apps/shop/overlays/staging', 'platform/staging', 'network', 'hosts'];

    const { stacks, diagnostics } = read(example, directories);

    expect(diagnostics).toEqual([]);
    expect(stacks.map(({ name, after }) => [name, ...after])).toEqual([
      ['base-os'],
      ['network'],
      ['platform-staging'],
      ['shop-staging', 'network', 'platform-staging'],
    ]);
  });
});

describe('examples/shop', () => {
  const folder = join(root, 'examples/shop');
  const text = readFileSync(join(folder, 'trueup.yaml'), 'utf8');
  const directories = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

  it('makes a platform and a shop for each target', () => {
    const { stacks, diagnostics } = read(text, directories);

    expect(diagnostics).toEqual([]);
    expect(stacks.map(({ name, target, after }) => [name, target, ...after])).toEqual([
      ['platform-production', 'production'],
      ['platform-staging', 'staging'],
      ['shop-production', 'production', 'platform-production'],
      ['shop-staging', 'staging', 'platform-staging'],
    ]);
  });

  it('is answered with the line and column of a mistake', () => {
    const { diagnostics } = read(text.replace('after:', 'afer:'), directories);
    const line = text.split('\n').findIndex((one) => one.includes('after:'));

    expect(diagnostics[0]).toMatchObject({
      code: 'CONFIG_MEMBER_UNKNOWN',
      origin: { file: 'trueup.yaml', line: line + 1, column: expect.any(Number) },
      advice: 'Did you mean `after`?',
    });
  });
});

function read(
  text: string,
  directories: readonly string[],
): Pick<ExpandedStacks, 'stacks'> & { readonly diagnostics: readonly Diagnostic[] } {
  const name = 'trueup.yaml';
  const parsed = parseYaml(text, { file: name });
  const file = { name, value: parsed.value, locate: createLocator(text, name) };
  const { configuration, diagnostics } = parseConfiguration(file, {
    providers,
    checkCondition: () => undefined,
  });
  const expanded = expandStacks(configuration, directories, { providers });
  return {
    stacks: expanded.stacks,
    diagnostics: [...parsed.diagnostics, ...diagnostics, ...expanded.diagnostics],
  };
}
