/** The kinds on which this package is compared with a real API server. */
import type { JsonObject } from '@trueup/diagnostics';

import type { GroupVersionKind } from '../schema/schema-from-open-api.ts';
import type { Dice } from './dice.ts';
import { generateMetadata, generateSpec, generateStatus } from './generate-custom.ts';
import { generateConfigMap, generateDeployment, generateService } from './generate-native.ts';

export interface Subject {
  readonly kind: GroupVersionKind;
  /** The versions in which it is written, all with the same fields. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly isScaled?: boolean;
  /** The body without its identity. */
  readonly generate: (dice: Dice) => JsonObject;
  /** Absent where the kind has no status that anybody may write. */
  readonly generateStatus?: (dice: Dice) => JsonObject;
  /** Members that the server fills in when nobody sets them, wherever they are. */
  readonly defaulted: ReadonlySet<string>;
}

const configMap: Subject = {
  kind: { group: '', version: 'v1', kind: 'ConfigMap' },
  versions: ['v1'],
  plural: 'configmaps',
  generate: generateConfigMap,
  defaulted: new Set(),
};

const service: Subject = {
  kind: { group: '', version: 'v1', kind: 'Service' },
  versions: ['v1'],
  plural: 'services',
  generate: generateService,
  generateStatus: (dice) => ({
    loadBalancer: {},
    conditions: dice.some(['A', 'B']).map((type) => ({
      type,
      status: dice.pick(['True', 'False']),
      lastTransitionTime: '2026-01-01T00:00:00Z',
      reason: 'R',
      message: dice.pick(['m', 'n']),
    })),
  }),
  defaulted: new Set([
    'clusterIP',
    'clusterIPs',
    'externalTrafficPolicy',
    'internalTrafficPolicy',
    'ipFamilies',
    'ipFamilyPolicy',
    'loadBalancer',
    'protocol',
    'sessionAffinity',
    'sessionAffinityConfig',
    'spec',
    'status',
    'targetPort',
    'type',
  ]),
};

const deployment: Subject = {
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  versions: ['v1'],
  plural: 'deployments',
  isScaled: true,
  generate: generateDeployment,
  generateStatus: (dice) => ({
    replicas: dice.below(3),
    conditions: dice.some(['Available', 'Progressing']).map((type) => ({
      type,
      status: dice.pick(['True', 'False']),
      reason: dice.pick(['R', 'S']),
    })),
  }),
  defaulted: new Set([
    'apiVersion',
    'defaultMode',
    'dnsPolicy',
    'failureThreshold',
    'fieldPath',
    'imagePullPolicy',
    'maxSurge',
    'maxUnavailable',
    'periodSeconds',
    'progressDeadlineSeconds',
    'protocol',
    'replicas',
    'requests',
    'resources',
    'restartPolicy',
    'revisionHistoryLimit',
    'rollingUpdate',
    'schedulerName',
    'securityContext',
    'serviceAccount',
    'status',
    'strategy',
    'successThreshold',
    'terminationGracePeriodSeconds',
    'terminationMessagePath',
    'terminationMessagePolicy',
    'timeoutSeconds',
    'type',
  ]),
};

const everyType: Subject = {
  kind: { group: 'merge.trueup.dev', version: 'v1', kind: 'EveryType' },
  versions: ['v1', 'v2'],
  plural: 'everytypes',
  generate: (dice) => ({ metadata: generateMetadata(dice), spec: generateSpec(dice) }),
  generateStatus,
  defaulted: new Set(['protocol', 'tier']),
};

export const subjects: readonly Subject[] = [configMap, service, deployment, everyType];
