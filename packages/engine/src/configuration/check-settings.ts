/** Lets the providers say what they think of their settings, and finds the lines they mean. */
import { type Diagnostic, isJsonObject, type Json } from '@trueup/diagnostics';

import { composeSettings, toolsIn } from './compose-settings.ts';
import type {
  Configuration,
  ConfiguredProvider,
  DocumentPath,
  StackEntry,
} from './configuration.ts';
import { matchGlob } from './match-glob.ts';
import { addForeign, type Findings, quote, reportAt, valueIn } from './place.ts';
import { placeholdersOf, substitute } from './stack-name.ts';

export interface BadSettings {
  readonly targets: ReadonlySet<string>;
  /** By position in the file. */
  readonly stacks: ReadonlySet<number>;
}

export function checkSettings(
  configuration: Configuration,
  providers: readonly ConfiguredProvider[],
  findings: Findings,
): BadSettings {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const targets = configuration.targets.filter(({ name, provider, settings }) => {
    const remarks = byName.get(provider)?.checkTarget(settings) ?? [];
    const base: Base = { subject: `target ${quote(name)}`, path: ['targets', name, provider] };
    return addAll(remarks, findings, () => base);
  });
  const stacks = configuration.stacks.filter((entry) => {
    const candidates = providersOf(entry, configuration).flatMap((name) => byName.get(name) ?? []);
    const checked = candidates.map((provider) => checkStack(entry, provider, findings));
    const unused = candidates.length > 0 && reportUnused(entry, candidates, findings);
    return unused || checked.includes(true);
  });
  return {
    targets: new Set(targets.map(({ name }) => name)),
    stacks: new Set(stacks.map(({ index }) => index)),
  };
}

/** Of all targets that the entry may mean. */
function providersOf({ target }: StackEntry, { targets }: Configuration): readonly string[] {
  const anything = new Map(placeholdersOf(target).map((name) => [name, '*']));
  const glob = substitute(target, anything);
  const meant = targets.filter(({ name }) => matchGlob(name, glob));
  return [...new Set(meant.map(({ provider }) => provider))];
}

/** Whether something is wrong. */
function checkStack(entry: StackEntry, provider: ConfiguredProvider, findings: Findings): boolean {
  const { settings, index } = entry;
  const subject = `stack ${quote(entry.name)}`;
  const own = settings[provider.name];
  const tools = toolsIn(settings, provider);
  const twice = tools.filter((tool) => isJsonObject(own) && Object.hasOwn(own, tool));
  for (const tool of twice) {
    reportAt(findings, ['stacks', index, provider.name, tool], {
      code: 'CONFIG_SETTINGS_TWICE',
      summary: `${subject}: ${quote(tool)} stands in ${quote(provider.name)} and beside it`,
      advice: 'Keep one of them.',
    });
  }
  const remarks = provider.checkStack(composeSettings(settings, provider));
  const bad = addAll(remarks, findings, ({ path: [first] }) => {
    const beside = typeof first === 'string' && tools.includes(first);
    const member = beside || own === undefined ? [] : [provider.name];
    return { subject, path: ['stacks', index, ...member] };
  });
  return bad || twice.length > 0;
}

function reportUnused(
  { name, index, settings }: StackEntry,
  candidates: readonly ConfiguredProvider[],
  findings: Findings,
): boolean {
  const taken = new Set(candidates.flatMap((one) => [one.name, ...(one.tools ?? [])]));
  const unused = Object.keys(settings).filter((member) => !taken.has(member));
  for (const member of unused) {
    reportAt(findings, ['stacks', index, member], {
      code: 'CONFIG_SETTINGS_UNUSED',
      summary: `stack ${quote(name)}: ${quote(member)} is not for its target, which is of another kind`,
      advice: `Its target takes: ${[...taken].map(quote).join(', ')}.`,
    });
  }
  return unused.length > 0;
}

interface Base {
  readonly subject: string;
  readonly path: DocumentPath;
}

/** Whether one of the remarks is an error. */
function addAll(
  remarks: readonly Diagnostic[],
  findings: Findings,
  baseOf: (remark: Diagnostic) => Base,
): boolean {
  for (const remark of remarks) {
    const { subject, path } = baseOf(remark);
    const value: Json | undefined = valueIn(findings.file.value, path);
    addForeign(findings, { path, value }, { ...remark, summary: `${subject}: ${remark.summary}` });
  }
  return remarks.some(({ severity }) => severity === 'error');
}
