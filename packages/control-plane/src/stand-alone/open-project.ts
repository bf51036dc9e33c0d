/**
 * A folder on disk as a set of stacks, without a server.
 *
 * With a `trueup.yaml` it is what that says. Without one, the folder is one stack of manifests that
 * goes to the context in use.
 */
import { basename } from 'node:path';

import { type Diagnostic, type Json, StalledError } from '@trueup/diagnostics';
import {
  type EffectiveRule,
  expandStacks,
  parseConfiguration,
  ruleFor,
  type StackDefinition,
  type TargetDefinition,
} from '@trueup/engine';
import type { Provider } from '@trueup/provider-sdk';
import {
  configurationFile,
  parseConfigurationFile,
} from '../configuration/parse-configuration-file.ts';
import { checkCondition } from '../rules/check-condition.ts';
import type { DiskFiles } from './disk-files.ts';

export interface ProjectStack {
  readonly definition: StackDefinition;
  readonly target: TargetDefinition;
  readonly rule: EffectiveRule;
}

export interface Project {
  readonly name: string;
  /** Whether a `trueup.yaml` says what it is; else the folder is one stack of its own name. */
  readonly isConfigured: boolean;
  /** Those that can be planned, in an order that respects `after`. */
  readonly stacks: readonly ProjectStack[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ProjectOptions {
  readonly folder: string;
  readonly files: DiskFiles;
  readonly providers: readonly Provider[];
  /** Where a folder without `trueup.yaml` goes. */
  readonly defaultTarget: () => Promise<DefaultTarget>;
}

export interface DefaultTarget {
  readonly name: string;
  readonly settings: Json;
}

export async function openProject(options: ProjectOptions): Promise<Project> {
  const name = toName(basename(options.folder));
  const files = options.files.again();
  const bytes = await files.read(configurationFile);
  const unread = files.diagnostics?.() ?? [];
  // One that cannot be read is not one that is missing: all would become a single stack.
  if (unread.length > 0) return { name, isConfigured: true, stacks: [], diagnostics: unread };
  if (!bytes) return singleStack(name, options);

  const context = { providers: options.providers, checkCondition };
  const { configuration, diagnostics } = parseConfigurationFile(bytes, context);
  const expanded = expandStacks(configuration, await options.files.directories(), context);
  const stacks = expanded.stacks.flatMap((definition): readonly ProjectStack[] => {
    const target = configuration.targets.find((one) => one.name === definition.target);
    return target ? [{ definition, target, rule: ruleFor(configuration, definition.name) }] : [];
  });
  return {
    name,
    isConfigured: true,
    stacks: sortByOrder(stacks),
    diagnostics: [...diagnostics, ...expanded.diagnostics],
  };
}

async function singleStack(
  name: string,
  { providers, defaultTarget }: ProjectOptions,
): Promise<Project> {
  const [provider] = providers;
  if (!provider) throw new StalledError('PROVIDER_MISSING', `${name}: there is no provider`);
  const target = { ...(await defaultTarget()), provider: provider.name };
  const definition: StackDefinition = {
    name,
    path: '',
    target: target.name,
    provider: provider.name,
    after: [],
    inputs: {},
    settings: undefined,
    index: 0,
  };
  const nothing = parseConfiguration(
    { name: configurationFile, value: { apiVersion: 'trueup.dev/v1' }, locate: () => undefined },
    { providers },
  );
  const rule = ruleFor(nothing.configuration, name);
  return { name, isConfigured: false, stacks: [{ definition, target, rule }], diagnostics: [] };
}

function sortByOrder(stacks: readonly ProjectStack[]): readonly ProjectStack[] {
  const sorted: ProjectStack[] = [];
  const done = new Set<string>();
  const names = new Set(stacks.map(({ definition }) => definition.name));
  let waiting = stacks;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ definition }) =>
      definition.after.every((one) => done.has(one) || !names.has(one)),
    );
    // `expandStacks` leaves no cycles.
    if (ready.length === 0) break;
    for (const stack of ready) {
      done.add(stack.definition.name);
      sorted.push(stack);
    }
    waiting = waiting.filter(({ definition }) => !done.has(definition.name));
  }
  return sorted;
}

/** A folder's name as the name of a repository. */
function toName(text: string): string {
  const plain = text.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  return plain.replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || 'project';
}
