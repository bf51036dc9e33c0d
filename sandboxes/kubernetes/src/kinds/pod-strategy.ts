/** What is special about pods. */

import { qosClassOf, setPodDefaults } from '../defaults/pod-spec-defaults.ts';
import { type Draft, defaultMember, draftsIn, ensureDraft } from '../object/draft.ts';
import { readObject } from '../object/read-fields.ts';
import { keepPod } from '../validation/keep-pod.ts';
import { checkSubdomain } from '../validation/names.ts';
import { podWarnings } from '../validation/pod-warnings.ts';
import { validatePodSpec } from '../validation/validate-pod-spec.ts';
import type { Strategy } from './strategy.ts';

export const podStrategy: Strategy = {
  nameRule: checkSubdomain,
  setDefaults: setPodDefaults,
  admit: (draft, old) => {
    if (!old) admitPod(draft);
  },
  prepare: (draft, old) => {
    if (old) return;
    draft['status'] = { phase: 'Pending', qosClass: qosClassOf(draft) };
  },
  validate: (value) => validatePodSpec(readObject(value, 'spec'), 'spec'),
  validateUpdate: keepPod,
  warnings: (value) => podWarnings(readObject(value, 'spec'), 'spec'),
  updatesBlindly: true,
  countsGenerations: true,
  returnsDeleted: true,
  marksBeforeDeletion: true,
};

/** How long a pod stays on a node that has gone. */
const patienceSeconds = 300;

function admitPod(draft: Draft): void {
  const spec = ensureDraft(draft, 'spec');
  defaultMember(spec, 'priority', 0);
  defaultMember(spec, 'preemptionPolicy', 'PreemptLowerPriority');
  const tolerations = [...draftsIn(spec, 'tolerations')];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    if (tolerations.some((one) => tolerates(one, key))) continue;
    tolerations.push({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: patienceSeconds,
    });
  }
  spec['tolerations'] = tolerations;
}

function tolerates(toleration: Draft, key: string): boolean {
  const { key: own, effect } = toleration;
  const isEveryKey = own === undefined && toleration['operator'] === 'Exists';
  return (own === key || isEveryKey) && (effect === undefined || effect === 'NoExecute');
}
