/** What the server sets in workloads. */

import {
  copyJson,
  type Draft,
  defaultMember,
  draftAt,
  draftsIn,
  ensureDraft,
} from '../object/draft.ts';
import { setPodSpecDefaults, setTemplateDefaults } from './pod-spec-defaults.ts';

export function setDeploymentDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  setTemplateDefaults(draftAt(spec, 'template'));
  defaultMember(spec, 'replicas', 1);
  const strategy = ensureDraft(spec, 'strategy');
  defaultMember(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensureDraft(strategy, 'rollingUpdate');
    defaultMember(rolling, 'maxUnavailable', '25%');
    defaultMember(rolling, 'maxSurge', '25%');
  }
  defaultMember(spec, 'revisionHistoryLimit', 10);
  defaultMember(spec, 'progressDeadlineSeconds', 600);
}

export function setStatefulSetDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  setTemplateDefaults(draftAt(spec, 'template'));
  defaultMember(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = ensureDraft(spec, 'updateStrategy');
  if (strategy['type'] === undefined) {
    strategy['type'] = 'RollingUpdate';
    ensureDraft(strategy, 'rollingUpdate');
  }
  const rolling = draftAt(strategy, 'rollingUpdate');
  if (strategy['type'] === 'RollingUpdate' && rolling) defaultMember(rolling, 'partition', 0);
  const retention = ensureDraft(spec, 'persistentVolumeClaimRetentionPolicy');
  defaultMember(retention, 'whenDeleted', 'Retain');
  defaultMember(retention, 'whenScaled', 'Retain');
  defaultMember(spec, 'replicas', 1);
  defaultMember(spec, 'revisionHistoryLimit', 10);
  for (const claim of draftsIn(spec, 'volumeClaimTemplates')) setClaimTemplateDefaults(claim);
}

function setClaimTemplateDefaults(claim: Draft): void {
  defaultMember(claim, 'apiVersion', 'v1');
  defaultMember(claim, 'kind', 'PersistentVolumeClaim');
  defaultMember(ensureDraft(claim, 'spec'), 'volumeMode', 'Filesystem');
  defaultMember(ensureDraft(claim, 'status'), 'phase', 'Pending');
}

export function setDaemonSetDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  setTemplateDefaults(draftAt(spec, 'template'));
  const strategy = ensureDraft(spec, 'updateStrategy');
  defaultMember(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensureDraft(strategy, 'rollingUpdate');
    defaultMember(rolling, 'maxUnavailable', 1);
    defaultMember(rolling, 'maxSurge', 0);
  }
  const unused = draftAt(strategy, 'rollingUpdate');
  if (unused) {
    // What Go keeps as values is written even where it means nothing.
    defaultMember(unused, 'maxUnavailable', 0);
    defaultMember(unused, 'maxSurge', 0);
  }
  defaultMember(spec, 'revisionHistoryLimit', 10);
  // A field of old that lives on as an annotation.
  const annotations = ensureDraft(ensureDraft(draft, 'metadata'), 'annotations');
  defaultMember(annotations, templateGeneration, '0');
}

export const templateGeneration = 'deprecated.daemonset.template.generation';

export function setReplicaSetDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  setTemplateDefaults(draftAt(spec, 'template'));
  defaultMember(spec, 'replicas', 1);
}

export function setReplicationControllerDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  const template = draftAt(spec, 'template');
  setTemplateDefaults(template);
  const labels = draftAt(template, 'metadata', 'labels');
  if (labels && !draftAt(spec, 'selector')) spec['selector'] = copyJson(labels);
  copyLabels(draft, labels);
  defaultMember(spec, 'replicas', 1);
}

/** A workload of old without labels has those of its pods. */
function copyLabels(draft: Draft, labels: Draft | undefined): void {
  const metadata = ensureDraft(draft, 'metadata');
  if (labels && !draftAt(metadata, 'labels')) metadata['labels'] = copyJson(labels);
}

export function setPodTemplateDefaults(draft: Draft): void {
  setTemplateDefaults(draftAt(draft, 'template'));
}

export function setJobDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  const template = draftAt(spec, 'template');
  if (template) setPodSpecDefaults(ensureDraft(template, 'spec'));
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) {
    spec['completions'] = 1;
    spec['parallelism'] = 1;
  }
  defaultMember(spec, 'parallelism', 1);
  const isPerIndex = spec['backoffLimitPerIndex'] !== undefined;
  defaultMember(spec, 'backoffLimit', isPerIndex ? 2147483647 : 6);
  copyLabels(draft, draftAt(template, 'metadata', 'labels'));
  defaultMember(spec, 'completionMode', 'NonIndexed');
  defaultMember(spec, 'suspend', false);
  defaultMember(spec, 'manualSelector', false);
  const replacement = spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed';
  defaultMember(spec, 'podReplacementPolicy', replacement);
}

export function setCronJobDefaults(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  defaultMember(spec, 'concurrencyPolicy', 'Allow');
  defaultMember(spec, 'suspend', false);
  defaultMember(spec, 'successfulJobsHistoryLimit', 3);
  defaultMember(spec, 'failedJobsHistoryLimit', 1);
  setTemplateDefaults(draftAt(spec, 'jobTemplate', 'spec', 'template'));
}
