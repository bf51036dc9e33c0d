import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { runRuleTests, testRules } from './run-rule-tests.ts';

const { signal } = new AbortController();

const rules = `apiVersion: trueup.dev/v1
targets: { production: { kubernetes: { context: x } } }
stacks:
  - { name: shop-production, path: apps, target: nowhere, helm: {} }
rules:
  - stacks: ["*-production"]
    approvals: { from: [codeowners] }
    guards:
      deny: [{ when: 'change.id.kind == "Namespace" && change.action == "delete"', say: Ask ops. }]
      require: [{ when: plan.deletes > 0, say: it deletes, count: 2 }]
`;
const tests = `apiVersion: trueup.dev/v1
tests:
  - name: a namespace stays
    stack: shop-production
    given:
      owned: 10
      changes: [{ id: Namespace//shop, action: delete }, { id: Job/shop/a, action: create }]
      paths: [apps/a.yaml]
    expect:
      deny: [Ask ops]
      approvals: [{ from: ["@ann"] }, { count: 2 }]
`;

describe('tests for the rules', () => {
  it('are found beside the repository and in their folder, and run against its own files', async () => {
    const report = await run({
      'trueup.yaml': rules,
      CODEOWNERS: 'apps/ @ann\n',
      'trueup.rules-test.yaml': tests,
      'tests/rules/more.yaml': tests.replace('Ask ops', 'Ask nobody').replace('stays', 'goes'),
      'tests/rules/README.md': 'no test',
    });

    expect(report.files).toEqual(['tests/rules/more.yaml', 'trueup.rules-test.yaml']);
    expect(report.diagnostics).toEqual([]);
    expect(report.results).toMatchObject([
      {
        name: 'a namespace goes',
        origin: { file: 'tests/rules/more.yaml', line: 9 },
        failures: [
          '`Ask nobody` is not denied. What is: Ask ops. (Namespace//shop)',
          expect.stringContaining('nobody expects that'),
        ],
      },
      { name: 'a namespace stays', failures: [] },
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['no rules', { 'trueup.rules-test.yaml': tests }, 'trueup.yaml CONFIG_FILE_EMPTY'],
    [
      'a rule that cannot be read',
      { 'trueup.yaml': rules.replace('.kind', '.kid'), 'trueup.rules-test.yaml': tests },
      'trueup.yaml CONFIG_VALUE_INVALID',
    ],
    [
      'a test that cannot be read',
      { 'trueup.yaml': rules, 'tests/rules/a.yml': 'tests: [' },
      'tests/rules/a.yml YAML_SYNTAX',
    ],
  ])('are not run with %s', async (_name, files, expected) => {
    const { results, diagnostics } = await run(files);

    expect(results).toEqual([]);
    const found = diagnostics.map(({ origin, code }) => `${origin?.file} ${code}`);
    expect(found).toContain(expected);
  });

  it('of the guide come out as it says', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../../../docs/guides/rules.md'));
    const [rulesText = '', testsText = ''] = guide
      .toString()
      .split('```yaml\n')
      .slice(1)
      .map((one) => one.split('```')[0] ?? '');
    const { results, diagnostics } = await run({
      'trueup.yaml': `apiVersion: trueup.dev/v1\n${rulesText}`,
      CODEOWNERS: 'platform/ @platform\n',
      'tests/rules/production.yaml': testsText,
    });
    const shown = results.map(({ name, origin, failures }) => {
      const at = `${origin.file}:${origin.line}:${origin.column}`;
      return failures.length === 0 ? `✓ ${name}` : [`✗ ${name}  ${at}`, ...failures].join('\n    ');
    });

    expect(diagnostics).toEqual([]);
    expect(guide.toString()).toContain(shown.join('\n'));
    expect(results).toHaveLength(2);
  });

  it('of the example hold', async () => {
    const folder = join(import.meta.dirname, '../../../../examples/shop');

    const { report } = await testRules(folder, signal);

    expect(report.diagnostics).toEqual([]);
    expect(report.results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report.results.length).toBeGreaterThan(1);
  });
});

function run(files: Readonly<Record<string, string>>) {
  return runRuleTests({ ...createMemoryFiles(files), record: () => ({}) }, signal);
}
