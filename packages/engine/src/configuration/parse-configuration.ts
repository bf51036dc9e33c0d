/**
 * Turns `trueup.yaml` into targets, stacks, rules and alerts. It never throws: what is wrong is told,
 * all of it at once, and what is right goes on.
 *
 * C1. What cannot be read is never taken for absent: its name stands in `broken`, and where not even
 *     that can be read the configuration is not `complete`. Else a slip of the pen would orphan
 *     or remove stacks (P3).
 * C2. Alerts that cannot be read at all leave those of before in force: else the mistake that breaks
 *     the file would be the one that nobody is told of.
 * C3. A rule that cannot be read stops the stacks that it speaks about, since it may ask for
 *     approvals.
 */
import { type Diagnostic, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { nameDestination } from '../alert/alert-destination.ts';
import { checkAlertNames } from '../alert/check-alert-names.ts';
import { checkSettings } from './check-settings.ts';
import type {
  ApprovalRequirement,
  Configuration,
  ConfigurationContext,
  ParsedFile,
  Rule,
  StackEntry,
  TargetDefinition,
  WrittenGuards,
} from './configuration.ts';
import {
  apiVersion,
  type Sections,
  sectionsOf,
  settingNames,
  type WrittenAlert,
  type WrittenRule,
  type WrittenStack,
  type WrittenTarget,
} from './configuration-shape.ts';
import type { WrittenRequirement } from './guard-shapes.ts';
import { globRules } from './match-glob.ts';
import { parseDuration } from './parse-duration.ts';
import { type Findings, reportAt, topOf } from './place.ts';
import type { Entry } from './read-entries.ts';
import { type RecordOf, readMembers } from './shape.ts';
import { namePatternRules } from './stack-name.ts';

export interface ParsedConfiguration {
  readonly configuration: Configuration;
  /** In the order of the tables, each with file and line. */
  readonly diagnostics: readonly Diagnostic[];
}

export function parseConfiguration(
  file: ParsedFile,
  context: ConfigurationContext,
): ParsedConfiguration {
  const findings: Findings = { file, diagnostics: [] };
  const { diagnostics } = findings;
  if (!isReadable(findings)) return { configuration: nothingOf(file), diagnostics };

  const { values, complete } = readMembers(topOf(findings), sectionsOf(context));
  if (values.apiVersion === undefined) return { configuration: nothingOf(file), diagnostics };

  const read = toConfiguration(file, values, context);
  const bad = checkSettings(read, context.providers, findings);
  checkAlertNames(read.alerts, findings);
  const stacks = read.stacks.filter(({ index }) => !bad.stacks.has(index));
  const brokenStacks = read.stacks.filter(({ index }) => bad.stacks.has(index)).flatMap(namesOf);
  const configuration = {
    ...read,
    complete: complete && read.complete,
    targets: read.targets.filter(({ name }) => !bad.targets.has(name)),
    stacks,
    broken: {
      ...read.broken,
      targets: [...read.broken.targets, ...bad.targets],
      stacks: [...read.broken.stacks, ...brokenStacks],
    },
  };
  return { configuration, diagnostics };
}

/** Values of the whole file, and depth: what follows may recurse. */
const mostValues = 500_000;
const deepest = 64;

function isReadable(findings: Findings): boolean {
  const { value, name } = findings.file;
  if (value === undefined || value === null) {
    const summary = `${name}: holds nothing that can be read`;
    const advice = `Begin with \`apiVersion: ${apiVersion}\`.`;
    reportAt(findings, [], { code: 'CONFIG_FILE_EMPTY', summary, advice });
    return false;
  }
  const size = measure(value);
  if (size.values <= mostValues && size.depth <= deepest) return true;
  const limits = `more than ${mostValues} values, or more than ${deepest} inside each other`;
  const advice =
    'Write patterns in place of single stacks, or spread them over several repositories.';
  const summary = `${name}: has ${limits}`;
  reportAt(findings, [], { code: 'CONFIG_FILE_TOO_LARGE', summary, advice });
  return false;
}

/** Counts hardly further than the limits. Without recursion, since the depth is what is asked. */
function measure(value: Json): { readonly values: number; readonly depth: number } {
  let [values, depth] = [0, 0];
  let level: readonly Json[] = [value];
  while (level.length > 0 && values <= mostValues && depth <= deepest) {
    values += level.length;
    depth += 1;
    level = valuesBelow(level);
  }
  return { values, depth };
}

function valuesBelow(level: readonly Json[]): readonly Json[] {
  const below: Json[] = [];
  for (const one of level) {
    if (below.length > mostValues) break;
    if (typeof one !== 'object' || one === null) continue;
    for (const part of Object.values(one)) below.push(part);
  }
  return below;
}

function nothingOf(file: ParsedFile): Configuration {
  return {
    file,
    complete: false,
    targets: [],
    stacks: [],
    removed: [],
    rules: [],
    alerts: [],
    alertsUnread: true,
    broken: { targets: ['*'], stacks: [], rules: ['*'] },
  };
}

type Values = Partial<RecordOf<Sections>>;

function toConfiguration(
  file: ParsedFile,
  values: Values,
  context: ConfigurationContext,
): Configuration {
  const { targets, stacks = [], removed = [], rules, alerts } = values;
  const settings = settingNames(context);
  const brokenNames = [...badOf(stacks), ...badOf(removed)].map(writtenNames);
  return {
    file,
    complete: brokenNames.every((names) => names.length > 0),
    targets: goodOf(targets ?? []).map(({ key, value }) => toTarget(key, value)),
    stacks: goodOf(stacks).map(({ key, value, place }) =>
      toStack(Number(key), value, settingsIn(place.value, settings)),
    ),
    removed: goodOf(removed).map(({ key, value }) => ({ index: Number(key), ...value })),
    rules: goodOf(rules ?? []).map(({ key, value }) => toRule(Number(key), value)),
    alerts: goodOf(alerts ?? []).map(({ key, value }) => toAlert(Number(key), value)),
    ...(isUnread(file, 'alerts', alerts) && { alertsUnread: true }),
    broken: {
      targets: isUnread(file, 'targets', targets)
        ? ['*']
        : badOf(targets ?? []).map(({ key }) => key),
      stacks: brokenNames.flat(),
      rules: isUnread(file, 'rules', rules) ? ['*'] : badOf(rules ?? []).flatMap(writtenGlobs),
    },
  };
}

/** A section that stands in the file and could not be read at all. */
function isUnread(file: ParsedFile, section: string, read: unknown): boolean {
  return read === undefined && isJsonObject(file.value) && Object.hasOwn(file.value, section);
}

type Good<T> = Entry<T> & { readonly value: T };

function goodOf<T>(entries: readonly Entry<T>[]): readonly Good<T>[] {
  return entries.flatMap((entry) =>
    entry.value === undefined ? [] : [{ ...entry, value: entry.value }],
  );
}

function badOf<T>(entries: readonly Entry<T>[]): readonly Entry<T>[] {
  return entries.filter(({ value }) => value === undefined);
}

/**
 * Of a bad entry: the names that it is about. None when its own name cannot be read, since then it
 * may be about any stack.
 */
function writtenNames({ place }: Entry<unknown>): readonly string[] {
  const own = nameIn(place.value, 'name') ?? nameIn(place.value, 'stack');
  const former = nameIn(place.value, 'formerly');
  return own === undefined ? [] : [own, ...(former === undefined ? [] : [former])];
}

function nameIn(value: Json | undefined, member: string): string | undefined {
  if (!(isJsonObject(value) && Object.hasOwn(value, member))) return undefined;
  const written = value[member];
  const isName = typeof written === 'string' && namePatternRules.check?.(written) === undefined;
  return isName ? written : undefined;
}

/** Of a bad rule: the stacks that it speaks about; all of them where that cannot be read either. */
function writtenGlobs({ place: { value } }: Entry<unknown>): readonly string[] {
  const written = isJsonObject(value) && Object.hasOwn(value, 'stacks') ? value['stacks'] : [];
  const globs = isJsonList(written) ? written.filter((one) => typeof one === 'string') : [];
  const readable = globs.filter((glob) => globRules.check?.(glob) === undefined);
  const whole = isJsonList(written) && readable.length === written.length && readable.length > 0;
  // A glob that takes away needs the others of its list, so all of them or none are taken.
  return whole && !readable.some((glob) => glob.startsWith('!')) ? readable : ['*'];
}

function namesOf({ name, formerly }: StackEntry): readonly string[] {
  return formerly === undefined ? [name] : [name, formerly];
}

function toTarget(name: string, { name: provider, value }: WrittenTarget): TargetDefinition {
  return { name, provider, settings: value };
}

function settingsIn(
  value: Json | undefined,
  names: readonly string[],
): Readonly<Record<string, Json>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function toStack(
  index: number,
  written: WrittenStack,
  settings: Readonly<Record<string, Json>>,
): StackEntry {
  const { name, path, target, after = [], inputs = {}, formerly } = written;
  const former = formerly !== undefined && { formerly };
  return { index, name, path, target, after, inputs, ...former, settings };
}

function toRule(index: number, written: WrittenRule): Rule {
  const { approvals, freeze, guards, healthTimeout, ...rest } = written;
  const timeout = healthTimeout === undefined ? undefined : parseDuration(healthTimeout);
  return {
    index,
    ...rest,
    ...(approvals && { approvals: approvals.map(toRequirement) }),
    ...(guards && { guards: toGuards(guards) }),
    ...(freeze && { freeze: freeze.map((one) => ({ timezone: 'UTC', ...one })) }),
    ...(timeout !== undefined && { healthTimeoutMs: timeout }),
  };
}

function toRequirement(written: WrittenRequirement): ApprovalRequirement {
  return { count: 1, from: [], excludeAuthor: false, ...written };
}

function toGuards({
  require,
  ...guards
}: NonNullable<WrittenRule['guards']>): Partial<WrittenGuards> {
  return { ...guards, ...(require && { require: require.map(toRequirement) }) };
}

function toAlert(
  index: number,
  { name, to, on, stacks = ['*'] }: WrittenAlert,
): Configuration['alerts'][number] {
  return { index, name: name ?? nameDestination(to), to, on, stacks };
}
