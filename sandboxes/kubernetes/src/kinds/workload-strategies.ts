/** What is special about workloads. */

import type { JsonObject } from '@trueup/diagnostics';

import {
  setCronJobDefaults,
  setDaemonSetDefaults,
  setDeploymentDefaults,
  setJobDefaults,
  setPodTemplateDefaults,
  setReplicaSetDefaults,
  setReplicationControllerDefaults,
  setStatefulSetDefaults,
  templateGeneration,
} from '../defaults/workload-defaults.ts';
import { copyJson, type Draft, ensureDraft } from '../object/draft.ts';
import { readAt, readObject, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { checkSubdomain } from '../validation/names.ts';
import { podWarnings } from '../validation/pod-warnings.ts';
import {
  keepJob,
  keepSelector,
  keepStatefulSet,
  validateCronJob,
  validateDaemonSet,
  validateDeployment,
  validateJob,
  validateReplicaSet,
  validateStatefulSet,
} from '../validation/validate-workloads.ts';
import type { Strategy } from './strategy.ts';

const workload: Strategy = {
  nameRule: checkSubdomain,
  warnings: (value) =>
    podWarnings(readObject(value, 'spec', 'template', 'spec'), 'spec.template.spec'),
  updatesBlindly: true,
  countsGenerations: true,
  countsTemplates: true,
};

export const workloadStrategies: Readonly<Record<string, Strategy>> = {
  'apps/deployments': {
    ...workload,
    setDefaults: setDeploymentDefaults,
    validate: validateDeployment,
    validateUpdate: keepSelector,
  },
  'apps/statefulsets': {
    ...workload,
    setDefaults: setStatefulSetDefaults,
    prepare: prepareStatefulSet,
    validate: validateStatefulSet,
    validateUpdate: keepStatefulSet,
  },
  'apps/daemonsets': {
    ...workload,
    setDefaults: setDaemonSetDefaults,
    prepare: countTemplates,
    validate: validateDaemonSet,
    validateUpdate: keepSelector,
  },
  'apps/replicasets': {
    ...workload,
    setDefaults: setReplicaSetDefaults,
    prepare: prepareReplicas,
    validate: validateReplicaSet,
    validateUpdate: keepSelector,
  },
  '/replicationcontrollers': {
    ...workload,
    setDefaults: setReplicationControllerDefaults,
    prepare: prepareReplicas,
  },
  '/podtemplates': {
    ...workload,
    setDefaults: setPodTemplateDefaults,
    returnsDeleted: true,
    warnings: (value) => podWarnings(readObject(value, 'template', 'spec'), 'template.spec'),
  },
  'batch/jobs': {
    ...workload,
    setDefaults: setJobDefaults,
    prepare: prepareJob,
    validate: validateJob,
    validateUpdate: keepJob,
    deleteWarning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
  'batch/cronjobs': {
    ...workload,
    setDefaults: setCronJobDefaults,
    validate: validateCronJob,
    warnings: cronJobWarnings,
  },
};

function cronJobWarnings(value: JsonObject): readonly string[] {
  const path = ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return podWarnings(readObject(value, ...path), path.join('.'));
}

/** Numbers that these statuses always say. */
function prepareReplicas(draft: Draft, old: JsonObject | undefined): void {
  if (!old) draft['status'] = { replicas: 0 };
}

function prepareStatefulSet(draft: Draft, old: JsonObject | undefined): void {
  if (!old) draft['status'] = { replicas: 0, availableReplicas: 0 };
}

/** Counts the changes of the template in an annotation, a field of old. */
function countTemplates(draft: Draft, old: JsonObject | undefined): void {
  const annotations = ensureDraft(ensureDraft(draft, 'metadata'), 'annotations');
  if (!old) {
    draft['status'] = {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    };
  }
  const before = Number(readText(old, 'metadata', 'annotations', templateGeneration) ?? 0);
  const isChanged = !isSameJson(readAt(draft, 'spec', 'template'), readAt(old, 'spec', 'template'));
  annotations[templateGeneration] = String(isChanged ? before + 1 : before);
}

/** Names the pods of a job by its uid, unless the job says how to find them. */
function prepareJob(draft: Draft, old: JsonObject | undefined): void {
  if (old) return;
  draft['status'] = {};
  const spec = ensureDraft(draft, 'spec');
  if (spec['manualSelector'] === true) return;
  const uid = readText(draft, 'metadata', 'uid') ?? '';
  const name = readText(draft, 'metadata', 'name') ?? '';
  const own = readAt(draft, 'metadata', 'labels');
  // Labels that were taken from the template are the template's.
  const areShared =
    own === undefined || isSameJson(own, readAt(draft, 'spec', 'template', 'metadata', 'labels'));
  const labels = ensureDraft(ensureDraft(ensureDraft(spec, 'template'), 'metadata'), 'labels');
  for (const prefix of ['', 'batch.kubernetes.io/']) {
    labels[`${prefix}controller-uid`] = uid;
    labels[`${prefix}job-name`] = name;
  }
  const selector = ensureDraft(ensureDraft(spec, 'selector'), 'matchLabels');
  selector['batch.kubernetes.io/controller-uid'] = uid;
  if (areShared) ensureDraft(draft, 'metadata')['labels'] = copyJson(labels);
}
