/** What is special about pods. */

import { qosClassOf, setPodDefaults } from '../defaults/pod-spec-defaults.ts';
import { readObject } from '../object/read-fields.ts';
import { keepEphemeral, keepPod } from '../validation/keep-pod.ts';
import { checkSubdomain } from '../validation/names.ts';
import { podWarnings } from '../validation/pod-warnings.ts';
import { validatePodSpec } from '../validation/validate-pod-spec.ts';
import { admitPod } from './admit-pod.ts';
import type { Strategy } from './strategy.ts';

export const podStrategy: Strategy = {
  nameRule: checkSubdomain,
  setDefaults: setPodDefaults,
  admit: (draft, old, cluster) => {
    if (!old) admitPod(draft, cluster);
  },
  prepare: (draft, old) => {
    if (old) return;
    draft['status'] = { phase: 'Pending', qosClass: qosClassOf(draft) };
  },
  validate: (value) => validatePodSpec(readObject(value, 'spec'), 'spec'),
  validateUpdate: keepPod,
  validateParts: { ephemeralcontainers: keepEphemeral, resize: () => [] },
  warnings: (value) => podWarnings(readObject(value, 'spec'), 'spec'),
  updatesBlindly: true,
  countsGenerations: true,
  returnsDeleted: true,
  marksBeforeDeletion: true,
};
