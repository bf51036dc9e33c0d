/**
 * The members of `trueup.yaml`, described once: reading, advice, JSON Schema and the reference all
 * come from these tables.
 */
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { ForeignRule } from '@trueup/provider-sdk';

import type { AlertDestination } from '../alert/alert-destination.ts';
import { destinationShape, eventShape } from '../alert/destination-shape.ts';
import { canBegin, parseCron } from '../freeze/parse-cron.ts';
import { offsetsOf } from '../freeze/zone-clock.ts';
import type { DriftRule, Freeze, GuardRule, InputSource, RemovedStack } from './configuration.ts';
import { approvalsShape, guardsShape, type WrittenRequirement } from './guard-shapes.ts';
import { globRules } from './match-glob.ts';
import { durationRules } from './parse-duration.ts';
import type { Place } from './place.ts';
import { type Entry, entriesOf, namedEntriesOf } from './read-entries.ts';
import {
  choice,
  flag,
  listOf,
  type Member,
  mapOf,
  oneOf,
  opaque,
  optional,
  record,
  required,
  type Shape,
  schemaOf,
  text,
} from './shape.ts';
import { namePatternRules, nameRules, outputRules, pathRules } from './stack-name.ts';

/** The only version there is. */
export const apiVersion = 'trueup.dev/v1';

/** More than any repository has; it bounds the work that one file can ask for. */
export const mostEntries = 10_000;

/** The words that a file may use besides our own. */
export interface Vocabulary {
  readonly providers: readonly { readonly name: string; readonly tools?: readonly string[] }[];
  /** What is wrong with the condition of a guard, if anything. Without it all are refused. */
  readonly checkCondition?: (condition: string) => string | undefined;
}

export interface WrittenStack {
  readonly name: string;
  readonly path: string;
  readonly target: string;
  readonly after?: readonly string[];
  readonly inputs?: Readonly<Record<string, InputSource>>;
  readonly formerly?: string;
}

export interface WrittenRule {
  readonly stacks: readonly string[];
  readonly approvals?: readonly WrittenRequirement[];
  readonly freeze?: readonly (Omit<Freeze, 'timezone'> & Partial<Freeze>)[];
  readonly guards?: Partial<GuardRule> & { readonly require?: readonly WrittenRequirement[] };
  readonly drift?: DriftRule;
  readonly foreign?: ForeignRule;
  readonly healthTimeout?: string;
  readonly healDuringFreeze?: boolean;
}

export interface WrittenAlert {
  readonly name?: string;
  readonly to: AlertDestination;
  readonly on: readonly string[];
  readonly stacks?: readonly string[];
}

export interface WrittenTarget {
  /** The provider's name. */
  readonly name: string;
  readonly value: Json;
}

/** The sections of the file: what is wrong with one entry does not hide the others. */
export interface Sections {
  readonly apiVersion: Member<string, true>;
  readonly targets: Member<readonly Entry<WrittenTarget>[], false>;
  readonly stacks: Member<readonly Entry<WrittenStack>[], false>;
  readonly removed: Member<readonly Entry<Omit<RemovedStack, 'index'>>[], false>;
  readonly rules: Member<readonly Entry<WrittenRule>[], false>;
  readonly alerts: Member<readonly Entry<WrittenAlert>[], false>;
}

/** The tables of the whole file. */
export function sectionsOf(vocabulary: Vocabulary): Sections {
  return {
    apiVersion: required(
      text({
        is: 'a version',
        check: (version) => (version === apiVersion ? undefined : 'is a version that is not known'),
        advice: `Write \`apiVersion: ${apiVersion}\`.`,
        schema: { const: apiVersion },
      }),
      `The version of this format: \`${apiVersion}\`.`,
    ),
    targets: optional(
      namedEntriesOf(targetShape(vocabulary), { name: nameRules, maxMembers: 1000 }),
      'Where stacks go, by name.',
    ),
    stacks: optional(
      entriesOf(stackShape(vocabulary), mostEntries),
      'Directories that are brought to targets.',
    ),
    removed: optional(entriesOf(removedShape(), mostEntries), 'Stacks that are no longer wanted.'),
    rules: optional(entriesOf(ruleShape(vocabulary), 1000), 'What holds for which stacks.'),
    alerts: optional(
      entriesOf(alertShape(), 1000),
      'Who is told about what, by the head of the followed branch.',
    ),
  };
}

/** The names under which a stack may have settings. */
export function settingNames({ providers }: Vocabulary): readonly string[] {
  return [...new Set(providers.flatMap(({ name, tools = [] }) => [name, ...tools]))];
}

function targetShape({ providers }: Vocabulary): Shape<WrittenTarget> {
  const members = providers.map(
    ({ name }) => [name, described(opaque(), `How the provider ${name} reaches it.`)] as const,
  );
  return oneOf(Object.fromEntries(members), 'Name one provider: `{ kubernetes: { … } }`.');
}

function stackShape(vocabulary: Vocabulary): Shape<WrittenStack> {
  const settings = settingNames(vocabulary).map(
    (name) => [name, optional(opaque(), `Settings for ${name}.`)] as const,
  );
  return record({ ...stackMembers, ...Object.fromEntries(settings) });
}

const secretName = text({
  is: 'the name of a secret',
  check: (name) => (/^[A-Za-z0-9][\w.-]{0,99}$/.test(name) ? undefined : 'is no name of a secret'),
  advice: 'Write the name under which the secret is kept. Secrets themselves never stand in Git.',
  schema: { pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' },
});

const inputName = {
  is: 'a name',
  check: (name: string) =>
    /^[A-Za-z_][\w-]{0,99}$/.test(name) ? undefined : 'is no name of an input',
  advice: 'Names of inputs have letters, digits, `_` and `-`.',
  schema: { pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' },
};

const inputSource: Shape<InputSource> = {
  ...inputChoice(),
  read: (place) => {
    const read = inputChoice().read(place);
    if (!read) return undefined;
    return read.name === 'output' ? { output: read.value } : { secret: read.value };
  },
};

function described<T>({ read, schema }: Shape<T>, says: string): Shape<T> {
  return { read, schema: { description: says, ...schema } };
}

function inputChoice(): Shape<{ readonly name: string; readonly value: string }> {
  const sources = {
    output: described(text(outputRules), 'An output of another stack: `network.vpc_id`.'),
    secret: described(secretName, 'A secret that is kept under this name.'),
  };
  return oneOf(sources, 'Write `{ output: STACK.OUTPUT }` or `{ secret: NAME }`.');
}

const stackMembers = {
  name: required(
    text(namePatternRules),
    'The name of the stack. `{env}` stands for a part of the path.',
  ),
  path: required(
    text(pathRules),
    'Its directory. `{env}` stands for any folder: one stack for each directory that matches.',
  ),
  target: required(text(namePatternRules), 'The target that it is brought to.'),
  after: optional(listOf(text(namePatternRules), { maxItems: 200 }), 'Stacks that come first.'),
  inputs: optional(
    mapOf(inputSource, { name: inputName, maxMembers: 200 }),
    'Values that it takes in: outputs of other stacks (which then come first), and secrets.',
  ),
  formerly: optional(text(namePatternRules), 'The name that it had before.'),
};

const names = listOf(text(globRules), { minItems: 1, maxItems: 200 });

const freeze = record({
  cron: required(
    text({
      is: 'a time in five fields',
      maxLength: 200,
      check: checkCron,
      advice: 'Write minute, hour, day, month, day of the week: `0 18 * * FRI`.',
    }),
    'When it begins, in the five fields of cron: `0 18 * * FRI`.',
  ),
  for: required(text(durationRules('1m', '92d')), 'How long it lasts: `62h`, `30m`, `2d`.'),
  timezone: optional(
    text({
      is: 'a time zone',
      maxLength: 60,
      check: (zone) => (offsetsOf(zone) ? undefined : 'is no time zone'),
      advice: 'Write the name of a time zone: `Europe/Berlin`, `UTC`.',
    }),
    'Whose clocks `cron` means; `UTC` if absent.',
  ),
});

function checkCron(written: string): string | undefined {
  const cron = parseCron(written);
  if ('complaint' in cron) return cron.complaint;
  return canBegin(cron.times) ? undefined : 'names a day that never comes';
}

function ruleShape(vocabulary: Vocabulary): Shape<WrittenRule> {
  return record({
    stacks: required(names, 'Globs of stack names; a leading `!` takes away.'),
    approvals: optional(
      approvalsShape(vocabulary),
      'Who has to approve: one requirement, or a list. All of them have to be met, of all rules.',
    ),
    freeze: optional(
      listOf(freeze, { maxItems: 20 }),
      'When nothing is applied. Those of all rules add up.',
    ),
    guards: optional(
      guardsShape(vocabulary),
      'What a plan may not do. Of all rules, the smallest limit.',
    ),
    drift: optional(
      choice(['heal', 'report', 'propose']),
      'What to do about drift: put desired back, list it (the default), or open a merge request that takes it into Git.',
    ),
    foreign: optional(
      choice(['ignore', 'report', 'remove']),
      'What to do about what others added inside a resource; it is listed if absent.',
    ),
    healthTimeout: optional(
      text(durationRules('1s', '1d')),
      'How long a wave may take to become healthy; `10m` if absent.',
    ),
    healDuringFreeze: optional(flag(), 'Whether drift is healed in a freeze; false if absent.'),
  });
}

function removedShape(): Shape<Omit<RemovedStack, 'index'>> {
  return record({
    stack: required(text(nameRules), 'The name of the stack.'),
    resources: required(
      choice(['delete', 'keep']),
      "Whether its resources are deleted, or kept as nobody's: `delete` or `keep`.",
    ),
  });
}

function alertShape(): Shape<WrittenAlert> {
  const alert: Shape<WrittenAlert> = record({
    name: optional(
      text(nameRules),
      'What it is called in the outbox and by `trueup alert test`; by its destination if absent.',
    ),
    to: required(destinationShape, 'One destination: `{ slack: { secret: NAME } }`.'),
    on: required(
      listOf(eventShape, { minItems: 1, maxItems: 100 }),
      'Events: `run:failed`, `drift:*`.',
    ),
    stacks: optional(names, 'Globs of stack names; all if absent.'),
  });
  return { schema: alert.schema, read: (place) => alert.read(restoreOn(place)) };
}

/** YAML as Kubernetes reads it takes the bare key `on` for the boolean. */
function restoreOn(place: Place): Place {
  const { value } = place;
  if (!isJsonObject(value) || !Object.hasOwn(value, 'true') || Object.hasOwn(value, 'on')) {
    return place;
  }
  const members = Object.entries(value);
  const restored = members.map(
    ([name, member]) => [name === 'true' ? 'on' : name, member] as const,
  );
  return { ...place, value: Object.fromEntries(restored) };
}

/** JSON Schema 2020-12 of the file, for editors. */
export function configurationSchema(vocabulary: Vocabulary): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://trueup.dev/schema/v1/trueup.schema.json',
    title: 'trueup.yaml',
    description: 'Targets, stacks and rules of a repository that Trueup follows.',
    ...schemaOf(sectionsOf(vocabulary)),
  };
}
