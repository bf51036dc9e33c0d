/**
 * Runs the tests that stand beside a repository: what `trueup.yaml` and CODEOWNERS of the same folder make
 * of the plans that they describe. It connects to nothing.
 */
import type { Diagnostic } from '@trueup/diagnostics';
import {
  type Configuration,
  parseRuleTests,
  type RuleTest,
  type RuleTestResult,
  runRuleTest,
} from '@trueup/engine';
import { createLocator, parseYaml } from '@trueup/manifests';
import {
  configurationFile,
  parseConfigurationFile,
} from '../configuration/parse-configuration-file.ts';
import { readOwners } from '../configuration/read-owners.ts';
import type { RevisionFiles } from '../repository/git-repository.ts';
import { checkCondition } from '../rules/check-condition.ts';
import { ConditionEvaluator } from '../rules/condition-evaluator.ts';
import { type DiskFiles, openDiskFiles } from './disk-files.ts';

/** Beside `trueup.yaml`, or as many as there are in the folder. */
export const ruleTestFile = 'trueup.rules-test.yaml';
export const ruleTestFolder = 'tests/rules';

export interface RuleTestReport {
  /** Paths from the folder's root, sorted. None where there are no tests. */
  readonly files: readonly string[];
  readonly results: readonly RuleTestResult[];
  /** Of the rules, the owners and the tests. With an error among them nothing is run. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Of a folder on disk, as it is, committed or not; `disk` has the files that it speaks about. */
export async function testRules(
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly report: RuleTestReport; readonly disk: DiskFiles }> {
  const disk = await openDiskFiles(folder);
  return { report: await runRuleTests(disk, signal), disk };
}

export async function runRuleTests(
  files: RevisionFiles,
  signal: AbortSignal,
): Promise<RuleTestReport> {
  const { configuration, diagnostics: ruleProblems } = await readRules(files);
  const owners = await readOwners(files);
  const ownerProblems = typeof owners === 'string' ? [] : owners.diagnostics;
  const paths = await findTestFiles(files);
  const read = await Promise.all(paths.map((path) => readTests(files, path)));
  const diagnostics = [
    ...ruleProblems,
    ...ownerProblems,
    ...read.flatMap((one) => one.diagnostics),
  ];
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { files: paths, results: [], diagnostics };
  }
  const evaluator = new ConditionEvaluator();
  try {
    const results: RuleTestResult[] = [];
    for (const test of read.flatMap(({ tests }) => tests)) {
      const ports = { configuration, owners, askConditions: evaluator.ask, signal };
      results.push(await runRuleTest(test, ports));
    }
    return { files: paths, results, diagnostics };
  } finally {
    await evaluator.close();
  }
}

interface ReadRules {
  readonly configuration: Configuration;
  readonly diagnostics: readonly Diagnostic[];
}

/** Providers are of no interest here, so that a remark about a target or a stack is none. */
async function readRules(files: RevisionFiles): Promise<ReadRules> {
  const bytes = (await files.read(configurationFile)) ?? new Uint8Array();
  const context = { providers: [], checkCondition };
  const { configuration, diagnostics } = parseConfigurationFile(bytes, context);
  const ofRules = diagnostics.filter(({ path: [section] }) => {
    return section === undefined || section === 'rules' || section === 'apiVersion';
  });
  return { configuration, diagnostics: ofRules };
}

async function findTestFiles(files: RevisionFiles): Promise<readonly string[]> {
  const listed = await files.list(ruleTestFolder);
  const single = (await files.read(ruleTestFile)) ? [ruleTestFile] : [];
  return [...single, ...listed.filter((path) => /\.ya?ml$/.test(path))].sort();
}

async function readTests(
  files: RevisionFiles,
  path: string,
): Promise<{ readonly tests: readonly RuleTest[]; readonly diagnostics: readonly Diagnostic[] }> {
  const text = new TextDecoder().decode(await files.read(path));
  const { value, diagnostics } = parseYaml(text, { file: path });
  if (diagnostics.some(({ severity }) => severity === 'error')) return { tests: [], diagnostics };
  const read = parseRuleTests({ name: path, value, locate: createLocator(text, path) });
  return { tests: read.tests, diagnostics: [...diagnostics, ...read.diagnostics] };
}
