/** Checks workloads, and what their updates must leave alone. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import {
  readAt,
  readFlag,
  readNumber,
  readObject,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
} from './field-error.ts';
import { atLeastZero, atMostWhole, countOrShare, isNone } from './numbers.ts';
import { validatePodSpec, validateTemplate } from './validate-pod-spec.ts';
import { validateFit, validateSelector } from './validate-selector.ts';

export const immutable = 'field is immutable';

/** What all have in common that keep pods of a template. */
function validateReplicas(value: JsonObject, kind: string): readonly FieldError[] {
  const selector = readAt(value, 'spec', 'selector') ?? null;
  const selectorErrors =
    selector === null
      ? [requiredField('spec.selector')]
      : validateOwnSelector(readObject(value, 'spec', 'selector'), kind);
  return [
    ...atLeastZero('spec.replicas', readNumber(value, 'spec', 'replicas')),
    ...selectorErrors,
    ...(isUnreadable(selectorErrors) ? [] : validateFitOf(value, selector, kind)),
    ...validateTemplate(value, 'spec.template'),
  ];
}

function validateOwnSelector(selector: JsonObject, kind: string): readonly FieldError[] {
  const errors = validateSelector(selector, 'spec.selector');
  if (errors.length > 0)
    return [...errors, invalidField('spec.selector', selector, 'invalid label selector')];
  if (Object.keys(selector).length > 0) return [];
  return [invalidField('spec.selector', selector, `empty selector is invalid for ${kind}`)];
}

function isUnreadable(errors: readonly FieldError[]): boolean {
  return errors.some(({ message }) => message.endsWith('invalid label selector'));
}

/** An empty selector has been complained of already. */
function validateFitOf(value: JsonObject, selector: Json, kind: string): readonly FieldError[] {
  const isEmpty = selector !== null && Object.keys(readObject(selector)).length === 0;
  return isEmpty && kind !== 'daemonset' ? [] : validateFit(value, selector);
}

export function validateDeployment(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const ready = readNumber(spec, 'minReadySeconds') ?? 0;
  const deadline = readNumber(spec, 'progressDeadlineSeconds');
  return [
    ...validateReplicas(value, 'deployment'),
    ...validateDeploymentStrategy(readObject(spec, 'strategy')),
    ...atLeastZero('spec.minReadySeconds', ready),
    ...atLeastZero('spec.revisionHistoryLimit', readNumber(spec, 'revisionHistoryLimit')),
    ...(deadline !== undefined && deadline <= ready
      ? [
          invalidField(
            'spec.progressDeadlineSeconds',
            deadline,
            'must be greater than minReadySeconds',
          ),
        ]
      : []),
  ];
}

function validateDeploymentStrategy(strategy: JsonObject): readonly FieldError[] {
  const field = 'spec.strategy';
  const rolling = strategy['rollingUpdate'];
  switch (strategy['type']) {
    case 'Recreate':
      return rolling === undefined
        ? []
        : [
            forbiddenField(
              `${field}.rollingUpdate`,
              "may not be specified when strategy `type` is 'Recreate'",
            ),
          ];
    case 'RollingUpdate':
      return validateRolling(readObject(rolling), `${field}.rollingUpdate`);
    default:
      return [unsupportedField(field, strategy, ['Recreate', 'RollingUpdate'])];
  }
}

function validateRolling(rolling: JsonObject, field: string): readonly FieldError[] {
  const { maxUnavailable, maxSurge } = rolling;
  const hasNoRoom = isNone(maxUnavailable) && isNone(maxSurge);
  return [
    ...countOrShare(`${field}.maxUnavailable`, maxUnavailable),
    ...countOrShare(`${field}.maxSurge`, maxSurge),
    ...(hasNoRoom
      ? [
          invalidField(
            `${field}.maxUnavailable`,
            maxUnavailable,
            'may not be 0 when `maxSurge` is 0',
          ),
        ]
      : []),
    ...atMostWhole(`${field}.maxUnavailable`, maxUnavailable),
  ];
}

export function validateReplicaSet(value: JsonObject): readonly FieldError[] {
  return validateReplicas(value, 'deployment');
}

export function keepSelector(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [value, old].map((one) => readAt(one, 'spec', 'selector'));
  return isSameJson(after, before) ? [] : [invalidField('spec.selector', after, immutable)];
}

export function validateStatefulSet(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const policy = readText(spec, 'podManagementPolicy') ?? '';
  const strategy = readObject(spec, 'updateStrategy');
  const isPolicy = policy === 'OrderedReady' || policy === 'Parallel';
  const isStrategy = strategy['type'] === 'RollingUpdate' || strategy['type'] === 'OnDelete';
  return [
    ...(isPolicy
      ? []
      : [invalidField('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...(isStrategy
      ? []
      : [invalidField('spec.updateStrategy', strategy, "must be 'RollingUpdate' or 'OnDelete'")]),
    ...(strategy['type'] === 'OnDelete' && strategy['rollingUpdate'] !== undefined
      ? [
          invalidField(
            'spec.updateStrategy.rollingUpdate',
            strategy['rollingUpdate'],
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        ]
      : []),
    ...validateReplicas(value, 'statefulset'),
    ...atLeastZero('spec.minReadySeconds', readNumber(spec, 'minReadySeconds')),
  ];
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function keepStatefulSet(value: JsonObject, old: JsonObject): readonly FieldError[] {
  if (isSameJson(fixedPart(value), fixedPart(old))) return [];
  const listed = changeable.map((name) => `'${name}'`);
  const text = `${listed.slice(0, -1).join(', ')} and ${listed.at(-1)}`;
  return [
    forbiddenField(
      'spec',
      `updates to statefulset spec for fields other than ${text} are forbidden`,
    ),
  ];
}

function fixedPart(value: JsonObject): JsonObject {
  const entries = Object.entries(readObject(value, 'spec'));
  return Object.fromEntries(entries.filter(([name]) => !changeable.includes(name)));
}

export function validateDaemonSet(value: JsonObject): readonly FieldError[] {
  const selector = readObject(value, 'spec', 'selector');
  return [
    ...validateSelector(selector, 'spec.selector'),
    ...validateFit(value, readAt(value, 'spec', 'selector')),
    ...validateTemplate(value, 'spec.template'),
    ...validateDaemonUpdates(readObject(value, 'spec', 'updateStrategy')),
  ];
}

function validateDaemonUpdates(strategy: JsonObject): readonly FieldError[] {
  const type = readText(strategy, 'type') ?? '';
  const field = 'spec.updateStrategy';
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [unsupportedField(field, strategy, ['RollingUpdate', 'OnDelete'])];
  }
  const { maxUnavailable, maxSurge } = readObject(strategy, 'rollingUpdate');
  const [atUnavailable, atSurge] = ['maxUnavailable', 'maxSurge'].map(
    (name) => `${field}.rollingUpdate.${name}`,
  );
  const isStuck = isNone(maxUnavailable) && isNone(maxSurge);
  const isBoth = [maxUnavailable, maxSurge].every((one) => Number.parseFloat(String(one)) > 0);
  return [
    ...countOrShare(atUnavailable ?? '', maxUnavailable),
    ...countOrShare(atSurge ?? '', maxSurge),
    ...(isStuck ? [requiredField(atUnavailable ?? '', 'cannot be 0 when maxSurge is 0')] : []),
    ...(isBoth
      ? [invalidField(atSurge ?? '', maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
  ];
}

export function validateJob(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  return [
    ...validateJobSpec(spec, 'spec'),
    ...(readFlag(spec, 'manualSelector') === true ? [] : validateGeneratedLabels(value)),
    ...validateFit(value, readAt(spec, 'selector')),
  ];
}

/** The names of its pods that the server has given to the job. */
function validateGeneratedLabels(value: JsonObject): readonly FieldError[] {
  const labels = readTexts(value, 'spec', 'template', 'metadata', 'labels');
  const given = {
    'controller-uid': readText(value, 'metadata', 'uid'),
    'job-name': readText(value, 'metadata', 'name'),
  };
  return Object.entries(given).flatMap(([name, expected = '']) =>
    [`batch.kubernetes.io/${name}`, name]
      .filter((key) => labels[key] !== expected)
      .map((key) =>
        requiredField(`spec.template.metadata.labels[${key}]`, `must be '${expected}'`),
      ),
  );
}

function validateJobSpec(spec: JsonObject, field: string): readonly FieldError[] {
  const pods = readObject(spec, 'template', 'spec');
  const policy = readText(pods, 'restartPolicy');
  const policyField = `${field}.template.spec.restartPolicy`;
  const allowed = ['OnFailure', 'Never'];
  return [
    ...[
      'parallelism',
      'completions',
      'activeDeadlineSeconds',
      'backoffLimit',
      'ttlSecondsAfterFinished',
    ].flatMap((name) => atLeastZero(`${field}.${name}`, readNumber(spec, name))),
    ...(readText(spec, 'completionMode') === 'Indexed' &&
    readNumber(spec, 'completions') === undefined
      ? [requiredField(`${field}.completions`, 'when completion mode is Indexed')]
      : []),
    ...validatePodSpec(pods, `${field}.template.spec`),
    // Left to itself a pod would be restarted for ever, and the job would never be done.
    ...(policy === 'Always'
      ? [requiredField(policyField, 'valid values: "OnFailure", "Never"')]
      : []),
    ...(policy !== undefined && policy !== 'Always' && !allowed.includes(policy)
      ? [unsupportedField(policyField, policy, allowed)]
      : []),
  ];
}

export function keepJob(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const fixed = [
    'selector',
    'template',
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
  ];
  const isIndexed = readText(value, 'spec', 'completionMode') === 'Indexed';
  const names = isIndexed ? fixed : ['completions', ...fixed];
  const mayMove = readFlag(old, 'spec', 'suspend') === true;
  return names.flatMap((name) => {
    const [after, before] = [value, old].map((one) => fixedMember(one, name, mayMove));
    if (isSameJson(after, before)) return [];
    return [invalidField(`spec.${name}`, readAt(value, 'spec', name), immutable)];
  });
}

/** Where the pods of a suspended job will run may still be decided. */
function fixedMember(value: JsonObject, name: string, mayMove: boolean): Json | undefined {
  const member = readAt(value, 'spec', name);
  if (name !== 'template' || !mayMove) return member;
  const {
    nodeSelector: _node,
    tolerations: _tolerations,
    affinity: _affinity,
    schedulingGates: _gates,
    ...spec
  } = readObject(member, 'spec');
  return spec;
}

const cronFields = [
  /^[\d*,/\-?]+$/,
  /^[\d*,/\-?]+$/,
  /^[\d*,/\-?L]+$/,
  /^[\dA-Za-z*,/\-?]+$/,
  /^[\dA-Za-z*,/\-?L#]+$/,
];

export function validateCronJob(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const policy = readText(spec, 'concurrencyPolicy') ?? '';
  const policies = ['Allow', 'Forbid', 'Replace'];
  return [
    ...validateSchedule(readText(spec, 'schedule') ?? ''),
    ...(policies.includes(policy)
      ? []
      : [unsupportedField('spec.concurrencyPolicy', policy, policies)]),
    ...validateJobSpec(readObject(spec, 'jobTemplate', 'spec'), 'spec.jobTemplate.spec'),
  ];
}

function validateSchedule(schedule: string): readonly FieldError[] {
  if (schedule === '') return [requiredField('spec.schedule')];
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every .+)$/.test(schedule))
    return [];
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) {
    const detail = `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
    return [invalidField('spec.schedule', schedule, detail)];
  }
  const wrong = fields.find((one, index) => !cronFields[index]?.test(one));
  return wrong === undefined
    ? []
    : [invalidField('spec.schedule', schedule, `failed to parse ${wrong}`)];
}
