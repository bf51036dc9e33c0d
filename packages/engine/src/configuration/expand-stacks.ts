/**
 * Turns the entries of `stacks` into the stacks of one revision: one for each directory that a
 * pattern matches.
 *
 * E1. A stack whose entry cannot be understood is `broken`, never absent; so is what comes after it.
 * E2. Where two entries want the same name, none of them gets it: which one is meant is unknown, and
 *     the other one's resources would be taken for superfluous.
 */

import { adviseName } from '@trueup/diagnostics';
import { checkFolders } from './check-folders.ts';
import { checkRules } from './check-rules.ts';
import { breakStack, checkNames } from './check-stack-names.ts';
import { checkOrder } from './check-stack-order.ts';
import { composeSettings, toolsIn } from './compose-settings.ts';
import type {
  Configuration,
  ConfiguredProvider,
  DocumentPath,
  ExpandedStacks,
  InputSource,
  StackDefinition,
  StackEntry,
  StackInput,
  TargetDefinition,
} from './configuration.ts';
import { mostEntries } from './configuration-shape.ts';
import {
  adviseFolder,
  type DirectoryMatch,
  type DirectoryTree,
  matchDirectories,
  treeOf,
} from './directory-tree.ts';
import { matchesGlobs } from './match-glob.ts';
import { type Findings, quote, type Remark, reportAt } from './place.ts';
import { checkName, placeholdersOf, splitOutput, substitute } from './stack-name.ts';
import { outputsIn } from './target-outputs.ts';

export interface ExpandOptions {
  /** As `parseConfiguration` got them. */
  readonly providers: readonly Pick<ConfiguredProvider, 'name' | 'tools'>[];
}

/**
 * @param directories All directories of the revision, from the repository's root. Those around a
 * listed one need not be listed.
 */
export function expandStacks(
  configuration: Configuration,
  directories: readonly string[],
  { providers }: ExpandOptions,
): ExpandedStacks {
  const findings: Findings = { file: configuration.file, diagnostics: [] };
  const work: Work = {
    configuration,
    findings,
    toolsOf: new Map(providers.map((provider) => [provider.name, provider])),
    targets: new Map(configuration.targets.map((target) => [target.name, target])),
    tree: treeOf(directories),
    broken: new Set(configuration.broken.stacks),
    budget: { visits: mostVisits, stacks: mostEntries },
  };

  const written = configuration.stacks.flatMap((entry) => expandEntry(entry, work));
  const named = checkNames(written, work);
  const placed = named.stacks.filter((stack) => isPlaced(stack, work));
  const stacks = checkOrder(placed, work);
  checkFolders(stacks, (stack) => namesTool(stack, work), findings);
  checkRules(written, work);
  return {
    stacks: stacks.toSorted(byName),
    removed: named.removed,
    broken: [...work.broken].sort(),
    complete: configuration.complete,
    diagnostics: findings.diagnostics,
  };
}

/** Folders that all patterns of a file may look at. */
const mostVisits = 2_000_000;

interface Work {
  readonly configuration: Configuration;
  readonly findings: Findings;
  readonly toolsOf: ReadonlyMap<string, ExpandOptions['providers'][number]>;
  readonly targets: ReadonlyMap<string, TargetDefinition>;
  readonly tree: DirectoryTree;
  /** Names and name patterns; grows. */
  readonly broken: Set<string>;
  /** What is left for the entries to come. */
  readonly budget: { visits: number; stacks: number };
}

function expandEntry(entry: StackEntry, work: Work): readonly StackDefinition[] {
  const matches = matchEntry(entry, work);
  if (!matches) breakStack(entry, work.broken);
  return (matches ?? []).flatMap((match) => {
    const name = substitute(entry.name, match.values);
    if (isSoundName(name, entry, match, work.findings)) return [define(entry, match, work)];
    work.broken.add(name);
    return [];
  });
}

/** `undefined` when it has been reported why the entry makes no stacks. */
function matchEntry(entry: StackEntry, work: Work): readonly DirectoryMatch[] | undefined {
  const { findings, budget } = work;
  const { name, path } = entry;
  if (!hasSamePlaceholders(entry, findings)) return undefined;
  const matches = matchDirectories(work.tree, path, budget);
  budget.stacks -= matches?.length ?? 0;
  if (!matches || budget.stacks < 0) {
    const summary = `stack ${quote(name)}: makes more stacks, or more work, than one file may`;
    const advice = `There may be ${mostEntries} stacks in all. Write a path that matches less.`;
    reportAt(findings, pathOf(entry), { code: 'CONFIG_STACKS_TOO_MANY', summary, advice });
    return undefined;
  }
  if (matches.length > 0) return matches;
  if (placeholdersOf(path).length > 0) {
    const summary = `stack ${quote(name)}: no directory matches ${quote(path)}`;
    const severity = 'warning';
    const code = 'CONFIG_PATH_MATCHES_NOTHING';
    const advice = (): string => adviseFolder(work.tree, path);
    reportAt(findings, pathOf(entry), { code, severity, summary, advice });
    return [];
  }
  const summary = `stack ${quote(name)}: there is no directory ${quote(path)}`;
  const removal = 'If the stack is to go, write it under `removed` instead.';
  const advice = (): string => `${adviseFolder(work.tree, path)} ${removal}`;
  reportAt(findings, pathOf(entry), { code: 'CONFIG_PATH_MISSING', summary, advice });
  return undefined;
}

function pathOf({ index }: StackEntry): DocumentPath {
  return ['stacks', index, 'path'];
}

function isSoundName(
  name: string,
  entry: StackEntry,
  { path }: DirectoryMatch,
  findings: Findings,
): boolean {
  const complaint = checkName(name);
  if (complaint === undefined) return true;
  const made = `directory ${quote(path)} makes the name ${quote(name)}`;
  const summary = `stack ${quote(entry.name)}: ${made}, which ${complaint}`;
  const advice = 'Rename the directory, or move it to where the pattern does not match.';
  reportAt(findings, pathOf(entry), { code: 'CONFIG_DIRECTORY_NAME', summary, advice });
  return false;
}

/** A placeholder gets its value from the path, and two paths must not get the same name. */
function hasSamePlaceholders(entry: StackEntry, findings: Findings): boolean {
  const { index, name, path } = entry;
  const inPath = new Set(placeholdersOf(path));
  const lost = [...inPath].filter((one) => !placeholdersOf(name).includes(one));
  for (const one of lost) {
    reportAt(findings, ['stacks', index, 'name'], {
      code: 'CONFIG_PLACEHOLDER_LOST',
      summary: `stack ${quote(name)}: its path has ${quote(`{${one}}`)}, its name does not`,
      advice: 'Put it into the name, so that each directory gets a name of its own.',
    });
  }
  const unknown = textsOf(entry).flatMap(([member, text]) =>
    placeholdersOf(text)
      .filter((one) => !inPath.has(one))
      .map((one) => ({ member, one })),
  );
  for (const { member, one } of unknown) {
    reportAt(findings, ['stacks', index, member], {
      code: 'CONFIG_PLACEHOLDER_UNKNOWN',
      summary: `stack ${quote(name)}: ${quote(member)} has ${quote(`{${one}}`)}, its path does not`,
      advice: () => adviseName(one, [...inPath]) ?? 'Placeholders get their values from `path`.',
    });
  }
  return lost.length + unknown.length === 0;
}

function textsOf(entry: StackEntry): readonly (readonly [member: string, text: string])[] {
  const { name, target, after, inputs, formerly = '' } = entry;
  const outputs = Object.values(inputs).flatMap((one) => ('output' in one ? [one.output] : []));
  return [
    ['name', name],
    ['target', target],
    ['formerly', formerly],
    ...after.map((one) => ['after', one] as const),
    ...outputs.map((one) => ['inputs', one] as const),
  ];
}

function define(
  entry: StackEntry,
  { path, values }: DirectoryMatch,
  { targets, toolsOf }: Work,
): StackDefinition {
  const fill = (text: string): string => substitute(text, values);
  const inputs = Object.entries(entry.inputs).map(
    ([name, source]) => [name, toInput(source, fill)] as const,
  );
  const implied = inputs.flatMap(([, one]) => (one.kind === 'output' ? [one.stack] : []));
  const target = fill(entry.target);
  const { provider = '', settings = null } = targets.get(target) ?? {};
  const reachedBy = [...new Set(outputsIn(settings).map(({ stack }) => stack))].sort();
  const tools = toolsOf.get(provider) ?? { name: provider };
  return {
    name: fill(entry.name),
    path,
    target,
    provider,
    after: [...new Set([...entry.after.map(fill), ...implied, ...reachedBy])].sort(),
    inputs: Object.fromEntries(inputs),
    ...(reachedBy.length > 0 && { reachedBy }),
    ...(entry.formerly !== undefined && { formerly: fill(entry.formerly) }),
    settings: composeSettings(entry.settings, tools),
    index: entry.index,
  };
}

function toInput(source: InputSource, fill: (text: string) => string): StackInput {
  if ('secret' in source) return { kind: 'secret', secret: source.secret };
  return { kind: 'output', ...splitOutput(fill(source.output)) };
}

/** Whether it has a target that can be used, and rules that can be read. */
function isPlaced(stack: StackDefinition, work: Work): boolean {
  const problems = [findTargetProblem(stack, work), findRuleProblem(stack, work)];
  for (const problem of problems) {
    if (problem) reportAt(work.findings, ['stacks', stack.index, ...problem.at], problem.remark);
  }
  if (problems.every((problem) => problem === undefined)) return true;
  breakStack(stack, work.broken);
  return false;
}

interface Problem {
  readonly at: DocumentPath;
  readonly remark: Remark;
}

function findTargetProblem(
  { name, target, provider }: StackDefinition,
  { configuration: { broken }, targets }: Work,
): Problem | undefined {
  if (broken.targets.includes(target) || broken.targets.includes('*')) {
    const summary = `stack ${quote(name)}: its target ${quote(target)} has errors`;
    return {
      at: ['target'],
      remark: { code: 'CONFIG_TARGET_BROKEN', summary, advice: 'Mend the target.' },
    };
  }
  if (provider !== '') return undefined;
  const summary = `stack ${quote(name)}: there is no target ${quote(target)}`;
  const advice = (): string =>
    adviseName(target, [...targets.keys()]) ?? 'Write it under `targets`.';
  return { at: ['target'], remark: { code: 'CONFIG_TARGET_UNKNOWN', summary, advice } };
}

function findRuleProblem({ name }: StackDefinition, work: Work): Problem | undefined {
  const { rules } = work.configuration.broken;
  if (!matchesGlobs(name, rules)) return undefined;
  const summary = `stack ${quote(name)}: a rule that may be about it has errors`;
  const advice = 'Mend the rule: it may ask for approvals.';
  return { at: [], remark: { code: 'CONFIG_RULE_BROKEN', summary, advice } };
}

/** Whether it says itself what renders it. */
function namesTool(
  { provider, index }: StackDefinition,
  { configuration, toolsOf }: Work,
): boolean {
  const entry = configuration.stacks.find((one) => one.index === index);
  return toolsIn(entry?.settings ?? {}, toolsOf.get(provider) ?? { name: provider }).length > 0;
}

function byName(a: StackDefinition, b: StackDefinition): number {
  return a.name < b.name ? -1 : 1;
}
